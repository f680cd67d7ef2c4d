//! `--output-format gitlab`: a code quality report.

use serde_json::{Value, json};

use super::odd_names::{self, MIGRATION, PATH, SHOWN};
use super::{green, red};
use crate::program::{Copy, Run, in_tests, run};

fn gitlab(copy: &Copy, folder: &str) -> Run {
    run(&copy.file(folder), ["check", "--output-format", "gitlab"])
}

fn issues(run: &Run) -> Vec<Value> {
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn a_finding_is_an_issue_at_its_line() {
    let copy = red();
    let shown = gitlab(&copy, "");
    assert_eq!((shown.code, shown.stderr.as_str()), (Some(1), ""));
    let [issue] = &issues(&shown)[..] else {
        panic!("{}", shown.stdout)
    };
    let keys: Vec<&String> = issue.as_object().unwrap().keys().collect();
    let expected = [
        "check_name",
        "description",
        "fingerprint",
        "location",
        "severity",
    ];
    assert_eq!(keys, expected, "serde_json sorts what it reads");
    assert_eq!(issue["check_name"], "migrations-drift");
    assert_eq!(issue["severity"], "major");
    assert_eq!(
        issue["location"],
        json!({ "path": MIGRATION, "lines": { "begin": 5, "end": 6 } })
    );
    let description = issue["description"].as_str().unwrap();
    assert!(description.contains("idx_jobs_resumable"), "{description}");
    let report = copy.check().drift();
    let print = &report.findings()[0]["fingerprint"];
    assert_eq!(&issue["fingerprint"], print);
}

#[test]
fn a_clean_tree_has_no_issue() {
    let shown = gitlab(&green(), "");
    assert_eq!((shown.code, shown.stdout.as_str()), (Some(0), "[]\n"));
}

#[test]
fn a_warning_is_minor() {
    let shown = gitlab(&Copy::of(&in_tests("rules/unprovable-query/red")), "");
    assert_eq!(shown.code, Some(1));
    assert_eq!(issues(&shown)[0]["severity"], "minor");
}

#[test]
fn odd_names_come_back_whole_from_an_issue() {
    let shown = gitlab(&odd_names::repository(), "");
    let issues = issues(&shown);
    assert_eq!(issues.len(), 2);
    let description = issues[0]["description"].as_str().unwrap();
    assert!(
        description.ends_with(&format!("; extra {SHOWN}")),
        "{description}"
    );
    assert_eq!(
        issues[1]["location"],
        json!({ "path": PATH, "lines": { "begin": 10, "end": 10 } })
    );
}

#[test]
fn manifests_of_one_repository_share_no_fingerprint() {
    let copy = Copy::of(&in_tests("rules/migrations-drift"));
    std::fs::rename(copy.file("green"), copy.file("other")).unwrap();
    for file in ["laneset.toml", MIGRATION] {
        copy.write(&format!("other/{file}"), copy.text(&format!("red/{file}")));
    }
    let (one, other) = (
        issues(&gitlab(&copy, "red")),
        issues(&gitlab(&copy, "other")),
    );
    assert_eq!(one[0]["location"]["path"], format!("red/{MIGRATION}"));
    assert_eq!(other[0]["location"]["path"], format!("other/{MIGRATION}"));
    assert_eq!(one[0]["description"], other[0]["description"]);
    assert_ne!(one[0]["fingerprint"], other[0]["fingerprint"]);
}
