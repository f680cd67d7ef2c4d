//! New embedded patches, and where they go. Every patch runs at every boot, so a new one puts the older ones of its object to rest:
//! two that each rebuilt an index whenever it was not theirs would rebuild it twice at every boot.

use std::sync::Arc;
use std::time::SystemTime;

use super::draft::{Draft, with_line_ends_of};
use super::planner::{IndexSite, Planner};
use super::versions::Versions;
use crate::locate::app_source::language::language_of;
use crate::locate::app_source::patch_template::{NewPatch, PatchModel};
use crate::locate::embedded::Embedded;
use crate::locate::error::LocateError;
use crate::locate::walk::Root;
use crate::model::name::QualifiedName;
use crate::model::site::Reading;
use crate::render::patch::index_patch;
use crate::source::edit::Edit;
use crate::source::file::{Location, RepoPath, SourceFile};
use crate::source::span::Span;

/// A patch as text, before it has a place.
pub struct Patch {
    /// What it does, in words joined by `_`.
    pub slug: String,
    pub summary: String,
    /// Without its header.
    pub sql: String,
    /// What it is the last word on: `index public.idx_runs`. Older patches of laneset on the same are put to rest.
    pub subject: String,
    /// The version of the migration that it mirrors.
    pub of_migration: Option<String>,
    /// The site that asks for it.
    pub location: Location,
}

impl Patch {
    /// The line by which laneset knows its own patches of a subject.
    fn mark(&self) -> String {
        format!("-- laneset: {}", self.subject)
    }

    fn is_superseded(&self, sql: &str) -> bool {
        sql.lines().any(|line| line.trim() == self.mark())
    }

    /// Where the older patch stands: from its mark to the end of its block, or of the file, when nothing stands before it.
    fn block_in(&self, script: &str) -> Option<Span> {
        let start = script.find(&self.mark())?;
        let Some(opened) = script[start..].find("\nDO $laneset") else {
            return script[..start]
                .trim()
                .is_empty()
                .then(|| Span::new(0, script.len()));
        };
        let opened = start + opened;
        let tag = script[opened + "\nDO ".len()..].lines().next()?.trim();
        let closing = format!("\n{tag};");
        let closed = opened + script[opened..].find(&closing)? + closing.len();
        let line_end = script[closed..].find('\n').map(|end| closed + end + 1);
        Some(Span::new(start, line_end.unwrap_or(script.len())))
    }

    /// What stands in place of an older patch of the same subject.
    fn at_rest(&self, successor: &str) -> String {
        format!(
            "-- Superseded by {successor}: the last patch has the last word on {}, and each boot runs all of them.\n",
            self.subject
        )
    }

    fn text(&self) -> String {
        let mirrored = self.of_migration.as_ref();
        let mirrored = mirrored.map_or_else(String::new, |version| {
            format!("-- Mirrors migration {version}.\n")
        });
        format!(
            "{}\n-- {}\n{mirrored}{}",
            self.mark(),
            self.summary,
            self.sql
        )
    }
}

impl Planner<'_> {
    /// The patch for one lane set's index; `None` when there are no patches.
    pub(super) fn index_patch(
        &self,
        site: &IndexSite,
        of_migration: Option<String>,
    ) -> Result<Patch, String> {
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
        Ok(Patch {
            slug: site.slug(),
            summary: site.summary(),
            sql: index_patch(&index, &spellings),
            subject: format!("index {}", index.qualified_name()),
            of_migration,
            location: site.site().location.clone(),
        })
    }

    /// Says which statements of a person's have the index made again at every boot, whatever a new patch does.
    pub(super) fn note_rebuilds(&self, patch: &Patch, site: &IndexSite, draft: &mut Draft) {
        let lane_set = site.lane_set();
        let catalog = self.located.replays.embedded.catalog();
        let dropped = catalog.and_then(|catalog| {
            let table = catalog.meant_table(&lane_set.table.value);
            let full = QualifiedName::new(table.schema, site.declared.name.value.clone());
            catalog.dropped_indexes.get(&full)
        });
        let by_hand = dropped.into_iter().flatten();
        for dropped in by_hand.filter(|dropped| !is_of(patch, dropped)) {
            draft.note(format!(
                "{}:{} drops {} at every boot, and so it is made again at every boot; take that statement out: the new patch does what it is for",
                dropped.path(),
                dropped.start().line,
                site.declared.name.value,
            ));
        }
    }

    /// The repository with the older patches of the same subject put to rest.
    ///
    /// # Errors
    /// When the patches that are there cannot be read.
    pub(super) fn without_superseded(&self, patch: &Patch) -> Result<Root, LocateError> {
        let Some(declared) = &self.declaration.embedded else {
            return Ok(self.root.clone());
        };
        let mut draft = Draft::default();
        match &Embedded::read(self.root, &declared.path.value)? {
            Embedded::Folder(files) => {
                // What cannot be put to rest is told when the patch is placed.
                let _ = put_to_rest(files, patch, "", &mut draft);
            }
            Embedded::Array { file, .. } => {
                let model =
                    language_of(file.path()).map(|language| PatchModel::of(language, file.text()));
                if let Some(Ok(model)) = model {
                    put_literals_to_rest(&model, file, (patch, ""), &mut draft);
                }
            }
        }
        Ok(self.root.with(&draft.finish().changes))
    }

    /// Finds a place for each patch, in their order.
    ///
    /// # Errors
    /// When the patches that are there cannot be read.
    pub(super) fn place(
        &self,
        patches: &[Patch],
        now: SystemTime,
        draft: &mut Draft,
    ) -> Result<(), LocateError> {
        let (Some(declared), Some(first)) = (&self.declaration.embedded, patches.first()) else {
            return Ok(());
        };
        let path = &declared.path.value;
        if !self.root.exists(path) {
            let reason = format!(
                "{path} does not exist; make it, with the patches that it should begin with"
            );
            draft.obstacle(first.location.clone(), reason);
            return Ok(());
        }
        let embedded = Embedded::read(self.root, path)?;
        let outcome = match &embedded {
            Embedded::Folder(files) if self.root.is_directory(path) => {
                let folder = Folder { path, files };
                folder.add(patches, now, draft)
            }
            Embedded::Folder(files) => add_to_script(patches, files, draft),
            Embedded::Array { file, .. } => add_elements(patches, file, now, draft),
        };
        if let Err(reason) = outcome {
            draft.obstacle(first.location.clone(), reason);
        }
        Ok(())
    }
}

/// Whether the place is in an older patch of laneset's own on the same subject.
fn is_of(patch: &Patch, location: &Location) -> bool {
    let text = location.file.text();
    match language_of(location.path()).map(|language| PatchModel::of(language, text)) {
        Some(Ok(model)) => model
            .literals()
            .any(|(sql, span)| patch.is_superseded(sql) && span.contains(location.span.start)),
        Some(Err(_)) => false,
        None => patch.is_superseded(text),
    }
}

/// A folder of patches.
struct Folder<'a> {
    path: &'a RepoPath,
    files: &'a [Arc<SourceFile>],
}

impl Folder<'_> {
    fn add(&self, patches: &[Patch], now: SystemTime, draft: &mut Draft) -> Result<(), String> {
        let names = self.files.iter().map(|file| file.path().file_name());
        let names: Vec<&str> = names.collect();
        let mut last = names.last().copied().unwrap_or_default().to_owned();
        let mut numbers = Numbers::after(names.iter().copied(), now);
        let mut planned = Vec::new();
        for patch in patches {
            let name = format!("{}_{}.sql", numbers.next(patch)?, patch.slug);
            if name <= last {
                return Err(format!(
                    "patches run in the order of their names, and {name} would run before {last}; begin their names with numbers"
                ));
            }
            planned.push((patch, name.clone()));
            last = name;
        }
        for (patch, name) in planned {
            for file in self
                .files
                .iter()
                .filter(|file| patch.is_superseded(file.text()))
            {
                let text = with_line_ends_of(file, &patch.at_rest(&name));
                draft.edit(file, Edit::new(Span::new(0, file.text().len()), text));
            }
            let folder = self.path.as_str().trim_end_matches('/');
            let path = RepoPath::new(format!("{folder}/{name}"));
            draft.create(path, &patch.text(), self.files.last().map(AsRef::as_ref));
        }
        Ok(())
    }
}

/// Empties the older patches of the same subject to a comment, in files of their own or in a script with others.
fn put_to_rest(
    files: &[Arc<SourceFile>],
    patch: &Patch,
    successor: &str,
    draft: &mut Draft,
) -> Result<(), String> {
    for file in files.iter().filter(|file| patch.is_superseded(file.text())) {
        let older = patch.block_in(file.text()).ok_or_else(|| {
            format!(
                "{} holds an older generated patch that was changed by hand; take it out and run this again",
                file.path()
            )
        })?;
        let text = with_line_ends_of(file, &patch.at_rest(successor));
        draft.edit(file, Edit::new(older, text));
    }
    Ok(())
}

/// The numbers that new patches begin with: their migrations' versions where those fit in, or numbers that follow.
struct Numbers<'a> {
    existing: Vec<&'a str>,
    versions: Versions,
}

impl<'a> Numbers<'a> {
    fn after(names: impl Iterator<Item = &'a str>, now: SystemTime) -> Self {
        let numbers = names.map(leading_digits);
        let existing: Vec<&str> = numbers.filter(|number| !number.is_empty()).collect();
        Self {
            versions: Versions::after(existing.iter().copied(), now),
            existing,
        }
    }

    fn next(&mut self, patch: &Patch) -> Result<String, String> {
        let fits = |version: &&String| {
            self.existing
                .iter()
                .all(|number| number.len() == version.len())
        };
        match patch.of_migration.as_ref().filter(fits) {
            Some(version) => Ok(version.clone()),
            None => self.versions.give().map_err(|error| error.to_string()),
        }
    }
}

fn add_to_script(
    patches: &[Patch],
    files: &[Arc<SourceFile>],
    draft: &mut Draft,
) -> Result<(), String> {
    let [file] = files else {
        return Err("there is no script of patches to add to".to_owned());
    };
    for patch in patches {
        put_to_rest(std::slice::from_ref(file), patch, "a later patch", draft)?;
    }
    let mut text = String::from(if file.text().ends_with('\n') {
        ""
    } else {
        "\n"
    });
    for patch in patches {
        text.push('\n');
        text.push_str(&patch.text());
    }
    let text = with_line_ends_of(file, &text);
    draft.edit(file, Edit::insert(file.text().len(), text));
    Ok(())
}

fn add_elements(
    patches: &[Patch],
    file: &Arc<SourceFile>,
    now: SystemTime,
    draft: &mut Draft,
) -> Result<(), String> {
    let language = language_of(file.path()).ok_or("its language is not known")?;
    let model = PatchModel::of(language, file.text())?;
    let ids: Vec<&str> = model.ids().collect();
    let mut numbers = Numbers::after(ids.iter().copied(), now);
    let mut new = Vec::new();
    for patch in patches {
        let id = new_id(&ids, patch, &mut numbers)?;
        put_literals_to_rest(&model, file, (patch, &id), draft);
        new.push(NewPatch {
            id,
            description: patch.summary.clone(),
            sql: patch.text(),
        });
    }
    for edit in model.append(&new) {
        draft.edit(file, edit);
    }
    Ok(())
}

fn put_literals_to_rest(
    model: &PatchModel,
    file: &Arc<SourceFile>,
    (patch, successor): (&Patch, &str),
    draft: &mut Draft,
) {
    for (_, span) in model.literals().filter(|(sql, _)| patch.is_superseded(sql)) {
        let text = model.literal_at(span, &patch.at_rest(successor));
        draft.edit(file, Edit::new(span, text));
    }
}

/// An id in the style of the last one: a number, a number and words, or words.
fn new_id(ids: &[&str], patch: &Patch, numbers: &mut Numbers) -> Result<String, String> {
    let last = ids.last().copied().unwrap_or_default();
    let digits = leading_digits(last);
    let number = numbers.next(patch)?;
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
