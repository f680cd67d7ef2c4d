//! The reference queue in databases of its own, and what the benchmarks do to it.

use std::path::Path;
use std::time::Duration;

use laneset::declare::load::load;
use laneset::declare::parse::Defaults;
use laneset::model::declaration::LaneSet;
use laneset::read_sql::expression::read_predicate;
use laneset::reaper::configuration::Reaper;
use laneset::reaper::connect::{connect, options};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection, Row};

pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const SCHEMA: &str = include_str!("../../../db/schema.sql");

/// The columns of a run that the benchmarks write.
pub const COLUMNS: &str = "organization_id, feed_id, run_type, status, claimed_by, claimed_at, last_heartbeat_at, completed_at";

/// The server of the benchmark.
pub struct Server {
    url: String,
}

impl Server {
    /// `url` names a database in which others may be created.
    pub fn new(url: String) -> Self {
        Self { url }
    }

    /// A new, empty database.
    pub async fn database(&self, name: &str) -> Outcome<PgConnectOptions> {
        let options = options(&self.url, "laneset bench")?;
        let mut connection = connect(&options).await?;
        run(&mut connection, &format!("CREATE DATABASE {name}")).await?;
        connection.close().await?;
        Ok(options.database(name))
    }

    pub async fn drop_database(&self, name: &str) -> Outcome<()> {
        let mut connection = connect(&options(&self.url, "laneset bench")?).await?;
        run(&mut connection, &format!("DROP DATABASE {name}")).await?;
        Ok(())
    }

    /// A new database with the reference queue in it.
    pub async fn queue(&self, name: &str) -> Outcome<PgConnectOptions> {
        let options = self.database(name).await?;
        let mut connection = connect(&options).await?;
        run(&mut connection, &schema()).await?;
        run(
            &mut connection,
            "INSERT INTO public.organizations (id, name) VALUES ('o', 'o')",
        )
        .await?;
        connection.close().await?;
        Ok(options)
    }
}

/// The dump, without the lines that are for psql.
fn schema() -> String {
    let lines = SCHEMA.lines().filter(|line| !line.starts_with('\\'));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The lane set of this repository's own manifest, and its reaper.
pub fn declared() -> Outcome<(LaneSet, Reaper)> {
    let read = |text: &str| read_predicate(text, None);
    let declaration = load(Path::new("laneset.toml"), &read, &Defaults::default())?;
    let lane_set = declaration.lane_sets[0].clone();
    let reaper = Reaper::of(&lane_set).ok_or("laneset.toml declares no reaper")?;
    Ok((lane_set, reaper))
}

/// Runs statements without parameters.
pub async fn run(connection: &mut PgConnection, statements: &str) -> sqlx::Result<()> {
    sqlx::raw_sql(AssertSqlSafe(statements))
        .execute(connection)
        .await?;
    Ok(())
}

/// Adds runs: `values` with `n` counting from `from` to `to`.
pub async fn add_runs(
    connection: &mut PgConnection,
    values: &str,
    from: u64,
    to: u64,
) -> sqlx::Result<()> {
    let statement = format!(
        "INSERT INTO public.runs ({COLUMNS}) SELECT {values} FROM generate_series({from}, {to}) AS n"
    );
    run(connection, &statement).await
}

/// A run that is done, a day ago.
pub const DONE: &str = "'o', NULL, (ARRAY['sync', 'action', 'embed_backfill', 'auth', 'insight'])[1 + n % 5], 'completed', 'w', \
    now() - interval '1 day', now() - interval '1 day', now() - interval '1 day'";

/// A run that a worker holds; it has just beaten.
pub const LIVE: &str = "'o', NULL, 'action', 'running', 'w', now(), now(), NULL";

/// The one number that a query gives.
pub async fn number(connection: &mut PgConnection, query: &str) -> sqlx::Result<f64> {
    let text = format!("SELECT ({query})::double precision AS number");
    sqlx::query(AssertSqlSafe(text))
        .persistent(false)
        .fetch_one(connection)
        .await?
        .try_get("number")
}

/// Some of the times, sorted.
pub struct Times(Vec<Duration>);

impl Times {
    pub fn new(mut times: Vec<Duration>) -> Self {
        times.sort();
        Self(times)
    }

    pub fn median(&self) -> Duration {
        self.part(50)
    }

    /// The time that so many percent of the others do not exceed.
    pub fn part(&self, percent: usize) -> Duration {
        let last = self.0.len().saturating_sub(1);
        self.0[(self.0.len() * percent / 100).min(last)]
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }
}

pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
