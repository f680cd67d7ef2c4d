//! Connections that a pooler of transactions may stand behind.

use std::io;
use std::str::FromStr;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgConnection};

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The options of a connection string. Whatever a pooler would refuse or forget is left out: start-up parameters that pgbouncer does not
/// know, and prepared statements.
///
/// # Errors
/// When it is not a connection string of Postgres.
pub fn options(url: &str, application: &str) -> sqlx::Result<PgConnectOptions> {
    let options = PgConnectOptions::from_str(url)?;
    Ok(options
        .application_name(application)
        .extra_float_digits(None)
        .statement_cache_capacity(0))
}

/// Connects, within ten seconds.
///
/// # Errors
/// When the server cannot be reached or refuses.
pub async fn connect(options: &PgConnectOptions) -> sqlx::Result<PgConnection> {
    tokio::time::timeout(CONNECT_TIMEOUT, options.connect())
        .await
        .unwrap_or_else(|_| Err(no_answer(CONNECT_TIMEOUT)))
}

/// An error as the end of a sentence: of the server's, its words and its code, and not where in its source they stand.
pub fn said(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => match error.code() {
            Some(code) => format!("{} ({code})", error.message()),
            None => error.message().to_owned(),
        },
        sqlx::Error::Configuration(cause) => cause.to_string(),
        other => other.to_string(),
    }
}

/// What is said of a server that says nothing: it is stopped, or gone without a word.
pub(super) fn no_answer(within: Duration) -> sqlx::Error {
    let reason = format!(
        "the server did not answer within {} seconds",
        within.as_secs()
    );
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, reason))
}
