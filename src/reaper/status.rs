//! What is in flight, stale and locked, and who is reaping. Nothing is changed.

use std::collections::BTreeMap;
use std::time::Duration;

use sqlx::Row;
use sqlx::postgres::{PgConnection, PgRow};

use thiserror::Error;

use super::batch::{count, interval, read, statement};
use super::configuration::Reaper;
use crate::render::survey::INSTANTS;

/// The live runs of a lane set.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Survey {
    /// In the order of the lanes' names; lanes without a live run are not there.
    pub lanes: Vec<LaneSurvey>,
}

/// How many runs of a lane are live, and stale.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneSurvey {
    pub lane: String,
    pub live: u64,
    pub stale: u64,
    /// How long the longest silent one has been. `None` when none is stale.
    pub oldest_stale: Option<Duration>,
}

impl Survey {
    pub fn live(&self) -> u64 {
        self.lanes.iter().map(|lane| lane.live).sum()
    }

    pub fn stale(&self) -> u64 {
        self.lanes.iter().map(|lane| lane.stale).sum()
    }
}

/// A session that holds the reaper's lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The server's process.
    pub process: i32,
    pub application: String,
    /// `None` on a socket.
    pub address: Option<String>,
    /// Since its transaction began.
    pub held_for: Duration,
}

/// Why silence cannot be told in a database.
#[derive(Debug, Error)]
pub enum Timeless {
    #[error("there is no table {0}")]
    NoTable(String),
    #[error(
        "{table} has no column {column}, which says since when a run is silent; name another in the set's [reaper]"
    )]
    NoColumn { table: String, column: String },
    #[error(
        "{column} of {table} is of type {type_name}, and so means another instant to a session in another time zone: live runs would look \
         stale; make it timestamp with time zone"
    )]
    NoInstant {
        table: String,
        column: String,
        type_name: String,
    },
}

/// Whether the columns that tell a run's silence are there, and mean the same to every session.
///
/// # Errors
/// [`Timeless`], as [`sqlx::Error::Configuration`]; and what Postgres says.
pub async fn examine(connection: &mut PgConnection, reaper: &Reaper) -> sqlx::Result<()> {
    let table = reaper.table();
    let wanted = reaper.instants();
    let (of, names) = (table.clone(), wanted.map(str::to_owned).to_vec());
    let rows = read(connection, INSTANTS.to_owned(), |query| {
        query.bind(of).bind(names)
    })
    .await?;
    let unfit = |unfit: Timeless| Err(sqlx::Error::Configuration(unfit.into()));
    if rows.is_empty() {
        return unfit(Timeless::NoTable(table));
    }
    let mut types = BTreeMap::new();
    for row in &rows {
        let name: Option<String> = row.try_get("name")?;
        let type_name: Option<String> = row.try_get("type")?;
        types.extend(name.zip(type_name));
    }
    for column in wanted.map(str::to_owned) {
        match types.remove(&column) {
            Some(type_name) if type_name == "timestamp with time zone" => {
                // A column may be named twice.
                types.insert(column, type_name);
            }
            Some(type_name) => {
                return unfit(Timeless::NoInstant {
                    table,
                    column,
                    type_name,
                });
            }
            None => return unfit(Timeless::NoColumn { table, column }),
        }
    }
    Ok(())
}

/// Counts the live and the stale runs.
///
/// # Errors
/// As [`examine`].
pub async fn survey(connection: &mut PgConnection, reaper: &Reaper) -> sqlx::Result<Survey> {
    examine(connection, reaper).await?;
    let stale_after = interval(reaper.stale_after);
    let rows = read(connection, reaper.survey(), |query| query.bind(stale_after)).await?;
    let lanes = rows.iter().map(|row| {
        let oldest: Option<f64> = row.try_get("oldest_stale_seconds")?;
        Ok(LaneSurvey {
            lane: row.try_get("lane")?,
            live: count(row, "live")?,
            stale: count(row, "stale")?,
            oldest_stale: oldest.map(duration),
        })
    });
    Ok(Survey {
        lanes: lanes.collect::<sqlx::Result<_>>()?,
    })
}

/// How long the server has been up.
///
/// # Errors
/// What Postgres says.
pub async fn uptime(connection: &mut PgConnection) -> sqlx::Result<Duration> {
    const UPTIME: &str = "SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::double precision AS seconds";
    let rows = read(connection, UPTIME.to_owned(), |query| query).await?;
    Ok(duration(rows[0].try_get("seconds")?))
}

/// The stale runs of each lane that no other transaction holds, by lane. They are locked for the moment of the count, so this needs the right
/// to update the table.
///
/// # Errors
/// What Postgres says.
pub async fn free(
    connection: &mut PgConnection,
    reaper: &Reaper,
) -> sqlx::Result<Vec<(String, u64)>> {
    use sqlx::Connection;
    let mut transaction = connection.begin().await?;
    let rows = statement(reaper.free_count())
        .bind(interval(reaper.stale_after))
        .fetch_all(&mut *transaction)
        .await?;
    transaction.rollback().await?;
    let lanes = rows
        .iter()
        .map(|row| Ok((row.try_get("lane")?, count(row, "free")?)));
    lanes.collect()
}

/// Who holds the reaper's lock in this database; nobody, most of the time.
///
/// # Errors
/// What Postgres says.
pub async fn holders(connection: &mut PgConnection, reaper: &Reaper) -> sqlx::Result<Vec<Holder>> {
    // A key of 64 bits stands in two columns, and objsubid is 1 (manual, 54.12, pg_locks).
    const HOLDERS: &str = "SELECT activity.pid AS process, activity.application_name AS application, host(activity.client_addr) AS address, \
        extract(epoch FROM clock_timestamp() - activity.xact_start)::double precision AS seconds \
        FROM pg_locks AS lock JOIN pg_stat_activity AS activity USING (pid) \
        WHERE lock.locktype = 'advisory' AND lock.granted AND lock.objsubid = 1 \
        AND lock.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
        AND (lock.classid::bigint << 32 | lock.objid::bigint) = $1 ORDER BY activity.pid";
    let key = reaper.lock_key();
    let rows = read(connection, HOLDERS.to_owned(), |query| query.bind(key)).await?;
    rows.iter().map(holder).collect()
}

fn holder(row: &PgRow) -> sqlx::Result<Holder> {
    let seconds: Option<f64> = row.try_get("seconds")?;
    Ok(Holder {
        process: row.try_get("process")?,
        application: row.try_get("application")?,
        address: row.try_get("address")?,
        held_for: duration(seconds.unwrap_or(0.0)),
    })
}

fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
