//! Prisma: a folder a migration, `VERSION_name/migration.sql`, sent as one string; there is no way back (its documentation, "Prisma Migrate").

use std::collections::BTreeSet;

use super::history::History;
use super::order::Order;
use super::written::{NewFile, NewMigration, Surroundings, script};
use super::{Entry, Files, Format, Half, Part, Parts, Refusal, leading_digits, refuse_mark};
use crate::model::migration_step::Transaction;

#[derive(Debug)]
pub struct Prisma;

fn of_folder(folder: &str) -> Entry {
    let version = leading_digits(folder).map_or(folder, |(version, _)| version);
    Entry {
        recorded: folder.to_owned(),
        ..Entry::new(version, Half::Up, Order::collated(folder))
    }
}

impl Format for Prisma {
    fn entry(&self, path: &str) -> Option<Entry> {
        let folder = path.strip_suffix("/migration.sql")?;
        (!folder.contains('/')).then(|| of_folder(folder))
    }

    /// Every folder is a migration.
    fn incomplete<'a>(&self, paths: &'a [String]) -> Vec<(&'a str, Entry)> {
        let folders = paths.iter().filter_map(|path| path.split_once('/'));
        let whole = folders.clone().filter(|(_, file)| *file == "migration.sql");
        let whole: BTreeSet<&str> = whole.map(|(folder, _)| folder).collect();
        let mut seen = BTreeSet::new();
        let lacking = paths.iter().filter_map(|path| {
            let (folder, _) = path.split_once('/')?;
            let is_lacking = !whole.contains(folder) && seen.insert(folder);
            let refused = "its folder has no migration.sql, for which Prisma refuses it".to_owned();
            is_lacking.then(|| {
                let entry = Entry {
                    refused: Some(refused),
                    ..of_folder(folder)
                };
                (path.as_str(), entry)
            })
        });
        lacking.collect()
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
