//! What a beat costs with an index on the heartbeat, with one on the id and with none; and what the reaper pays for it.

use std::time::Instant;

use laneset::reaper::connect::connect;
use laneset::reaper::lease::Lease;
use laneset::reaper::sweep::{Bounds, reap_stale_runs};
use laneset::render::lease::Claim;
use sqlx::Connection;
use sqlx::postgres::PgConnection;

use super::queue::{
    DONE, LIVE, Outcome, Server, Times, add_runs, declared, milliseconds, number, run,
};

const DONE_ROWS: u64 = 200_000;
const BEATS_EACH: u64 = 20;
const SWEEPS: u32 = 21;

/// A table's indexes and layout.
struct Layout {
    name: &'static str,
    /// The column of the partial index; `None`: there is none.
    indexed: Option<&'static str>,
    fillfactor: u32,
}

const LAYOUTS: [Layout; 6] = [
    Layout {
        name: "last_heartbeat_at",
        indexed: Some("last_heartbeat_at"),
        fillfactor: 100,
    },
    Layout {
        name: "last_heartbeat_at",
        indexed: Some("last_heartbeat_at"),
        fillfactor: 80,
    },
    Layout {
        name: "id",
        indexed: Some("id"),
        fillfactor: 100,
    },
    Layout {
        name: "id",
        indexed: Some("id"),
        fillfactor: 80,
    },
    Layout {
        name: "none",
        indexed: None,
        fillfactor: 100,
    },
    Layout {
        name: "none",
        indexed: None,
        fillfactor: 80,
    },
];

pub async fn measure(server: &Server, in_flight: &[u64]) -> Outcome<()> {
    println!("\nBeats and idle sweeps by the partial index ({DONE_ROWS} rows that are done)");
    println!(
        "{:<18}{:>11}{:>12}{:>14}{:>8}{:>14}{:>12}",
        "index on", "fillfactor", "in flight", "WAL bytes", "HOT", "index KB", "sweep ms"
    );
    for &held in in_flight {
        for layout in &LAYOUTS {
            let cost = cost(server, layout, held).await?;
            println!(
                "{:<18}{:>11}{held:>12}{:>14.0}{:>7.0}%{:>14.0}{:>12.2}",
                layout.name,
                layout.fillfactor,
                cost.wal,
                cost.hot * 100.0,
                cost.index_kilobytes,
                cost.sweep
            );
        }
    }
    Ok(())
}

/// What was measured of a layout.
struct Cost {
    /// Bytes a beat.
    wal: f64,
    /// The share of beats that touched no index.
    hot: f64,
    /// The partial index, after the beats.
    index_kilobytes: f64,
    /// The median of idle sweeps, in milliseconds.
    sweep: f64,
}

async fn cost(server: &Server, layout: &Layout, held: u64) -> Outcome<Cost> {
    let options = server.queue("beats").await?;
    let mut connection = connect(&options).await?;
    let index = "public.idx_runs_heartbeat_inflight";
    run(
        &mut connection,
        &format!(
            "ALTER TABLE public.runs SET (fillfactor = {}, autovacuum_enabled = false)",
            layout.fillfactor
        ),
    )
    .await?;
    if layout.indexed != Some("last_heartbeat_at") {
        run(&mut connection, &format!("DROP INDEX {index}")).await?;
    }
    if layout.indexed == Some("id") {
        let create = "CREATE INDEX idx_runs_heartbeat_inflight ON public.runs (id) \
            WHERE status IN ('claimed', 'running') AND run_type IN ('sync', 'action', 'embed_backfill', 'auth')";
        run(&mut connection, create).await?;
    }
    add_runs(&mut connection, DONE, 1, DONE_ROWS).await?;
    add_runs(&mut connection, LIVE, 1, held).await?;
    run(&mut connection, "VACUUM (ANALYZE) public.runs").await?;
    run(&mut connection, "CHECKPOINT").await?;
    // The first change of a page after a checkpoint writes the whole page.
    beat(&mut connection, held, 1).await?;
    let before = counters(&mut connection).await?;
    beat(&mut connection, held, BEATS_EACH).await?;
    let after = counters(&mut connection).await?;
    let size = format!("SELECT coalesce(pg_relation_size(to_regclass('{index}')), 0)");
    let index_kilobytes = number(&mut connection, &size).await? / 1024.0;
    let sweep = sweep(&mut connection).await?;
    connection.close().await?;
    server.drop_database("beats").await?;
    let [wal, updates, hot] = [0, 1, 2].map(|counter| after[counter] - before[counter]);
    Ok(Cost {
        wal: wal / updates,
        hot: hot / updates,
        index_kilobytes,
        sweep,
    })
}

/// WAL so far in bytes, updates, and updates that touched no index.
async fn counters(connection: &mut PgConnection) -> Outcome<[f64; 3]> {
    run(connection, "SELECT pg_stat_force_next_flush()").await?;
    run(connection, "SELECT 1").await?;
    let statistics = |column: &str| {
        format!("SELECT {column} FROM pg_stat_user_tables WHERE relid = 'public.runs'::regclass")
    };
    Ok([
        number(
            connection,
            "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')",
        )
        .await?,
        number(connection, &statistics("n_tup_upd")).await?,
        number(connection, &statistics("n_tup_hot_upd")).await?,
    ])
}

/// Each run in flight beats so many times, in turn, each in a transaction of its own, as workers do.
async fn beat(connection: &mut PgConnection, held: u64, times: u64) -> Outcome<()> {
    let (lane_set, _) = declared()?;
    for _ in 0..times {
        for run in DONE_ROWS + 1..=DONE_ROWS + held {
            let claim = Claim {
                run: run.to_string(),
                worker: "w".to_owned(),
                attempt: None,
            };
            let lease = Lease::new(&lane_set, claim).ok_or("no reaper is declared")?;
            let _ = lease.beat(connection).await?;
        }
    }
    Ok(())
}

async fn sweep(connection: &mut PgConnection) -> Outcome<f64> {
    let (_, mut reaper) = declared()?;
    // A run that beat at the start of this benchmark is not stale here.
    reaper.stale_after *= 100;
    let mut times = Vec::new();
    for _ in 0..SWEEPS {
        let began = Instant::now();
        let sweep = reap_stale_runs(connection, &reaper, &Bounds::none()).await?;
        times.push(began.elapsed());
        assert!(sweep.acquired && sweep.total() == 0, "{sweep:?}");
    }
    Ok(milliseconds(Times::new(times).median()))
}
