//! A connection on which things are replayed, a statement at a time, so that an error has its place.

use std::fmt;
use std::time::Duration;

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgConnection;
use thiserror::Error;
use tokio::time::timeout;

use super::catalog::Catalog;
use super::extensions;
use super::replay::Run;
use crate::locate::error::LocateError;
use crate::locate::formats::history::is_of_a_tool;
use crate::locate::script::Statement;
use crate::model::migration_step::Transaction;
use crate::source::file::Location;

/// Who runs the statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Engine {
    /// Its version: `15.9`.
    Postgres(String),
    /// In WebAssembly; the version of its package.
    PGlite(String),
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Engine::Postgres(version) => write!(f, "Postgres {version}"),
            Engine::PGlite(version) => write!(f, "PGlite {version}"),
        }
    }
}

/// Why a replay did not come to its end.
#[derive(Debug, Error)]
pub enum ReplayError {
    #[error("{}:{}: {engine} refuses this: {}", .location.path(), .location.start().line, explained(engine, source))]
    Statement {
        location: Box<Location>,
        engine: Engine,
        source: sqlx::Error,
    },
    #[error("{}:{}: {engine} does not come to the end of this within {} s; --statement-timeout says how long one may take", .location.path(), .location.start().line, .longest.as_secs())]
    Endless {
        location: Box<Location>,
        engine: Engine,
        longest: Duration,
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

/// What the server says, with what helps.
fn explained(engine: &Engine, error: &sqlx::Error) -> String {
    let Some(error) = error.as_database_error() else {
        let said = error.to_string();
        // The server waits for rows, or sends them, and sqlx knows that only where it is asked for.
        return match said.contains("CopyInResponse") || said.contains("CopyOutResponse") {
            true => "rows that stand in the file or go to the client are not replayed; a dump is to be made with --schema-only, and \
                     a migration to INSERT".to_owned(),
            false => said,
        };
    };
    let code = error.code().unwrap_or_default().into_owned();
    let message = error.message();
    let help = match code.as_str() {
        "0A000" | "58P01" | "22023" => {
            extensions::help(engine, message).map_or_else(String::new, |help| format!("; {help}"))
        }
        "42704" if message.starts_with("role ") => {
            "; make the role where it is missing in a migration before this one, or lend a server that has it (--shadow)".to_owned()
        }
        "57014" => "; --statement-timeout says how long one may take".to_owned(),
        _ => String::new(),
    };
    format!("{message} ({code}){help}")
}

/// How much longer than a statement's limit we wait for a server that does not keep it: PGlite has no timers.
const PATIENCE: Duration = Duration::from_secs(2);

/// An open connection, and what is known of its server.
#[derive(Debug)]
pub struct Session {
    pub connection: PgConnection,
    engine: Engine,
    /// How long one statement may take.
    longest: Duration,
}

impl Session {
    /// A session in which no statement takes longer than that, for one that waits for something that never comes must not hang a gate.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn new(
        connection: PgConnection,
        engine: Engine,
        longest: Duration,
    ) -> sqlx::Result<Self> {
        let mut session = Self {
            connection,
            engine,
            longest,
        };
        session.renew().await?;
        Ok(session)
    }

    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Takes back what was set, as if it were a new connection.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn renew(&mut self) -> sqlx::Result<()> {
        let limit = format!(
            "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; SET statement_timeout = {}",
            self.longest.as_millis()
        );
        self.execute(limit).await
    }

    /// Runs text that is ours.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn execute(&mut self, sql: String) -> sqlx::Result<()> {
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }

    /// What the database has now, without what belongs to a migration tool.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn look(&mut self) -> sqlx::Result<Catalog> {
        // What was set changes how Postgres spells what it has.
        let as_unset: String = SPELLING
            .iter()
            .map(|setting| format!("SET LOCAL {setting} TO DEFAULT; "))
            .collect();
        self.execute(format!("BEGIN; {as_unset}")).await?;
        let catalog = Catalog::of(&mut self.connection).await?;
        self.execute("COMMIT".to_owned()).await?;
        Ok(catalog.without(is_of_a_tool))
    }

    /// Runs one after the other; in a transaction where the tool does so. After an error the session is of no more use.
    ///
    /// # Errors
    /// The statement that the server refuses, or that does not end.
    pub async fn run(&mut self, run: &Run) -> Result<(), ReplayError> {
        match run.transaction {
            Transaction::OneString if run.statements.len() < 2 => self.each(&run.statements).await,
            Transaction::None => self.each(&run.statements).await,
            Transaction::Wrapped | Transaction::OneString => {
                self.execute("BEGIN".to_owned()).await?;
                self.each(&run.statements).await?;
                Ok(self.execute("COMMIT".to_owned()).await?)
            }
        }
    }

    async fn each(&mut self, statements: &[Statement]) -> Result<(), ReplayError> {
        for statement in statements {
            let patience = self.longest + PATIENCE;
            let ended = timeout(patience, self.execute(statement.sql.clone())).await;
            let location = || Box::new(statement.location.clone());
            match ended {
                Ok(Ok(())) => {}
                Ok(Err(source)) => {
                    return Err(ReplayError::Statement {
                        location: location(),
                        engine: self.engine.clone(),
                        source,
                    });
                }
                Err(_) => {
                    return Err(ReplayError::Endless {
                        location: location(),
                        engine: self.engine.clone(),
                        longest: self.longest,
                    });
                }
            }
        }
        Ok(())
    }
}

/// The settings by which Postgres spells conditions, defaults and bounds (manual, 20.11).
const SPELLING: [&str; 6] = [
    "search_path",
    "timezone",
    "datestyle",
    "intervalstyle",
    "quote_all_identifiers",
    "extra_float_digits",
];
