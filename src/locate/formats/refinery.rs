//! refinery: `V1__name.sql` at any depth, whole numbers, no way back (its source, `refinery_core/src/util.rs`).

use super::history::History;
use super::order::Order;
use super::written::{NewFile, NewMigration, Surroundings, refuse_alone, script};
use super::{Entry, Files, Format, Half, Numbering, Part, Parts, Refusal, refuse_mark};
use crate::model::migration_step::Transaction;

#[derive(Debug)]
pub struct Refinery;

impl Format for Refinery {
    /// `U1__name.sql` is a migration that may come late, and no way down.
    fn entry(&self, path: &str) -> Option<Entry> {
        let stem = path.rsplit('/').next()?.strip_suffix(".sql")?;
        let rest = stem.strip_prefix('V').or_else(|| stem.strip_prefix('U'))?;
        let (version, name) = rest.split_once("__")?;
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_word) {
            return None;
        }
        let whole = version.parse::<i64>().ok();
        let mut digits = version.split('.');
        let is_number =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits.all(is_number) || version.matches('.').count() > 1 {
            return None;
        }
        let refused = whole.is_none().then(|| {
            "its version is no whole number, for which refinery refuses the folder".to_owned()
        });
        Some(Entry {
            recorded: whole.map_or_else(|| version.to_owned(), |number| number.to_string()),
            refused,
            ..Entry::new(version, Half::Up, Order::version(version))
        })
    }

    fn is_program(&self, path: &str) -> bool {
        [".rs"].iter().any(|it| path.ends_with(it))
    }

    fn parts(&self, files: &Files) -> Result<Parts, Refusal> {
        refuse_mark(&files.up, "refinery")?;
        Ok(Parts {
            up: Part::whole(&files.up, Transaction::Wrapped),
            down: None,
        })
    }

    fn history(&self) -> Option<History> {
        History::each(
            "refinery_schema_history",
            "SELECT version::text AS version FROM {table}",
        )
    }

    fn numbering(&self) -> Numbering {
        Numbering::Count("1")
    }

    fn keeps_checksums(&self) -> bool {
        true
    }

    /// `U1__name.sql` says so.
    fn may_come_late(&self, path: &str) -> bool {
        let name = path.rsplit('/').next();
        name.is_some_and(|name| name.starts_with('U'))
    }

    fn files(
        &self,
        new: &NewMigration,
        surroundings: &Surroundings,
    ) -> Result<Vec<NewFile>, String> {
        refuse_alone(new.step, "refinery")?;
        let folder = surroundings.subfolder();
        Ok(vec![NewFile {
            path: format!("{folder}V{}__{}.sql", new.version, new.step.slug),
            text: script(new.step, &new.step.up),
        }])
    }
}
