//! Many reapers against one database.

use laneset::reaper::batch::{Batch, reap_batch};
use laneset::reaper::configuration::Reaper;
use laneset::reaper::connect::{connect, options};
use laneset::reaper::sweep::{Bounds, Sweep, reap_stale_runs};
use laneset::render::reaper::{Pass, Pick, Retries};
use sqlx::postgres::types::PgInterval;
use sqlx::{AssertSqlSafe, Row};

use super::queue::{Queue, lane_set};

const STALE: u64 = 600;

/// A queue whose stale runs are more than many small batches hold, half of them to be retried.
fn crowded(database: &str) -> Queue {
    let mut queue = Queue::new(database);
    queue.lane_set = lane_set(&["batch = 7"]);
    queue.execute("INSERT INTO feeds (id, organization_id, connector_key) SELECT n, 'o', 'c' FROM generate_series(51, 300) AS n");
    queue.silent("sync", "n", 300, 300);
    queue.silent("auth", "NULL", 300, 300);
    queue
}

fn assert_each_once(queue: &mut Queue, reaped: u64) {
    assert_eq!(reaped, STALE);
    assert_eq!(queue.count("status = 'timeout'"), STALE);
    assert_eq!(queue.count("status = 'pending'"), 300);
    assert_eq!(
        queue.value("SELECT count(DISTINCT feed_id)::text FROM runs WHERE status = 'pending'"),
        "300"
    );
}

#[test]
fn two_and_twenty_reapers_reap_each_run_once() {
    for reapers in [2, 20] {
        let mut queue = crowded(&format!("reaper_crowd_{reapers}"));
        let (reaper, url) = (queue.reaper(), queue.url.clone());
        let passes = queue.runtime.block_on(async {
            let passes: Vec<_> = (0..reapers)
                .map(|_| tokio::spawn(passes_until_nothing_is_stale(url.clone(), reaper.clone())))
                .collect();
            let mut all = Vec::new();
            for pass in passes {
                all.extend(pass.await.unwrap());
            }
            all
        });
        assert!(
            passes.iter().any(|sweep| !sweep.acquired),
            "the lock kept nobody out"
        );
        assert_each_once(&mut queue, passes.iter().map(Sweep::total).sum());
    }
}

async fn passes_until_nothing_is_stale(url: String, reaper: Reaper) -> Vec<Sweep> {
    let mut connection = connect(&options(&url, "crowd").unwrap()).await.unwrap();
    let mut sweeps = Vec::new();
    loop {
        let sweep = reap_stale_runs(&mut connection, &reaper, &Bounds::none())
            .await
            .unwrap();
        let is_done = sweep.acquired && sweep.stale_left == 0;
        sweeps.push(sweep);
        if is_done {
            return sweeps;
        }
    }
}

/// Without the advisory lock, SKIP LOCKED alone must hold.
#[test]
fn without_the_lock_each_run_is_still_reaped_once() {
    for reapers in [2, 20] {
        let mut queue = crowded(&format!("reaper_unlocked_{reapers}"));
        let pass = Pass {
            limit: 7,
            pick: Pick::Oldest,
            retries: Retries::AsDeclared,
        };
        let (statement, url) = (queue.reaper().statement(pass), queue.url.clone());
        let reaped: u64 = queue.runtime.block_on(async {
            let passes: Vec<_> = (0..reapers)
                .map(|_| tokio::spawn(batches_without_a_lock(url.clone(), statement.clone())))
                .collect();
            let mut reaped = 0;
            for pass in passes {
                reaped += pass.await.unwrap();
            }
            reaped
        });
        assert_each_once(&mut queue, reaped);
    }
}

async fn batches_without_a_lock(url: String, statement: String) -> u64 {
    let mut connection = connect(&options(&url, "crowd").unwrap()).await.unwrap();
    let stale_after = PgInterval {
        months: 0,
        days: 0,
        microseconds: 120_000_000,
    };
    let (mut reaped, mut empty) = (0, 0);
    // A batch is empty too while the others hold what is left.
    while empty < 20 {
        let rows = sqlx::query(AssertSqlSafe(statement.clone()))
            .bind(stale_after)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let batch: i64 = rows.iter().map(|row| row.get::<i64, _>("reaped")).sum();
        empty = if batch == 0 { empty + 1 } else { 0 };
        reaped += u64::try_from(batch).unwrap();
    }
    reaped
}

#[test]
fn a_reaper_that_is_kept_out_does_nothing_and_says_so() {
    let mut queue = Queue::new("reaper_kept_out");
    queue.silent("auth", "NULL", 300, 3);
    let reaper = queue.reaper();
    queue.execute(&format!(
        "BEGIN; SELECT pg_advisory_xact_lock({})",
        reaper.lock_key()
    ));
    let sweep = queue.sweep(&reaper);
    assert_eq!((sweep.acquired, sweep.total()), (false, 0));
    let pass = Pass {
        limit: 1,
        pick: Pick::Oldest,
        retries: Retries::AsDeclared,
    };
    let batch = queue.on_connection(async |connection| {
        reap_batch(connection, &reaper, pass, &[]).await.unwrap()
    });
    assert!(matches!(batch, Batch::Locked));
    queue.execute("COMMIT");
    assert_eq!(queue.sweep(&reaper).total(), 3);
}
