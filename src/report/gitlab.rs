//! `--output-format gitlab`: a code quality report, which GitLab shows in merge requests.

use std::io;

use serde::Serialize;

use super::from_root::FromRoot;
use super::outcome::Outcome;
use super::plain::sentence;
use crate::model::finding::{Finding, Level};

/// Writes an array of findings in the outcome's order, with a newline at the end.
///
/// # Errors
/// What the writer refuses.
pub fn write(
    outcome: &Outcome,
    from_root: &FromRoot,
    writer: &mut dyn io::Write,
) -> io::Result<()> {
    let findings = outcome.findings.iter().zip(outcome.fingerprints());
    let issues: Vec<Issue> = findings
        .map(|(finding, fingerprint)| issue(finding, &fingerprint, from_root))
        .collect();
    serde_json::to_writer_pretty(&mut *writer, &issues).map_err(io::Error::from)?;
    writer.write_all(b"\n")
}

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    /// No other of the report has it.
    fingerprint: String,
    severity: &'static str,
    location: Place,
}

#[derive(Serialize)]
struct Place {
    /// From the root of the repository, without `./`.
    path: String,
    lines: Lines,
}

/// Both count from 1, and both are inside.
#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

fn issue(finding: &Finding, fingerprint: &str, from_root: &FromRoot) -> Issue {
    let location = &finding.culprit.location;
    Issue {
        description: sentence(finding),
        check_name: finding.rule.as_str(),
        fingerprint: from_root.fingerprint(fingerprint),
        severity: severity(finding.rule.level()),
        location: Place {
            path: from_root.path(location.path()),
            lines: Lines {
                begin: location.start().line,
                end: location.end().line,
            },
        },
    }
}

/// GitLab knows info, minor, major, critical and blocker.
fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "major",
        Level::Warning => "minor",
    }
}
