//! A finding that says it is fixable is gone after `laneset generate`.

use std::fs;

use laneset::rules::registry::{Command, find};

use crate::program::{Copy, check, in_tests, run};

#[test]
fn what_is_fixable_is_fixed() {
    let mut fixed = Vec::new();
    for entry in fs::read_dir(in_tests("rules")).unwrap() {
        let entry = entry.unwrap();
        let rule = entry.file_name().into_string().unwrap();
        if find(&rule).unwrap().command() != Command::Check {
            continue;
        }
        if entry.path().join("base").is_dir() {
            // It takes the history of a repository to find, and nothing generated mends it.
            continue;
        }
        let repository = Copy::of(&entry.path().join("red"));
        let before = check(repository.path()).drift();
        let fixable = |finding: &serde_json::Value| finding["fixable"].as_bool().unwrap();
        let left_before = before
            .findings()
            .iter()
            .filter(|finding| !fixable(finding))
            .count();
        let ran = run(repository.path(), ["generate"]);
        let expected = if left_before == 0 { 0 } else { 1 };
        assert_eq!(
            ran.code,
            Some(expected),
            "{rule}: {}{}",
            ran.stdout,
            ran.stderr
        );
        let after = check(repository.path()).report();
        let left = after.findings();
        assert!(!left.iter().any(fixable), "{rule}: {}", ran.stdout);
        assert_eq!(left.len(), left_before, "{rule}: {:?}", after.found());
        if left_before < before.findings().len() {
            fixed.push(rule);
        }
    }
    fixed.sort();
    assert_eq!(
        fixed,
        [
            "create-without-effect",
            "embedded-drift",
            "index-drift",
            "migrations-drift",
            "query-drift"
        ]
    );
}
