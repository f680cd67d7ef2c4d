//! sqlx: `VERSION_name.sql`, or a pair `VERSION_name.up.sql` and `VERSION_name.down.sql` (its source, `migrate/source.rs`).

use std::sync::Arc;

use super::history::History;
use super::order::Order;
use super::written::{NewFile, NewMigration, Surroundings, is_alone, script};
use super::{Entry, Files, Format, Half, Part, Parts, Refusal, flat, refuse_mark};
use crate::model::migration_step::{MigrationStep, Section, Transaction};
use crate::source::file::SourceFile;

#[derive(Debug)]
pub struct Sqlx;

/// The line without which a file runs in a transaction; it must be the first.
const ALONE: &str = "-- no-transaction";

impl Format for Sqlx {
    fn entry(&self, path: &str) -> Option<Entry> {
        let (version, name) = flat(path, ".sql")?.split_once('_')?;
        let half = match name.ends_with(".down.sql") {
            true => Half::Down,
            false => Half::Up,
        };
        let refused = |reason: String| Entry {
            refused: Some(reason),
            ..Entry::new(version, half, Order::last(path))
        };
        // It is an i64, plus sign and all.
        let number: Option<i64> = version.parse().ok();
        Some(match number {
            Some(number) if number >= 0 => Entry {
                recorded: number.to_string(),
                ..Entry::new(version, half, Order::version(&number.to_string()))
            },
            Some(number) => refused(format!(
                "its version {number} is negative, and laneset does not order such"
            )),
            None => refused(format!(
                "its name does not begin with a number, for which sqlx refuses the folder: {path}"
            )),
        })
    }

    fn parts(&self, files: &Files) -> Result<Parts, Refusal> {
        refuse_mark(&files.up, "sqlx")?;
        let part = |file: &Arc<SourceFile>| {
            let transaction = match file.text().starts_with(ALONE) {
                true => Transaction::OneString,
                false => Transaction::Wrapped,
            };
            Part::whole(file, transaction)
        };
        Ok(Parts {
            up: part(&files.up),
            down: files.down.as_ref().map(part),
        })
    }

    fn history(&self) -> Option<History> {
        History::each(
            "_sqlx_migrations",
            "SELECT version::text AS version FROM {table} WHERE success",
        )
    }

    fn keeps_checksums(&self) -> bool {
        true
    }

    fn files(
        &self,
        new: &NewMigration,
        surroundings: &Surroundings,
    ) -> Result<Vec<NewFile>, String> {
        let stem = format!("{}_{}", new.version, new.step.slug);
        let up = text(new.step, &new.step.up);
        // What was there before a pair decides: sqlx does not take both kinds in one folder.
        if !surroundings.has_downs && surroundings.newest.is_some() {
            let path = format!("{stem}.sql");
            return Ok(vec![NewFile { path, text: up }]);
        }
        Ok(vec![
            NewFile {
                path: format!("{stem}.down.sql"),
                text: text(new.step, &new.step.down),
            },
            NewFile {
                path: format!("{stem}.up.sql"),
                text: up,
            },
        ])
    }
}

fn text(step: &MigrationStep, section: &Section) -> String {
    let first = match is_alone(section) {
        true => format!("{ALONE}\n"),
        false => String::new(),
    };
    format!("{first}{}", script(step, section))
}
