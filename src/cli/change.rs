//! `laneset widen` and `laneset narrow`: change a lane set in the manifest, then generate.

use std::collections::BTreeSet;

use anyhow::{Context, bail};

use super::arguments::ChangeArguments;
use super::exit::Exit;
use super::generate::{Advice, Generation};
use super::manifest::{self, Loaded};
use crate::compare::{Compared, compare};
use crate::declare::edit;
use crate::locate::sites::locate;
use crate::model::declaration::{AdmittedBy, LaneSet};
use crate::model::file_change::FileChange;
use crate::model::finding::Finding;
use crate::model::lane::{Lane, Value};
use crate::model::site::Role;
use crate::rules::lane_without_heartbeat;
use crate::source::file::SourceFile;

/// Which way a set changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// With `admit`, the CHECK constraint or enum of the column is extended too.
    Widen {
        admit: bool,
    },
    Narrow,
}

impl Direction {
    fn command(self) -> &'static str {
        match self {
            Direction::Widen { .. } => "widen",
            Direction::Narrow => "narrow",
        }
    }
}

/// What a set is to hold. `queries` are the lanes of its queries, where they follow later.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    lanes: Vec<Lane>,
    queries: Option<Vec<Lane>>,
}

/// Widens or narrows a set.
///
/// # Errors
/// When the change is refused, with the reason; and whatever [`Generation::run`] says. Nothing is written then.
pub fn run(arguments: &ChangeArguments, direction: Direction) -> anyhow::Result<Exit> {
    let path = manifest::path(arguments.options.config.as_deref())?;
    let declaration = match manifest::load(&path, arguments.options.color)? {
        Loaded::Declaration(declaration) => declaration,
        Loaded::Invalid => return Ok(Exit::CouldNotCheck),
    };
    let lane_set = manifest::lane_set(&declaration, &arguments.lane_set)?;
    let named = lanes(lane_set, &arguments.lanes)?;
    let wanted = wanted(lane_set, &named, direction, arguments.split)?;
    let name = &lane_set.name.value;
    let before = declaration.file.text();
    let after = edit::set_lanes(before, name, &wanted.lanes)?;
    let after = edit::set_query_lanes(&after, name, wanted.queries.as_deref())?;
    let file = SourceFile::new(declaration.file.path().clone(), after.clone());
    let changed = match manifest::load_text(file, arguments.options.color)? {
        Loaded::Declaration(changed) => changed,
        Loaded::Invalid => bail!(
            "{}: with that change the manifest would not be valid; nothing was written",
            declaration.file.path()
        ),
    };
    let mut generation = Generation::new(&path, &arguments.options);
    if let Direction::Widen { admit } = direction {
        let located = locate(&changed, generation.root())?;
        let compared = compare(&changed, &located);
        refuse_without_evidence(&compared, lane_set, &named)?;
        if admit {
            generation = generation.admitting();
        } else {
            refuse_unless_admitted(&compared, name)?;
        }
    }
    let change = FileChange {
        path: declaration.file.path().clone(),
        before: Some(before.to_owned()),
        after,
    };
    let advice = if lane_set.query_lanes.is_some() {
        Advice {
            order: vec![advice_for_second_step(direction)],
            when_whole: None,
        }
    } else {
        advice(arguments, direction, &wanted)
    };
    generation.run(&changed, Some(change), &advice)
}

/// The lanes as given on the command line, of the kind that the set has.
fn lanes(lane_set: &LaneSet, texts: &[String]) -> anyhow::Result<Vec<Lane>> {
    let holds_integers = matches!(lane_set.lanes.value.first(), Some(Value::Integer(_)));
    let mut seen = BTreeSet::new();
    let mut lanes = Vec::new();
    for text in texts {
        let lane = if holds_integers {
            let number = text.parse().ok();
            let number = number.with_context(|| {
                format!(
                    "{text:?} is no integer, and the lanes of {} are",
                    lane_set.name.value
                )
            })?;
            Value::Integer(number)
        } else {
            Value::Text(text.clone())
        };
        if !seen.insert(lane.clone()) {
            bail!("the lane {text:?} is named twice");
        }
        lanes.push(lane);
    }
    Ok(lanes)
}

/// What the set is to hold after the change.
fn wanted(
    lane_set: &LaneSet,
    named: &[Lane],
    direction: Direction,
    split: bool,
) -> anyhow::Result<Wanted> {
    if let Some(queries) = &lane_set.query_lanes {
        return finished(lane_set, &queries.value, named, direction, split);
    }
    let name = &lane_set.name.value;
    let lanes = &lane_set.lanes.value;
    let unfit: Vec<String> = named
        .iter()
        .filter(|lane| lanes.contains(lane) != (direction == Direction::Narrow))
        .map(|lane| format!("{:?}", lane.to_string()))
        .collect();
    match (unfit.join(", "), direction) {
        (unfit, _) if unfit.is_empty() => {}
        (unfit, Direction::Widen { .. }) => bail!("{name} holds {unfit} already"),
        (unfit, Direction::Narrow) => {
            bail!("{name} does not hold {unfit}; it holds {}", listed(lanes))
        }
    }
    let all = match direction {
        Direction::Widen { .. } => lanes.iter().chain(named).cloned().collect(),
        Direction::Narrow => without(lanes, named),
    };
    if all.is_empty() {
        bail!(
            "{name} would hold no lane, and an empty set reaps nothing: take the whole [lane_set.{name}] out of the manifest instead"
        );
    }
    if let (Direction::Narrow, Some(retry)) = (direction, retried(lane_set, named)) {
        let retry = retry.to_string();
        bail!(
            "{name} retries {retry:?} after a reaping; take it out of `lanes` in [lane_set.{name}.reaper.retry] first"
        );
    }
    Ok(match (split, direction) {
        (false, _) => Wanted {
            lanes: all,
            queries: None,
        },
        (true, Direction::Widen { .. }) => Wanted {
            lanes: all,
            queries: Some(lanes.clone()),
        },
        (true, Direction::Narrow) => Wanted {
            lanes: lanes.clone(),
            queries: Some(all),
        },
    })
}

/// The second step of a change that was split: to widen, the queries follow the index; to narrow, the index follows the queries.
fn finished(
    lane_set: &LaneSet,
    queries: &[Lane],
    named: &[Lane],
    direction: Direction,
    split: bool,
) -> anyhow::Result<Wanted> {
    let name = &lane_set.name.value;
    let lanes = &lane_set.lanes.value;
    let pending = without(lanes, queries);
    let is_the_same = pending.iter().collect::<BTreeSet<_>>() == named.iter().collect();
    if split || !is_the_same {
        let words: Vec<String> = pending.iter().map(Lane::to_string).collect();
        let words = words.join(" ");
        bail!(
            "{name} is being changed already: its index holds {} and its queries do not; finish that first, with \
             `laneset {} {name} {words}` (its queries follow) or `laneset {} {name} {words}` (its index follows)",
            listed(&pending),
            "widen",
            "narrow",
        );
    }
    let lanes = match direction {
        Direction::Widen { .. } => lanes.clone(),
        Direction::Narrow => without(lanes, &pending),
    };
    Ok(Wanted {
        lanes,
        queries: None,
    })
}

fn without(lanes: &[Lane], others: &[Lane]) -> Vec<Lane> {
    let kept = lanes.iter().filter(|lane| !others.contains(lane));
    kept.cloned().collect()
}

fn listed(lanes: &[Lane]) -> String {
    let lanes: Vec<String> = lanes
        .iter()
        .map(|lane| format!("{:?}", lane.to_string()))
        .collect();
    lanes.join(", ")
}

/// The first of these lanes that the reaper retries.
fn retried<'a>(lane_set: &LaneSet, lanes: &'a [Lane]) -> Option<&'a Lane> {
    let retry = lane_set.reaper.as_ref()?.retry.as_ref()?;
    lanes.iter().find(|lane| retry.lanes.contains(lane))
}

/// A lane whose executor does not beat loses its live runs as soon as it is in the set.
fn refuse_without_evidence(
    compared: &Compared,
    lane_set: &LaneSet,
    named: &[Lane],
) -> anyhow::Result<()> {
    let Some(heartbeat) = &lane_set.heartbeat else {
        return Ok(());
    };
    let has_evidence = |lane: &Lane| heartbeat.lanes.iter().any(|beat| beat.lane.value == *lane);
    let silent: Vec<Lane> = named
        .iter()
        .filter(|lane| !has_evidence(lane))
        .cloned()
        .collect();
    let name = &lane_set.name.value;
    if silent.is_empty() {
        let mut findings = lane_without_heartbeat::check(compared).into_iter();
        let about_these = |finding: &Finding| {
            finding.lane_set.as_ref() == Some(name)
                && finding.missing.iter().any(|lane| named.contains(lane))
        };
        return match findings.find(about_these) {
            None => Ok(()),
            Some(finding) => {
                let place = &finding.culprit.location;
                let line = place.start().line;
                bail!(
                    "{}:{line}: {}, and would be timed out while it works",
                    place.path(),
                    finding.message
                )
            }
        };
    }
    bail!(
        "nothing says that {} beats, and a run that does not beat is timed out while it works: add it to \
         [lane_set.{name}.heartbeat.lanes] with the file and function that call `{}`, then run this again",
        listed(&silent),
        heartbeat.call.value,
    )
}

/// A lane that the column cannot hold has no runs, and the set would say that it has.
fn refuse_unless_admitted(compared: &Compared, name: &str) -> anyhow::Result<()> {
    let mut own = compared.comparisons.iter().filter(|comparison| {
        comparison.site.role == Role::Check && comparison.lane_set.name.value == name
    });
    let refused = own.find_map(|comparison| {
        let missing = &comparison.agreement.as_ref()?.missing;
        (!missing.is_empty()).then_some((comparison, missing))
    });
    let Some((comparison, missing)) = refused else {
        return Ok(());
    };
    let location = &comparison.site.location;
    let what = match comparison
        .lane_set
        .admitted_by
        .as_ref()
        .map(|admitted| &admitted.value)
    {
        Some(AdmittedBy::Enum(name)) => format!("the enum {name}"),
        Some(AdmittedBy::Check(name)) => format!("the constraint {name}"),
        None => "the column".to_owned(),
    };
    bail!(
        "{}:{}: {what} does not admit {}; add --admit to write that migration too",
        location.path(),
        location.start().line,
        listed(missing)
    )
}

/// When to deploy the half that a split left, whether the change is finished so or taken back.
fn advice_for_second_step(direction: Direction) -> String {
    match direction {
        Direction::Widen { .. } => {
            "Only the code (the queries) is in this change; deploy it when the index holds these lanes everywhere, since a query \
             that asks for more than the index holds scans the whole table."
        }
        Direction::Narrow => {
            "Only the migration and the patch (the index) are in this change; deploy them when no query anywhere asks for more \
             lanes than these, since one that asks for more than the index holds scans the whole table."
        }
    }
    .to_owned()
}

/// In which order to deploy, and why.
fn advice(arguments: &ChangeArguments, direction: Direction, wanted: &Wanted) -> Advice {
    let (first, second, why) = match direction {
        Direction::Widen { .. } => (
            "the migration and the patch (the index)",
            "the code (the queries)",
            "a query that asks for more than the index holds scans the whole table",
        ),
        Direction::Narrow => (
            "the code (the queries)",
            "the migration and the patch (the index)",
            "a query that still asks for what the index no longer holds scans the whole table",
        ),
    };
    let mut lines = vec![
        format!("Rollout order, since {why}:"),
        format!("  1. {first}"),
        format!("  2. {second}"),
    ];
    if wanted.queries.is_some() {
        let lanes = arguments.lanes.join(" ");
        let command = direction.command();
        lines.push(format!(
            "This is step 1. When it is deployed everywhere, run `laneset {command} {} {lanes}` for step 2.",
            arguments.lane_set
        ));
    }
    let is_one_step = wanted.queries.is_none() && !arguments.split;
    Advice {
        order: lines,
        when_whole: is_one_step
            .then_some("Both are in this change; where they are deployed apart, use --split."),
    }
}
