//! What is left of a command's findings: those of the rules that were asked for, without the ones that a suppression or the baseline
//! excuses.

use super::baseline::{self, Recording};
use crate::locate::suppressions::suppressions;
use crate::locate::walk::Root;
use crate::model::declaration::Declaration;
use crate::model::suppression::Suppression;
use crate::report::outcome::Outcome;
use crate::rules::known;
use crate::rules::unused_ignore::{self, Judged};
use crate::source::file::RepoPath;

/// Keeps the findings of the rules, takes out those that are suppressed or known, and adds the suppressions and entries of the baseline
/// that are there for nothing. `root` is what the findings were read from: the files that it read are the ones whose suppressions count.
///
/// # Errors
/// When the baseline cannot be read or written.
pub fn settle(
    outcome: &mut Outcome,
    declaration: &Declaration,
    root: &Root,
    judged: Judged,
    recording: Recording,
) -> anyhow::Result<()> {
    outcome.keep(judged.rules);
    suppress(outcome, declaration, root, judged);
    if let Recording::Write { reason } = recording {
        let said = baseline::record(outcome, root, judged, reason)?;
        outcome.notes.push(said);
    }
    if let Some(baseline) = baseline::read(root)? {
        let held = known::hold(std::mem::take(&mut outcome.findings), &baseline);
        outcome.findings = held.findings;
        outcome.excused.extend(held.excused);
        let unused = known::unused(&baseline, &held.is_used, judged);
        outcome.findings.extend(unused);
        outcome.sort();
    }
    Ok(())
}

fn suppress(outcome: &mut Outcome, declaration: &Declaration, root: &Root, judged: Judged) {
    let mut files = root.noted();
    let is_there = |path: &RepoPath| files.iter().any(|file| file.path() == path);
    if !is_there(declaration.file.path()) {
        files.push(declaration.file.clone());
    }
    let found: Vec<Suppression> = files
        .iter()
        .flat_map(|file| suppressions(file, declaration))
        .collect();
    if found.is_empty() {
        return;
    }
    let applied = unused_ignore::apply(std::mem::take(&mut outcome.findings), &found, judged);
    outcome.findings = applied.findings;
    outcome.excused = applied.excused;
    outcome.sort();
}
