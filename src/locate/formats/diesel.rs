//! Diesel: a folder a migration, `VERSION_name/up.sql` and `down.sql`, and `metadata.toml` (its source, `diesel_migrations`).

use super::history::History;
use super::order::Order;
use super::written::{NewFile, NewMigration, Surroundings, is_alone, script};
use super::{Entry, Files, Format, Half, Numbering, Part, Parts, Refusal, refuse_mark};
use crate::model::migration_step::Transaction;

#[derive(Debug)]
pub struct Diesel;

impl Format for Diesel {
    /// The version is what stands before the first underscore, without its dashes.
    fn entry(&self, path: &str) -> Option<Entry> {
        let (folder, name) = path.split_once('/')?;
        let half = match name {
            "up.sql" => Half::Up,
            "down.sql" => Half::Down,
            "metadata.toml" => Half::Settings,
            _ => return None,
        };
        let version = folder.split('_').next()?;
        let refused = version.is_empty().then(|| {
            "the name of its folder has no version, under which Diesel would run it first of all"
                .to_owned()
        });
        let recorded = version.replace('-', "");
        (!folder.starts_with('.')).then(|| Entry {
            order: Order::text(&recorded),
            recorded,
            refused,
            ..Entry::new(version, half, Order::text(""))
        })
    }

    fn parts(&self, files: &Files) -> Result<Parts, Refusal> {
        let transaction = match &files.settings {
            Some(settings) => transaction(settings.text()),
            None => Transaction::Wrapped,
        };
        if files.up.text().is_empty() {
            return Err(Refusal::other("it is empty, for which Diesel refuses it"));
        }
        refuse_mark(&files.up, "Diesel")?;
        let down = files.down.as_ref();
        Ok(Parts {
            up: Part::whole(&files.up, transaction),
            down: down.map(|down| Part::whole(down, transaction)),
        })
    }

    fn history(&self) -> Option<History> {
        History::each(
            "__diesel_schema_migrations",
            "SELECT version::text AS version FROM {table}",
        )
    }

    fn numbering(&self) -> Numbering {
        Numbering::DashedTime
    }

    fn is_numeric(&self) -> bool {
        false
    }

    fn lone_down(&self) -> Option<&'static str> {
        Some("its folder has no `up.sql`, for which Diesel refuses it")
    }

    /// Its settings speak for both directions. Each is sent as one string, and so several statements share a transaction all the same.
    fn files(&self, new: &NewMigration, _: &Surroundings) -> Result<Vec<NewFile>, String> {
        let step = new.step;
        let folder = format!("{}_{}", new.version, step.slug);
        let mut files = vec![
            NewFile {
                path: format!("{folder}/down.sql"),
                text: script(step, &step.down),
            },
            NewFile {
                path: format!("{folder}/up.sql"),
                text: script(step, &step.up),
            },
        ];
        if is_alone(&step.up) || is_alone(&step.down) {
            files.push(NewFile {
                path: format!("{folder}/metadata.toml"),
                text: "run_in_transaction = false\n".to_owned(),
            });
        }
        Ok(files)
    }
}

/// Settings that Diesel cannot read count as none, and in those that it can the key is false where it is left out.
fn transaction(settings: &str) -> Transaction {
    let Ok(table) = toml::from_str::<toml::Table>(settings) else {
        return Transaction::Wrapped;
    };
    match table.get("run_in_transaction") {
        None | Some(toml::Value::Boolean(false)) => Transaction::OneString,
        Some(_) => Transaction::Wrapped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `tests/tools/diesel.rs` has Diesel itself say so.
    #[test]
    fn settings_take_a_migration_out_of_its_transaction_where_they_do_not_keep_it_in_one() {
        assert_eq!(transaction(""), Transaction::OneString);
        assert_eq!(transaction("a = 1\n"), Transaction::OneString);
        assert_eq!(
            transaction("run_in_transaction = false"),
            Transaction::OneString
        );
        assert_eq!(
            transaction("run_in_transaction = true"),
            Transaction::Wrapped
        );
        assert_eq!(
            transaction("run_in_transaction = 'false'"),
            Transaction::Wrapped
        );
        assert_eq!(transaction("run_in_transaction: no"), Transaction::Wrapped);
    }
}
