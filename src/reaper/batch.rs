//! One transaction of a pass. Nothing outlives it: the lock, the time limits and the plans end with it, so that a pooler of transactions
//! between reaper and server changes nothing.

use std::time::Duration;

use sqlx::postgres::types::PgInterval;
use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Connection, Postgres, Row};

use super::configuration::Reaper;
use crate::render::reaper::{Pass, Pick};

/// What a transaction did.
#[derive(Debug)]
pub enum Batch {
    /// Another reaper holds the lock.
    Locked,
    /// It was committed. A row a lane that lost runs.
    Reaped(Vec<LaneReaped>),
}

/// What one transaction did to the runs of a lane. Of the retries that were skipped, those that are neither capped nor keyless were not
/// needed: somebody else is at it.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneReaped {
    pub lane: String,
    pub reaped: u64,
    pub retries_created: u64,
    pub retries_skipped: u64,
    pub retries_capped: u64,
    pub retries_keyless: u64,
    pub oldest_stale: Duration,
}

/// Reaps once. `places` says which rows, where the pass picks listed ones.
///
/// # Errors
/// What Postgres says; nothing was done then.
pub async fn reap_batch(
    connection: &mut PgConnection,
    reaper: &Reaper,
    pass: Pass,
    places: &[String],
) -> sqlx::Result<Batch> {
    let mut transaction = connection.begin().await?;
    let is_acquired: bool = statement(begin())
        .bind(reaper.lock_key())
        .bind(interval(reaper.lock_timeout))
        .bind(interval(reaper.statement_timeout))
        .bind(interval(IDLE_TIMEOUT))
        .fetch_one(&mut *transaction)
        .await?
        .try_get("is_acquired")?;
    if !is_acquired {
        transaction.rollback().await?;
        return Ok(Batch::Locked);
    }
    let mut query = statement(reaper.statement(pass)).bind(interval(reaper.stale_after));
    if pass.pick == Pick::Listed {
        query = query.bind(places);
    }
    let rows = query.fetch_all(&mut *transaction).await?;
    let lanes = rows.iter().map(lane).collect::<sqlx::Result<Vec<_>>>()?;
    transaction.commit().await?;
    Ok(Batch::Reaped(lanes))
}

/// Reads in a transaction of its own, which writes nothing.
///
/// # Errors
/// What Postgres says.
pub(super) async fn read(
    connection: &mut PgConnection,
    text: String,
    bind: impl FnOnce(Prepared) -> Prepared,
) -> sqlx::Result<Vec<PgRow>> {
    let mut transaction = connection.begin_with("BEGIN READ ONLY").await?;
    sqlx::raw_sql(READ_LIMITS)
        .execute(&mut *transaction)
        .await?;
    let rows = bind(statement(text)).fetch_all(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(rows)
}

/// Who only looks waits no longer than who reaps: a table may be locked for hours.
const READ_LIMITS: &str = "SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '30s'";

/// A statement and its parameters.
pub(super) type Prepared = Query<'static, Postgres, PgArguments>;

/// A statement that leaves no prepared one behind.
pub(super) fn statement(text: String) -> Prepared {
    sqlx::query(AssertSqlSafe(text)).persistent(false)
}

/// A reaper that is stopped in its transaction keeps the others out no longer than this: between two statements it does nothing else.
const IDLE_TIMEOUT: Duration = Duration::from_secs(5);

/// Takes the lock (`$1`) if it is free, and sets the limits of the transaction, where the server's are not stricter: on waiting (`$2`),
/// on a statement (`$3`) and on doing nothing (`$4`).
fn begin() -> String {
    let limit = |name: &str, most: &str| {
        format!(
            "set_config('{name}', (1000 * extract(epoch FROM \
             least(nullif(current_setting('{name}')::interval, '0'), {most})))::bigint::text, true)"
        )
    };
    format!(
        "SELECT pg_try_advisory_xact_lock($1) AS is_acquired, {}, {}, {}",
        limit("lock_timeout", "$2"),
        limit("statement_timeout", "$3"),
        limit("idle_in_transaction_session_timeout", "$4"),
    )
}

pub(super) fn interval(duration: Duration) -> PgInterval {
    PgInterval {
        months: 0,
        days: 0,
        microseconds: i64::try_from(duration.as_micros()).unwrap_or(i64::MAX),
    }
}

pub(super) fn count(row: &PgRow, column: &str) -> sqlx::Result<u64> {
    let count: i64 = row.try_get(column)?;
    Ok(u64::try_from(count).unwrap_or(0))
}

fn lane(row: &PgRow) -> sqlx::Result<LaneReaped> {
    let oldest: f64 = row.try_get("oldest_stale_seconds")?;
    Ok(LaneReaped {
        lane: row.try_get("lane")?,
        reaped: count(row, "reaped")?,
        retries_created: count(row, "retries_created")?,
        retries_skipped: count(row, "retries_skipped")?,
        retries_capped: count(row, "retries_capped")?,
        retries_keyless: count(row, "retries_keyless")?,
        oldest_stale: Duration::try_from_secs_f64(oldest).unwrap_or_default(),
    })
}
