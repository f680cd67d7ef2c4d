//! `--output-format junit`: a test case a rule, read back by an XML parser and as JUnit.

use quick_junit::{Report, TestCaseStatus};
use roxmltree::{Document, Node};

use super::odd_names::{self, MIGRATION, PATH, SHOWN};
use super::{green, red};
use crate::program::{Copy, Run, run};

fn junit(copy: &Copy, more: &[&str]) -> Run {
    let run = run(
        copy.path(),
        [&["check", "--output-format", "junit"], more].concat(),
    );
    assert_eq!(run.stderr, "");
    run
}

fn cases<'a>(document: &'a Document) -> Vec<Node<'a, 'a>> {
    let nodes = document.descendants();
    nodes.filter(|node| node.has_tag_name("testcase")).collect()
}

/// The failure of the case of that rule.
fn failure<'a>(document: &'a Document, rule: &str) -> Node<'a, 'a> {
    let cases = cases(document);
    let case = cases
        .iter()
        .find(|case| case.attribute("name") == Some(rule));
    let failures = case.unwrap().children();
    let mut failures = failures.filter(|node| node.has_tag_name("failure"));
    failures.next().unwrap()
}

/// The rules that `check` judges by.
fn gate() -> Vec<&'static str> {
    let rules = laneset::rules::registry::RULES.iter();
    let command = laneset::rules::registry::Command::Check;
    let rules = rules.filter(|rule| rule.is_judged_by(command));
    rules.map(|rule| rule.id.as_str()).collect()
}

#[test]
fn a_rule_with_findings_is_a_case_that_failed() {
    let shown = junit(&red(), &[]);
    assert_eq!(shown.code, Some(1));
    let document = Document::parse(&shown.stdout).unwrap();
    let suites = document.root_element();
    let (tests, failures) = (suites.attribute("tests"), suites.attribute("failures"));
    assert_eq!(
        (tests, failures),
        (Some(&*gate().len().to_string()), Some("1"))
    );
    let failure = failure(&document, "migrations-drift");
    assert_eq!(failure.attribute("type"), Some("error"));
    let case = failure.parent().unwrap();
    assert_eq!(case.attribute("classname"), Some("laneset"));
    assert_eq!(case.attribute("file"), Some(MIGRATION));
    assert_eq!(case.attribute("line"), Some("5"));
    let text = failure.text().unwrap();
    assert!(
        text.starts_with(&format!("{MIGRATION}:5:1: index idx_jobs_resumable")),
        "{text}"
    );
    assert!(
        text.contains("\nmissing: export\nextra: vacuum\n"),
        "{text}"
    );
    let failed = cases(&document)
        .into_iter()
        .filter(|case| case.has_children());
    assert_eq!(failed.count(), 1);
}

#[test]
fn a_clean_tree_has_a_case_that_passed_for_each_rule() {
    let shown = junit(&green(), &[]);
    assert_eq!(shown.code, Some(0));
    let report = Report::deserialize_from_str(&shown.stdout).unwrap();
    assert_eq!(
        (report.tests, report.failures, report.errors, report.skipped),
        (gate().len(), 0, 0, 0)
    );
    let [suite] = &report.test_suites[..] else {
        panic!("{}", shown.stdout)
    };
    let names: Vec<&str> = suite
        .test_cases
        .iter()
        .map(|case| case.name.as_str())
        .collect();
    assert_eq!(names, gate());
    for case in &suite.test_cases {
        assert!(
            matches!(case.status, TestCaseStatus::Success { .. }),
            "{case:?}"
        );
    }
    let output = suite.system_out.as_deref().unwrap();
    assert!(
        output.starts_with("Checked 1 lane set: 2 migrations"),
        "{output}"
    );
}

#[test]
fn only_rules_that_were_judged_by_have_a_case() {
    let shown = junit(&red(), &["--select", "index-drift,query-drift"]);
    assert_eq!(shown.code, Some(0));
    let report = Report::deserialize_from_str(&shown.stdout).unwrap();
    assert_eq!((report.tests, report.failures), (2, 0));
}

#[test]
fn findings_of_one_rule_share_a_case() {
    let copy = red();
    copy.edit(
        "laneset.toml",
        "\"import\", \"export\", \"reindex\"",
        "\"import\", \"export\"",
    );
    let source = copy.text("src/resume.rs");
    copy.write("src/again.rs", &source);
    let query = "\n[[lane_set.resumable.query]]\nfile = \"src/again.rs\"\nwithin = \"find_lost\"\n";
    copy.write("laneset.toml", copy.text("laneset.toml") + query);
    let shown = junit(&copy, &[]);
    let document = Document::parse(&shown.stdout).unwrap();
    let failure = failure(&document, "query-drift");
    let message = failure.attribute("message").unwrap();
    assert!(message.ends_with(" (and 1 more)"), "{message}");
    let text = failure.text().unwrap();
    for place in ["src/again.rs:10:15: ", "\n\nsrc/resume.rs:10:15: "] {
        assert!(text.contains(place), "{place} in {text}");
    }
}

#[test]
fn odd_names_come_back_whole_from_xml() {
    let shown = junit(&odd_names::repository(), &[]);
    assert_eq!(shown.code, Some(1));
    let document = Document::parse(&shown.stdout).unwrap();
    let lane = failure(&document, "migrations-drift");
    let message = lane.attribute("message").unwrap();
    assert!(message.ends_with(&format!("; extra {SHOWN}")), "{message}");
    assert!(
        lane.text()
            .unwrap()
            .contains(&format!("\nextra: {SHOWN}\n"))
    );
    let query = failure(&document, "query-drift");
    assert_eq!(query.parent().unwrap().attribute("file"), Some(PATH));
    assert!(
        query
            .text()
            .unwrap()
            .starts_with(&format!("{PATH}:10:15: "))
    );
    let report = Report::deserialize_from_str(&shown.stdout).unwrap();
    assert_eq!(report.failures, 2);
}
