//! A hundred thousand stale runs at once: how long the sweep takes beside one bare statement of the same effect, and what the workers that
//! beat meanwhile feel of it.

use std::time::{Duration, Instant};

use laneset::model::declaration::LaneSet;
use laneset::reaper::connect::connect;
use laneset::reaper::lease::{Fenced, Lease};
use laneset::reaper::sweep::{Bounds, reap_stale_runs};
use laneset::render::lease::Claim;
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio_util::sync::CancellationToken;

use super::queue::{
    DONE, LIVE, Outcome, Server, Times, add_runs, declared, milliseconds, number, run,
};

const STALE_ROWS: u64 = 100_000;
const DONE_ROWS: u64 = 500_000;
/// Runs of workers that are well, and how many of them beat at once, each so often.
const HELD: u64 = 200;
const BEATING: u64 = 4;
const BEAT_EVERY: Duration = Duration::from_millis(10);
/// How long beats are measured without a sweep.
const IDLE: Duration = Duration::from_secs(10);

/// Half of them are syncs, each of a feed of its own, which get a retry.
const STALE: &str = "'o', CASE WHEN n % 2 = 0 THEN n END, CASE WHEN n % 2 = 0 THEN 'sync' ELSE 'auth' END, 'running', 'w', \
    now() - interval '1 hour', now() - interval '30 minutes' + n * interval '1 ms', NULL";

/// What a team would write by hand, without batches, lock or counts.
const BARE: &str = "WITH reaped AS (
        UPDATE public.runs SET status = 'timeout', error_message = 'worker_heartbeat_lost', completed_at = now()
        WHERE status IN ('claimed', 'running') AND run_type IN ('sync', 'action', 'embed_backfill', 'auth')
          AND (last_heartbeat_at < now() - interval '120 seconds'
               OR last_heartbeat_at IS NULL AND COALESCE(claimed_at, created_at) < now() - interval '120 seconds')
        RETURNING id, run_type, feed_id, organization_id, payload, attempts
    )
    INSERT INTO public.runs (run_type, feed_id, organization_id, payload, attempts, status)
    SELECT DISTINCT ON (feed_id) run_type, feed_id, organization_id, payload, attempts + 1, 'pending'
    FROM reaped
    WHERE run_type = 'sync' AND feed_id IS NOT NULL AND attempts < 5
      AND NOT EXISTS (
          SELECT 1 FROM public.runs AS sibling
          WHERE sibling.run_type = 'sync' AND sibling.feed_id = reaped.feed_id
            AND sibling.status IN ('pending', 'claimed', 'running')
            AND sibling.id NOT IN (SELECT id FROM reaped)
      )
    ORDER BY feed_id, attempts DESC";

pub async fn measure(server: &Server, rounds: u32) -> Outcome<()> {
    let options = server.queue("backlog").await?;
    let mut connection = connect(&options).await?;
    run(
        &mut connection,
        &format!(
            "CREATE EXTENSION pg_stat_statements;
             INSERT INTO public.feeds (id, organization_id, connector_key) SELECT n, 'o', 'f' FROM generate_series(1, {STALE_ROWS}) AS n"
        ),
    )
    .await?;
    add_runs(&mut connection, DONE, 1, DONE_ROWS).await?;
    let idle = beats(&options, sleep(IDLE)).await?;
    let mut measured = Measured::default();
    for round in 0..rounds {
        // Whoever is second would find warm files.
        if round % 2 == 0 {
            measured.bare(&mut connection).await?;
            measured.sweep(&options, &mut connection).await?;
        } else {
            measured.sweep(&options, &mut connection).await?;
            measured.bare(&mut connection).await?;
        }
    }
    connection.close().await?;
    server.drop_database("backlog").await?;
    measured.print(&idle);
    Ok(())
}

async fn sleep(duration: Duration) -> Outcome<()> {
    tokio::time::sleep(duration).await;
    Ok(())
}

#[derive(Default)]
struct Measured {
    bare: Vec<Duration>,
    sweeps: Vec<Duration>,
    /// Beats that were sent while a sweep was on.
    beats: Vec<Duration>,
    /// The longest statement of each sweep, as the server measured it.
    longest: Vec<Duration>,
}

impl Measured {
    async fn bare(&mut self, connection: &mut PgConnection) -> Outcome<()> {
        fill(connection).await?;
        let began = Instant::now();
        run(connection, BARE).await?;
        self.bare.push(began.elapsed());
        self.check(connection).await
    }

    async fn sweep(
        &mut self,
        options: &PgConnectOptions,
        connection: &mut PgConnection,
    ) -> Outcome<()> {
        // Alone, as the bare statement is.
        fill(connection).await?;
        run(connection, "SELECT pg_stat_statements_reset()").await?;
        let (_, reaper) = declared()?;
        let began = Instant::now();
        reap_stale_runs(connection, &reaper, &Bounds::none()).await?;
        self.sweeps.push(began.elapsed());
        let longest = "SELECT max(max_exec_time) FROM pg_stat_statements \
            WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())";
        let longest = number(connection, longest).await?;
        self.longest.push(Duration::from_secs_f64(longest / 1000.0));
        self.check(connection).await?;
        // And with workers that beat.
        fill(connection).await?;
        let sweep = async {
            reap_stale_runs(connection, &reaper, &Bounds::none()).await?;
            Ok(())
        };
        self.beats.extend(beats(options, sweep).await?);
        self.check(connection).await
    }

    /// Both ways must have done the same.
    async fn check(&self, connection: &mut PgConnection) -> Outcome<()> {
        let counts = "SELECT count(*) FILTER (WHERE status = 'timeout') * 1000000 + count(*) FILTER (WHERE status = 'pending') FROM public.runs";
        let counts = number(connection, counts).await?;
        #[allow(clippy::cast_precision_loss)] // Far below 2^52.
        let expected = (STALE_ROWS * 1_000_000 + STALE_ROWS / 2) as f64;
        assert!(
            (counts - expected).abs() < 0.5,
            "{counts} is not {expected}"
        );
        Ok(())
    }

    fn print(self, idle: &[Duration]) {
        let [bare, sweeps, longest, beats, idle] = [
            self.bare,
            self.sweeps,
            self.longest,
            self.beats,
            idle.to_vec(),
        ]
        .map(Times::new);
        println!(
            "\n{STALE_ROWS} stale runs, half of them with a retry, beside {DONE_ROWS} that are done"
        );
        let ratio = |over: Duration, under: Duration| over.as_secs_f64() / under.as_secs_f64();
        println!(
            "one bare statement       median {:>8.0} ms",
            milliseconds(bare.median())
        );
        println!(
            "a sweep                  median {:>8.0} ms   {:.2} times the bare one",
            milliseconds(sweeps.median()),
            ratio(sweeps.median(), bare.median())
        );
        println!(
            "its longest statement    median {:>8.1} ms   worst {:.1} ms",
            milliseconds(longest.median()),
            milliseconds(longest.part(100))
        );
        for (name, times) in [("idle", &idle), ("during a sweep", &beats)] {
            println!(
                "beats, {name:<17} median {:>8.2} ms   p99 {:.2} ms   ({} beats)",
                milliseconds(times.median()),
                milliseconds(times.part(99)),
                times.count()
            );
        }
        println!(
            "p99 during a sweep       {:.2} times the idle one",
            ratio(beats.part(99), idle.part(99))
        );
    }
}

/// The table as it is before a sweep.
async fn fill(connection: &mut PgConnection) -> sqlx::Result<()> {
    run(
        connection,
        "DELETE FROM public.runs WHERE status <> 'completed'",
    )
    .await?;
    run(connection, "VACUUM public.runs").await?;
    add_runs(connection, LIVE, 1, HELD).await?;
    add_runs(connection, STALE, 1, STALE_ROWS).await?;
    run(connection, "VACUUM (ANALYZE) public.runs").await?;
    run(connection, "CHECKPOINT").await
}

/// How long the beats of some workers take, each measured from its due time, while something else goes on.
async fn beats(
    options: &PgConnectOptions,
    meanwhile: impl Future<Output = Outcome<()>>,
) -> Outcome<Vec<Duration>> {
    let (lane_set, _) = declared()?;
    let mut connection = connect(options).await?;
    let held = number(
        &mut connection,
        "SELECT min(id) FROM public.runs WHERE status = 'running' AND run_type = 'action'",
    )
    .await;
    let first = match held {
        Ok(first) => first,
        Err(_) => {
            add_runs(&mut connection, LIVE, 1, HELD).await?;
            return Box::pin(beats(options, meanwhile)).await;
        }
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let first = first as u64;
    let stop = CancellationToken::new();
    let workers: Vec<_> = (0..BEATING)
        .map(|worker| {
            let runs = (first..first + HELD).skip(usize::try_from(worker).unwrap_or(0));
            let runs: Vec<u64> = runs
                .step_by(usize::try_from(BEATING).unwrap_or(1))
                .collect();
            tokio::spawn(beat_in_turn(
                options.clone(),
                lane_set.clone(),
                runs,
                stop.clone(),
            ))
        })
        .collect();
    meanwhile.await?;
    stop.cancel();
    let mut times = Vec::new();
    for worker in workers {
        times.extend(worker.await??);
    }
    Ok(times)
}

async fn beat_in_turn(
    options: PgConnectOptions,
    lane_set: LaneSet,
    runs: Vec<u64>,
    stop: CancellationToken,
) -> Outcome<Vec<Duration>> {
    let mut connection = connect(&options).await?;
    let mut times = Vec::new();
    let mut due = tokio::time::interval(BEAT_EVERY);
    for run in runs.into_iter().cycle() {
        let Some(due) = stop.run_until_cancelled(due.tick()).await else {
            break;
        };
        let claim = Claim {
            run: run.to_string(),
            worker: "w".to_owned(),
            attempt: None,
        };
        let lease = Lease::new(&lane_set, claim).ok_or("no reaper is declared")?;
        let fenced = lease.beat(&mut connection).await?;
        assert_eq!(fenced, Fenced::Written, "a live run was reaped");
        times.push(due.elapsed());
    }
    Ok(times)
}
