//! `--output-format sarif`: SARIF 2.1.0 (OASIS), for code scanning.

use std::collections::BTreeMap;
use std::io;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Location as Place, Message, MultiformatMessageString,
    Notification, PhysicalLocation, Region, ReportingConfiguration, ReportingDescriptor, Result,
    ResultLevel, Run, SCHEMA_URL, Sarif, Suppression, Tool, ToolComponent,
};

use super::from_root::FromRoot;
use super::outcome::Outcome;
use super::plain::paragraph;
use super::visible::one_line;
use crate::model::finding::{Excuse, Excused, Finding, Level, Remark, RuleId};
use crate::rules::registry;
use crate::source::file::Location;

/// What paths are relative to. GitHub and others take this name for the root of what was checked out.
const ROOT: &str = "%SRCROOT%";

/// The name of our fingerprint, with its version (SARIF 2.1.0, section 3.27.17).
const FINGERPRINT: &str = "laneset/v1";

/// What stays as it is in the path of a URI: RFC 3986's unreserved characters and the slash. A colon could end a scheme.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// Writes one run, indented by two spaces, with a newline at the end. Results stand in the outcome's order.
///
/// # Errors
/// What the writer refuses.
pub fn write(
    outcome: &Outcome,
    from_root: &FromRoot,
    writer: &mut dyn io::Write,
) -> io::Result<()> {
    let log = Sarif::builder()
        .schema(SCHEMA_URL)
        .version("2.1.0")
        .runs(vec![run(outcome, from_root)])
        .build();
    serde_json::to_writer_pretty(&mut *writer, &log).map_err(io::Error::from)?;
    writer.write_all(b"\n")
}

fn run(outcome: &Outcome, from_root: &FromRoot) -> Run {
    let root = ArtifactLocation::builder()
        .description(message("The root of the repository"))
        .build();
    let findings = outcome.findings.iter().map(|finding| (finding, None));
    let excused = outcome.excused.iter().map(|it| (&it.finding, Some(it)));
    let results: Vec<Result> = findings
        .chain(excused)
        .zip(outcome.fingerprints())
        .map(|((finding, excused), fingerprint)| {
            let mut result = result(finding, fingerprint, outcome, from_root);
            result.suppressions = excused.map(|it| vec![suppression(it, from_root)]);
            result
        })
        .collect();
    Run::builder()
        .tool(tool(&outcome.rules))
        .column_kind(json!("unicodeCodePoints"))
        .original_uri_base_ids(BTreeMap::from([(ROOT.to_owned(), root)]))
        .invocations(vec![invocation(outcome)])
        .results(results)
        .build()
}

fn tool(rules: &[RuleId]) -> Tool {
    let rules: Vec<ReportingDescriptor> = rules
        .iter()
        .filter_map(|rule| registry::find(rule.as_str()))
        .map(described)
        .collect();
    let driver = ToolComponent::builder()
        .name(env!("CARGO_PKG_NAME"))
        .version(env!("CARGO_PKG_VERSION"))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .rules(rules)
        .build();
    Tool::builder().driver(driver).build()
}

/// The rule with its page, which is Markdown that can be read as it is.
fn described(rule: &registry::Rule) -> ReportingDescriptor {
    let summary = MultiformatMessageString::builder().text(rule.summary);
    let page = MultiformatMessageString::builder()
        .text(rule.page)
        .markdown(rule.page);
    let level = ReportingConfiguration::builder().level(json!(rule.id.level().as_str()));
    ReportingDescriptor::builder()
        .id(rule.id.as_str())
        .short_description(summary.build())
        .help(page.build())
        .default_configuration(level.build())
        .build()
}

/// The check was made, and what it left out is said.
fn invocation(outcome: &Outcome) -> Invocation {
    let notes = outcome.notes.iter().map(|note| {
        Notification::builder()
            .level(json!("note"))
            .message(message(one_line(note)))
            .build()
    });
    Invocation::builder()
        .execution_successful(true)
        .tool_execution_notifications(notes.collect::<Vec<_>>())
        .build()
}

fn result(
    finding: &Finding,
    fingerprint: String,
    outcome: &Outcome,
    from_root: &FromRoot,
) -> Result {
    let level = match finding.rule.level() {
        Level::Error => ResultLevel::Error,
        Level::Warning => ResultLevel::Warning,
    };
    let place = Place::builder().physical_location(physical(&finding.culprit.location, from_root));
    let related = finding.related.iter().enumerate();
    let related: Vec<Place> = related
        .map(|(index, remark)| related_place(index, remark, from_root))
        .collect();
    let mut result = Result::builder()
        .rule_id(finding.rule.as_str())
        .level(level)
        .message(message(paragraph(finding)))
        .locations(vec![place.build()])
        .partial_fingerprints(BTreeMap::from([(FINGERPRINT.to_owned(), fingerprint)]))
        .related_locations(related)
        .build();
    let index = outcome.rules.iter().position(|rule| *rule == finding.rule);
    result.rule_index = index.map(|index| index as i64);
    result
}

/// By a comment of the source, or from outside of it (section 3.35).
fn suppression(excused: &Excused, from_root: &FromRoot) -> Suppression {
    let builder = Suppression::builder().justification(one_line(&excused.reason).into_owned());
    match &excused.excuse {
        Excuse::Suppression(location) => builder
            .kind(json!("inSource"))
            .location(
                Place::builder()
                    .physical_location(physical(location, from_root))
                    .build(),
            )
            .build(),
        Excuse::Baseline(_) => builder.kind(json!("external")).build(),
    }
}

/// An id is what a message could link to; within a result they differ.
fn related_place(index: usize, remark: &Remark, from_root: &FromRoot) -> Place {
    Place::builder()
        .id(index as i64 + 1)
        .physical_location(physical(&remark.location, from_root))
        .message(message(one_line(&remark.text)))
        .build()
}

fn physical(location: &Location, from_root: &FromRoot) -> PhysicalLocation {
    let path = from_root.path(location.path());
    let file = ArtifactLocation::builder()
        .uri(utf8_percent_encode(&path, ENCODED).to_string())
        .uri_base_id(ROOT);
    PhysicalLocation::builder()
        .artifact_location(file.build())
        .region(region(location))
        .build()
}

/// Lines and columns count from 1, and the end column is the one after the last character (section 3.30.8). A place without extent is its
/// line: an empty region would be a point between two characters, which code hosts do not show.
fn region(location: &Location) -> Region {
    let (start, end) = (location.start(), location.end());
    let line = Region::builder().start_line(start.line as i64);
    if start == end {
        return line.build();
    }
    line.start_column(start.column as i64)
        .end_line(end.line as i64)
        .end_column(end.column as i64)
        .build()
}

fn message(text: impl Into<String>) -> Message {
    Message::builder().text(text).build()
}
