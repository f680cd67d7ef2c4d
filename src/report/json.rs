//! `--output-format json`: the shape of section 6 of DESIGN.md, key by key.

use std::io;

use serde::Serialize;

use super::outcome::{LaneSetOutcome, Outcome, SiteOutcome};
use crate::model::finding::{Excuse, Excused, Finding};
use crate::model::index_facts::IndexFacts;
use crate::model::lane::{Lane, Value};
use crate::source::file::Location;

/// Raised when a key changes its meaning or goes away; a new key does not raise it.
const SCHEMA_VERSION: u32 = 1;

/// Writes the outcome as one JSON object, indented by two spaces, with a newline at the end. Findings stand in the outcome's order.
///
/// # Errors
/// What the writer refuses.
pub fn write(outcome: &Outcome, writer: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *writer, &report(outcome)).map_err(io::Error::from)?;
    writer.write_all(b"\n")
}

#[derive(Serialize)]
struct Report<'a> {
    schema_version: u32,
    tool: Tool,
    status: &'static str,
    checked: CheckedReport,
    lane_sets: Vec<LaneSetReport<'a>>,
    findings: Vec<FindingReport<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressed: Vec<ExcusedReport<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    live: Vec<LiveReport<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct CheckedReport {
    lane_sets: usize,
    migrations: usize,
    patches: usize,
    queries: usize,
    source_files: usize,
    #[serde(skip_serializing_if = "is_zero")]
    searched_files: usize,
    #[serde(skip_serializing_if = "is_zero")]
    live_indexes: usize,
}

/// Where the command does not look at such things.
fn is_zero(count: &usize) -> bool {
    *count == 0
}

#[derive(Serialize)]
struct LaneSetReport<'a> {
    name: &'a str,
    table: &'a str,
    column: &'a str,
    lanes: Vec<LaneReport<'a>>,
    sites: Vec<SiteReport<'a>>,
}

#[derive(Serialize)]
struct SiteReport<'a> {
    role: &'static str,
    #[serde(flatten)]
    place: Place<'a>,
    lanes: Option<Vec<LaneReport<'a>>>,
    relation: Option<&'static str>,
    predicate: Option<&'a str>,
}

#[derive(Serialize)]
struct FindingReport<'a> {
    rule: &'static str,
    level: &'static str,
    lane_set: Option<&'a str>,
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    missing: Vec<LaneReport<'a>>,
    extra: Vec<LaneReport<'a>>,
    help: Option<&'a str>,
    fixable: bool,
    fingerprint: String,
}

/// A finding that does not count, and why.
#[derive(Serialize)]
struct ExcusedReport<'a> {
    #[serde(flatten)]
    finding: FindingReport<'a>,
    suppression: ExcuseReport<'a>,
}

#[derive(Serialize)]
struct ExcuseReport<'a> {
    /// `comment` or `baseline`.
    kind: &'static str,
    reason: &'a str,
    /// The comment's, or the entry's.
    path: &'a str,
    line: usize,
}

/// An index of a live database, where one was looked at.
#[derive(Serialize)]
struct LiveReport<'a> {
    lane_set: &'a str,
    index: &'a str,
    valid: bool,
    size_bytes: i64,
    /// From 0 to 1.
    bloat: Option<f64>,
    scans: i64,
    statistics_since: Option<&'a str>,
}

/// Lines and columns count from 1, columns count characters. The end is the position after the last character: `end_column - column` is
/// the length of a span on one line.
#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// A string or a number, as the manifest has it.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum LaneReport<'a> {
    Boolean(bool),
    Integer(i64),
    Text(&'a str),
}

fn report(outcome: &Outcome) -> Report<'_> {
    let checked = outcome.checked;
    let fingerprints = outcome.fingerprints();
    let (of_findings, of_excused) = fingerprints.split_at(outcome.findings.len());
    Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
        status: outcome.status().as_str(),
        checked: CheckedReport {
            lane_sets: checked.lane_sets,
            migrations: checked.migrations,
            patches: checked.patches,
            queries: checked.queries,
            source_files: checked.source_files,
            searched_files: checked.searched_files,
            live_indexes: checked.live_indexes,
        },
        lane_sets: outcome.lane_sets.iter().map(lane_set).collect(),
        findings: outcome
            .findings
            .iter()
            .zip(of_findings)
            .map(|(each, fingerprint)| finding(each, fingerprint.clone()))
            .collect(),
        suppressed: outcome
            .excused
            .iter()
            .zip(of_excused)
            .map(|(each, fingerprint)| excused(each, fingerprint.clone()))
            .collect(),
        live: outcome.live.iter().map(live).collect(),
    }
}

fn lane_set(lane_set: &LaneSetOutcome) -> LaneSetReport<'_> {
    LaneSetReport {
        name: &lane_set.name,
        table: &lane_set.table,
        column: &lane_set.column,
        lanes: lane_reports(&lane_set.lanes),
        sites: lane_set.sites.iter().map(site).collect(),
    }
}

fn site(site: &SiteOutcome) -> SiteReport<'_> {
    SiteReport {
        role: site.role.as_str(),
        place: place(&site.location),
        lanes: site.lanes.as_deref().map(lane_reports),
        relation: site.relation.map(|relation| relation.as_str()),
        predicate: site.predicate.as_deref(),
    }
}

fn finding(finding: &Finding, fingerprint: String) -> FindingReport<'_> {
    FindingReport {
        rule: finding.rule.as_str(),
        level: finding.rule.level().as_str(),
        lane_set: finding.lane_set.as_deref(),
        message: &finding.message,
        place: place(&finding.culprit.location),
        missing: lane_reports(&finding.missing),
        extra: lane_reports(&finding.extra),
        help: finding.help.as_deref(),
        fixable: finding.is_fixable,
        fingerprint,
    }
}

fn excused(excused: &Excused, fingerprint: String) -> ExcusedReport<'_> {
    let (kind, place) = match &excused.excuse {
        Excuse::Suppression(location) => ("comment", location),
        Excuse::Baseline(location) => ("baseline", location),
    };
    ExcusedReport {
        finding: finding(&excused.finding, fingerprint),
        suppression: ExcuseReport {
            kind,
            reason: &excused.reason,
            path: place.path().as_str(),
            line: place.start().line,
        },
    }
}

fn live(facts: &IndexFacts) -> LiveReport<'_> {
    LiveReport {
        lane_set: &facts.lane_set,
        index: &facts.index,
        valid: facts.is_valid,
        size_bytes: facts.size_bytes,
        bloat: facts.bloat,
        scans: facts.scans,
        statistics_since: facts.statistics_since.as_deref(),
    }
}

fn place(location: &Location) -> Place<'_> {
    let (start, end) = (location.start(), location.end());
    Place {
        path: location.path().as_str(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

pub(super) fn lane_reports(lanes: &[Lane]) -> Vec<LaneReport<'_>> {
    lanes
        .iter()
        .map(|lane| match lane {
            Value::Boolean(value) => LaneReport::Boolean(*value),
            Value::Integer(value) => LaneReport::Integer(*value),
            Value::Text(value) => LaneReport::Text(value),
        })
        .collect()
}
