//! `laneset reap` and `laneset status`, as a person or an orchestrator runs them.

use std::time::Duration;

use super::beside::{Beside, NO_GRACE};
use super::queue::manifest;

#[test]
fn one_pass_says_what_it_did() {
    let mut beside = Beside::new("reap_once", &[NO_GRACE]);
    beside.queue.silent("sync", "n", 300, 2);
    beside.queue.silent("auth", "NULL", 500, 1);
    let before = beside.run(&["reap", "--dry-run"]);
    assert!(
        before.stdout.starts_with("heartbeat-inflight: would reap 3 of 3 live runs (stale: auth 1 of 1, sync 2 of 2); the oldest has been silent for 8m"),
        "{}",
        before.stdout
    );
    assert_eq!(
        beside.queue.count("status = 'running'"),
        3,
        "a dry run changes nothing"
    );
    let foreseen = beside.json(&["reap", "--dry-run", "--json"]);
    assert_eq!(foreseen["would_reap"], 3);
    assert_eq!(foreseen["lanes"]["sync"]["stale"], 2);

    let done = beside.run(&["reap", "--once"]);
    assert!(
        done.stdout.starts_with("heartbeat-inflight: reaped 3 (auth 1, sync 2); 2 queued again; the oldest was silent for 8m"),
        "{}",
        done.stdout
    );
    assert_eq!(done.stderr, "");
    assert_eq!(beside.queue.count("status = 'timeout'"), 3);
    assert_eq!(
        beside.run(&["reap", "--once"]).stdout,
        "heartbeat-inflight: nothing to reap\n"
    );
}

#[test]
fn one_pass_for_machines_has_the_names_of_the_contract() {
    let mut beside = Beside::new("reap_json", &[NO_GRACE]);
    beside.queue.silent("sync", "n", 300, 3);
    let done = beside.json(&["reap", "heartbeat-inflight", "--once", "--json"]);
    assert_eq!(done["lane_set"], "heartbeat-inflight");
    assert_eq!(done["acquired"], true);
    assert_eq!(done["reaped"], serde_json::json!({ "sync": 3 }));
    assert_eq!(done["retries_created"], 3);
    assert_eq!(done["retries_skipped"], 0);
    assert_eq!(done["stale_locked"], 0);
    assert!(done["oldest_stale_age"].as_f64().unwrap() >= 300.0);
    assert_eq!(done["held"], serde_json::Value::Null);
}

#[test]
fn after_a_start_of_the_server_nothing_is_reaped_unless_that_is_forced() {
    let mut beside = Beside::new("reap_grace", &["grace = \"1h\""]);
    beside.queue.silent("auth", "NULL", 300, 2);
    let held = beside.run(&["reap", "--once"]);
    assert!(
        held.stdout.starts_with(
            "heartbeat-inflight: reaped none of 2 stale runs; the database was away a moment ago"
        ),
        "{}",
        held.stdout
    );
    assert_eq!(
        beside.json(&["reap", "--once", "--json"])["held"]["reason"],
        "grace"
    );
    assert_eq!(beside.queue.count("status = 'running'"), 2);
    assert_eq!(
        beside.json(&["reap", "--once", "--json", "--force"])["reaped"]["auth"],
        2
    );
}

#[test]
fn a_fleet_that_falls_silent_at_once_loses_a_handful() {
    let mut beside = Beside::new("reap_share", &["grace = \"300ms\"", "max_share = 0.25"]);
    beside.queue.silent("auth", "NULL", 300, 60);
    beside.queue.silent("auth", "NULL", 10, 40);
    // The server has just started, and has its grace too.
    std::thread::sleep(Duration::from_millis(300));
    let held = beside.json(&["reap", "--once", "--json"]);
    assert_eq!(
        held["held"],
        serde_json::json!({ "reason": "share", "live": 100, "stale": 60 })
    );
    assert_eq!(held["reaped"]["auth"], 10);
}

#[test]
fn status_shows_what_is_in_flight_stale_and_locked_and_who_reaps() {
    let mut beside = Beside::new("reap_status", &[]);
    assert!(
        beside
            .run(&["status"])
            .stdout
            .contains("nothing is in flight")
    );
    beside.queue.silent("sync", "n", 300, 3);
    beside.queue.silent("sync", "10 + n", 10, 2);
    beside.queue.silent("auth", "NULL", 10, 4);
    let mut worker = beside.queue.server.session("reap_status");
    worker.execute("SET application_name = 'pod-7'; BEGIN; UPDATE runs SET payload = '{}' WHERE feed_id = 1").unwrap();
    let key = beside.queue.reaper().lock_key();
    worker
        .execute(&format!("SELECT pg_advisory_xact_lock({key})"))
        .unwrap();
    let status = beside.json(&["status", "--json"]);
    assert_eq!(status["table"], "public.runs");
    let lane = |name: &str| {
        status["lanes"]
            .as_array()
            .unwrap()
            .iter()
            .find(|lane| lane["lane"] == name)
            .unwrap()
            .clone()
    };
    assert_eq!(
        (&lane("auth")["in_flight"], &lane("auth")["stale"]),
        (&4.into(), &0.into())
    );
    let sync = lane("sync");
    assert_eq!(
        (&sync["in_flight"], &sync["stale"], &sync["stale_locked"]),
        (&5.into(), &3.into(), &1.into())
    );
    assert_eq!(status["lock_held_by"][0]["application_name"], "pod-7");
    let shown = beside.run(&["status"]).stdout;
    assert!(
        shown.contains("\"pod-7\" reaps, from the server's own machine"),
        "{shown}"
    );
    assert_eq!(
        beside.queue.count("status = 'running'"),
        9,
        "it changes nothing"
    );
    worker.execute("ROLLBACK").unwrap();
    assert!(
        beside
            .run(&["status"])
            .stdout
            .contains("nobody is reaping at the moment")
    );
}

#[test]
fn what_cannot_be_done_is_said_and_ends_with_2() {
    let beside = Beside::new("reap_errors", &[]);
    let with = |url: &str, arguments: &[&str]| beside.run_with(arguments, &[("DATABASE_URL", url)]);
    for (url, arguments, said) in [
        (
            "postgres://laneset:secret@127.0.0.1:1/x",
            ["reap", "--once"].as_slice(),
            "the database cannot be reached",
        ),
        (
            "secret",
            &["status"],
            "cannot be read; write postgres://user:password@host:port/name",
        ),
        (
            &beside.queue.url,
            &["reap", "other"],
            "declares no lane set called \"other\"",
        ),
        (
            &beside.queue.url,
            &["reap", "--stale-after", "0"],
            "invalid value '0'",
        ),
    ] {
        let run = with(url, arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}");
        assert!(run.stderr.contains(said), "{}", run.stderr);
        assert!(
            !run.stderr.contains("secret"),
            "a password is never shown: {}",
            run.stderr
        );
    }
    let help = with("postgres://x:secret@y/z", &["reap", "--help"]);
    assert!(!help.stdout.contains("secret"));
    let folder = beside.folder.path().join("laneset.toml");
    let without = manifest(&[])
        .split("\n# The statement that times")
        .next()
        .unwrap()
        .to_owned();
    std::fs::write(folder, without).unwrap();
    let run = beside.run(&["reap", "heartbeat-inflight"]);
    assert!(
        run.stderr
            .contains("add [lane_set.heartbeat-inflight.reaper] to laneset.toml"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_role_that_may_only_read_sees_the_status_and_reaps_nothing() {
    let mut beside = Beside::new("reap_reader", &[NO_GRACE]);
    beside.queue.silent("sync", "n", 300, 2);
    beside
        .queue
        .execute("ALTER DATABASE reap_reader SET default_transaction_read_only = on");
    let status = beside.json(&["status", "--json"]);
    assert_eq!(status["lanes"][0]["stale"], 2);
    assert!(status["lanes"][0]["stale_locked"].is_null(), "{status}");
    let shown = beside.run(&["status"]).stdout;
    assert!(shown.contains("│ 2     │ ?"), "{shown}");
    let reaped = beside.run(&["reap", "--once"]);
    assert_eq!(reaped.code, Some(2));
    assert_eq!(
        reaped.stderr,
        "error: heartbeat-inflight was not reaped to the end: cannot execute SELECT FOR NO KEY UPDATE in a read-only transaction (25006)\n"
    );
    let foreseen = beside.json(&["reap", "--dry-run", "--json"]);
    assert_eq!(foreseen["would_reap"], 2);
}

/// A `timestamp` is another instant to a session in another time zone: a live run would look hours old.
#[test]
fn a_database_in_which_silence_cannot_be_told_is_refused() {
    let mut beside = Beside::new("reap_silence", &[NO_GRACE]);
    beside.queue.silent("sync", "n", 300, 1);
    for (script, said) in [
        (
            "ALTER TABLE runs ALTER claimed_at TYPE timestamp",
            "claimed_at of public.runs is of type timestamp without time zone",
        ),
        (
            "ALTER TABLE runs DROP claimed_at",
            "public.runs has no column claimed_at",
        ),
        (
            "ALTER TABLE runs RENAME TO jobs",
            "there is no table public.runs",
        ),
    ] {
        beside.queue.execute(script);
        let commands: [&[&str]; 3] = [&["reap", "--once"], &["reap", "--dry-run"], &["status"]];
        for arguments in commands {
            let run = beside.run(arguments);
            assert_eq!(run.code, Some(2), "{}", run.stderr);
            assert_eq!(run.stderr.matches(said).count(), 1, "{}", run.stderr);
        }
    }
    assert_eq!(
        beside
            .queue
            .value("SELECT count(*)::text FROM jobs WHERE status = 'timeout'"),
        "0"
    );
}

#[test]
fn the_threshold_can_be_set_from_outside() {
    let mut beside = Beside::new("reap_threshold_set", &[NO_GRACE]);
    beside.queue.silent("auth", "NULL", 60, 1);
    let with = |seconds: &str| {
        let variables = [
            ("DATABASE_URL", beside.queue.url.as_str()),
            ("RUNS_REAPER_STALE_AFTER_SECONDS", seconds),
        ];
        beside.run_with(&["reap", "--once"], &variables).stdout
    };
    assert!(with("120").contains("nothing to reap"));
    assert!(with("30").contains("reaped 1 (auth 1)"));
}
