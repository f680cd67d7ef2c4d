//! `laneset check`: the drift gate.

pub mod arguments;

use std::path::Path;
use std::thread::ScopedJoinHandle;

use anyhow::bail;

use super::arguments::CheckArguments;
use super::base::wanted_base;
use super::baseline::{self, Recording};
use super::exit::Exit;
use super::explain;
use super::fix::{self, Gated};
use super::judged;
use super::manifest::{self, Loaded};
use super::report::report;
use super::staged;
use crate::compare::{Compared, Comparison, compare};
use crate::locate::base_branch::{BaseBranch, BaseQuery};
use crate::locate::base_migrations::Base;
use crate::locate::base_tree::tree;
use crate::locate::copies::search;
use crate::locate::heartbeats::{Evidence, Heartbeat};
use crate::locate::sites::{Located, locate};
use crate::locate::walk::Root;
use crate::model::declaration::Declaration;
use crate::model::finding::{Excuse, Finding, RuleId};
use crate::model::relation::Relation;
use crate::model::site::Role;
use crate::render;
use crate::report::outcome::{Checked, LaneSetOutcome, Outcome, SiteOutcome};
use crate::rules::query_not_covered;
use crate::rules::registry::{self, Command};
use crate::rules::undeclared_copy;
use crate::rules::unused_ignore::Judged;
use arguments::GateArguments;

/// Checks the repository and reports.
///
/// # Errors
/// Whatever keeps the check from being made.
pub fn run(gate: &GateArguments) -> anyhow::Result<Exit> {
    let arguments = &gate.check;
    let rules = rules(arguments, Command::Check)?;
    let manifest = match gate.staged {
        true => staged::manifest(arguments)?,
        false => manifest::path(arguments.config.as_deref())?,
    };
    let folder = manifest.parent().unwrap_or(Path::new("."));
    // git is asked while the rest is read.
    let compares = rules.iter().any(|id| registry::compares_with_base(*id));
    let wanted = wanted_base(arguments.git_base.as_deref());
    let base = compares.then(|| BaseQuery::new(folder, wanted).begun());
    let (root, loaded) = match gate.staged {
        true => staged::open(&manifest, arguments)?,
        false => (
            Root::new(folder),
            manifest::load(&manifest, arguments.color)?,
        ),
    };
    let declaration = match loaded {
        Loaded::Declaration(declaration) => declaration,
        Loaded::Invalid => return Ok(Exit::CouldNotCheck),
    };
    let root = match base {
        Some(base) => root.compared_with(base),
        None => root,
    };
    let reason = baseline::reason(&arguments.baseline);
    let recording = Recording::of(reason.as_deref());
    let mut outcome = recorded(&declaration, &root, &rules, recording)?;
    if gate.fix {
        let gated = Gated {
            declaration: &declaration,
            root: &root,
            rules: &rules,
            outcome: &outcome,
        };
        return fix::run(gate, &manifest, gated);
    }
    fix::mark(&mut outcome, &declaration, &root, &rules)?;
    if gate.staged {
        staged::say(&mut outcome);
    }
    report(&outcome, &manifest, arguments)
}

/// Everything that the gate has to say of a repository.
///
/// # Errors
/// When a file cannot be read, or nothing is declared that could be checked.
pub fn outcome(
    declaration: &Declaration,
    root: &Root,
    rules: &[RuleId],
) -> anyhow::Result<Outcome> {
    recorded(declaration, root, rules, Recording::Off)
}

/// The same, once the baseline was written where that is asked for.
fn recorded(
    declaration: &Declaration,
    root: &Root,
    rules: &[RuleId],
    recording: Recording,
) -> anyhow::Result<Outcome> {
    let located = located(declaration, root, rules)?;
    see_that_each_has_a_site(declaration, &located)?;
    judged(declaration, root, located, rules, recording)
}

/// A gate that checked nothing must not look green.
fn see_that_each_has_a_site(declaration: &Declaration, located: &Located) -> anyhow::Result<()> {
    for (number, lane_set) in declaration.lane_sets.iter().enumerate() {
        let has_site = located.sites.iter().any(|site| site.lane_set == number);
        if !has_site && lane_set.heartbeat.is_none() {
            let line = declaration.location(lane_set.name.span).start().line;
            bail!(
                "{}:{line}: nothing to check: lane set `{}` has no site; declare its index, queries, arrays, admitted_by or heartbeat, \
                 and see that {} or {} exists",
                declaration.file.path(),
                lane_set.name.value,
                declaration.migrations.dir.path,
                declaration.schema.file.path,
            );
        }
    }
    Ok(())
}

/// The findings that comments excuse.
///
/// # Errors
/// When a file cannot be read.
pub fn suppressed(
    declaration: &Declaration,
    root: &Root,
    rules: &[RuleId],
) -> anyhow::Result<Vec<Finding>> {
    let located = located(declaration, root, rules)?;
    let outcome = judged(declaration, root, located, rules, Recording::Off)?;
    let excused = outcome.excused.into_iter();
    let by_comment = excused.filter(|it| matches!(it.excuse, Excuse::Suppression(_)));
    Ok(by_comment.map(|it| it.finding).collect())
}

/// What the rules say of what was located.
fn judged(
    declaration: &Declaration,
    root: &Root,
    located: Located,
    rules: &[RuleId],
    recording: Recording,
) -> anyhow::Result<Outcome> {
    let compared = compare(declaration, &located);
    let mut outcome = Outcome {
        checked: Checked {
            lane_sets: declaration.lane_sets.len(),
            migrations: located.replays.migrations.count,
            patches: located.replays.embedded.count,
            queries: located.queries,
            source_files: located.source_files,
            searched_files: located.searched_files,
            ..Checked::default()
        },
        lane_sets: lane_sets(&compared, &located),
        findings: registry::judge(&compared),
        declarable: undeclared_copy::declarable(&compared),
        notes: notes(&located),
        ..Outcome::default()
    };
    let judged = Judged {
        command: Command::Check,
        rules,
        base: &located.base,
    };
    judged::settle(&mut outcome, declaration, root, judged, recording)?;
    outcome.show_interpolations();
    Ok(outcome)
}

/// The sites, and beside them, where the rules ask for that, whatever lists lanes anywhere, and what the base branch has.
fn located(declaration: &Declaration, root: &Root, rules: &[RuleId]) -> anyhow::Result<Located> {
    let searches = rules.contains(&RuleId::UndeclaredCopy);
    let compares = rules.iter().any(|id| registry::compares_with_base(*id));
    let folder = &declaration.migrations.dir.path;
    let (located, searched, tree) = std::thread::scope(|scope| {
        let asking = compares.then(|| scope.spawn(|| tree(root, folder)));
        let searching = searches.then(|| scope.spawn(|| search(declaration, root)));
        let located = locate(declaration, root);
        (located, searching.map(join), asking.map(join))
    });
    let mut located = located?;
    if let Some(searched) = searched.transpose()? {
        located.listings = searched.listings;
        located.searched_files = searched.files;
    }
    let migrations = located.replays.read.migrations.as_ref();
    located.base = match tree.transpose()?.flatten() {
        Some(BaseBranch::Found(tree)) => {
            tree.compared(root, &declaration.migrations, migrations)?
        }
        Some(BaseBranch::Unknown(reason)) if migrations.is_some() => Base::Unknown(reason),
        _ => Base::NotAsked,
    };
    Ok(located)
}

/// What the thread gave. A panic goes on here.
fn join<T>(thread: ScopedJoinHandle<T>) -> T {
    let joined = thread.join();
    joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn lane_sets(compared: &Compared, located: &Located) -> Vec<LaneSetOutcome> {
    let sets = compared.declaration.lane_sets.iter().enumerate();
    sets.map(|(number, lane_set)| LaneSetOutcome {
        name: lane_set.name.value.clone(),
        table: lane_set.table.value.to_string(),
        column: lane_set.column.value.to_string(),
        lanes: lane_set.lanes.value.clone(),
        sites: located
            .sites
            .iter()
            .zip(&compared.comparisons)
            .filter(|(site, _)| site.lane_set == number)
            .map(|(_, comparison)| site_outcome(comparison))
            .chain(executors(compared, number))
            .collect(),
    })
    .collect()
}

fn site_outcome(comparison: &Comparison) -> SiteOutcome {
    let agreement = comparison.agreement.as_ref();
    SiteOutcome {
        role: comparison.site.role,
        location: comparison.site.location.clone(),
        declared: comparison
            .lane_set
            .lanes_of(comparison.site.role)
            .value
            .clone(),
        lanes: agreement.and_then(|agreement| agreement.lanes.clone()),
        relation: agreement.map(|agreement| agreement.relation),
        is_uncovered: query_not_covered::is_uncovered(comparison),
        predicate: comparison
            .predicate()
            .as_ref()
            .map(render::predicate::predicate),
    }
}

/// The executors that are declared to beat, each with its lane.
fn executors(compared: &Compared, lane_set: usize) -> impl Iterator<Item = SiteOutcome> {
    let own = compared.heartbeats.iter();
    own.filter(move |heartbeat| heartbeat.lane_set == lane_set)
        .map(executor)
}

fn executor(heartbeat: &Heartbeat) -> SiteOutcome {
    let lane = vec![heartbeat.lane.clone()];
    let silent = (Some(Vec::new()), Some(Relation::Narrower));
    let unknown = (None, Some(Relation::Undecided));
    let (location, (lanes, relation)) = match &heartbeat.evidence {
        Evidence::Beats(call) => (call, (Some(lane.clone()), Some(Relation::Same))),
        Evidence::Silent { function, gave_up } if gave_up.is_empty() => (function, silent),
        Evidence::Silent { function, .. } => (function, unknown),
        Evidence::Unreadable(location, _) => (location, unknown),
        Evidence::Missing(_) | Evidence::Undeclared => (&heartbeat.declared_at, (None, None)),
    };
    SiteOutcome {
        role: Role::Heartbeat,
        location: location.clone(),
        declared: lane,
        lanes,
        relation,
        is_uncovered: false,
        predicate: None,
    }
}

/// What was not looked at: said, so that no green covers it.
fn notes(located: &Located) -> Vec<String> {
    let unsaid = match &located.base {
        Base::Unknown(reason) => format!("were not compared with the base branch: {reason}"),
        Base::Known(base) if base.is_here => format!(
            "were compared with {} itself, so that only what is not committed is new; --git-base names an earlier commit",
            base.reference
        ),
        Base::Known(_) | Base::NotAsked => return Vec::new(),
    };
    vec![format!("the migrations {unsaid}")]
}

/// Every rule of that command, in the order of the list.
pub fn all_rules(command: Command) -> Vec<RuleId> {
    let rules = registry::RULES.iter();
    let rules = rules.filter(|rule| rule.is_judged_by(command));
    rules.map(|rule| rule.id).collect()
}

/// The rules of that command to judge by.
///
/// # Errors
/// When a rule is named that does not exist, or none is left.
pub fn rules(arguments: &CheckArguments, command: Command) -> anyhow::Result<Vec<RuleId>> {
    let known = |names: &[String]| -> anyhow::Result<Vec<RuleId>> {
        names
            .iter()
            .map(|name| Ok(explain::find(name.trim())?.id))
            .collect()
    };
    let (selected, ignored) = (known(&arguments.select)?, known(&arguments.ignore)?);
    let rules: Vec<RuleId> = all_rules(command)
        .into_iter()
        .filter(|id| (selected.is_empty() || selected.contains(id)) && !ignored.contains(id))
        .collect();
    if rules.is_empty() {
        bail!("nothing to check: --select and --ignore leave no rule");
    }
    Ok(rules)
}
