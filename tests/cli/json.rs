//! `--output-format json`: its keys, its streams, its fingerprints.

use serde_json::Value;

use super::red;
use crate::program::{Copy, in_tests, run};

/// Every key in the order printed, indented by how deep it lies.
fn keys(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim_start();
        if let Some(key) = trimmed
            .strip_prefix('"')
            .and_then(|rest| rest.split_once("\":"))
        {
            found.push(format!(
                "{}{}",
                " ".repeat((line.len() - trimmed.len()) / 2 - 1),
                key.0
            ));
        }
    }
    found
}

#[test]
fn json_has_the_keys_of_the_contract_in_its_order() {
    let copy = red();
    let run = run(copy.path(), ["check", "--output-format", "json"]);
    run.drift();
    let place = ["path", "line", "column", "end_line", "end_column"];
    let mut expected: Vec<String> = [
        "schema_version",
        "tool",
        " name",
        " version",
        "status",
        "checked",
    ]
    .map(str::to_owned)
    .to_vec();
    expected.extend(
        [
            " lane_sets",
            " migrations",
            " patches",
            " queries",
            " source_files",
            " searched_files",
        ]
        .map(str::to_owned),
    );
    expected.extend(
        [
            "lane_sets",
            "  name",
            "  table",
            "  column",
            "  lanes",
            "  sites",
        ]
        .map(str::to_owned),
    );
    for _ in 0..3 {
        expected.push("    role".to_owned());
        expected.extend(place.iter().map(|key| format!("    {key}")));
        expected.extend(["    lanes", "    relation", "    predicate"].map(str::to_owned));
    }
    expected
        .extend(["findings", "  rule", "  level", "  lane_set", "  message"].map(str::to_owned));
    expected.extend(place.iter().map(|key| format!("  {key}")));
    expected.extend(
        [
            "  missing",
            "  extra",
            "  help",
            "  fixable",
            "  fingerprint",
        ]
        .map(str::to_owned),
    );
    assert_eq!(keys(&run.stdout), expected);
    assert!(run.stdout.starts_with("{\n") && run.stdout.ends_with("}\n"));
    assert_eq!(run.stderr, "");
}

#[test]
fn json_stands_alone_on_standard_output() {
    // Without a repository there is no base branch to compare with: the note goes to the other stream.
    let run = run(
        &in_tests("repos/incident"),
        ["check", "--output-format", "json"],
    );
    run.clean();
    assert_eq!(
        run.stderr,
        "note: the migrations were not compared with the base branch: this is no git repository\n"
    );
}

#[test]
fn findings_are_sorted_and_their_fingerprints_survive_a_move() {
    let copy = Copy::of(&in_tests("repos/incident"));
    copy.edit("laneset.toml", "\"embed_backfill\", ", "");
    let before = copy.check().drift();
    let text = copy.text("db/schema.sql");
    copy.write("db/schema.sql", format!("-- one line more\n\n{text}"));
    let after = copy.check().drift();
    let prints = |report: &crate::program::Report| -> Vec<Value> {
        report
            .findings()
            .iter()
            .map(|finding| finding["fingerprint"].clone())
            .collect()
    };
    assert_ne!(before.found(), after.found());
    assert_eq!(prints(&before), prints(&after));
    let mut unique: Vec<String> = prints(&before).iter().map(Value::to_string).collect();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), 4);
}
