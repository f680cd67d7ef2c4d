//! New embedded patches. Every patch runs at every boot, so a new one puts the older ones of its index to rest: two that each rebuilt
//! the index whenever it was not theirs would rebuild it twice at every boot.

use std::sync::Arc;

use super::draft::{Draft, with_line_ends_of};
use super::planner::{IndexSite, NewVersion, Planner};
use super::versions::Versions;
use crate::locate::app_source::language::language_of;
use crate::locate::app_source::patch_template::{NewPatch, PatchModel};
use crate::locate::embedded::Embedded;
use crate::locate::error::LocateError;
use crate::model::declaration::EmbeddedDeclaration;
use crate::model::site::Reading;
use crate::render::index::PartialIndex;
use crate::render::patch::index_patch;
use crate::source::edit::Edit;
use crate::source::file::{RepoPath, SourceFile};
use crate::source::span::Span;

/// A patch as text, before it has a place.
struct Patch {
    slug: String,
    summary: String,
    sql: String,
    /// The line by which laneset knows its own patches of this index.
    mark: String,
    index: PartialIndex,
}

impl Planner<'_> {
    /// Plans the patch for one lane set's index.
    pub(super) fn patch_index(
        &self,
        site: &IndexSite,
        version: &NewVersion,
        draft: &mut Draft,
    ) -> Result<(), LocateError> {
        let Some(declared) = &self.declaration.embedded else {
            return Ok(());
        };
        let patch = match self.patch(site, version) {
            Ok(patch) => patch,
            Err(reason) => {
                draft.obstacle(site.site().location.clone(), reason);
                return Ok(());
            }
        };
        let embedded = Embedded::read(self.root, &declared.path.value)?;
        let outcome = match &embedded {
            Embedded::Folder(files) if self.root.is_directory(&declared.path.value) => {
                add_file(&patch, (declared, files), version, draft)
            }
            Embedded::Folder(files) => add_to_script(&patch, files, draft),
            Embedded::Array { file, .. } => add_element(&patch, file, version, draft),
        };
        if let Err(reason) = outcome {
            draft.obstacle(site.site().location.clone(), reason);
        }
        Ok(())
    }

    fn patch(&self, site: &IndexSite, version: &NewVersion) -> Result<Patch, String> {
        match &site.site().reading {
            Reading::Unreadable(reason) => {
                return Err(format!("what the patches leave cannot be told: {reason}"));
            }
            Reading::OtherIndex { difference, .. } => {
                return Err(format!(
                    "{difference}; a patch changes what an index holds, not what it is of: write that one by hand"
                ));
            }
            Reading::Missing(_) | Reading::Predicate(_) => {}
        }
        let index = self.target(site)?;
        let spellings = self.spellings(site.lane_set(), &index)?;
        let mark = format!("-- laneset: index {}", index.qualified_name());
        let mut header = vec![mark.clone(), format!("-- {}", site.summary())];
        if let Some(version) = version.of_migration() {
            header.push(format!("-- Mirrors migration {version}."));
        }
        header.push(
            "-- Cheap at every boot: the index is rebuilt only where it holds something else."
                .to_owned(),
        );
        Ok(Patch {
            slug: site.slug(),
            summary: site.summary(),
            sql: index_patch(&index, &spellings, &header.join("\n")),
            mark,
            index,
        })
    }
}

impl Patch {
    fn is_older_one(&self, sql: &str) -> bool {
        sql.lines().any(|line| line.trim() == self.mark)
    }

    /// What stands in place of an older patch of the same index.
    fn at_rest(&self, successor: &str) -> String {
        format!(
            "-- Superseded by {successor}: the last patch of {} decides what it holds, and each boot runs all of them.\n",
            self.index.qualified_name()
        )
    }
}

fn add_file(
    patch: &Patch,
    (declared, files): (&EmbeddedDeclaration, &[Arc<SourceFile>]),
    version: &NewVersion,
    draft: &mut Draft,
) -> Result<(), String> {
    let names: Vec<&str> = files.iter().map(|file| file.path().file_name()).collect();
    let newest = names.last().copied().unwrap_or_default();
    let numbers = names.iter().map(|name| leading_digits(name));
    let numbers: Vec<&str> = numbers.filter(|digits| !digits.is_empty()).collect();
    let number = match version.of_migration() {
        Some(version) if numbers.iter().all(|number| number.len() == version.len()) => {
            version.to_owned()
        }
        _ => Versions::after(numbers, version.now())
            .next()
            .map_err(|error| error.to_string())?,
    };
    let name = format!("{number}_{}.sql", patch.slug);
    if name.as_str() <= newest {
        return Err(format!(
            "patches run in the order of their names, and {name} would run before {newest}; begin their names with numbers"
        ));
    }
    for file in files.iter().filter(|file| patch.is_older_one(file.text())) {
        let text = with_line_ends_of(file, &patch.at_rest(&name));
        draft.edit(file, Edit::new(Span::new(0, file.text().len()), text));
    }
    let folder = declared.path.value.as_str().trim_end_matches('/');
    let path = RepoPath::new(format!("{folder}/{name}"));
    draft.create(path, &patch.sql, files.last().map(AsRef::as_ref));
    Ok(())
}

fn add_to_script(
    patch: &Patch,
    files: &[Arc<SourceFile>],
    draft: &mut Draft,
) -> Result<(), String> {
    let [file] = files else {
        return Err("there is no script of patches to add to".to_owned());
    };
    if patch.is_older_one(file.text()) {
        return Err(format!(
            "{} holds an older generated patch of the index; take that one out and run this again",
            file.path()
        ));
    }
    let separator = if file.text().ends_with('\n') {
        "\n"
    } else {
        "\n\n"
    };
    let text = with_line_ends_of(file, &format!("{separator}{}", patch.sql));
    draft.edit(file, Edit::insert(file.text().len(), text));
    Ok(())
}

fn add_element(
    patch: &Patch,
    file: &Arc<SourceFile>,
    version: &NewVersion,
    draft: &mut Draft,
) -> Result<(), String> {
    let language = language_of(file.path()).ok_or("its language is not known")?;
    let model = PatchModel::of(language, file.text())?;
    let id = new_id(&model, patch, version)?;
    for (sql, span) in model.literals().filter(|(sql, _)| patch.is_older_one(sql)) {
        debug_assert!(!sql.is_empty());
        draft.edit(
            file,
            Edit::new(span, model.literal_at(span, &patch.at_rest(&id))),
        );
    }
    let new = NewPatch {
        id,
        description: patch.summary.clone(),
        sql: patch.sql.clone(),
    };
    for edit in model.append(&new) {
        draft.edit(file, edit);
    }
    Ok(())
}

/// An id in the style of the last one: a number, a number and words, or words.
fn new_id(model: &PatchModel, patch: &Patch, version: &NewVersion) -> Result<String, String> {
    let ids: Vec<&str> = model.ids().collect();
    let last = ids.last().copied().unwrap_or_default();
    let digits = leading_digits(last);
    let numbers = ids.iter().map(|id| leading_digits(id));
    let number = match version.of_migration() {
        Some(version) if digits.is_empty() || digits.len() == version.len() => version.to_owned(),
        _ => Versions::after(numbers.filter(|number| !number.is_empty()), version.now())
            .next()
            .map_err(|error| error.to_string())?,
    };
    let separator = if last.contains('-') { "-" } else { "_" };
    let words = patch.slug.replace('_', separator);
    let id = match (digits.is_empty(), digits.len() == last.len()) {
        (false, true) => number,
        (false, false) => {
            let between: String = last[digits.len()..].chars().take(1).collect();
            format!("{number}{between}{words}")
        }
        (true, _) => format!("{words}{separator}{number}"),
    };
    if ids.contains(&id.as_str()) {
        return Err(format!("a patch called {id} is there already"));
    }
    Ok(id)
}

fn leading_digits(name: &str) -> &str {
    &name[..name.bytes().take_while(u8::is_ascii_digit).count()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_digits_are_cut_off() {
        assert_eq!(leading_digits("0042_é"), "0042");
        assert_eq!(leading_digits("é"), "");
    }
}
