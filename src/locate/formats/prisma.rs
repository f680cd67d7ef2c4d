//! Prisma: a folder a migration, `VERSION_name/migration.sql`, sent as one string; there is no way back (its documentation, "Prisma Migrate").

use super::history::History;
use super::order::Order;
use super::written::{NewFile, NewMigration, Surroundings, script};
use super::{Entry, Files, Format, Half, Part, Parts, Refusal, leading_digits, refuse_mark};
use crate::model::migration_step::Transaction;

#[derive(Debug)]
pub struct Prisma;

impl Format for Prisma {
    fn entry(&self, path: &str) -> Option<Entry> {
        let folder = path.strip_suffix("/migration.sql")?;
        if folder.contains('/') {
            return None;
        }
        let version = leading_digits(folder).map_or(folder, |(version, _)| version);
        Some(Entry {
            recorded: folder.to_owned(),
            ..Entry::new(version, Half::Up, Order::collated(folder))
        })
    }

    fn parts(&self, files: &Files) -> Result<Parts, Refusal> {
        refuse_mark(&files.up, "Prisma")?;
        Ok(Parts {
            up: Part::whole(&files.up, Transaction::OneString),
            down: None,
        })
    }

    fn history(&self) -> Option<History> {
        History::each(
            "_prisma_migrations",
            "SELECT migration_name AS version FROM {table} WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
        )
    }

    fn is_numeric(&self) -> bool {
        false
    }

    fn is_always_one_string(&self) -> bool {
        true
    }

    fn keeps_checksums(&self) -> bool {
        true
    }

    fn files(&self, new: &NewMigration, _: &Surroundings) -> Result<Vec<NewFile>, String> {
        Ok(vec![NewFile {
            path: format!("{}_{}/migration.sql", new.version, new.step.slug),
            text: script(new.step, &new.step.up),
        }])
    }
}
