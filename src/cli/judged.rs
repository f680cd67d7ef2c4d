//! What is left of a command's findings: those of the rules that were asked for, without the ones that a suppression excuses.

use crate::locate::suppressions::suppressions;
use crate::locate::walk::Root;
use crate::model::declaration::Declaration;
use crate::model::suppression::Suppression;
use crate::report::outcome::Outcome;
use crate::rules::unused_ignore::{self, Judged};
use crate::source::file::RepoPath;

/// Keeps the findings of the rules, takes out those that are suppressed, and adds the suppressions that suppress nothing. `root` is what
/// the findings were read from: the files that it read are the ones whose suppressions count.
pub fn settle(outcome: &mut Outcome, declaration: &Declaration, root: &Root, judged: Judged) {
    outcome.keep(judged.rules);
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
