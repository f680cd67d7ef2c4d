//! The embedded patches at boot: all of them, in order, under a lock, in one transaction; and a loud word when one still changed something.

use std::time::Duration;

use sqlx::postgres::{PgConnection, PgTransaction};
use sqlx::{AssertSqlSafe, Connection};
use thiserror::Error;
use tokio::time::Instant;
use tracing::{info, warn};

use super::batch::statement;
use super::connect;
use crate::locate::patch_scripts::PatchScript;
use crate::locate::script::Statement;
use crate::verify::catalog::{Catalog, Change};

/// The advisory lock of everybody who applies patches: "laneset" in ASCII.
pub const LOCK_KEY: i64 = 0x006c_616e_6573_6574;

/// How long a patch waits for a lock: the other process's patches, or a table in use.
pub const LOCK_TIMEOUT: Duration = Duration::from_secs(60);

/// What the patches did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The database had no table before: that the patches built it is no surprise.
    pub was_empty: bool,
    /// In the order in which they ran.
    pub patches: Vec<AppliedPatch>,
}

impl Applied {
    /// The patches of that effect.
    pub fn of(&self, effect: Effect) -> impl Iterator<Item = &AppliedPatch> {
        self.patches
            .iter()
            .filter(move |patch| patch.effect() == effect)
    }
}

/// What one patch did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedPatch {
    pub name: String,
    /// Objects of the schema that are not what they were before; empty when it was applied before, or a migration did its work.
    pub changes: Vec<(String, Change)>,
    pub took: Duration,
}

/// What a patch did to the schema as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    None,
    /// It drops and makes again what it finds: the same, but locked and paid for at every boot.
    Rebuilt,
    Changed,
}

impl AppliedPatch {
    pub fn effect(&self) -> Effect {
        let mut changes = self.changes.iter().map(|(_, change)| *change).peekable();
        if changes.peek().is_none() {
            Effect::None
        } else if changes.all(|change| change == Change::Rebuilt) {
            Effect::Rebuilt
        } else {
            Effect::Changed
        }
    }
}

/// Why the patches were not applied.
#[derive(Debug, Error)]
pub enum ApplyError {
    #[error(
        "{}:{}: patch {patch}: {}", statement.location.path(), statement.location.start().line, explained(source)
    )]
    Statement {
        patch: String,
        statement: Box<Statement>,
        source: sqlx::Error,
    },
    #[error("the database cannot be used: {}", connect::said(.0))]
    Database(#[from] sqlx::Error),
}

/// Applies the patches. Every statement of every patch runs each time, as at a boot; they are expected to change nothing that is there
/// already.
///
/// All run in one transaction. Where one uses an enum value that an earlier one has added, Postgres wants the value committed first: then
/// everything is rolled back and each patch gets a transaction of its own.
///
/// # Errors
/// When Postgres refuses a statement. In one transaction nothing is applied then; in several, the patches before the one that is named are,
/// each whole.
pub async fn apply(
    connection: &mut PgConnection,
    patches: &[PatchScript],
) -> Result<Applied, ApplyError> {
    let applied = match together(connection, patches).await {
        Err(ApplyError::Statement { source, .. }) if is_unsafe_enum_value(&source) => {
            info!(
                "an enum value has to be committed before it is used: each patch gets a transaction of its own"
            );
            one_by_one(connection, patches).await
        }
        other => other,
    }?;
    log(&applied);
    Ok(applied)
}

async fn together(
    connection: &mut PgConnection,
    patches: &[PatchScript],
) -> Result<Applied, ApplyError> {
    let mut transaction = begin(connection).await?;
    let mut before = Catalog::of(&mut transaction).await?;
    let mut applied = Applied {
        was_empty: before.is_empty(),
        patches: Vec::new(),
    };
    for patch in patches {
        let (done, after) = run(&mut transaction, patch, &before).await?;
        applied.patches.push(done);
        before = after;
    }
    transaction.commit().await?;
    Ok(applied)
}

async fn one_by_one(
    connection: &mut PgConnection,
    patches: &[PatchScript],
) -> Result<Applied, ApplyError> {
    let mut applied = Applied {
        was_empty: false,
        patches: Vec::new(),
    };
    for (number, patch) in patches.iter().enumerate() {
        let mut transaction = begin(connection).await?;
        let before = Catalog::of(&mut transaction).await?;
        if number == 0 {
            applied.was_empty = before.is_empty();
        }
        let (done, _) = run(&mut transaction, patch, &before).await?;
        transaction.commit().await?;
        applied.patches.push(done);
    }
    Ok(applied)
}

async fn begin(connection: &mut PgConnection) -> sqlx::Result<PgTransaction<'_>> {
    let mut transaction = connection.begin().await?;
    let limit = format!("SET LOCAL lock_timeout = {}", LOCK_TIMEOUT.as_millis());
    sqlx::raw_sql(AssertSqlSafe(limit))
        .execute(&mut *transaction)
        .await?;
    statement("SELECT pg_advisory_xact_lock($1)".to_owned())
        .bind(LOCK_KEY)
        .execute(&mut *transaction)
        .await?;
    Ok(transaction)
}

async fn run(
    transaction: &mut PgTransaction<'_>,
    patch: &PatchScript,
    before: &Catalog,
) -> Result<(AppliedPatch, Catalog), ApplyError> {
    let started = Instant::now();
    for statement in &patch.statements {
        let ran = sqlx::raw_sql(AssertSqlSafe(statement.sql.clone()));
        if let Err(source) = ran.execute(&mut **transaction).await {
            return Err(ApplyError::Statement {
                patch: patch.name.clone(),
                statement: Box::new(statement.clone()),
                source,
            });
        }
    }
    let took = started.elapsed();
    let after = Catalog::of(transaction).await?;
    let done = AppliedPatch {
        name: patch.name.clone(),
        changes: before.changes(&after),
        took,
    };
    Ok((done, after))
}

fn log(applied: &Applied) {
    for patch in &applied.patches {
        let changes: Vec<String> = patch
            .changes
            .iter()
            .map(|(object, change)| format!("{object} {}", change.as_str()))
            .collect();
        let changes = changes.join(", ");
        match patch.effect() {
            Effect::None => info!(patch = patch.name, "applied; it changed nothing"),
            Effect::Rebuilt => info!(
                patch = patch.name,
                changes, "applied; it rebuilt what was there"
            ),
            Effect::Changed if applied.was_empty => {
                info!(patch = patch.name, changes, "applied to an empty database");
            }
            Effect::Changed => warn!(
                patch = patch.name,
                changes,
                "A PATCH CHANGED THE SCHEMA: a migration that should have done it is missing, or was not applied"
            ),
        }
    }
}

/// `ALTER TYPE … ADD VALUE`, and the value used before a commit (55P04, unsafe_new_enum_value_usage).
fn is_unsafe_enum_value(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code == "55P04")
}

/// What Postgres says, with what helps.
fn explained(error: &sqlx::Error) -> String {
    let code = error.as_database_error().and_then(|error| error.code());
    let help = match code.as_deref() {
        Some("25001") => "; a patch runs in a transaction, so build the index without CONCURRENTLY",
        Some("55P03") => "; another transaction kept a lock for longer than a minute",
        _ => "",
    };
    format!("{}{help}", connect::said(error))
}
