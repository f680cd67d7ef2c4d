//! Runs migrations, dump and patches as their tools do, a statement at a time, so that an error has its place.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};
use thiserror::Error;

use crate::locate::error::LocateError;
use crate::locate::formats::Part;
use crate::locate::migrations::Migrations;
use crate::locate::patch_scripts::PatchScript;
use crate::locate::script::{Statement, cut_part};
use crate::model::migration_step::Transaction;
use crate::read_sql::split::leading_words;
use crate::source::file::{Location, SourceFile};
use crate::source::span::Span;

/// Why a replay did not come to its end.
#[derive(Debug, Error)]
pub enum ReplayError {
    #[error("{}:{}: Postgres refuses this: {}", .location.path(), .location.start().line, explained(source))]
    Statement {
        location: Box<Location>,
        source: sqlx::Error,
    },
    #[error("{}:1: {reason}", .location.path())]
    Unusable {
        location: Box<Location>,
        reason: String,
    },
    #[error(transparent)]
    Unreadable(#[from] LocateError),
    #[error("the server cannot be used: {0}")]
    Server(#[from] sqlx::Error),
}

/// What Postgres says, with what helps.
fn explained(error: &sqlx::Error) -> String {
    let Some(error) = error.as_database_error() else {
        return error.to_string();
    };
    let code = error.code().unwrap_or_default().into_owned();
    let message = error.message();
    let help = match code.as_str() {
        "0A000" | "58P01" if message.contains("extension") => {
            "; install the package that brings it on the machine where this runs, or lend a server that has it (--shadow)"
        }
        "42704" if message.starts_with("role ") => {
            "; make the role where it is missing in a migration before this one, or lend a server that has it (--shadow)"
        }
        "57014" => "; --statement-timeout says how long one may take",
        _ => "",
    };
    format!("{message} ({code}){help}")
}

/// A migration as it runs.
pub struct Migration {
    pub file: Arc<SourceFile>,
    pub up: Run,
    /// `None` when there is no way back.
    pub down: Option<Run>,
}

/// Statements that run together.
pub struct Run {
    statements: Vec<Statement>,
    transaction: Transaction,
}

/// The migrations in their order.
///
/// # Errors
/// When one cannot be cut into statements, or its tool would refuse it.
pub fn migrations(migrations: &Migrations) -> Result<Vec<Migration>, ReplayError> {
    let files = migrations.files.iter();
    files
        .map(|file| {
            let parts = migrations.format().parts(file.text());
            let parts = parts.map_err(|reason| ReplayError::Unusable {
                location: Box::new(Location::top(file)),
                reason,
            })?;
            let run = |part: Part| -> Result<Run, ReplayError> {
                Ok(Run {
                    statements: cut_part(file, part.span)?,
                    transaction: part.transaction,
                })
            };
            Ok(Migration {
                file: Arc::clone(file),
                up: run(parts.up)?,
                down: parts.down.map(run).transpose()?,
            })
        })
        .collect()
}

/// The statements of a dump, without the lines that are for psql.
///
/// # Errors
/// When it cannot be cut into statements.
pub fn dump(file: &Arc<SourceFile>) -> Result<Run, ReplayError> {
    let mut statements = Vec::new();
    let text = file.text();
    let mut start = 0;
    // A line that begins with a backslash ends a part: none stands inside a statement of pg_dump.
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        if line.starts_with('\\') {
            statements.extend(cut_part(file, Span::new(start, at))?);
            start = end;
        }
        at = end;
    }
    statements.extend(cut_part(file, Span::new(start, at))?);
    statements.retain(|statement| !sets_timeout(&statement.sql) && !is_of_roles(&statement.sql));
    Ok(Run {
        statements,
        transaction: Transaction::None,
    })
}

/// pg_dump takes the limits of its session away, among them ones that an older server does not know.
fn sets_timeout(sql: &str) -> bool {
    let sql = sql.to_ascii_lowercase();
    let setting = sql
        .strip_prefix("set ")
        .and_then(|set| set.split_whitespace().next());
    setting.is_some_and(|setting| setting.ends_with("_timeout"))
}

/// Owners and privileges are not compared, and the roles are those of another server.
fn is_of_roles(sql: &str) -> bool {
    let words = leading_words(sql, 3);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["GRANT" | "REVOKE", ..] | ["ALTER", "DEFAULT", "PRIVILEGES"] => true,
        ["ALTER", ..] => sql.contains(" OWNER TO "),
        _ => false,
    }
}

/// The statements of a patch, each in a transaction of its own.
pub fn patch(script: &PatchScript) -> Run {
    Run {
        statements: script.statements.clone(),
        transaction: Transaction::None,
    }
}

/// Readies a connection, as if it were a new one: no statement takes longer than that, for one that waits for something that never comes must not hang a gate.
///
/// # Errors
/// What Postgres says.
pub async fn ready(connection: &mut PgConnection, longest: Duration) -> sqlx::Result<()> {
    let limit = format!("RESET ALL; SET statement_timeout = {}", longest.as_millis());
    sqlx::raw_sql(AssertSqlSafe(limit))
        .execute(connection)
        .await?;
    Ok(())
}

/// Runs one after the other; in a transaction where the tool does so, which ends with the first error.
///
/// # Errors
/// The statement that Postgres refuses.
pub async fn run(connection: &mut PgConnection, run: &Run) -> Result<(), ReplayError> {
    match run.transaction {
        Transaction::None => each(connection, &run.statements).await,
        Transaction::Wrapped => {
            let mut transaction = connection.begin().await?;
            each(&mut transaction, &run.statements).await?;
            Ok(transaction.commit().await?)
        }
    }
}

async fn each(connection: &mut PgConnection, statements: &[Statement]) -> Result<(), ReplayError> {
    for statement in statements {
        let ran = sqlx::raw_sql(AssertSqlSafe(statement.sql.clone()));
        if let Err(source) = ran.execute(&mut *connection).await {
            return Err(ReplayError::Statement {
                location: Box::new(statement.location.clone()),
                source,
            });
        }
    }
    Ok(())
}

/// Where a text has a name as a word of its own.
pub(super) fn words<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_inside = |c: char| c.is_alphanumeric() || c == '_';
    let found = text.match_indices(name).map(|(at, _)| at);
    found.filter(move |at| {
        let (before, after) = (&text[..*at], &text[at + name.len()..]);
        !name.is_empty() && !before.ends_with(is_inside) && !after.starts_with(is_inside)
    })
}

impl Run {
    /// Whether it makes the schema that every database has: a dump of that schema alone does.
    pub fn makes_public(&self) -> bool {
        let mut statements = self.statements.iter();
        statements.any(|statement| {
            let words = leading_words(&statement.sql, 3);
            words
                .iter()
                .map(String::as_str)
                .eq(["CREATE", "SCHEMA", "PUBLIC"])
        })
    }

    /// The last of its statements that names something.
    pub fn naming(&self, name: &str) -> Option<Location> {
        let mut statements = self.statements.iter();
        let naming = statements.rfind(|statement| words(&statement.sql, name).next().is_some());
        naming.map(|statement| statement.location.clone())
    }

    /// As [`Run::naming`]; where none does, its beginning.
    pub fn place_of(&self, name: &str) -> Option<Location> {
        let first = self.statements.first();
        self.naming(name)
            .or_else(|| first.map(|statement| statement.location.clone()))
    }
}
