//! `--output-format junit`: a test case for each rule, so that a gate which judged by nothing has no case that passed.

use std::io;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::from_root::FromRoot;
use super::outcome::Outcome;
use super::plain::{paragraph, sentence};
use super::summary;
use super::visible::one_line;
use crate::model::finding::{Finding, RuleId};

/// What a case belongs to, and the whole report.
const NAME: &str = "laneset";

/// Writes one suite. A rule's case fails with all its findings; the notes and what was checked stand in the suite's output.
///
/// # Errors
/// What the writer refuses.
pub fn write(
    outcome: &Outcome,
    from_root: &FromRoot,
    writer: &mut dyn io::Write,
) -> io::Result<()> {
    let mut suite = TestSuite::new(NAME);
    for rule in &outcome.rules {
        let findings = outcome.findings.iter();
        let findings: Vec<&Finding> = findings.filter(|finding| finding.rule == *rule).collect();
        suite.add_test_case(test_case(*rule, &findings, from_root));
    }
    let notes = outcome.notes.iter();
    let mut output: Vec<String> = notes
        .map(|note| format!("note: {}", one_line(note)))
        .collect();
    output.push(summary::line(outcome));
    suite.set_system_out(output.join("\n"));
    let mut report = Report::new(NAME);
    report.add_test_suite(suite);
    report.serialize(writer).map_err(io::Error::other)
}

fn test_case(rule: RuleId, findings: &[&Finding], from_root: &FromRoot) -> TestCase {
    let [first, others @ ..] = findings else {
        let mut case = TestCase::new(rule.as_str(), TestCaseStatus::success());
        case.set_classname(NAME);
        return case;
    };
    let message = match others.len() {
        0 => sentence(first),
        count => format!("{} (and {count} more)", sentence(first)),
    };
    let described = findings.iter().map(|finding| described(finding, from_root));
    let described: Vec<String> = described.collect();
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status
        .set_type(rule.level().as_str())
        .set_message(message)
        .set_description(described.join("\n\n"));
    let mut case = TestCase::new(rule.as_str(), status);
    case.set_classname(NAME);
    let location = &first.culprit.location;
    let line = location.start().line.to_string();
    let file = from_root.path(location.path());
    case.extra.insert("file".into(), file.into());
    case.extra.insert("line".into(), line.into());
    case
}

/// Its place and all that is to be said of it.
fn described(finding: &Finding, from_root: &FromRoot) -> String {
    let location = &finding.culprit.location;
    let start = location.start();
    let path = from_root.path(location.path());
    format!(
        "{}:{}:{}: {}",
        one_line(&path),
        start.line,
        start.column,
        paragraph(finding)
    )
}
