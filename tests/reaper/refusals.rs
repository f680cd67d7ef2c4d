//! Postgres refuses a batch for one of its rows: the others are reaped all the same, and the pass says what it left.

use std::time::Duration;

use super::queue::{Queue, lane_set};
use crate::postgres::server::Session;

#[test]
fn a_row_that_a_transaction_holds_is_left_and_counted() {
    let mut queue = Queue::new("reaper_idle");
    queue.silent("auth", "NULL", 300, 5);
    let mut idle = queue.server.session("reaper_idle");
    idle.execute("BEGIN; UPDATE runs SET payload = '{}' WHERE id <= 2")
        .unwrap();
    let sweep = queue.sweep(&queue.reaper());
    assert_eq!(
        (sweep.total(), sweep.stale_left, sweep.stale_locked),
        (3, 2, Some(2))
    );
    idle.execute("ROLLBACK").unwrap();
    assert_eq!(queue.sweep(&queue.reaper()).total(), 2);
}

#[test]
fn a_feed_that_is_deleted_in_the_middle_costs_its_retry_alone() {
    let mut queue = Queue::new("reaper_feed_gone");
    queue.silent("sync", "n", 300, 40);
    // The foreign key is checked when the retry is inserted: until then a run may name a feed that is gone.
    queue.execute("ALTER TABLE runs DROP CONSTRAINT runs_feed_id_fkey; DELETE FROM feeds WHERE id IN (7, 23); ALTER TABLE runs ADD CONSTRAINT runs_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES feeds (id) NOT VALID");
    let sweep = queue.sweep(&queue.reaper());
    assert_eq!(
        (sweep.total(), sweep.retries_created, sweep.retries_refused),
        (40, 38, 2)
    );
    assert_eq!(sweep.retries_skipped, 2);
    assert_eq!((sweep.stale_left, sweep.stale_locked), (0, Some(0)));
    assert!(
        sweep
            .refused
            .iter()
            .any(|said| said.contains("runs_feed_id_fkey") && said.ends_with("(23503)")),
        "{:?}",
        sweep.refused
    );
    assert_eq!(queue.count("status = 'timeout'"), 40);
    assert_eq!(queue.count("status = 'pending'"), 38);
}

/// Deletes a feed in a transaction that goes on; the runs that name it do not see it yet.
fn deleting_feed(queue: &Queue, database: &str, feed: u32) -> Session {
    let mut session = queue.server.session(database);
    let script = format!(
        "SET session_replication_role = replica; BEGIN; DELETE FROM feeds WHERE id = {feed}"
    );
    session.execute(&script).unwrap();
    session
}

#[test]
fn a_transaction_that_never_ends_holds_up_nobody_but_its_own_feed() {
    let mut queue = Queue::new("reaper_lock_timeout");
    queue.silent("sync", "n", 300, 8);
    let mut idle = deleting_feed(&queue, "reaper_lock_timeout", 5);
    let mut reaper = queue.reaper();
    reaper.lock_timeout = Duration::from_millis(100);
    let sweep = queue.sweep(&reaper);
    assert_eq!(
        (sweep.total(), sweep.retries_created, sweep.retries_refused),
        (7, 7, 0)
    );
    assert_eq!((sweep.stale_left, sweep.stale_locked), (1, Some(0)));
    assert!(
        sweep.refused.iter().any(|said| said.ends_with("(55P03)")),
        "{:?}",
        sweep.refused
    );
    assert_eq!(
        queue.count("status = 'running' AND feed_id = 5"),
        1,
        "its retry would be lost"
    );
    idle.execute("ROLLBACK").unwrap();
    let sweep = queue.sweep(&reaper);
    assert_eq!(
        (sweep.total(), sweep.retries_created, sweep.stale_left),
        (1, 1, 0)
    );
}

#[test]
fn after_a_deadlock_the_pass_goes_on() {
    let mut queue = Queue::new("reaper_deadlock");
    queue.silent("sync", "n", 300, 8);
    let mut other = deleting_feed(&queue, "reaper_deadlock", 3);
    let mut reaper = queue.reaper();
    reaper.lock_timeout = Duration::from_secs(20);
    // The pass holds every run and waits for feed 3; the other then waits for a run. Who has waited longer is the victim.
    let waiting = "SELECT count(*)::text FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = 'reaper_deadlock'";
    let sweep = std::thread::scope(|scope| {
        let mut watcher = queue.server.session("reaper_deadlock");
        scope.spawn(move || {
            while watcher.value(waiting).unwrap().as_deref() != Some("1") {
                std::thread::sleep(Duration::from_millis(5));
            }
            other
                .execute("UPDATE runs SET payload = '{}' WHERE feed_id = 4; COMMIT")
                .unwrap();
        });
        queue.sweep(&reaper)
    });
    assert!(
        sweep.refused.iter().any(|said| said.ends_with("(40P01)")),
        "{:?}",
        sweep.refused
    );
    assert_eq!(
        (sweep.total(), sweep.retries_created, sweep.retries_refused),
        (8, 7, 1)
    );
    assert_eq!((sweep.stale_left, sweep.stale_locked), (0, Some(0)));
}

#[test]
fn a_batch_that_is_too_slow_is_made_smaller() {
    let mut queue = Queue::new("reaper_slow");
    queue.silent("auth", "NULL", 300, 40);
    queue.execute(
        "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.02); RETURN NEW; END $$; \
         CREATE TRIGGER dawdle BEFORE UPDATE ON runs FOR EACH ROW EXECUTE FUNCTION dawdle()",
    );
    let mut reaper = queue.reaper();
    reaper.statement_timeout = Duration::from_millis(300);
    let sweep = queue.sweep(&reaper);
    assert!(
        sweep.refused.iter().any(|said| said.ends_with("(57014)")),
        "{:?}",
        sweep.refused
    );
    assert_eq!((sweep.total(), sweep.stale_left), (40, 0));
}

#[test]
fn a_run_that_can_never_be_reaped_is_left_and_the_others_are_not() {
    let mut queue = Queue::new("reaper_poison");
    queue.lane_set = lane_set(&["batch = 4"]);
    // More protected runs than a batch holds, and they are the oldest.
    queue.silent("auth", "NULL", 900, 6);
    queue.silent("auth", "NULL", 300, 20);
    queue.execute(
        "CREATE FUNCTION protect() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.id <= 6 THEN RAISE EXCEPTION 'run % is protected', OLD.id; END IF; RETURN NEW; END $$; \
         CREATE TRIGGER protect BEFORE UPDATE ON runs FOR EACH ROW EXECUTE FUNCTION protect()",
    );
    let sweep = queue.sweep(&queue.reaper());
    assert_eq!(
        (sweep.total(), sweep.stale_left, sweep.stale_locked),
        (20, 6, Some(0))
    );
    assert!(
        sweep.refused.contains("run 3 is protected (P0001)"),
        "{:?}",
        sweep.refused
    );
    assert_eq!(queue.count("status = 'timeout'"), 20);
}

/// The first row of every partition has one ctid.
#[test]
fn a_run_that_is_refused_hides_none_of_another_partition() {
    let mut queue = Queue::new("reaper_partitions");
    queue.execute(
        "ALTER TABLE runs RENAME TO whole; \
         CREATE TABLE runs (LIKE whole INCLUDING DEFAULTS) PARTITION BY LIST (run_type); \
         ALTER TABLE runs ALTER COLUMN id SET DEFAULT floor(random() * 1e9); \
         CREATE TABLE runs_auth PARTITION OF runs FOR VALUES IN ('auth'); \
         CREATE TABLE runs_sync PARTITION OF runs FOR VALUES IN ('sync'); \
         CREATE FUNCTION protect() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'protected'; END $$; \
         CREATE TRIGGER protect BEFORE UPDATE ON runs_auth FOR EACH ROW EXECUTE FUNCTION protect()",
    );
    queue.silent("auth", "NULL", 900, 1);
    queue.silent("sync", "NULL", 300, 1);
    let places = queue.value("SELECT count(DISTINCT ctid)::text FROM runs");
    assert_eq!(places, "1");
    let sweep = queue.sweep(&queue.reaper());
    assert_eq!((sweep.total(), sweep.stale_left), (1, 1));
    assert_eq!(queue.count("status = 'timeout' AND run_type = 'sync'"), 1);
}

/// Rows whose update is taken away would fill every batch of the longest silent ones.
#[test]
fn runs_that_a_trigger_keeps_as_they_are_hide_no_others() {
    let mut queue = Queue::new("reaper_kept");
    queue.execute(
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
         CREATE TRIGGER keep BEFORE UPDATE ON runs FOR EACH ROW WHEN (OLD.payload ? 'kept') EXECUTE FUNCTION keep()",
    );
    queue.silent("auth", "NULL", 600, 25);
    queue.execute("UPDATE runs SET payload = '{\"kept\": true}'");
    queue.silent("auth", "NULL", 300, 12);
    let mut reaper = queue.reaper();
    reaper.batch = 10;
    let sweep = queue.sweep(&reaper);
    assert_eq!((sweep.total(), sweep.stale_left), (12, 25));
    assert_eq!(sweep.stale_locked, Some(0), "nobody holds them");
}

/// A trigger may raise what it likes.
#[test]
fn an_error_of_a_trigger_s_own_costs_its_run_alone() {
    let mut queue = Queue::new("reaper_own_error");
    queue.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not this one' USING ERRCODE = 'MY001'; END $$;
         CREATE TRIGGER refuse BEFORE UPDATE ON runs FOR EACH ROW WHEN (OLD.payload ? 'kept') EXECUTE FUNCTION refuse()",
    );
    queue.silent("auth", "NULL", 300, 9);
    queue.execute("ALTER TABLE runs DISABLE TRIGGER refuse; UPDATE runs SET payload = '{\"kept\": true}' WHERE id = 4; ALTER TABLE runs ENABLE TRIGGER refuse");
    let sweep = queue.sweep(&queue.reaper());
    assert_eq!((sweep.total(), sweep.stale_left), (8, 1));
    assert_eq!(
        sweep.refused.iter().collect::<Vec<_>>(),
        ["not this one (MY001)"]
    );
}
