//! Flyway: `V1.2__name.sql` at any depth, its undo `U1.2__name.sql`, and `R__name.sql` after all of them (its documentation, "Migrations").

use std::sync::Arc;

use super::history::History;
use super::order::Order;
use super::written::{NewFile, NewMigration, Surroundings, is_alone, script};
use super::{Entry, Files, Format, Half, Numbering, Part, Parts, Refusal};
use crate::model::migration_step::{Section, Transaction};
use crate::read_sql::split::{leading_words, statements};
use crate::source::file::SourceFile;

#[derive(Debug)]
pub struct Flyway;

/// A version: numbers with dots or underscores between them.
fn version_of(name: &str) -> Option<(&str, &str)> {
    let (version, description) = name.split_once("__")?;
    let mut parts = version.split(['.', '_']);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.all(is_number).then_some((version, description))
}

impl Format for Flyway {
    fn entry(&self, path: &str) -> Option<Entry> {
        let name = path.rsplit('/').next()?;
        let (name, settings) = match name.strip_suffix(".conf") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let stem = name.strip_suffix(".sql")?;
        if let Some(description) = stem.strip_prefix("R__") {
            let half = if settings { Half::Settings } else { Half::Up };
            return Some(Entry {
                recorded: format!("R {}", description.replace('_', " ")),
                ..Entry::new(stem, half, Order::last(&description.replace('_', " ")))
            });
        }
        let (prefix, rest) = stem.split_at_checked(1)?;
        let (version, _) = version_of(rest)?;
        let half = match (prefix, settings) {
            ("V" | "B", false) => Half::Up,
            ("U", false) => Half::Down,
            ("V", true) => Half::Settings,
            _ => return None,
        };
        let order = Order::version(version);
        let refused = (prefix == "B").then(|| {
            "it is a baseline, which laneset does not tell from the migrations that it stands for"
                .to_owned()
        });
        Some(Entry {
            recorded: version.replace('_', "."),
            refused,
            ..Entry::new(version, half, order)
        })
    }

    fn is_program(&self, path: &str) -> bool {
        [".java", ".kt"].iter().any(|it| path.ends_with(it))
    }

    fn parts(&self, files: &Files) -> Result<Parts, Refusal> {
        let is_alone = files.settings.as_ref().is_some_and(|settings| {
            let text: String = settings.text().split_whitespace().collect();
            text.contains("executeInTransaction=false")
        });
        let part = |file: &Arc<SourceFile>| {
            let transaction = match is_alone || has_concurrent(file.text()) {
                true => Transaction::None,
                false => Transaction::Wrapped,
            };
            Part::whole(file, transaction)
        };
        Ok(Parts {
            up: part(&files.up),
            down: files.down.as_ref().map(part),
        })
    }

    /// What was undone has a later row that says so; what stands for no file has none of these types.
    fn history(&self) -> Option<History> {
        History::each(
            "flyway_schema_history",
            "SELECT coalesce(version, 'R ' || description) AS version FROM (SELECT DISTINCT ON (version, description) * FROM {table} \
             WHERE type NOT IN ('SCHEMA', 'BASELINE', 'DELETE') ORDER BY version, description, installed_rank DESC) AS newest \
             WHERE success AND type NOT LIKE 'UNDO%'",
        )
    }

    fn numbering(&self) -> Numbering {
        Numbering::Count("1")
    }

    fn keeps_checksums(&self) -> bool {
        true
    }

    fn files(
        &self,
        new: &NewMigration,
        surroundings: &Surroundings,
    ) -> Result<Vec<NewFile>, String> {
        let (folder, step) = (surroundings.subfolder(), new.step);
        let name = format!("{}__{}.sql", new.version, step.slug);
        let mut files = vec![NewFile {
            path: format!("{folder}V{name}"),
            text: script(step, &step.up),
        }];
        files.extend(settings(&step.up, &files[0].path));
        if surroundings.has_downs {
            files.push(NewFile {
                path: format!("{folder}U{name}"),
                text: script(step, &step.down),
            });
        }
        Ok(files)
    }
}

/// The file beside a script that says how it is run.
fn settings(section: &Section, path: &str) -> Option<NewFile> {
    is_alone(section).then(|| NewFile {
        path: format!("{path}.conf"),
        text: "# Flyway's own lock must be no transaction either: flyway.postgresql.transactional.lock=false\n\
               executeInTransaction=false\n"
            .to_owned(),
    })
}

/// Flyway takes a script with such a statement out of the transaction by itself (its `PostgreSQLParser`).
fn has_concurrent(text: &str) -> bool {
    let ranges = statements(text).unwrap_or_default();
    ranges.into_iter().any(|range| {
        let words = leading_words(&text[range], 4);
        words
            .first()
            .is_some_and(|word| word == "CREATE" || word == "DROP")
            && words.iter().any(|word| word == "CONCURRENTLY")
    })
}
