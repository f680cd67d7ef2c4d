//! `laneset history`: which migration gave the index which lanes.

use crate::generate::tools::{change, reference_queue};
use crate::program::{Copy, in_tests, run};

fn json(repository: &Copy) -> serde_json::Value {
    let ran = run(repository.path(), ["history", "--output-format", "json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

/// `version path:line event +added -removed = lanes`, a line a change.
fn lines(report: &serde_json::Value) -> Vec<String> {
    let list = |value: &serde_json::Value| {
        let lanes = value.as_array().map(|lanes| {
            let lanes: Vec<String> = lanes
                .iter()
                .map(|lane| lane.as_str().unwrap().to_owned())
                .collect();
            lanes.join(",")
        });
        lanes.unwrap_or_else(|| "?".to_owned())
    };
    let changes = report["lane_sets"][0]["changes"].as_array().unwrap().iter();
    changes
        .map(|change| {
            let path = change["path"]
                .as_str()
                .unwrap()
                .rsplit('/')
                .next()
                .unwrap()
                .to_owned();
            let event = change["event"].as_str().unwrap_or_default().to_owned();
            format!(
                "{path}:{} {event} +{} -{} = {}",
                change["line"],
                list(&change["added"]),
                list(&change["removed"]),
                list(&change["lanes"])
            )
        })
        .collect()
}

#[test]
fn the_incident_was_wide_and_narrow_and_wide_again() {
    let repository = Copy::of(&in_tests("repos/incident"));
    assert_eq!(
        lines(&json(&repository)),
        [
            "20260517120000_runs_heartbeat_inflight.sql:5 the index is made +sync,action,embed_backfill,auth - = sync,action,embed_backfill,auth",
            "20260518020000_runs_heartbeat_inflight_narrow.sql:7  + -action,embed_backfill = sync,auth",
            "20260518070000_runs_heartbeat_inflight_widen.sql:6  +action,embed_backfill - = sync,action,embed_backfill,auth",
        ]
    );
    let shown = run(repository.path(), ["history", "heartbeat-inflight"]).stdout;
    let rows: Vec<&str> = shown.lines().filter(|line| line.contains('●')).collect();
    let marks = rows.iter().map(|row| {
        row.chars()
            .filter(|c| "●·".contains(*c))
            .collect::<String>()
    });
    assert_eq!(
        marks.collect::<Vec<_>>(),
        ["●●●●", "●··●", "●●●●"],
        "{shown}"
    );
    assert!(
        shown.contains("20260518020000 removes \"action\", \"embed_backfill\" (db/migrations/"),
        "{shown}"
    );
}

#[test]
fn every_kind_of_change_is_told() {
    let repository = Copy::of(tempfile::tempdir().unwrap().path());
    let migrations = [
        "CREATE TABLE runs (id int, lane text, state text);",
        "CREATE INDEX idx ON runs (id) WHERE state = 'on' AND lane IN ('é', 'b');",
        "SELECT 1;",
        "DROP INDEX idx; CREATE INDEX idx ON runs (id) WHERE lane IN ('b', 'é') AND state = 'on';",
        "DROP INDEX idx;\r\nCREATE INDEX idx ON runs (id) WHERE state = 'off' AND lane IN ('é', 'b', 'c');",
        "DROP TABLE runs;",
        "CREATE TABLE runs (id int, lane text, state text); CREATE INDEX other ON runs (id) WHERE lane = 'b'; ALTER INDEX other RENAME TO idx;",
        "DO $$ BEGIN IF random() > 0.5 THEN DROP INDEX idx; END IF; END $$;",
    ];
    for (number, sql) in migrations.iter().enumerate() {
        repository.write(
            &format!("db/migrations/{number}_m.sql"),
            format!("-- migrate:up\n{sql}\n-- migrate:down\n"),
        );
    }
    repository.write("laneset.toml", "version = 1\n[lane_set.x]\ntable = \"runs\"\ncolumn = \"lane\"\nlanes = [\"b\"]\nguard = \"state = 'on'\"\n[lane_set.x.index]\nname = \"idx\"\n[lane_set.y]\ntable = \"runs\"\ncolumn = \"lane\"\nlanes = [\"b\"]\n");
    assert_eq!(
        lines(&json(&repository)),
        [
            "1_m.sql:2 the index is made +é,b - = é,b",
            "4_m.sql:3 the guard changes +c - = é,b,c",
            "5_m.sql:2 the index is dropped + -é,b,c = ?",
            "6_m.sql:2 the index is made +b - = b",
            "7_m.sql:2 it cannot be told: it depends on a condition that cannot be decided here + - = ?",
        ]
    );
    let shown = run(repository.path(), ["history"]).stdout;
    assert!(
        shown.contains("It declares no index, so migrations do not hold its lanes."),
        "{shown}"
    );
    let unknown = run(repository.path(), ["history", "xx"]);
    assert!(
        unknown
            .could_not_check()
            .contains("declares no lane set called \"xx\"")
    );
}

#[test]
fn a_change_beside_the_old_index_is_one_change() {
    let repository = reference_queue();
    let columns = "columns = [\"last_heartbeat_at\"]\n";
    repository.edit(
        "laneset.toml",
        columns,
        &format!("{columns}build = \"concurrently\"\n"),
    );
    let before = lines(&json(&repository));
    change(&repository, &["narrow", "heartbeat-inflight", "action"]);
    let after = lines(&json(&repository));
    assert_eq!(after[..before.len()], before);
    let [new] = &after[before.len()..] else {
        panic!("{after:?}");
    };
    assert!(
        new.ends_with("-action = sync,embed_backfill,auth") && !new.contains("dropped"),
        "{new}"
    );
}
