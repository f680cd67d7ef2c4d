//! Reapers as they are often written, each with the fault for which it is known. What the tests of this folder demand is demanded of them
//! here, and they fail: a test that a mutant passes would prove nothing of the reaper either.

use laneset::reaper::lease::Lease;
use laneset::render::lease::{Claim, finish};
use laneset::render::reaper::{Pass, Pick, Retries};

use super::queue::Queue;

/// The reaper's statement, with one part replaced. `lane reaped created` a row.
fn reap_with(queue: &mut Queue, replace: &[(&str, &str)]) -> Vec<String> {
    let pass = Pass {
        limit: 1000,
        pick: Pick::Oldest,
        retries: Retries::AsDeclared,
    };
    let mut statement = queue
        .reaper()
        .statement(pass)
        .replace("$1", "'120 seconds'");
    for (from, to) in replace {
        assert_eq!(statement.matches(from).count(), 1, "{from} in {statement}");
        statement = statement.replace(from, to);
    }
    let rows = queue.session.rows(&statement).unwrap();
    rows.iter()
        .map(|row| {
            row[..3]
                .iter()
                .flatten()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

fn three_stale_syncs(database: &str) -> Queue {
    let mut queue = Queue::new(database);
    queue.silent("sync", "n", 300, 3);
    queue
}

#[test]
fn the_reaper_itself_retries_what_it_reaps() {
    let mut queue = three_stale_syncs("mutant_none");
    assert_eq!(reap_with(&mut queue, &[]), ["sync 3 3"]);
    assert_eq!(queue.count("status = 'pending'"), 3);
}

/// It looks the reaped rows up again, in the snapshot in which they are not reaped yet.
#[test]
fn retries_inserted_from_the_candidates_are_lost() {
    let mut queue = three_stale_syncs("mutant_candidates");
    let candidates = "    FROM (SELECT run.*, run.run_type AS laneset_lane, stale.* FROM public.runs AS run JOIN stale ON run.ctid = stale.laneset_row WHERE run.status = 'timeout') AS reaped\n    WHERE";
    let reaped = reap_with(&mut queue, &[("    FROM reaped\n    WHERE", candidates)]);
    assert_eq!(reaped, ["sync 3 0"]);
    assert_eq!(queue.count("status = 'timeout'"), 3);
    assert_eq!(queue.count("status = 'pending'"), 0);
}

/// Each reaped row is taken for its own sibling.
#[test]
fn retries_without_the_exclusion_of_what_was_just_reaped_are_lost() {
    let mut queue = three_stale_syncs("mutant_exclusion");
    let exclusion = "NOT IN (SELECT laneset_table, laneset_row FROM reaped)";
    let reaped = reap_with(
        &mut queue,
        &[(exclusion, &exclusion.replace(")", " WHERE false)"))],
    );
    assert_eq!(reaped, ["sync 3 0"]);
    assert_eq!(queue.count("status = 'pending'"), 0);
}

/// One retry a key, without the DISTINCT: the unique index would refuse the batch, and without it the feed is synced twice.
#[test]
fn retries_that_are_not_distinct_run_a_feed_twice() {
    let mut queue = Queue::new("mutant_distinct");
    queue.execute("DROP INDEX idx_runs_active_sync_per_feed");
    queue.silent("sync", "1", 300, 2);
    let distinct = "DISTINCT ON (reaped.laneset_lane, reaped.feed_id) ";
    assert_eq!(reap_with(&mut queue, &[(distinct, "")]), ["sync 2 2"]);
    assert_eq!(queue.count("status = 'pending' AND feed_id = 1"), 2);
}

/// Two reads and an update by id: the run beats in between and is reaped all the same. The reaper's own statement is put to this in
/// `postgres::reaper::a_beat_between_the_look_and_the_lock_saves_the_run`.
#[test]
fn ids_read_first_and_updated_later_kill_a_run_that_has_beaten() {
    let mut queue = Queue::new("mutant_two_reads");
    queue.silent("auth", "NULL", 300, 2);
    let stale = "SELECT string_agg(id::text, ',') FROM runs WHERE status IN ('claimed', 'running') AND run_type IN ('sync', 'auth') AND last_heartbeat_at < now() - interval '120 seconds'";
    let ids = queue.value(stale);
    let mut worker = queue.server.session("mutant_two_reads");
    worker
        .execute("UPDATE runs SET last_heartbeat_at = now() WHERE id = 1")
        .unwrap();
    queue.execute(&format!(
        "UPDATE runs SET status = 'timeout' WHERE id IN ({ids})"
    ));
    assert_eq!(
        queue.count("status = 'timeout' AND last_heartbeat_at > now() - interval '120 seconds'"),
        1,
        "a live run was killed"
    );
}

/// A zombie's late end of its run, by id alone.
#[test]
fn without_the_fence_a_zombie_ends_a_run_that_was_reaped() {
    let mut queue = Queue::new("mutant_fence");
    queue.silent("sync", "1", 300, 1);
    assert_eq!(queue.sweep(&queue.reaper()).total(), 1);
    let claim = Claim {
        run: "1".to_owned(),
        worker: "w1".to_owned(),
        attempt: Some(0),
    };
    let lease = Lease::new(&queue.lane_set, claim).unwrap();
    let declared = queue.lane_set.reaper.clone().unwrap();
    let fenced = finish(&queue.lane_set, &declared, lease.claim());
    queue.execute(&fenced);
    assert_eq!(
        queue.count("id = 1 AND status = 'timeout'"),
        1,
        "the fence holds"
    );
    let guard = "\n  AND (status IN ('claimed', 'running'))";
    assert!(fenced.ends_with(guard), "{fenced}");
    queue.execute(fenced.trim_end_matches(guard));
    assert_eq!(
        queue.count("id = 1 AND status = 'completed'"),
        1,
        "a run and its retry both ran to the end"
    );
}
