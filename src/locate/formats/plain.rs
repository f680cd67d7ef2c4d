//! Plain scripts: every `.sql` file at any depth, by the numbers and then the bytes of its path (`94/01_x.sql`), as `psql -f` runs it.

use super::history::History;
use super::order::Order;
use super::written::{NewFile, NewMigration, Surroundings, script};
use super::{Entry, Files, Format, Half, Numbering, Part, Parts, Refusal, leading_digits};
use crate::model::migration_step::Transaction;

#[derive(Debug)]
pub struct Plain;

impl Format for Plain {
    /// The version is the digits of its folder and of its name: `94/01`. What has no digits has its name.
    fn entry(&self, path: &str) -> Option<Entry> {
        let stem = path.strip_suffix(".sql")?;
        let is_hidden = path.split('/').any(|part| part.starts_with('.'));
        let digits = stem
            .split('/')
            .map(|part| leading_digits(part).map(|(digits, _)| digits));
        let digits: Option<Vec<&str>> = digits.collect();
        let version = digits.map_or_else(|| stem.to_owned(), |digits| digits.join("/"));
        (!is_hidden).then(|| Entry::new(&version, Half::Up, Order::path(path)))
    }

    /// A script that opens a transaction itself has it; the others have none.
    fn parts(&self, files: &Files) -> Result<Parts, Refusal> {
        Ok(Parts {
            up: Part::whole(&files.up, Transaction::None),
            down: None,
        })
    }

    fn history(&self) -> Option<History> {
        None
    }

    fn numbering(&self) -> Numbering {
        Numbering::Count("0001")
    }

    fn files(&self, new: &NewMigration, _: &Surroundings) -> Result<Vec<NewFile>, String> {
        Ok(vec![NewFile {
            path: format!("{}_{}.sql", new.version, new.step.slug),
            text: script(new.step, &new.step.up),
        }])
    }
}
