//! What a tool makes of odd files, beside what laneset makes of them.

use std::sync::Arc;

use super::story::{Place, Tool};
use crate::postgres::server::Server;
use crate::program::{Copy, Run, check, run};

/// The lanes of the index in the database, as Postgres stores them; `None` when it is not there.
fn lanes(place: &Place) -> Option<Vec<String>> {
    let query = "SELECT pg_get_indexdef(to_regclass('public.idx_t'))";
    let index = place.session().value(query).unwrap()?;
    let quoted = index.split('\'').skip(1).step_by(2);
    Some(quoted.map(str::to_owned).collect())
}

/// What a tool made of a folder.
#[derive(Debug, PartialEq, Eq)]
pub enum Made {
    /// An index with these lanes.
    Index(&'static str),
    /// All was applied, and there is no index.
    NoIndex,
    Refused,
}

/// What a tool makes of one folder after another, on one server.
pub struct Agreement<T> {
    tool: T,
    server: Arc<Server>,
    disagreements: Vec<String>,
}

impl<T: Tool> Agreement<T> {
    pub fn of(tool: T) -> Self {
        Self {
            tool,
            server: Server::shared(),
            disagreements: Vec::new(),
        }
    }

    pub fn judge(&mut self, database: &str, repository: &Copy, expected: &Made) {
        let disagreement = self.disagreement(database, repository, expected);
        self.disagreements.extend(disagreement);
    }

    #[track_caller]
    pub fn assert_whole(self) {
        assert_eq!(self.disagreements, Vec::<String>::new());
    }

    /// Has the tool apply the folder to an empty database, and says where the outcome is not as expected or laneset is of another mind:
    /// where the tool makes the index, laneset says that it has those lanes; where it refuses, laneset does not say that all is well.
    fn disagreement(&self, database: &str, repository: &Copy, expected: &Made) -> Option<String> {
        drop(self.server.database(database));
        let place = Place {
            repository,
            server: &self.server,
            database,
        };
        let outcome = self.tool.up(&place);
        let made = lanes(&place);
        let is_expected = match (&outcome, expected, &made) {
            (Ok(()), Made::Index(expected), Some(made)) => made.join(" ") == *expected,
            (Ok(()), Made::NoIndex, None) | (Err(_), Made::Refused, _) => true,
            _ => false,
        };
        if !is_expected {
            return Some(format!(
                "{database}: not {expected:?}, but {outcome:?} with {made:?}"
            ));
        }
        match (expected, made) {
            (Made::Index(_), Some(made)) => {
                let made: Vec<&str> = made.iter().map(String::as_str).collect();
                let checked = declared(repository, &made);
                (checked.code != Some(0)).then(|| format!("{database}: {}", checked.stdout))
            }
            (Made::Refused, _) => {
                // Neither what was before the odd file nor what it would make.
                let believed = [&["a", "b"][..], &["x"]];
                believed
                    .into_iter()
                    .find(|lanes| is_well(repository, lanes))
                    .map(|lanes| format!("{database}: {outcome:?}, and all is well with {lanes:?}"))
            }
            _ => is_well(repository, &["a", "b"]).then(|| format!("{database}: all is well")),
        }
    }
}

/// Checks the repository as if these lanes were declared.
fn declared(repository: &Copy, lanes: &[&str]) -> Run {
    let lanes: Vec<String> = lanes.iter().map(|lane| format!("'{lane}'")).collect();
    let manifest = repository.text("laneset.toml");
    let changed = manifest
        .lines()
        .map(|line| match line.strip_prefix("lanes =") {
            Some(_) => format!("lanes = [{}]\n", lanes.join(", ")),
            None => format!("{line}\n"),
        });
    repository.write("laneset.toml", changed.collect::<String>());
    check(repository.path())
}

/// Whether neither `check` nor `verify`, which alone knows what Postgres refuses, has anything to say.
fn is_well(repository: &Copy, lanes: &[&str]) -> bool {
    declared(repository, lanes).code == Some(0)
        && run(repository.path(), ["verify"]).code == Some(0)
}
