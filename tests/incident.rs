//! The incident's repository, clean as it is, with one place broken at a time.

mod heartbeats;
mod replayed;
mod wording;

use crate::program::{Copy, Report, check, in_tests};

const NEWEST: &str = "db/migrations/20260518070000_runs_heartbeat_inflight_widen.sql";
const CHECK_MIGRATION: &str = "db/migrations/20260511101500_run_type_export.sql";
const PATCHES: &str = "packages/server/src/db/embedded-schema-patches.ts";
const LAST_PATCH: &str = "id: '20260518070000_runs_heartbeat_inflight_widen'";
const SCHEMA: &str = "db/schema.sql";
const REAPER: &str = "packages/server/src/scheduled/check-stalled-executions.ts";
const MANIFEST: &str = "laneset.toml";

const LANES: &str = "run_type IN ('sync', 'action', 'embed_backfill', 'auth')";
const GUARD: &str = "status IN ('claimed', 'running')";
const CREATE: &str = "CREATE INDEX IF NOT EXISTS idx_runs_heartbeat_inflight";
const DROP: &str = "DROP INDEX IF EXISTS public.idx_runs_heartbeat_inflight;\n";
const STORED_INDEX: &str = "CREATE INDEX idx_runs_heartbeat_inflight ON";
const STORED_LANES: &str =
    "run_type = ANY (ARRAY['sync'::text, 'action'::text, 'embed_backfill'::text, 'auth'::text])";
const STORED_GUARD: &str = "status = ANY (ARRAY['claimed'::text, 'running'::text])";

fn incident() -> Copy {
    Copy::of(&in_tests("repos/incident"))
}

/// One of the four places that write the lanes.
struct Place {
    rule: &'static str,
    path: &'static str,
    /// What stands once in the file, before the place.
    after: &'static str,
    lanes: &'static str,
    guard: &'static str,
    /// The text on whose line the finding stands.
    marked: &'static str,
}

const PLACES: [Place; 4] = [
    Place {
        rule: "migrations-drift",
        path: NEWEST,
        after: "-- migrate:up",
        lanes: LANES,
        guard: GUARD,
        marked: CREATE,
    },
    Place {
        rule: "embedded-drift",
        path: PATCHES,
        after: LAST_PATCH,
        lanes: LANES,
        guard: GUARD,
        marked: CREATE,
    },
    Place {
        rule: "index-drift",
        path: SCHEMA,
        after: STORED_INDEX,
        lanes: STORED_LANES,
        guard: STORED_GUARD,
        marked: STORED_INDEX,
    },
    Place {
        rule: "query-drift",
        path: REAPER,
        after: "UPDATE runs\n        SET status = 'timeout'",
        lanes: LANES,
        guard: GUARD,
        marked: "run_type IN (",
    },
];

impl Place {
    /// Writes `to` where `from` stands at this place, and says what has to be found then.
    #[track_caller]
    fn broken(&self, from: &str, to: &str) -> (Report, String) {
        let copy = incident();
        let line = copy.line_after(self.path, self.after, self.marked);
        copy.edit_after(self.path, self.after, from, to);
        let expected = format!("{} {}:{line}", self.rule, self.path);
        (copy.check().drift(), expected)
    }
}

/// The lists of a finding's missing and extra lanes.
fn difference(report: &Report) -> (String, String) {
    let finding = &report.findings()[0];
    (finding["missing"].to_string(), finding["extra"].to_string())
}

#[test]
fn the_repository_is_clean_as_it_is() {
    let report = check(&in_tests("repos/incident")).clean();
    let checked = &report.0["checked"];
    assert_eq!(checked["lane_sets"], 1);
    assert_eq!(checked["migrations"], 83);
    assert_eq!(checked["patches"], 41);
    assert_eq!(checked["queries"], 1);
    assert_eq!(checked["source_files"], 2);
    let copy = incident();
    let sites = [
        format!(
            "migrations {NEWEST}:{}",
            copy.line_after(NEWEST, "migrate:up", CREATE)
        ),
        format!(
            "embedded {PATCHES}:{}",
            copy.line_after(PATCHES, LAST_PATCH, CREATE)
        ),
        format!("index {SCHEMA}:{}", copy.line(SCHEMA, STORED_INDEX)),
        format!("query {REAPER}:{}", copy.line(REAPER, LANES)),
        format!("check {CHECK_MIGRATION}:6"),
        format!("check {PATCHES}:1385"),
        format!(
            "check {SCHEMA}:{}",
            copy.line(SCHEMA, "CONSTRAINT runs_run_type_check CHECK")
        ),
    ];
    assert_eq!(report.sites(), sites);
    for site in report.0["lane_sets"][0]["sites"].as_array().unwrap() {
        let relation = &site["relation"];
        let expected = if site["role"] == "check" {
            "wider"
        } else {
            "same"
        };
        assert_eq!(relation, expected, "{site}");
    }
}

#[test]
fn a_lane_removed_at_one_place_is_found_there() {
    for place in &PLACES {
        for (lane, removed) in [
            (
                "auth",
                place
                    .lanes
                    .replace(", 'auth'::text", "")
                    .replace(", 'auth'", ""),
            ),
            (
                "sync",
                place
                    .lanes
                    .replace("'sync'::text, ", "")
                    .replace("'sync', ", ""),
            ),
        ] {
            let (report, expected) = place.broken(place.lanes, &removed);
            assert_eq!(report.found(), [expected], "{lane}");
            assert_eq!(
                difference(&report),
                (format!("[\"{lane}\"]"), "[]".to_owned())
            );
        }
    }
}

#[test]
fn a_lane_added_at_one_place_is_found_there() {
    for place in &PLACES {
        let added = place.lanes.replace("'auth'", "'watcher', 'auth'");
        let (report, expected) = place.broken(place.lanes, &added);
        assert_eq!(report.found(), [expected]);
        assert_eq!(
            difference(&report),
            ("[]".to_owned(), "[\"watcher\"]".to_owned())
        );
    }
}

#[test]
fn a_lane_misspelt_at_one_place_is_found_there() {
    for place in &PLACES {
        let misspelt = place
            .lanes
            .replace("embed_backfill", "embed_back\u{fb01}ll");
        let (report, expected) = place.broken(place.lanes, &misspelt);
        assert_eq!(report.found(), [expected]);
        let (missing, extra) = difference(&report);
        assert_eq!(
            (missing.as_str(), extra.as_str()),
            ("[\"embed_backfill\"]", "[\"embed_back\u{fb01}ll\"]")
        );
    }
}

#[test]
fn a_guard_changed_at_one_place_is_found_there() {
    for place in &PLACES {
        for changed in [
            place.guard.replace("'claimed'", "'pending'"),
            place.guard.replace("'running'", "'running', 'pending'"),
            format!("{} AND feed_id IS NOT NULL", place.guard),
        ] {
            // A query may narrow its rows by columns that the declaration does not name.
            if place.rule == "query-drift" && changed.contains("feed_id") {
                continue;
            }
            let changed = changed.replace(
                "'running', 'pending'::text",
                "'running'::text, 'pending'::text",
            );
            let (report, at_the_lanes) = place.broken(place.guard, &changed);
            let expected = match place.rule {
                "query-drift" => format!(
                    "query-drift {REAPER}:{}",
                    incident().line_after(place.path, place.after, place.guard)
                ),
                _ => at_the_lanes,
            };
            assert_eq!(report.found(), [expected], "{changed}");
            assert_eq!(
                difference(&report),
                ("[]".to_owned(), "[]".to_owned()),
                "{changed}"
            );
            let message = report.messages()[0].to_owned();
            assert!(
                message.contains("the guard is not `status IN ('claimed', 'running')`"),
                "{message}"
            );
        }
    }
}

#[test]
fn a_condition_more_in_the_reaper_is_no_drift() {
    let copy = incident();
    copy.edit(
        REAPER,
        LANES,
        &format!("{LANES}\n          AND feed_id IS NOT NULL"),
    );
    copy.check().clean();
}

#[test]
fn an_index_renamed_in_the_dump_is_missing() {
    let copy = incident();
    copy.edit(SCHEMA, STORED_INDEX, "CREATE INDEX idx_runs_inflight ON");
    let line = copy.line(MANIFEST, "name    = ");
    assert_eq!(
        copy.check().drift().found(),
        [format!("site-missing {MANIFEST}:{line}")]
    );
}

#[test]
fn a_function_or_file_that_is_gone_is_missing() {
    let copy = incident();
    let text = copy
        .text(REAPER)
        .replace("reapStaleRuns(", "reapStalledRuns(");
    copy.write(REAPER, text);
    let line = copy.line(MANIFEST, "within = \"reapStaleRuns\"");
    let report = copy.check().drift();
    assert_eq!(report.found(), [format!("site-missing {MANIFEST}:{line}")]);
    let message = report.messages()[0];
    assert!(
        message.contains("the nearest name is `reapStalledRuns`"),
        "{message}"
    );

    let copy = incident();
    copy.remove(REAPER);
    let line = copy.line(MANIFEST, "file   = \"packages");
    assert_eq!(
        copy.check().drift().found(),
        [format!("site-missing {MANIFEST}:{line}")]
    );
}

#[test]
fn a_reaper_that_tests_no_lane_is_wider() {
    let copy = incident();
    let line = copy.line(
        REAPER,
        "WHERE status IN ('claimed', 'running')\n          AND",
    );
    copy.edit(REAPER, &format!("\n          AND {LANES}"), "");
    let report = copy.check().drift();
    assert_eq!(report.found(), [format!("query-drift {REAPER}:{line}")]);
    let query = &report.0["lane_sets"][0]["sites"][3];
    assert_eq!(
        (&query["role"], &query["relation"]),
        (&"query".into(), &"wider".into())
    );
    let (missing, extra) = difference(&report);
    assert_eq!(missing, "[]");
    assert_eq!(
        extra,
        "[\"insight\",\"chat_message\",\"watcher\",\"export\"]"
    );
}

#[test]
fn a_lane_that_the_constraint_refuses_is_found_at_the_constraint() {
    let copy = incident();
    let start = "CONSTRAINT runs_run_type_check CHECK";
    let line = copy.line(SCHEMA, start);
    copy.edit_after(SCHEMA, start, "'auth'::text, ", "");
    let report = copy.check().drift();
    assert_eq!(
        report.found(),
        [format!("lane-not-admitted {SCHEMA}:{line}")]
    );
    assert_eq!(
        difference(&report),
        ("[\"auth\"]".to_owned(), "[]".to_owned())
    );

    let copy = incident();
    let add = "ADD CONSTRAINT runs_run_type_check";
    let line = copy.line_after(CHECK_MIGRATION, "-- migrate:up", add);
    copy.edit_after(CHECK_MIGRATION, "-- migrate:up", "'auth', ", "");
    let report = copy.check().drift();
    assert_eq!(
        report.found(),
        [format!("lane-not-admitted {CHECK_MIGRATION}:{line}")]
    );
}

#[test]
fn lanes_changed_in_the_declaration_alone_are_found_at_all_four_places() {
    let copy = incident();
    copy.edit(MANIFEST, "\"embed_backfill\", ", "");
    // In the order of their paths.
    let expected: Vec<String> = [0, 2, 1, 3]
        .map(|number: usize| &PLACES[number])
        .iter()
        .map(|place| {
            let line = copy.line_after(place.path, place.after, place.marked);
            format!("{} {}:{line}", place.rule, place.path)
        })
        .collect();
    let report = copy.check().drift();
    assert_eq!(report.found(), expected);
    for finding in report.findings() {
        assert_eq!(finding["extra"][0], "embed_backfill");
        assert_eq!(finding["missing"].as_array().unwrap().len(), 0);
    }
}
