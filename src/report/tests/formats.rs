//! The formats for machines, the order and the fingerprints.

use serde_json::Value as Json;

use super::*;
use crate::model::finding::Level;
use crate::report::look::Color;
use crate::report::{concise, json, summary};

fn as_json(outcome: &Outcome) -> (String, Json) {
    let text = written(|writer| json::write(outcome, writer));
    let value = serde_json::from_str(&text).unwrap();
    (text, value)
}

/// The keys of an object as the text has them, in order. Its values may be anything.
fn keys(text: &str, indent: usize) -> Vec<&str> {
    let prefix = format!("{}\"", " ".repeat(indent));
    text.lines()
        .filter_map(|line| line.strip_prefix(&prefix)?.split_once("\":"))
        .map(|(key, _)| key)
        .collect()
}

/// The lines of the first object in the array at `key`.
fn first_object<'a>(text: &'a str, key: &str, indent: usize) -> &'a str {
    let start = text.find(&format!("\"{key}\": [\n")).unwrap();
    let close = format!("\n{}}}", " ".repeat(indent));
    let end = text[start..].find(&close).unwrap();
    &text[start..start + end]
}

#[test]
fn json_has_the_keys_of_the_contract_in_their_order() {
    let mut outcome = red();
    outcome.sort();
    let (text, value) = as_json(&outcome);
    assert_eq!(
        keys(&text, 2),
        [
            "schema_version",
            "tool",
            "status",
            "checked",
            "lane_sets",
            "findings"
        ]
    );
    let inside = |from: &str, to: &str| {
        let start = text.find(&format!("\n  \"{from}\"")).unwrap();
        let end = text.find(&format!("\n  \"{to}\"")).unwrap();
        keys(&text[start..end], 4)
    };
    assert_eq!(inside("tool", "status"), ["name", "version"]);
    assert_eq!(
        inside("checked", "lane_sets"),
        [
            "lane_sets",
            "migrations",
            "patches",
            "queries",
            "source_files"
        ]
    );
    assert_eq!(
        keys(first_object(&text, "lane_sets", 4), 6),
        ["name", "table", "column", "lanes", "sites"]
    );
    assert_eq!(
        keys(first_object(&text, "sites", 8), 10),
        [
            "role",
            "path",
            "line",
            "column",
            "end_line",
            "end_column",
            "lanes",
            "relation",
            "predicate"
        ]
    );
    assert_eq!(
        keys(first_object(&text, "findings", 4), 6),
        [
            "rule",
            "level",
            "lane_set",
            "message",
            "path",
            "line",
            "column",
            "end_line",
            "end_column",
            "missing",
            "extra",
            "help",
            "fixable",
            "fingerprint"
        ]
    );
    assert_eq!(value["schema_version"], 1);
    assert_eq!(value["tool"]["name"], "laneset");
    assert_eq!(value["status"], "drift");
    assert!(text.ends_with("}\n"));
}

#[test]
fn json_counts_lines_and_characters_from_one_and_ends_after_the_last() {
    let mut outcome = red();
    outcome.sort();
    let (_, value) = as_json(&outcome);
    let index = &value["findings"][0];
    let line = SCHEMA.lines().nth(2).unwrap();
    let marked = "(run_type = ANY (ARRAY['sync'::text, 'action'::text, 'embed_backfill'::text, 'auth'::text]))";
    assert_eq!(index["path"], "db/schema.sql");
    assert_eq!(index["line"], 3);
    let (start, end) = (&index["column"], &index["end_column"]);
    let (start, end) = (start.as_u64().unwrap(), end.as_u64().unwrap());
    assert_eq!(&line[start as usize - 1..end as usize - 1], marked);
    assert_eq!(index["missing"], serde_json::json!([]));
    assert_eq!(
        index["extra"],
        serde_json::json!(["action", "embed_backfill"])
    );
    assert_eq!(index["fixable"], true);
    assert_eq!(value["findings"][1]["help"], Json::Null);
    let unread = &value["lane_sets"][0]["sites"][1];
    assert_eq!(unread["lanes"], Json::Null);
    assert_eq!(unread["relation"], Json::Null);
    assert_eq!(unread["predicate"], Json::Null);
}

#[test]
fn integer_lanes_are_numbers_and_a_clean_check_is_clean() {
    let mut outcome = green();
    outcome.lane_sets[0].lanes = vec![Value::Integer(0), Value::Integer(-1)];
    let (_, value) = as_json(&outcome);
    assert_eq!(value["status"], "clean");
    assert_eq!(value["findings"], serde_json::json!([]));
    assert_eq!(value["lane_sets"][0]["lanes"], serde_json::json!([0, -1]));
}

#[test]
fn findings_are_sorted_by_path_line_column_and_rule() {
    let mut outcome = red();
    let again = Finding {
        subject: "another".into(),
        ..outcome.findings[0].clone()
    };
    outcome.findings.push(Finding {
        rule: RuleId::SiteMissing,
        ..again
    });
    outcome.sort();
    let order: Vec<(&str, usize, &str)> = outcome
        .findings
        .iter()
        .map(|finding| {
            let location = &finding.culprit.location;
            (
                location.path().as_str(),
                location.start().line,
                finding.rule.as_str(),
            )
        })
        .collect();
    assert_eq!(
        order,
        [
            ("db/schema.sql", 3, "index-drift"),
            ("src/reaper.ts", 3, "unprovable-query"),
            ("src/reaper.ts", 4, "query-drift"),
            ("src/reaper.ts", 4, "site-missing"),
        ]
    );
}

#[test]
fn a_fingerprint_stays_when_lines_move_and_changes_with_the_lanes() {
    let outcome = red();
    let before = outcome.fingerprints();
    assert!(before.iter().all(|each| each.len() == 16));
    let mut moved = red();
    let schema = file("db/schema.sql", &format!("--\n--\n{SCHEMA}"));
    moved.findings[2].culprit.location = at(&schema, "(run_type");
    moved.findings[2].message = "said otherwise".into();
    assert_eq!(moved.fingerprints(), before);
    moved.findings[2].extra.pop();
    assert_ne!(moved.fingerprints()[2], before[2]);
    let swapped = &mut moved.findings[2];
    swapped.extra = lanes(&["action,embed_backfill"]);
    assert_ne!(
        moved.fingerprints()[2],
        before[2],
        "parts do not run together"
    );

    let mut twice = red();
    twice.findings = vec![twice.findings[0].clone(), twice.findings[0].clone()];
    assert_eq!(
        twice.fingerprints(),
        [before[0].clone(), format!("{}-2", before[0])]
    );
}

#[test]
fn concise_is_a_line_each_and_names_the_lanes_once() {
    let mut outcome = red();
    outcome.sort();
    let report = written(|writer| concise::write(&outcome, Color::Never, writer));
    insta::assert_snapshot!(report, @r"
    db/schema.sql:3:157: error[index-drift] the index idx_runs_heartbeat_inflight holds more lanes than declared; extra action, embed_backfill
    src/reaper.ts:3:9: warning[unprovable-query] the planner cannot prove that this query may use the index
    src/reaper.ts:4:9: error[query-drift] the query lacks the lane auth
    note: the heartbeat of lane auth was not checked
    Found 2 errors, 1 warning. Checked 1 lane set: 83 migrations, 41 patches, 1 query, 212 source files.
    ");
    assert_eq!(
        report.lines().count(),
        outcome.findings.len() + outcome.notes.len() + 1
    );
    assert!(
        !report.contains("missing auth"),
        "the message says so already"
    );

    outcome.findings[2].message = "the query lacks the lane authority".into();
    let report = written(|writer| concise::write(&outcome, Color::Always, writer));
    assert!(report.contains("authority; missing auth\n"), "{report}");
    assert!(
        report.contains("\u{1b}[1m\u{1b}[91merror[query-drift]\u{1b}[0m"),
        "{report}"
    );
}

#[test]
fn the_summary_counts_what_was_checked_in_proper_plurals() {
    let summary = |checked| {
        summary::line(&Outcome {
            checked,
            ..Outcome::default()
        })
    };
    let one = Checked {
        lane_sets: 2,
        migrations: 1,
        patches: 1,
        queries: 2,
        source_files: 1,
        searched_files: 0,
        live_indexes: 0,
    };
    assert_eq!(
        summary(one),
        "Checked 2 lane sets: 1 migration, 1 patch, 2 queries, 1 source file. No drift."
    );
    let some = Checked {
        lane_sets: 1,
        patches: 2,
        ..Checked::default()
    };
    assert_eq!(summary(some), "Checked 1 lane set: 2 patches. No drift.");
    assert_eq!(
        summary(Checked::default()),
        "Checked 0 lane sets: 0 migrations, 0 patches, 0 queries, 0 source files. No drift."
    );
    let mut warned = red();
    warned
        .findings
        .retain(|finding| finding.rule.level() == Level::Warning);
    assert!(summary::line(&warned).starts_with("Found 1 warning. Checked 1 lane set: "));
}
