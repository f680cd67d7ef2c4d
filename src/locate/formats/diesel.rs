//! Diesel: a folder a migration, `VERSION_name/up.sql` and `down.sql`, and `metadata.toml` (its source, `diesel_migrations`).

use super::history::History;
use super::order::Order;
use super::written::{NewFile, NewMigration, Surroundings, is_alone, script};
use super::{Entry, Files, Format, Half, Numbering, Part, Parts, Refusal};
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
        let is_hidden = folder.starts_with('.');
        (!is_hidden && !version.is_empty()).then(|| {
            let recorded = version.replace('-', "");
            Entry {
                order: Order::text(&recorded),
                recorded,
                ..Entry::new(version, half, Order::text(""))
            }
        })
    }

    fn parts(&self, files: &Files) -> Result<Parts, Refusal> {
        let transaction = match &files.settings {
            Some(settings) => transaction(settings.text())?,
            None => Transaction::Wrapped,
        };
        if files.up.text().is_empty() {
            return Err(Refusal::other("it is empty, for which Diesel refuses it"));
        }
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

fn transaction(settings: &str) -> Result<Transaction, Refusal> {
    let table: toml::Table =
        toml::from_str(settings).map_err(|_| Refusal::other("its `metadata.toml` is no TOML"))?;
    let is_wrapped = table
        .get("run_in_transaction")
        .and_then(toml::Value::as_bool);
    Ok(match is_wrapped {
        Some(false) => Transaction::OneString,
        _ => Transaction::Wrapped,
    })
}
