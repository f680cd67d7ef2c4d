//! A change in two steps, the first of which widens and the second narrows.

use std::collections::BTreeMap;

use super::tools::{SET, change, names, reference_queue, refused, tree};
use crate::program::{Copy, check, run};

/// The lanes of the index and of the query, as `check` reports them.
fn lanes(repository: &Copy) -> [Vec<String>; 2] {
    let report = check(repository.path()).clean();
    let sites = report.0["lane_sets"][0]["sites"]
        .as_array()
        .unwrap()
        .clone();
    ["index", "query"].map(|role| {
        let site = sites.iter().find(|site| site["role"] == role).unwrap();
        let lanes = site["lanes"].as_array().unwrap().iter();
        let mut lanes: Vec<String> = lanes
            .map(|lane| lane.as_str().unwrap().to_owned())
            .collect();
        lanes.sort();
        lanes
    })
}

#[test]
fn a_split_change_is_two_states_that_are_each_clean() {
    let repository = reference_queue();
    let manifest = repository.text("laneset.toml");
    let (two, four) = (
        ["auth", "sync"],
        ["action", "auth", "embed_backfill", "sync"],
    );

    // Narrow: the queries first.
    let first = change(
        &repository,
        &["narrow", SET, "action", "embed_backfill", "--split"],
    );
    assert!(
        first
            .stdout
            .contains("run `laneset narrow heartbeat-inflight action embed_backfill` for step 2"),
        "{}",
        first.stdout
    );
    assert_eq!(lanes(&repository), [four.to_vec(), two.to_vec()]);
    assert_eq!(
        names(&repository, "db/migrations").len(),
        7,
        "the index stays"
    );
    refused(
        &repository,
        &["narrow", SET, "auth"],
        "heartbeat-inflight is being changed already",
    );
    refused(
        &repository,
        &["widen", SET, "insight"],
        "heartbeat-inflight is being changed already",
    );
    change(&repository, &["narrow", SET, "embed_backfill", "action"]);
    assert_eq!(lanes(&repository), [two.to_vec(), two.to_vec()]);

    // Widen: the index first.
    let queries = repository.text("db/queries/reap_stale_runs.sql");
    change(
        &repository,
        &["widen", SET, "action", "embed_backfill", "--split"],
    );
    assert_eq!(lanes(&repository), [four.to_vec(), two.to_vec()]);
    assert_eq!(
        repository.text("db/queries/reap_stale_runs.sql"),
        queries,
        "the query stays"
    );
    let migrations = names(&repository, "db/migrations");
    change(&repository, &["widen", SET, "action", "embed_backfill"]);
    assert_eq!(lanes(&repository), [four.to_vec(), four.to_vec()]);
    assert_eq!(
        names(&repository, "db/migrations"),
        migrations,
        "the index was there already"
    );
    let sorted = |text: &str| {
        let mut words: Vec<String> = text
            .split(['"', ',', ' ', '\n'])
            .map(str::to_owned)
            .collect();
        words.sort();
        words
    };
    assert_eq!(
        sorted(&repository.text("laneset.toml")),
        sorted(&manifest),
        "no trace of the split is left"
    );

    // A widening that is given up.
    change(&repository, &["widen", SET, "insight", "--split"]);
    change(&repository, &["narrow", SET, "insight"]);
    assert_eq!(lanes(&repository), [four.to_vec(), four.to_vec()]);
}

/// The second step has one half of the change, whichever way it goes.
#[test]
fn the_second_step_of_a_split_says_what_is_in_it() {
    let (index, code) = (
        "Only the migration and the patch (the index) are in this change",
        "Only the code (the queries) is in this change",
    );
    for (first, second, said) in [
        ("widen", "widen", code),
        ("widen", "narrow", index),
        ("narrow", "narrow", index),
        ("narrow", "widen", code),
    ] {
        let repository = reference_queue();
        let lane = if first == "widen" {
            "insight"
        } else {
            "action"
        };
        change(&repository, &[first, SET, lane, "--split"]);
        let before = tree(repository.path());
        let finished = change(&repository, &[second, SET, lane]).stdout;
        assert!(finished.contains(said), "{first}, {second}: {finished}");
        for wrong in [
            "Both are in this change",
            "Rollout order",
            "--split",
            "  1. ",
        ] {
            assert!(!finished.contains(wrong), "{first}, {second}: {finished}");
        }
        let after = tree(repository.path());
        let migrations = |tree: &BTreeMap<String, Vec<u8>>| {
            tree.keys()
                .filter(|path| path.starts_with("db/migrations"))
                .count()
        };
        let query = "db/queries/reap_stale_runs.sql";
        assert_eq!(
            (
                migrations(&before) < migrations(&after),
                before[query] != after[query]
            ),
            (said == index, said == code),
            "{first}, {second}: what is said is what was done"
        );
    }
}

#[test]
fn a_set_between_braces_outlives_its_split() {
    let empty = tempfile::tempdir().unwrap();
    let repository = Copy::of(empty.path());
    let manifest = "version = 1\n\n[lane_set]\nx = { table = \"runs\", column = \"kind\", lanes = [\"a\", \"b\"], query = [{ file = \"q.sql\" }] }\n";
    repository.write("laneset.toml", manifest);
    repository.write("q.sql", "SELECT 1 FROM runs WHERE kind IN ('a', 'b');\n");
    change(&repository, &["narrow", "x", "b", "--split"]);
    assert!(repository.text("laneset.toml").contains("query_lanes"));
    change(&repository, &["narrow", "x", "b"]);
    assert_eq!(
        repository.text("laneset.toml"),
        manifest.replace(", \"b\"", "")
    );
    assert!(repository.text("q.sql").contains("kind IN ('a');"));
}

#[test]
fn drift_of_a_query_beside_a_split_is_told_by_the_lanes_that_it_should_have() {
    let repository = reference_queue();
    change(
        &repository,
        &["narrow", SET, "action", "embed_backfill", "--split"],
    );
    let path = "db/queries/reap_stale_runs.sql";
    let text = repository.text(path);
    repository.write(
        path,
        text.replace(
            "run_type IN ('sync', 'auth')",
            "run_type IN ('sync', 'auth', 'action')",
        ),
    );
    let report = check(repository.path()).drift();
    let finding = &report.findings()[0];
    assert_eq!(finding["rule"], "query-drift");
    assert_eq!(finding["extra"][0], "action");
    assert_eq!(finding["missing"].as_array().unwrap().len(), 0);
    let full = run(repository.path(), ["check"]).stdout;
    assert!(
        full.contains("heartbeat-inflight declares the lanes 'sync', 'auth' for its queries"),
        "{full}"
    );
}
