//! What a tool makes of odd files, beside what laneset makes of them.

use super::story::{Place, Tool};
use crate::postgres::server::Server;
use crate::program::{Copy, check, run};

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

/// Has the tool apply the folder to an empty database, and says where the outcome is not as expected or laneset is of another mind: where
/// the tool makes the index, laneset says that it has those lanes; where it refuses, laneset does not say that all is well.
pub fn disagreement<T: Tool>(
    tool: &T,
    database: &str,
    repository: &Copy,
    expected: &Made,
) -> Option<String> {
    let server = Server::shared();
    drop(server.database(database));
    let place = Place {
        repository,
        server: &server,
        database,
    };
    let outcome = tool.up(&place);
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
    if let Some(made) = made.filter(|_| outcome.is_ok()) {
        let declared: Vec<String> = made.iter().map(|lane| format!("'{lane}'")).collect();
        repository.edit("laneset.toml", "'a', 'b'", &declared.join(", "));
    }
    let checked = check(repository.path());
    let is_clean = checked.code == Some(0);
    match expected {
        Made::Index(_) if is_clean => None,
        Made::NoIndex | Made::Refused if !is_clean => None,
        // What only Postgres can refuse is for `verify` to say.
        Made::Refused if run(repository.path(), ["verify"]).code != Some(0) => None,
        _ => Some(format!(
            "{database}: {outcome:?}, and {}{}",
            checked.stdout, checked.stderr
        )),
    }
}
