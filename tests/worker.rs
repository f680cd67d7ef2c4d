//! A worker of the reference queue, as a Rust service embeds laneset: it claims runs, beats while it works on them, and ends them.
//! The tests of the reaper start several, and kill them.
//!
//! ```text
//! worker MANIFEST DATABASE_URL NAME SEED
//! ```
//! Prints a line a run: `done`, `failed`, `lost` (it was told that the run is not its own any more), `zombie` (the late end of a lost
//! run touched nothing) or `UNFENCED` (it did).

use std::path::Path;
use std::time::Duration;

use laneset::declare::load::load;
use laneset::declare::parse::Defaults;
use laneset::model::declaration::LaneSet;
use laneset::read_sql::expression::read_predicate;
use laneset::reaper::connect::{connect, options};
use laneset::reaper::heartbeat::{Heartbeat, HeartbeatError, LeaseBeat, Rhythm};
use laneset::reaper::lease::{Fenced, Lease};
use laneset::render::lease::Claim;
use sqlx::Row;
use sqlx::postgres::{PgConnectOptions, PgConnection};

const CLAIM: &str = "UPDATE runs SET status = 'running', claimed_by = $1, claimed_at = now(), last_heartbeat_at = NULL \
    WHERE id = (SELECT id FROM runs WHERE status = 'pending' AND run_type IN ('sync', 'auth') ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) \
    RETURNING id::text AS run, attempts::bigint AS attempt";

struct Worker {
    lane_set: LaneSet,
    options: PgConnectOptions,
    name: String,
    random: u64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [manifest, url, name, seed] = arguments.as_slice() else {
        return Err("worker MANIFEST DATABASE_URL NAME SEED".into());
    };
    let read = |text: &str| read_predicate(text, None);
    let declaration = load(Path::new(manifest), &read, &Defaults::default())?;
    let mut worker = Worker {
        lane_set: declaration.lane_sets[0].clone(),
        options: options(url, "worker")?,
        name: name.clone(),
        random: seed.parse::<u64>()? | 1,
    };
    loop {
        // A lost connection is no reason to end: the next one may last.
        if worker.work().await.is_err() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Worker {
    /// Claims runs and works on them, until the connection is lost.
    async fn work(&mut self) -> Result<(), sqlx::Error> {
        let mut connection = connect(&self.options).await?;
        loop {
            match self.claim(&mut connection).await? {
                Some(claim) => self.run(&mut connection, claim).await?,
                None => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    async fn claim(&self, connection: &mut PgConnection) -> Result<Option<Claim>, sqlx::Error> {
        let claimed = sqlx::query(CLAIM)
            .bind(&self.name)
            .fetch_optional(connection)
            .await?;
        claimed
            .map(|row| {
                Ok(Claim {
                    run: row.try_get("run")?,
                    worker: self.name.clone(),
                    attempt: Some(row.try_get("attempt")?),
                })
            })
            .transpose()
    }

    async fn run(
        &mut self,
        connection: &mut PgConnection,
        claim: Claim,
    ) -> Result<(), sqlx::Error> {
        let Some(lease) = Lease::new(&self.lane_set, claim) else {
            return Ok(());
        };
        let beat = LeaseBeat::new(self.options.clone(), lease.clone());
        let heartbeat = match Heartbeat::start(beat, Rhythm::of(&lease)).await {
            Ok(heartbeat) => heartbeat,
            Err(HeartbeatError::Lost) => {
                println!("lost");
                return Ok(());
            }
            Err(HeartbeatError::NotStarted(error)) => return Err(error),
        };
        let length = Duration::from_millis(100 + self.next() % 3000);
        let is_good = !self.next().is_multiple_of(10);
        let worked = heartbeat.guard(tokio::time::sleep(length)).await;
        let written = if is_good {
            lease.finish(connection).await?
        } else {
            lease.fail(connection, "it went wrong").await?
        };
        println!(
            "{}",
            match (worked, written) {
                (Ok(()), Fenced::Written) if is_good => "done",
                (Ok(()), Fenced::Written) => "failed",
                (_, Fenced::Lost) => "zombie",
                (Err(_), Fenced::Written) => "UNFENCED",
            }
        );
        Ok(())
    }

    /// A number that looks random, and is the same for the same seed (xorshift).
    fn next(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random
    }
}
