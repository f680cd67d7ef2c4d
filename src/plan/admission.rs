//! Lets further lanes into the column: a CHECK constraint or an enum, in migrations, patches and the dump.

use std::sync::Arc;

use super::draft::Draft;
use super::embedded::Patch;
use super::migrations::Folder;
use super::planner::Planner;
use super::sql_list::{self, SQL_COMMENTS, Written};
use super::surroundings::Surroundings;
use super::wording::{listed, one_line, slug_of};
use crate::compare::Comparison;
use crate::locate::catalog::Catalog;
use crate::locate::replays::Replayed;
use crate::locate::sites::locate;
use crate::model::declaration::{AdmittedBy, IndexBuild, LaneSet};
use crate::model::lane::Lane;
use crate::model::migration_step::MigrationStep;
use crate::model::name::Identifier;
use crate::model::predicate::{Among, Predicate, Test};
use crate::model::site::Role;
use crate::render::admission::{CheckConstraint, check_patch, check_steps, enum_patch, enum_step};
use crate::render::predicate::{literal, qualified};
use crate::render::stored;
use crate::source::edit::Edit;
use crate::source::file::{Location, RepoPath, SourceFile};
use crate::source::list::{Entry, WrittenList, rewrite};
use crate::source::span::Span;

/// Where a constraint or enum was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Migrations,
    Embedded,
    Dump,
}

/// A statement that was written by hand, and what becomes of it.
struct HandMade {
    file: Arc<SourceFile>,
    edit: Edit,
}

impl Planner<'_> {
    /// Plans for every place where the constraint or enum of a lane set lacks one of its lanes.
    pub(super) fn admit(
        &self,
        comparisons: &[&Comparison],
        folder: Option<&mut Folder>,
        patches: &mut Vec<Patch>,
        draft: &mut Draft,
    ) {
        let mut folder = folder;
        let mut of_migration = None;
        for comparison in comparisons {
            let missing = comparison
                .agreement
                .as_ref()
                .map(|agreement| &agreement.missing);
            let Some(missing) = missing.filter(|missing| !missing.is_empty()) else {
                continue;
            };
            let admission = Admission {
                lane_set: comparison.lane_set,
                missing,
                location: &comparison.site.location,
            };
            let place = self.place_of(admission.location.path());
            let outcome = match (place, folder.as_deref_mut()) {
                (Some((Place::Migrations, catalog)), Some(folder)) => {
                    self.admission_steps(&admission, catalog).and_then(|steps| {
                        folder.add(&steps, draft)?;
                        of_migration = folder.new.last().cloned();
                        Ok(())
                    })
                }
                (Some((Place::Embedded, catalog)), _) => self
                    .admission_patch(&admission, catalog)
                    .map(|(patch, edit)| {
                        patches.push(Patch {
                            of_migration: of_migration.clone(),
                            ..patch
                        });
                        edit.into_iter()
                            .for_each(|made| draft.edit(&made.file, made.edit));
                    }),
                (Some((Place::Dump, catalog)), _) => self
                    .dumped_admission(&admission, catalog)
                    .map(|edit| draft.edit(&admission.location.file, edit)),
                _ => Err("where it is made is not found again".to_owned()),
            };
            if let Err(reason) = outcome {
                let lanes = listed(missing);
                draft.obstacle(
                    admission.location.clone(),
                    format!("{reason}; let {lanes} in by hand"),
                );
            }
        }
    }

    /// Which replay the statement belongs to, by its file.
    fn place_of(&self, path: &RepoPath) -> Option<(Place, &Catalog)> {
        let replays = &self.located.replays;
        let is_in = |replayed: &Replayed| {
            let place = replayed.place.as_str().trim_end_matches('/');
            let rest = path.as_str().strip_prefix(place);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let places = [
            (Place::Dump, &replays.schema),
            (Place::Embedded, &replays.embedded),
            (Place::Migrations, &replays.migrations),
        ];
        let mut found = places.into_iter().filter(|(_, replayed)| is_in(replayed));
        found.find_map(|(place, replayed)| Some((place, replayed.catalog()?)))
    }

    fn admission_steps(
        &self,
        admission: &Admission,
        catalog: &Catalog,
    ) -> Result<Vec<MigrationStep>, String> {
        let (slug, summary) = (admission.slug(), admission.summary());
        Ok(match admission.by()? {
            AdmittedBy::Enum(name) => {
                let full = catalog.meant_enum(name);
                vec![enum_step(&full, admission.missing, &slug, &summary)]
            }
            AdmittedBy::Check(name) => {
                let (before, after) = admission.constraints(name, catalog)?;
                let index = admission.lane_set.index.as_ref();
                let build = index.map_or(IndexBuild::Transactional, |index| index.build);
                check_steps(&before, &after, build, &slug, &summary)
            }
        })
    }

    /// The patch, and the edit of the statement that made the constraint: one that is made at every boot would refuse rows in the new
    /// lanes otherwise.
    fn admission_patch(
        &self,
        admission: &Admission,
        catalog: &Catalog,
    ) -> Result<(Patch, Option<HandMade>), String> {
        let patch = |subject: String, sql: String| Patch {
            slug: admission.slug(),
            summary: admission.summary(),
            sql,
            subject,
            of_migration: None,
            location: admission.location.clone(),
        };
        match admission.by()? {
            AdmittedBy::Enum(name) => {
                let full = catalog.meant_enum(name);
                let sql = enum_patch(&full, admission.missing);
                let lanes = listed(admission.missing);
                Ok((
                    patch(format!("enum {} {lanes}", qualified(&full)), sql),
                    None,
                ))
            }
            AdmittedBy::Check(name) => {
                let (_, after) = admission.constraints(name, catalog)?;
                let types = self.types_of(&after.table);
                let spellings = stored::spellings(&after.condition, &types).map_err(|reason| {
                    format!("how Postgres gives the constraint back cannot be told, for {reason}")
                })?;
                let spellings: Vec<String> = spellings
                    .iter()
                    .map(|spelling| format!("{}{}", check_definition(spelling), after.suffix()))
                    .collect();
                let subject = format!("constraint {name} of {}", qualified(&after.table));
                let patch = patch(subject, check_patch(&after, &spellings));
                let edit = self.edit_of_hand_made(admission, &patch)?;
                Ok((patch, edit))
            }
        }
    }

    /// The edit of the statement that makes the constraint once laneset's own patches are passed over; `None` when only those make it.
    fn edit_of_hand_made(
        &self,
        admission: &Admission,
        patch: &Patch,
    ) -> Result<Option<HandMade>, String> {
        let root = self
            .without_superseded(patch)
            .map_err(|error| error.to_string())?;
        let located = locate(self.declaration, &root).map_err(|error| error.to_string())?;
        let declared = self.declaration.lane_sets.iter();
        let mut sets = declared.map(|lane_set| &lane_set.name.value);
        let number = sets.position(|name| *name == admission.lane_set.name.value);
        let mut sites = located.sites.iter().filter(|site| {
            site.role == Role::Check
                && Some(site.lane_set) == number
                && site.reading.predicate().is_some()
        });
        let made = sites.find(|site| {
            let place = self.place_of(site.location.path());
            place.is_some_and(|(place, _)| place == Place::Embedded)
        });
        let Some(made) = made else { return Ok(None) };
        let original = self
            .root
            .read(made.location.path())
            .map_err(|error| error.to_string())?;
        let span = made.location.span;
        if original.text().get(span.range()) != Some(made.location.text()) {
            return Err("a patch by hand makes it behind one of laneset's".to_owned());
        }
        let location = Location::new(&original, span);
        let by_hand = Admission {
            location: &location,
            ..*admission
        };
        let edit = by_hand.edit_of_list()?;
        Ok(Some(HandMade {
            file: original,
            edit,
        }))
    }

    fn dumped_admission(&self, admission: &Admission, catalog: &Catalog) -> Result<Edit, String> {
        let location = admission.location;
        match admission.by()? {
            AdmittedBy::Enum(_) => admission.edit_of_labels(),
            AdmittedBy::Check(name) => {
                let (before, after) = admission.constraints(name, catalog)?;
                let text = location.text();
                let check = text.find("CHECK ").filter(|_| text.ends_with(')'));
                let check = check.ok_or("it is not written as pg_dump writes it")?;
                let types = self.types_of(&after.table);
                let spelled = |constraint: &CheckConstraint| {
                    let spelling =
                        stored::stored(&constraint.condition, &types, stored::Variant::Dumped);
                    spelling.map(|spelling| check_definition(&spelling))
                };
                // The cast of a varchar is Postgres's own, or was asked for: its list is spelled by which of them it was.
                let is_own_cast = spelled(&uncast(&before)).is_ok_and(|own| own == text[check..]);
                let after = if is_own_cast { uncast(&after) } else { after };
                let definition = spelled(&after).map_err(|reason| {
                    format!("how pg_dump will print the constraint cannot be told, for {reason}")
                })?;
                let span = Span::new(location.span.start + check, location.span.end);
                Ok(Edit::new(span, definition))
            }
        }
    }
}

/// The constraint without a cast of its column to text.
fn uncast(constraint: &CheckConstraint) -> CheckConstraint {
    let mut uncast = constraint.clone();
    if let Predicate::Test(Test::Among(among)) = &mut uncast.condition {
        among.column.enum_as_text = false;
    }
    uncast
}

/// As `pg_get_constraintdef` has it.
fn check_definition(condition: &str) -> String {
    format!("CHECK ({condition})")
}

/// Lanes to be let in at one place.
#[derive(Clone, Copy)]
struct Admission<'a> {
    lane_set: &'a LaneSet,
    missing: &'a [Lane],
    location: &'a Location,
}

impl Admission<'_> {
    fn by(&self) -> Result<&AdmittedBy, String> {
        let admitted_by = self.lane_set.admitted_by.as_ref();
        let admitted_by = admitted_by.ok_or("the set does not say what admits its lanes")?;
        Ok(&admitted_by.value)
    }

    fn slug(&self) -> String {
        format!("admit_{}", slug_of(self.lane_set))
    }

    fn summary(&self) -> String {
        let lanes = listed(self.missing);
        let name = one_line(&self.lane_set.name.value);
        format!("Generated by laneset from laneset.toml (admit): {name} asks for {lanes}.")
    }

    /// The constraint as it is and as it is to be.
    fn constraints(
        &self,
        name: &Identifier,
        catalog: &Catalog,
    ) -> Result<(CheckConstraint, CheckConstraint), String> {
        let table = catalog.meant_table(&self.lane_set.table.value);
        let checks = catalog.tables.get(&table).map(|table| &table.checks);
        let check = checks.and_then(|checks| checks.get(name));
        let check = check.ok_or("the constraint is not found again")?;
        let before = CheckConstraint {
            table,
            name: name.clone(),
            condition: check.condition.clone()?,
            is_inherited: check.is_inherited,
            is_validated: check.is_validated,
            comment: check.comment.clone(),
        };
        let mut after = before.clone();
        match &mut after.condition {
            Predicate::Test(Test::Among(Among {
                column,
                values,
                negated: false,
            })) if column.name == self.lane_set.column.value => {
                values.extend(self.missing.iter().cloned());
            }
            _ => return Err("it is more than a list of the column's values".to_owned()),
        }
        Ok((before, after))
    }

    /// The edit of the list in `CHECK (run_type IN (…))`, the lanes added at its end.
    fn edit_of_list(&self) -> Result<Edit, String> {
        let text = self.location.file.text();
        let source = self.location.text();
        let upper = source.to_ascii_uppercase();
        let check = upper.rfind("CHECK").ok_or("its CHECK is not found")?;
        let open = source[check..].find('(').ok_or("its CHECK is not found")? + check;
        let inside = source[open + 1..].trim_end();
        let inside = inside
            .strip_suffix(')')
            .ok_or("something follows its condition")?;
        let start = self.location.span.start + open + 1;
        let start = start + (inside.len() - inside.trim_start().len());
        let span = Span::new(start, start + inside.trim().len());
        match sql_list::read(text, span)? {
            Written::List { list, literals } => self.appended(&list, &literals),
            _ => Err("its condition is no list".to_owned()),
        }
    }

    /// The edit of the labels in `AS ENUM ('a', 'b')`.
    fn edit_of_labels(&self) -> Result<Edit, String> {
        let source = self.location.text();
        let open = source.find('(').ok_or("its labels are not found")?;
        let (list, literals) = sql_list::parenthesized(
            self.location.file.text(),
            Span::new(self.location.span.start + open, self.location.span.end),
        )?;
        self.appended(&list, &literals)
    }

    fn appended(&self, list: &WrittenList, literals: &[Span]) -> Result<Edit, String> {
        let text = self.location.file.text();
        let (Some(element), Some(inner)) = (list.elements.last(), literals.last()) else {
            return Err("its list is empty".to_owned());
        };
        let (before, after) = (
            &text[element.start..inner.start],
            &text[inner.end..element.end],
        );
        let kept = (0..list.elements.len()).map(Entry::Kept);
        let surroundings = Surroundings::of(&self.location.file, list.inside)?;
        let new = self.missing.iter().map(|lane| {
            let written = surroundings.hold(&literal(lane))?;
            Ok(Entry::New(format!("{before}{written}{after}")))
        });
        let entries: Vec<Entry<String>> = kept.map(Ok).chain(new).collect::<Result<_, String>>()?;
        rewrite(text, list, &entries, SQL_COMMENTS)?.ok_or_else(|| "nothing is missing".to_owned())
    }
}
