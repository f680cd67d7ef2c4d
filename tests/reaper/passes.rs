//! What one pass reaps, retries and counts.

use std::time::Duration;

use laneset::reaper::sweep::{Bounds, reap_stale_runs};
use sqlx::Executor;
use tokio_util::sync::CancellationToken;

use super::queue::{Queue, lane_set};

#[test]
fn the_counts_agree_with_the_table() {
    let mut queue = Queue::new("reaper_counts");
    queue.silent("sync", "n", 300, 5);
    // Two of one feed, where no unique index forbids it; one with a sibling that waits; one without a feed; two at their last attempt.
    queue.execute("DROP INDEX idx_runs_active_sync_per_feed");
    queue.silent("sync", "10", 400, 2);
    queue.silent("sync", "11", 300, 1);
    queue.execute("INSERT INTO runs (organization_id, feed_id, run_type) VALUES ('o', 11, 'sync')");
    queue.silent("sync", "NULL", 300, 1);
    queue.silent("sync", "20 + n", 300, 2);
    queue.execute("UPDATE runs SET attempts = 5 WHERE feed_id IN (21, 22)");
    queue.silent("auth", "NULL", 500, 3);
    queue.silent("insight", "NULL", 5000, 4);
    queue.silent("auth", "NULL", 10, 2);

    let sweep = queue.sweep(&queue.reaper());
    assert!(sweep.acquired);
    let reaped: Vec<(&str, u64)> = sweep
        .reaped
        .iter()
        .map(|(lane, count)| (lane.as_str(), *count))
        .collect();
    assert_eq!(reaped, [("auth", 3), ("sync", 11)]);
    assert_eq!(sweep.retries_created, 6, "five feeds, and one retry of two");
    assert_eq!(sweep.retries_skipped, 5);
    assert_eq!((sweep.retries_capped, sweep.retries_keyless), (2, 1));
    assert_eq!(
        sweep.retries_deduplicated(),
        2,
        "the second of feed 10, and feed 11"
    );
    assert_eq!((sweep.stale_left, sweep.stale_locked), (0, Some(0)));
    let oldest = sweep.oldest_stale.unwrap().as_secs();
    assert!((500..520).contains(&oldest), "{oldest}");

    assert_eq!(queue.count("status = 'timeout'"), sweep.total());
    assert_eq!(queue.count("status = 'timeout' AND error_message = 'worker_heartbeat_lost' AND completed_at IS NOT NULL"), sweep.total());
    assert_eq!(
        queue.count("status = 'pending' AND attempts = 1"),
        sweep.retries_created
    );
    assert_eq!(
        queue.count("run_type = 'insight' AND status = 'running'"),
        4
    );
    assert_eq!(queue.count("run_type = 'auth' AND status = 'running'"), 2);

    let again = queue.sweep(&queue.reaper());
    assert_eq!(
        (again.acquired, again.total(), again.oldest_stale),
        (true, 0, None)
    );
}

/// What refers to a run locks its key (FOR KEY SHARE), which is no sign of life.
#[test]
fn a_run_that_something_refers_to_is_reaped() {
    let mut queue = Queue::new("reaper_referred");
    queue.silent("auth", "NULL", 300, 2);
    queue.execute("CREATE TABLE events (run_id bigint REFERENCES runs (id))");
    let mut worker = queue.server.session("reaper_referred");
    worker
        .execute("BEGIN; INSERT INTO events SELECT min(id) FROM runs")
        .unwrap();
    let sweep = queue.sweep(&queue.reaper());
    assert_eq!((sweep.total(), sweep.stale_locked), (2, Some(0)));
    worker.execute("COMMIT").unwrap();
}

#[test]
fn a_run_of_which_no_attempt_was_counted_has_had_none() {
    let mut queue = Queue::new("reaper_uncounted");
    queue.silent("sync", "n", 300, 2);
    queue.execute("ALTER TABLE runs ALTER COLUMN attempts DROP NOT NULL");
    queue.execute("UPDATE runs SET attempts = NULL");
    let sweep = queue.sweep(&queue.reaper());
    assert_eq!((sweep.total(), sweep.retries_created), (2, 2));
    assert_eq!(queue.count("status = 'pending' AND attempts = 1"), 2);
}

#[test]
fn a_pass_ends_at_its_bounds_and_what_was_done_stays() {
    let mut queue = Queue::new("reaper_bounds");
    queue.lane_set = lane_set(&["batch = 10"]);
    queue.silent("auth", "NULL", 300, 100);
    let reaper = queue.reaper();

    let by_rows = Bounds {
        rows: 25,
        ..Bounds::none()
    };
    let sweep = queue.on_connection(async |connection| {
        reap_stale_runs(connection, &reaper, &by_rows)
            .await
            .unwrap()
    });
    assert_eq!(
        (sweep.total(), sweep.stale_left, sweep.stale_locked),
        (25, 75, None)
    );

    let by_time = Bounds {
        time: Duration::from_nanos(1),
        ..Bounds::none()
    };
    let sweep = queue.on_connection(async |connection| {
        reap_stale_runs(connection, &reaper, &by_time)
            .await
            .unwrap()
    });
    assert_eq!((sweep.total(), sweep.stale_left), (0, 75));

    let stopped = Bounds {
        stop: CancellationToken::new(),
        ..Bounds::none()
    };
    stopped.stop.cancel();
    let sweep = queue.on_connection(async |connection| {
        reap_stale_runs(connection, &reaper, &stopped)
            .await
            .unwrap()
    });
    assert_eq!((sweep.total(), sweep.stale_left), (0, 75));
    assert_eq!(queue.sweep(&reaper).total(), 75);
}

#[test]
fn a_pass_leaves_the_lock_and_the_session_as_they_were() {
    let mut queue = Queue::new("reaper_traces");
    queue.silent("sync", "n", 300, 3);
    let reaper = queue.reaper();
    let (settings, locks) = queue.on_connection(async |connection| {
        reap_stale_runs(connection, &reaper, &Bounds::none()).await.unwrap();
        let settings: String = sqlx::query_scalar(
            "SELECT concat_ws(' ', current_setting('lock_timeout'), current_setting('statement_timeout'), (SELECT count(*) FROM pg_prepared_statements WHERE NOT from_sql))",
        )
        .persistent(false)
        .fetch_one(&mut *connection)
        .await
        .unwrap();
        let locks: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
            .persistent(false)
            .fetch_one(&mut *connection)
            .await
            .unwrap();
        connection.execute("SELECT 1").await.unwrap();
        (settings, locks)
    });
    assert_eq!((settings.as_str(), locks), ("0 0 0", 0));
}

/// A run that was given back and claimed again is alive, whatever its earlier claim did.
#[test]
fn a_beat_of_an_earlier_claim_is_judged_by_the_claim() {
    let mut queue = Queue::new("reaper_claimed_again");
    queue.silent("sync", "1", 3000, 1);
    queue.execute("UPDATE runs SET claimed_at = now() - interval '3 seconds'");
    let sweep = queue.sweep(&queue.reaper());
    assert_eq!((sweep.total(), sweep.stale_left), (0, 0));

    queue.execute("UPDATE runs SET claimed_at = now() - interval '300 seconds'");
    let sweep = queue.sweep(&queue.reaper());
    let oldest = sweep.oldest_stale.unwrap().as_secs();
    assert_eq!(sweep.total(), 1);
    assert!((300..320).contains(&oldest), "{oldest}");
}

/// Some write `-infinity` for "never": it is stale, and holds up no other.
#[test]
fn a_beat_at_the_beginning_of_time_is_stale() {
    let mut queue = Queue::new("reaper_infinity");
    queue.silent("auth", "NULL", 300, 2);
    queue.execute("UPDATE runs SET last_heartbeat_at = '-infinity', claimed_at = NULL WHERE id = (SELECT min(id) FROM runs)");
    let sweep = queue.sweep(&queue.reaper());
    assert_eq!((sweep.total(), sweep.stale_left), (2, 0));
}
