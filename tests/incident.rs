//! The incident's repository, clean as it is, with one place broken at a time.

use crate::program::{Copy, Report, check, in_tests, run};

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
            let message = report.findings()[0]["message"].as_str().unwrap().to_owned();
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
fn a_create_without_its_drop_is_found() {
    let copy = incident();
    let line = copy.line_after(NEWEST, "-- migrate:up", CREATE) - 1;
    copy.edit_after(NEWEST, "-- migrate:up", DROP, "");
    assert_eq!(
        copy.check().drift().found(),
        [format!("create-without-effect {NEWEST}:{line}")]
    );

    let copy = incident();
    let line = copy.line_after(PATCHES, LAST_PATCH, CREATE) - 1;
    copy.edit_after(PATCHES, LAST_PATCH, DROP, "");
    assert_eq!(
        copy.check().drift().found(),
        [format!("create-without-effect {PATCHES}:{line}")]
    );
}

#[test]
fn a_drop_that_names_another_index_does_not_count() {
    let copy = incident();
    let line = copy.line_after(NEWEST, "-- migrate:up", CREATE);
    copy.edit_after(
        NEWEST,
        "-- migrate:up",
        "public.idx_runs_heartbeat_inflight;",
        "public.idx_runs_heartbeat;",
    );
    assert_eq!(
        copy.check().drift().found(),
        [format!("create-without-effect {NEWEST}:{line}")]
    );
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
fn an_index_dropped_in_the_end_is_missing() {
    let copy = incident();
    let path = "db/migrations/20260601000000_runs_no_reaper.sql";
    copy.write(
        path,
        "-- migrate:up\n\nDROP INDEX idx_runs_heartbeat_inflight;\n\n-- migrate:down\n",
    );
    assert_eq!(
        copy.check().drift().found(),
        [format!("site-missing {path}:3")]
    );
}

#[test]
fn a_table_dropped_takes_its_index_along() {
    let copy = incident();
    let path = "db/migrations/20260601000000_runs_gone.sql";
    copy.write(
        path,
        "-- migrate:up\nDROP TABLE public.runs CASCADE;\n-- migrate:down\n",
    );
    assert_eq!(
        copy.check().drift().found(),
        [format!("site-missing {path}:2")]
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
    let message = report.findings()[0]["message"].as_str().unwrap();
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

#[test]
fn the_same_lanes_in_other_words_are_no_drift() {
    let lanes = |list: &str| {
        let or: Vec<String> = ["sync", "action", "embed_backfill", "auth"]
            .map(|lane| list.replace('$', lane))
            .to_vec();
        format!("({})", or.join(" OR "))
    };
    let spellings = [
        "run_type IN ('auth', 'embed_backfill', 'action', 'sync')".to_owned(),
        "run_type IN ('sync', 'action', 'sync', 'embed_backfill', 'auth', 'auth')".to_owned(),
        lanes("run_type = '$'"),
        lanes("'$'::text = run_type"),
        "run_type = ANY ('{sync,action,embed_backfill,auth}')".to_owned(),
        "run_type = ANY ('{auth, \"sync\", action, embed_backfill}'::text[])".to_owned(),
        "(run_type)::text = ANY ((ARRAY['sync'::character varying, 'action'::character varying, \
         'embed_backfill'::character varying, 'auth'::character varying])::text[])"
            .to_owned(),
        "\"run_type\" in ('sync', E'action', 'embed_backfill', $$auth$$)".to_owned(),
    ];
    for spelling in &spellings {
        for place in &PLACES {
            let copy = incident();
            copy.edit_after(place.path, place.after, place.lanes, spelling);
            let report = copy.check().report();
            assert_eq!(
                report.found(),
                Vec::<String>::new(),
                "{spelling} in {}",
                place.path
            );
        }
    }
}

#[test]
fn lists_joined_by_or_are_no_drift_and_proved_one_by_one() {
    let joined = "(run_type IN ('sync', 'action') OR run_type IN ('auth', 'embed_backfill'))";
    for place in &PLACES {
        let copy = incident();
        copy.edit_after(place.path, place.after, place.lanes, joined);
        copy.check().clean();
    }
}

#[test]
fn the_rest_of_what_the_constraint_admits_is_the_same_set() {
    let rest = "run_type NOT IN ('insight', 'chat_message', 'watcher', 'export')";
    let stored = "run_type <> ALL (ARRAY['insight'::text, 'chat_message'::text, 'watcher'::text, 'export'::text])";
    for (place, complement) in [(0, rest), (1, rest), (2, stored)] {
        let place: &Place = &PLACES[place];
        let copy = incident();
        copy.edit_after(place.path, place.after, place.lanes, complement);
        let report = copy.check().report();
        assert_eq!(report.found(), Vec::<String>::new(), "{}", place.path);
    }
}

#[test]
fn a_query_that_leans_on_the_constraint_cannot_use_the_index() {
    let copy = incident();
    let line = copy.line(REAPER, LANES);
    let rest = "run_type NOT IN ('insight', 'chat_message', 'watcher', 'export')";
    copy.edit(REAPER, LANES, rest);
    assert_eq!(
        copy.check().drift().found(),
        [format!("query-not-covered {REAPER}:{line}")]
    );
}

#[test]
fn bound_lanes_cannot_be_proved() {
    for bound in ["run_type = ANY(${lanes})", "run_type IN ${tx(lanes)}"] {
        let copy = incident();
        let line = copy.line(REAPER, LANES);
        copy.edit(REAPER, LANES, bound);
        let found = copy.check().drift().found();
        assert_eq!(
            found,
            [format!("unprovable-query {REAPER}:{line}")],
            "{bound}"
        );
    }
}

#[test]
fn line_endings_of_windows_change_nothing() {
    let copy = incident();
    let before = check(copy.path()).clean();
    for entry in walkdir::WalkDir::new(copy.path())
        .into_iter()
        .map(Result::unwrap)
    {
        if entry.file_type().is_file() {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            std::fs::write(entry.path(), text.replace('\n', "\r\n")).unwrap();
        }
    }
    let after = check(copy.path()).clean();
    assert!(copy.text(SCHEMA).contains("\r\n"));
    assert_eq!(after.sites(), before.sites());
    assert_eq!(after.0["checked"], before.0["checked"]);

    // And a fault in such a file is found where it stands.
    let line = copy.line(REAPER, LANES);
    copy.edit(REAPER, LANES, "run_type IN ('sync', 'action', 'auth')");
    let report = copy.check().drift();
    assert_eq!(report.found(), [format!("query-drift {REAPER}:{line}")]);
    assert_eq!(
        crate::program::marked(copy.path(), &report.findings()[0]),
        "run_type IN ('sync', 'action', 'auth')"
    );
}

#[test]
fn quoted_and_qualified_names_are_the_same_table() {
    for name in [
        "public.runs",
        "\"runs\"",
        "\"public\".\"runs\"",
        "PUBLIC.RUNS",
        "runs AS stale",
        "public.runs r",
    ] {
        let copy = incident();
        copy.edit(
            REAPER,
            "UPDATE runs\n        SET status = 'timeout'",
            &format!("UPDATE {name}\n        SET status = 'timeout'"),
        );
        copy.check().clean();
        // It is indeed read: a fault in it is found.
        copy.edit(REAPER, LANES, "run_type IN ('sync')");
        assert_eq!(copy.check().drift().findings().len(), 1, "{name}");
    }
    for name in [
        "runs",
        "\"runs\"",
        "\"public\".\"runs\"",
        "ONLY public.runs",
    ] {
        let copy = incident();
        copy.edit_after(
            NEWEST,
            "-- migrate:up",
            "ON public.runs (",
            &format!("ON {name} ("),
        );
        copy.check().clean();
    }
}

#[test]
fn an_alias_stands_for_the_table() {
    let copy = incident();
    copy.edit(
        REAPER,
        "UPDATE runs\n        SET status = 'timeout'",
        "UPDATE runs AS stale\n        SET status = 'timeout'",
    );
    copy.edit(
        REAPER,
        &format!("WHERE {GUARD}\n          AND {LANES}"),
        &format!("WHERE stale.{GUARD}\n          AND stale.{LANES}"),
    );
    copy.check().clean();
    let line = copy.line(REAPER, LANES);
    copy.edit(REAPER, "stale.run_type IN ('sync', ", "stale.run_type IN (");
    assert_eq!(
        copy.check().drift().found(),
        [format!("query-drift {REAPER}:{line}")]
    );
}

#[test]
fn a_block_that_puts_its_sql_together_is_unreadable() {
    let copy = incident();
    let path = "db/migrations/20260601000000_drop_by_name.sql";
    copy.write(
        path,
        "-- migrate:up\n\nDO $$\nDECLARE\n    name text := current_setting('maintenance.index');\nBEGIN\n    \
         EXECUTE format('DROP INDEX IF EXISTS public.%I', name);\nEND\n$$;\n\n-- migrate:down\n",
    );
    assert_eq!(
        copy.check().drift().found(),
        [format!("unreadable-site {path}:7")]
    );

    // What comes later and says what the index is settles it.
    let settled = "db/migrations/20260602000000_settled.sql";
    let create = format!(
        "{DROP}{CREATE}\n    ON public.runs (last_heartbeat_at) WHERE {GUARD} AND {LANES};\n"
    );
    copy.write(settled, format!("-- migrate:up\n{create}-- migrate:down\n"));
    copy.check().clean();
}

#[test]
fn a_block_with_guards_that_can_be_decided_is_followed() {
    let narrow = format!(
        "{CREATE} ON public.runs (last_heartbeat_at) WHERE {GUARD} AND run_type IN ('sync');"
    );
    for (condition, is_taken) in [
        (
            "EXISTS (SELECT 1 FROM pg_indexes WHERE schemaname = 'public' AND indexname = 'idx_runs_heartbeat_inflight')",
            true,
        ),
        (
            "NOT EXISTS (SELECT 1 FROM pg_indexes WHERE indexname = 'idx_runs_heartbeat_inflight')",
            false,
        ),
        (
            "to_regclass('public.idx_runs_heartbeat_inflight') IS NOT NULL",
            true,
        ),
        (
            "to_regclass('public.idx_runs_heartbeat_inflight') IS NULL",
            false,
        ),
        (
            "EXISTS (SELECT FROM pg_class WHERE relname = 'idx_runs_heartbeat_inflight' AND relkind = 'i')",
            true,
        ),
        (
            "EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'runs_run_type_check' AND conrelid = 'public.runs'::regclass)",
            true,
        ),
        (
            "NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'runs' AND column_name = 'run_type')",
            false,
        ),
        (
            "EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = 'public' AND table_name = 'runs')",
            true,
        ),
    ] {
        let copy = incident();
        let path = "db/migrations/20260601000000_guarded.sql";
        copy.write(
            path,
            format!("-- migrate:up\nDO $$\nBEGIN\n  IF {condition} THEN\n    {DROP}    {narrow}\n  END IF;\nEND $$;\n-- migrate:down\n"),
        );
        let run = copy.check();
        if is_taken {
            assert_eq!(
                run.drift().found(),
                [format!("migrations-drift {path}:6")],
                "{condition}"
            );
        } else {
            run.clean();
        }
    }
}

/// Where the executors beat, as the manifest says it.
const EVIDENCE: &str = r#"
[lane_set.heartbeat-inflight.heartbeat]
call = "heartbeat"
[lane_set.heartbeat-inflight.heartbeat.lanes]
sync = { file = "packages/connector-worker/src/daemon/executor.ts", within = "executeSyncRun" }
action = { file = "packages/connector-worker/src/daemon/executor.ts", within = "executeActionRun" }
embed_backfill = { file = "packages/connector-worker/src/daemon/executor.ts", within = "executeEmbedBackfillRun" }
auth = { file = "packages/connector-worker/src/daemon/executor.ts", within = "executeAuthRun" }
"#;

const EXECUTOR: &str = "packages/connector-worker/src/daemon/executor.ts";

/// The cause of it all, which no SQL shows.
#[test]
fn the_incident_before_its_fix_has_two_lanes_whose_executors_do_not_beat() {
    let copy = incident();
    let manifest = copy.text("laneset.toml");
    copy.write("laneset.toml", format!("{manifest}{EVIDENCE}"));
    let report = copy.check().clean();
    assert_eq!(report.0["checked"]["source_files"], 3);

    let source = copy.text(EXECUTOR);
    let silent = without_timer(
        &without_timer(&source, "executeActionRun"),
        "executeEmbedBackfillRun",
    );
    copy.write(EXECUTOR, silent);
    let report = copy.check().drift();
    let line = |name: &str| copy.line(EXECUTOR, &format!("function {name}("));
    assert_eq!(
        report.found(),
        [
            format!(
                "lane-without-heartbeat {EXECUTOR}:{}",
                line("executeActionRun")
            ),
            format!(
                "lane-without-heartbeat {EXECUTOR}:{}",
                line("executeEmbedBackfillRun")
            ),
        ]
    );
    let lanes: Vec<&serde_json::Value> =
        report.findings().iter().map(|it| &it["missing"]).collect();
    assert_eq!(
        lanes,
        [
            &serde_json::json!(["action"]),
            &serde_json::json!(["embed_backfill"])
        ]
    );
    let shown = run(copy.path(), ["check", "--color", "never"]).stdout;
    let declared = copy.line("laneset.toml", "action = { file");
    for said in [
        "the executor of 'action' does not beat: executeActionRun calls heartbeat nowhere where that can run",
        "heartbeat-inflight declares this as the evidence that 'action' beats",
        &format!("laneset.toml:{declared}:1"),
    ] {
        assert!(shown.contains(said), "{said} is not in {shown}");
    }
}

/// The executor without the timer that beats.
fn without_timer(source: &str, executor: &str) -> String {
    let start = source.find(&format!("function {executor}(")).unwrap();
    let timer = start
        + source[start..]
            .find("  const heartbeatTimer = setInterval")
            .unwrap();
    let end = timer + source[timer..].find("}, 30000);\n").unwrap() + "}, 30000);\n".len();
    let rest = source[end..].replacen("    clearInterval(heartbeatTimer);\n", "", 1);
    format!("{}{rest}", &source[..timer])
}

#[test]
fn evidence_that_is_gone_is_found_and_a_lane_without_any_too() {
    let copy = incident();
    let manifest = copy.text("laneset.toml");
    let without_auth: String = EVIDENCE
        .lines()
        .filter(|line| !line.starts_with("auth"))
        .map(|line| format!("{line}\n"))
        .collect();
    copy.write("laneset.toml", format!("{manifest}{without_auth}"));
    copy.edit(
        EXECUTOR,
        "export async function executeActionRun(",
        "export async function executeAction(",
    );
    let report = copy.check().drift();
    assert_eq!(report.findings().len(), 2);
    let messages: Vec<&str> = report
        .findings()
        .iter()
        .map(|it| it["message"].as_str().unwrap())
        .collect();
    assert_eq!(
        messages,
        [
            "nothing says that the executor of 'auth' beats",
            "the evidence that 'action' beats is gone: in packages/connector-worker/src/daemon/executor.ts no function or constant is called `executeActionRun`; the nearest name is `executeAction`"
        ]
    );
    copy.remove(EXECUTOR);
    let said = run(copy.path(), ["check"]).stdout;
    assert!(said.contains("the evidence that 'sync' beats is gone: packages/connector-worker/src/daemon/executor.ts does not exist"), "{said}");
}
