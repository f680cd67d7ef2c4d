//! The baseline beside the manifest: read by every check, written by `--write-baseline`.

use std::collections::BTreeSet;
use std::time::SystemTime;

use anyhow::Context;
use clap::Args;

use crate::declare::baseline::{FILE_NAME, parse, rewritten};
use crate::locate::walk::Root;
use crate::model::baseline::{Baseline, NewEntry};
use crate::model::file_change::FileChange;
use crate::model::finding::{Finding, RuleId};
use crate::model::fingerprint::Numbering;
use crate::report::interpolation;
use crate::report::outcome::Outcome;
use crate::rules::known::{hold, is_settled, may_be_known};
use crate::rules::registry;
use crate::rules::unused_ignore::Judged;
use crate::source::file::{RepoPath, SourceFile};
use crate::source::span::Span;
use crate::write::apply::apply;

#[derive(Debug, Args)]
pub struct BaselineArguments {
    /// Record what is found in .laneset-baseline.toml, beside the manifest: it may stay, and only what is new fails from then on
    #[arg(long)]
    pub write_baseline: bool,

    /// Why what is recorded may stay; entries that are there keep theirs [default: that it was there, and the day]
    #[arg(long, value_name = "TEXT", requires = "write_baseline", value_parser = not_blank)]
    pub reason: Option<String>,
}

/// What becomes of findings that the baseline does not know.
#[derive(Debug, Clone, Copy)]
pub enum Recording<'a> {
    /// They count.
    Off,
    /// They are written into it, each with this reason; and entries that match nothing any more are taken out.
    Write { reason: &'a str },
}

impl<'a> Recording<'a> {
    /// With a reason they are written.
    pub fn of(reason: Option<&'a str>) -> Self {
        reason.map_or(Recording::Off, |reason| Recording::Write { reason })
    }
}

/// The reason that is given where nobody gives one: it says what is known.
pub fn reason(arguments: &BaselineArguments) -> Option<String> {
    let given = arguments.reason.clone();
    arguments.write_baseline.then(|| {
        given.unwrap_or_else(|| {
            let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
            let day = now.split('T').next().unwrap_or_default();
            format!("there when the baseline was written, on {day}; nobody has looked at it yet")
        })
    })
}

/// The baseline; `None` where there is none.
///
/// # Errors
/// When it is there and cannot be read.
pub fn read(root: &Root) -> anyhow::Result<Option<Baseline>> {
    let path = RepoPath::new(FILE_NAME);
    if !root.exists(&path) {
        return Ok(None);
    }
    let file = root.read(&path)?;
    Ok(Some(parse(&file).context("the baseline cannot be read")?))
}

/// Writes the findings into the baseline, and says what it did. Entries of rules that were not judged here stay, and so does
/// the reason of each that stays.
///
/// # Errors
/// When the baseline cannot be read or written.
pub fn record(
    outcome: &Outcome,
    root: &Root,
    judged: Judged,
    reason: &str,
) -> anyhow::Result<String> {
    let there = read(root)?;
    let before = there.as_ref().map(|it| it.file.text().to_owned());
    let baseline = there.unwrap_or_else(|| Baseline {
        file: SourceFile::new(RepoPath::new(FILE_NAME), String::new()),
        entries: Vec::new(),
    });
    let entries = &baseline.entries;
    let held = hold(outcome.findings.clone(), &baseline);
    let mut numbering = Numbering::default();
    for excused in &held.excused {
        numbering.next(&excused.finding);
    }
    let new = held.findings.iter().filter(|it| may_be_known(it.rule));
    let new: Vec<NewEntry> = new
        .map(|finding| entry(finding, numbering.next(finding), judged, reason))
        .collect();
    let is_kept = |index: usize| held.is_used[index] || !is_settled(&entries[index], judged);
    let kept = (0..entries.len()).filter(|index| is_kept(*index)).count();
    let gone = entries.len() - kept;
    if new.is_empty() && gone == 0 {
        return Ok("there was nothing to change in the baseline".to_owned());
    }
    let change = FileChange {
        path: RepoPath::new(FILE_NAME),
        after: rewritten(before.as_deref(), &is_kept, &new)?,
        before,
    };
    apply(root.folder(), std::slice::from_ref(&change))?;
    Ok(format!(
        "wrote {FILE_NAME}: {} new, {kept} kept, {gone} taken out; commit it",
        new.len()
    ))
}

/// Whether it speaks of an entry of the baseline that is there for nothing.
pub fn is_unused_entry(finding: &Finding) -> bool {
    finding.rule == RuleId::UnusedIgnore && finding.culprit.location.path().as_str() == FILE_NAME
}

/// The baseline without the entries of which these findings say that they are there for nothing; `None` where that is none.
///
/// # Errors
/// When the baseline cannot be read.
pub fn without_unused<'a>(
    root: &Root,
    findings: impl IntoIterator<Item = &'a Finding>,
) -> anyhow::Result<Option<FileChange>> {
    let unused = findings.into_iter().filter(|it| is_unused_entry(it));
    let unused: BTreeSet<Span> = unused.map(|it| it.culprit.location.span).collect();
    let Some(baseline) = read(root)?.filter(|_| !unused.is_empty()) else {
        return Ok(None);
    };
    let before = baseline.file.text().to_owned();
    let is_kept = |index: usize| !unused.contains(&baseline.entries[index].location.span);
    Ok(Some(FileChange {
        path: baseline.file.path().clone(),
        after: rewritten(Some(&before), &is_kept, &[])?,
        before: Some(before),
    }))
}

fn entry(finding: &Finding, fingerprint: String, judged: Judged, reason: &str) -> NewEntry {
    let rule = registry::find(finding.rule.as_str());
    let is_found_first = rule.is_some_and(|rule| rule.command() == judged.command);
    let found_by = (!is_found_first).then(|| judged.command.as_str());
    let mut entry = NewEntry::new(finding, fingerprint, reason, found_by);
    interpolation::show(&mut entry.summary);
    entry
}

fn not_blank(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("a reason says something".to_owned()),
        text => Ok(text.to_owned()),
    }
}
