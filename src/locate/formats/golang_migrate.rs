//! golang-migrate: `VERSION_name.up.sql` and `VERSION_name.down.sql`, each sent as one string (its `source/parse.go`, and the `postgres` driver).

use super::history::{History, Holds};
use super::order::Order;
use super::written::{NewFile, NewMigration, Surroundings, script};
use super::{Entry, Files, Format, Half, Part, Parts, Refusal, flat, leading_digits, refuse_mark};
use crate::model::migration_step::Transaction;

#[derive(Debug)]
pub struct GolangMigrate;

impl Format for GolangMigrate {
    fn entry(&self, path: &str) -> Option<Entry> {
        let (version, rest) = leading_digits(flat(path, ".sql")?)?;
        let rest = rest.strip_prefix('_')?.strip_suffix(".sql")?;
        let half = match rest.rsplit_once('.')?.1 {
            "up" => Half::Up,
            "down" => Half::Down,
            _ => return None,
        };
        let recorded = version.trim_start_matches('0');
        let recorded = if recorded.is_empty() { "0" } else { recorded };
        Some(Entry {
            recorded: recorded.to_owned(),
            ..Entry::new(version, half, Order::version(version))
        })
    }

    fn parts(&self, files: &Files) -> Result<Parts, Refusal> {
        refuse_mark(&files.up, "golang-migrate")?;
        let down = files.down.as_ref();
        Ok(Parts {
            up: Part::whole(&files.up, Transaction::OneString),
            down: down.map(|down| Part::whole(down, Transaction::OneString)),
        })
    }

    fn history(&self) -> Option<History> {
        Some(History {
            table: "schema_migrations",
            query: "SELECT version::text AS version FROM {table} WHERE NOT dirty",
            holds: Holds::NewestAlone,
        })
    }

    fn lone_down(&self) -> Option<&'static str> {
        Some("it is a way down that has no `.up.sql` beside it")
    }

    fn is_always_one_string(&self) -> bool {
        true
    }

    fn files(&self, new: &NewMigration, _: &Surroundings) -> Result<Vec<NewFile>, String> {
        let stem = format!("{}_{}", new.version, new.step.slug);
        Ok(vec![
            NewFile {
                path: format!("{stem}.down.sql"),
                text: script(new.step, &new.step.down),
            },
            NewFile {
                path: format!("{stem}.up.sql"),
                text: script(new.step, &new.step.up),
            },
        ])
    }
}
