//! `laneset check --fix`: mends what can be mended without a decision. A dry run tells beforehand what that is.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::time::SystemTime;

use super::arguments::OutputFormat;
use super::base::wanted_base;
use super::check::arguments::GateArguments;
use super::exit::Exit;
use super::generate::{self, Base};
use super::manifest::{self, Loaded};
use super::report::report;
use super::{baseline, check, output};
use crate::declare::edit::declared::{NewSite, add_site};
use crate::locate::walk::Root;
use crate::model::declaration::Declaration;
use crate::model::file_change::FileChange;
use crate::model::finding::{Finding, RuleId};
use crate::model::fingerprint::fingerprint;
use crate::model::lane::Lane;
use crate::model::site::{Named, UndeclaredSite};
use crate::plan::planner::{Admission, Circumstances};
use crate::plan::scope::Scope;
use crate::report::outcome::Outcome;
use crate::rules::registry::Command;
use crate::source::file::SourceFile;
use crate::write::apply::apply;

/// What can be mended.
#[derive(Debug, Default)]
pub struct Fixes {
    /// All of it, by path.
    pub changes: Vec<FileChange>,
    /// What would be gone, by fingerprints.
    mended: BTreeSet<String>,
    /// What had to be left, and why; each a sentence without a full stop.
    left: BTreeSet<String>,
}

/// What the gate said, of what, and by which rules.
#[derive(Clone, Copy)]
pub struct Gated<'a> {
    pub declaration: &'a Declaration,
    pub root: &'a Root,
    pub rules: &'a [RuleId],
    pub outcome: &'a Outcome,
}

/// Says of each finding whether `--fix` would mend it.
///
/// # Errors
/// When the repository cannot be checked by the other rules.
pub fn mark(
    outcome: &mut Outcome,
    declaration: &Declaration,
    root: &Root,
    rules: &[RuleId],
) -> anyhow::Result<()> {
    let gated = Gated {
        declaration,
        root,
        rules,
        outcome,
    };
    let mended = Fixes::find(gated, &Base::default())?.mended;
    for finding in &mut outcome.findings {
        finding.is_fixable = mended.contains(&fingerprint(finding));
    }
    for excused in &mut outcome.excused {
        excused.finding.is_fixable = false;
    }
    Ok(())
}

/// Writes what can be mended, checks again, and reports what is left; or shows it, where a diff is asked for.
///
/// # Errors
/// When the base branch cannot be asked, something cannot be written, and nothing is then, or what was written cannot be checked.
pub fn run(gate: &GateArguments, path: &Path, gated: Gated) -> anyhow::Result<Exit> {
    let wanted = wanted_base(gate.check.git_base.as_deref());
    let base = Base::ask(gated.declaration, gated.root, wanted)?;
    let fixes = Fixes::find(gated, &base)?;
    let count = fixes.count(gated.outcome);
    if gate.diff {
        generate::show(&fixes.changes, output::color(gate.check.color, None))?;
        let left = gated.outcome.findings.len() - count;
        let said = format!("Would fix {}; {left} left.", findings(count));
        writeln!(std::io::stderr(), "{said}")?;
        let is_clean = (count == 0 && left == 0) || gate.check.exit_zero;
        return Ok(if is_clean { Exit::Clean } else { Exit::Drift });
    }
    apply(gated.root.folder(), &fixes.changes)?;
    say(gate, &fixes.changes, count)?;
    let declaration = match manifest::load(path, gate.check.color)? {
        Loaded::Declaration(declaration) => declaration,
        Loaded::Invalid => return Ok(Exit::CouldNotCheck),
    };
    let root = gated.root.with(&[]);
    let mut after = check::outcome(&declaration, &root, gated.rules)?;
    mark(&mut after, &declaration, &root, gated.rules)?;
    let is_new = generate::makes_files(&fixes.changes);
    after.notes.extend(fixes.left);
    after.notes.extend(base.note.filter(|_| is_new));
    report(&after, path, &gate.check)
}

/// Says what was written: before the report, or beside it where that is for machines.
fn say(gate: &GateArguments, changes: &[FileChange], count: usize) -> anyhow::Result<()> {
    if gate.check.quiet || changes.is_empty() {
        return Ok(());
    }
    let format = gate.check.output_format.unwrap_or(OutputFormat::Full);
    let mut writer: Box<dyn Write> = match format.is_for_people() {
        true => Box::new(std::io::stdout().lock()),
        false => Box::new(std::io::stderr().lock()),
    };
    for line in generate::listed(changes) {
        writeln!(writer, "{line}")?;
    }
    Ok(writeln!(writer, "Fixed {}.\n", findings(count))?)
}

fn findings(count: usize) -> String {
    match count {
        1 => "1 finding".to_owned(),
        count => format!("{count} findings"),
    }
}

impl Fixes {
    /// Tries to mend all that may be, and then less, until what is left of it is gone afterwards and nothing else has come up.
    ///
    /// # Errors
    /// When the repository cannot be checked by the other rules.
    fn find(gated: Gated, base: &Base) -> anyhow::Result<Self> {
        let findings = gated.outcome.findings.iter();
        let mut chosen: Vec<&Finding> = findings.filter(|it| gated.may_mend(it)).collect();
        if chosen.is_empty() {
            return Ok(Self::default());
        }
        let all = check::all_rules(Command::Check);
        let before = match gated.rules == all {
            true => gated.outcome.findings.clone(),
            false => check::outcome(gated.declaration, gated.root, &all)?.findings,
        };
        let mut left = BTreeSet::new();
        chosen.retain(|finding| match undecided(&before, finding) {
            Some(lanes) => {
                left.insert(not_mended(
                    finding,
                    &format!("whether {lanes} belongs there is undecided"),
                ));
                false
            }
            None => true,
        });
        while !chosen.is_empty() {
            let attempt = match Attempt::make(gated, &chosen, base) {
                Ok(attempt) => attempt,
                Err(error) => {
                    left.insert(format!("nothing was mended: {error:#}"));
                    break;
                }
            };
            left.extend(attempt.left);
            let worse = not_in(&attempt.findings, &before);
            let still: BTreeSet<String> = attempt.findings.iter().map(fingerprint).collect();
            let kept: Vec<&Finding> = match worse.is_empty() {
                true => (chosen.iter().copied())
                    .filter(|finding| !still.contains(&fingerprint(finding)))
                    .collect(),
                false => without(&chosen, &worse),
            };
            if worse.is_empty() && kept.len() == chosen.len() {
                return Ok(Self {
                    changes: attempt.changes,
                    mended: kept.into_iter().map(fingerprint).collect(),
                    left,
                });
            }
            chosen = kept;
        }
        Ok(Self {
            left,
            ..Self::default()
        })
    }

    /// How many findings it mends.
    pub fn count(&self, outcome: &Outcome) -> usize {
        let findings = outcome.findings.iter();
        let mended = findings.filter(|it| self.mended.contains(&fingerprint(it)));
        mended.count()
    }
}

impl Gated<'_> {
    /// Whether it is worth a try.
    fn may_mend(&self, finding: &Finding) -> bool {
        match finding.rule {
            RuleId::UndeclaredCopy => self.undeclared_site(finding).is_some(),
            RuleId::UnusedIgnore => baseline::is_unused_entry(finding),
            RuleId::SiteMissing => true,
            _ => finding.is_fixable,
        }
    }

    fn undeclared_site(&self, finding: &Finding) -> Option<&UndeclaredSite> {
        let place = &finding.culprit.location;
        let mut sites = self.outcome.declarable.iter();
        sites.find(|it| it.location.path() == place.path() && it.location.span == place.span)
    }
}

/// The lanes that would come to a place, and of which nobody has decided that they may: the column refuses them, or their
/// executor does not beat and would lose its live runs.
fn undecided(before: &[Finding], finding: &Finding) -> Option<String> {
    let is_asked = |it: &&Finding| {
        matches!(
            it.rule,
            RuleId::LaneNotAdmitted | RuleId::LaneWithoutHeartbeat
        ) && it.lane_set == finding.lane_set
    };
    let asked: Vec<&Lane> = before
        .iter()
        .filter(is_asked)
        .flat_map(|it| &it.missing)
        .collect();
    let is_declared_only = matches!(finding.rule, RuleId::UndeclaredCopy | RuleId::UnusedIgnore);
    let is_whole = finding.missing.is_empty() && finding.extra.is_empty();
    let comes = |lane: &&&Lane| is_whole || finding.missing.contains(**lane);
    let lane = asked.iter().find(comes).filter(|_| !is_declared_only)?;
    Some(format!("the lane {lane}"))
}

fn not_mended(finding: &Finding, reason: &str) -> String {
    let place = &finding.culprit.location;
    let (path, line) = (place.path(), place.start().line);
    format!("{path}:{line} is not mended: {reason}")
}

/// Findings that there were not before.
fn not_in<'a>(after: &'a [Finding], before: &[Finding]) -> Vec<&'a Finding> {
    let mut there: BTreeMap<String, usize> = BTreeMap::new();
    for finding in before {
        *there.entry(fingerprint(finding)).or_default() += 1;
    }
    let is_new = |finding: &&Finding| match there.get_mut(&fingerprint(finding)) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    after.iter().filter(is_new).collect()
}

/// The findings without those that may have brought the others up: those of their files, or else of their lane sets, or else all.
fn without<'a>(chosen: &[&'a Finding], worse: &[&Finding]) -> Vec<&'a Finding> {
    let path = |finding: &Finding| finding.culprit.location.path().clone();
    let of_other_files = |it: &&&Finding| !worse.iter().any(|worse| path(worse) == path(it));
    let of_other_sets = |it: &&&Finding| !worse.iter().any(|worse| worse.lane_set == it.lane_set);
    let kept: Vec<&Finding> = chosen.iter().filter(of_other_files).copied().collect();
    if kept.len() < chosen.len() {
        return kept;
    }
    let kept: Vec<&Finding> = chosen.iter().filter(of_other_sets).copied().collect();
    match kept.len() < chosen.len() {
        true => kept,
        false => Vec::new(),
    }
}

/// The repository as it would be.
struct Attempt {
    changes: Vec<FileChange>,
    findings: Vec<Finding>,
    left: Vec<String>,
}

impl Attempt {
    fn make(gated: Gated, chosen: &[&Finding], base: &Base) -> anyhow::Result<Self> {
        let declared = declared(gated, chosen)?;
        let declaration = declared.as_ref().map_or(gated.declaration, |it| &it.0);
        let manifest = declared.as_ref().map(|it| it.1.clone());
        let with_manifest = gated.root.with(manifest.as_slice());
        let circumstances = Circumstances {
            now: SystemTime::now(),
            base_file_names: base.file_names.clone(),
            admission: Admission::Keep,
            scope: Scope::Only(chosen.iter().map(|it| (*it).clone()).collect()),
        };
        let plan = generate::planned(declaration, &with_manifest, &circumstances)?;
        let mut changes = plan.changes;
        changes.extend(manifest);
        changes.extend(baseline::without_unused(
            gated.root,
            chosen.iter().copied(),
        )?);
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        let after = gated.root.with(&changes);
        let outcome = check::outcome(declaration, &after, &check::all_rules(Command::Check))?;
        let obstacles = plan.obstacles.iter().map(|obstacle| {
            let (path, line) = (obstacle.location.path(), obstacle.location.start().line);
            format!("{path}:{line} is not mended: {}", obstacle.reason)
        });
        Ok(Self {
            changes,
            findings: outcome.findings,
            left: obstacles.collect(),
        })
    }
}

/// The declaration with the copies in it that lack nothing but that; `None` where there are none.
fn declared(
    gated: Gated,
    chosen: &[&Finding],
) -> anyhow::Result<Option<(Declaration, FileChange)>> {
    let file = &gated.declaration.file;
    let mut text = file.text().to_owned();
    let mut added: Vec<(&str, &str, &Named)> = Vec::new();
    let copies = chosen.iter().filter(|it| it.rule == RuleId::UndeclaredCopy);
    for copy in copies.filter_map(|it| gated.undeclared_site(it)) {
        let path = copy.location.path().as_str();
        let place = (copy.lane_set.as_str(), path, &copy.named);
        if added.contains(&place) {
            continue;
        }
        let site = match &copy.named {
            Named::Within(within) => NewSite::Query {
                file: path,
                within: within.as_deref(),
            },
            Named::As(name) => NewSite::Array { file: path, name },
        };
        // A set that takes no table keeps its finding, which says what to declare.
        if let Ok(after) = add_site(&text, &copy.lane_set, site) {
            text = after;
            added.push(place);
        }
    }
    if added.is_empty() {
        return Ok(None);
    }
    let changed = SourceFile::new(file.path().clone(), text.clone());
    let change = FileChange {
        path: file.path().clone(),
        before: Some(file.text().to_owned()),
        after: text,
    };
    Ok(Some((manifest::read_text(changed)?, change)))
}
