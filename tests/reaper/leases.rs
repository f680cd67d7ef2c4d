//! What a worker writes into its run, and what a worker that lost it cannot.

use std::time::Duration;

use laneset::reaper::connect::options;
use laneset::reaper::heartbeat::{Heartbeat, HeartbeatError, LeaseBeat, Rhythm};
use laneset::reaper::lease::{Fenced, Lease};
use laneset::render::lease::Claim;

use super::queue::{Queue, lane_set};

fn claim(run: u32, worker: &str) -> Claim {
    Claim {
        run: run.to_string(),
        worker: worker.to_owned(),
        attempt: Some(0),
    }
}

fn lease(queue: &Queue, claim: Claim) -> Lease {
    Lease::new(&queue.lane_set, claim).unwrap()
}

/// A run of worker `w1`, silent for five minutes.
fn queue_with_a_run(database: &str) -> Queue {
    let mut queue = Queue::new(database);
    queue.silent("sync", "1", 300, 1);
    queue
}

#[test]
fn a_worker_beats_and_ends_its_run() {
    let mut queue = queue_with_a_run("lease_good");
    let lease = lease(&queue, claim(1, "w1"));
    let fenced = queue.on_connection(async |connection| lease.beat(connection).await.unwrap());
    assert_eq!(fenced, Fenced::Written);
    assert_eq!(
        queue.count("last_heartbeat_at > now() - interval '1 minute'"),
        1
    );
    assert_eq!(
        queue.sweep(&queue.reaper()).total(),
        0,
        "it beats, so it lives"
    );
    let fenced = queue.on_connection(async |connection| lease.finish(connection).await.unwrap());
    assert_eq!(fenced, Fenced::Written);
    assert_eq!(
        queue.count("status = 'completed' AND completed_at > last_heartbeat_at"),
        1
    );
}

#[test]
fn a_failure_says_why_in_whatever_words() {
    let mut queue = queue_with_a_run("lease_fail");
    queue.execute("ALTER DATABASE lease_fail SET standard_conforming_strings = off");
    let lease = lease(&queue, claim(1, "w1"));
    let reason = "it's \\'; DROP TABLE runs; -- \n\u{0}é";
    let fenced =
        queue.on_connection(async |connection| lease.fail(connection, reason).await.unwrap());
    assert_eq!(fenced, Fenced::Written);
    assert_eq!(
        queue.value("SELECT error_message FROM runs WHERE status = 'failed'"),
        reason.replace('\u{0}', "")
    );
}

/// Everything that a worker may try on a run that is not its own any more.
fn assert_touches_nothing(queue: &mut Queue, lease: &Lease) {
    let before = queue.value("SELECT runs::text FROM runs WHERE id = 1");
    let written = queue.on_connection(async |connection| {
        [
            lease.beat(connection).await.unwrap(),
            lease.finish(connection).await.unwrap(),
            lease.fail(connection, "late").await.unwrap(),
        ]
    });
    assert_eq!(written, [Fenced::Lost; 3]);
    assert_eq!(
        queue.value("SELECT runs::text FROM runs WHERE id = 1"),
        before
    );
}

#[test]
fn the_late_writes_of_a_zombie_touch_nothing_and_tell_it_so() {
    let mut queue = queue_with_a_run("lease_zombie");
    let zombie = lease(&queue, claim(1, "w1"));
    assert_eq!(queue.sweep(&queue.reaper()).total(), 1);
    assert_touches_nothing(&mut queue, &zombie);
}

#[test]
fn another_worker_s_run_is_not_touched() {
    let mut queue = queue_with_a_run("lease_other");
    let stranger = lease(&queue, claim(1, "w2"));
    assert_touches_nothing(&mut queue, &stranger);
    // The same worker has claimed the run again since.
    queue.execute("UPDATE runs SET attempts = 1 WHERE id = 1");
    let earlier = lease(&queue, claim(1, "w1"));
    assert_touches_nothing(&mut queue, &earlier);
}

#[test]
fn a_run_is_known_by_whatever_its_id_is() {
    let mut queue = Queue::new("lease_uuid");
    queue.lane_set = lane_set(&["worker = { id_column = \"key\", beat_every = \"1s\" }"]);
    let id = "0b5f6c2e-7f5e-4f3c-9d57-0c9d3f1f2a10";
    queue.execute("ALTER TABLE runs ADD COLUMN key uuid");
    queue.silent("auth", "NULL", 300, 2);
    queue.execute(&format!("UPDATE runs SET key = '{id}' WHERE id = 1"));
    let held = lease(
        &queue,
        Claim {
            run: id.to_owned(),
            worker: "w1".to_owned(),
            attempt: None,
        },
    );
    let fenced = queue.on_connection(async |connection| held.finish(connection).await.unwrap());
    assert_eq!(fenced, Fenced::Written);
    assert_eq!(queue.count("status = 'completed' AND id = 1"), 1);
    assert_eq!(queue.count("status = 'running'"), 1);
}

/// A rhythm that a test can wait for.
const FAST: Rhythm = Rhythm {
    every: Duration::from_millis(50),
    stale_after: Duration::from_secs(20),
};

#[test]
fn a_heartbeat_outlives_its_connection_and_ends_with_its_run() {
    let mut queue = queue_with_a_run("lease_beats");
    let beat = LeaseBeat::new(
        options(&queue.url, "beats").unwrap(),
        lease(&queue, claim(1, "w1")),
    );
    let heartbeat = queue
        .runtime
        .block_on(Heartbeat::start(beat, FAST))
        .unwrap();
    assert_eq!(
        queue.count("last_heartbeat_at > now() - interval '1 minute'"),
        1,
        "it starts with a beat"
    );
    queue.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'beats'",
    );
    queue.execute("UPDATE runs SET last_heartbeat_at = NULL");
    while queue.count("last_heartbeat_at IS NOT NULL") == 0 {
        std::thread::sleep(Duration::from_millis(10));
    }
    // The beats have a connection of their own: the work's open transaction hides none.
    queue.execute("UPDATE runs SET status = 'timeout'");
    let forever = std::future::pending::<()>();
    let lost = queue.runtime.block_on(heartbeat.guard(forever));
    assert!(matches!(lost, Err(HeartbeatError::Lost)));
    let last = queue.value("SELECT last_heartbeat_at::text FROM runs");
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(
        queue.value("SELECT last_heartbeat_at::text FROM runs"),
        last
    );
}

#[test]
fn work_on_a_run_that_was_reaped_does_not_begin() {
    let mut queue = queue_with_a_run("lease_too_late");
    queue.execute("UPDATE runs SET status = 'timeout'");
    let beat = LeaseBeat::new(
        options(&queue.url, "beats").unwrap(),
        lease(&queue, claim(1, "w1")),
    );
    let started = queue.runtime.block_on(Heartbeat::start(beat, FAST));
    assert!(matches!(started, Err(HeartbeatError::Lost)));
}
