//! Floor 3: how a lane set came to be what it is, by the migrations that changed it.

use crate::compare::lanes_of;
use crate::locate::timeline::Moment;
use crate::model::declaration::LaneSet;
use crate::model::lane::Lane;
use crate::model::predicate::Predicate;
use crate::model::relation::Relation;
use crate::model::rows::Rows;
use crate::model::site::{Reading, Site};
use crate::source::file::Location;

/// What one migration did to a lane set's index.
#[derive(Debug, Clone)]
pub struct Change {
    pub version: String,
    /// The statement, or the migration where that stands elsewhere.
    pub location: Location,
    pub difference: Difference,
}

/// What is other than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The lanes afterwards, in the order in which they are named there; `None` when they are not known, or there is no index.
    pub lanes: Option<Vec<Lane>>,
    /// In the order of `lanes`.
    pub added: Vec<Lane>,
    /// In the order in which they were named before.
    pub removed: Vec<Lane>,
    /// What happened beside that, as the beginning of a sentence without a full stop; empty for a change of lanes alone.
    pub event: String,
}

/// The changes of one lane set, in the order of the migrations.
pub fn changes(lane_set: &LaneSet, number: usize, moments: &[Moment]) -> Vec<Change> {
    let mut before = State::None;
    let mut changes = Vec::new();
    for (step, moment) in moments.iter().enumerate() {
        let Some(site) = site_at(moment, number) else {
            continue;
        };
        let after = State::of(site, lane_set);
        if after == State::None && is_renamed_next(&moments[..=step], &moments[step + 1..], number)
        {
            continue;
        }
        if let Some(difference) = difference(&before, &after, lane_set) {
            let is_here = site.location.path() == moment.file.path();
            changes.push(Change {
                version: moment.version.clone(),
                location: if is_here {
                    site.location.clone()
                } else {
                    Location::top(&moment.file)
                },
                difference,
            });
        }
        before = after;
    }
    changes
}

/// Whether an index that was built before already takes the name in the next step: a concurrent change drops the old one when the new one
/// is in use under its interim name.
fn is_renamed_next(so_far: &[Moment], later: &[Moment], number: usize) -> bool {
    let next = later.iter().find_map(|moment| site_at(moment, number));
    next.is_some_and(|site| {
        let mut built = so_far.iter().map(|moment| moment.file.path());
        site.reading.predicate().is_some() && built.any(|path| path == site.location.path())
    })
}

fn site_at(moment: &Moment, number: usize) -> Option<&Site> {
    moment.sites.get(number).and_then(Option::as_ref)
}

/// What is known of an index.
#[derive(Debug, Clone, PartialEq)]
enum State {
    None,
    Holds {
        predicate: Predicate,
        lanes: Option<Vec<Lane>>,
        /// What it is of, when that is not what was declared.
        difference: Option<String>,
    },
    Unknown(String),
}

impl State {
    fn of(site: &Site, lane_set: &LaneSet) -> Self {
        let holds = |predicate: &Predicate, difference: Option<&String>| State::Holds {
            predicate: predicate.clone(),
            lanes: lanes_of(lane_set, predicate),
            difference: difference.cloned(),
        };
        match &site.reading {
            Reading::Missing(_) => State::None,
            Reading::Unreadable(reason) => State::Unknown(reason.clone()),
            Reading::Predicate(predicate) => holds(predicate, None),
            Reading::OtherIndex {
                predicate,
                difference,
            } => holds(predicate, Some(difference)),
        }
    }

    fn lanes(&self) -> Option<&Vec<Lane>> {
        match self {
            State::Holds { lanes, .. } => lanes.as_ref(),
            State::None | State::Unknown(_) => None,
        }
    }
}

/// What differs; `None` when nothing does.
fn difference(before: &State, after: &State, lane_set: &LaneSet) -> Option<Difference> {
    let event = match (before, after) {
        _ if before == after => return None,
        (_, State::None) => "the index is dropped".to_owned(),
        (_, State::Unknown(reason)) => format!("it cannot be told: {reason}"),
        (State::None, State::Holds { .. }) => "the index is made".to_owned(),
        (State::Unknown(_), State::Holds { .. }) => "the index is known again".to_owned(),
        (
            State::Holds { predicate: old, .. },
            State::Holds {
                predicate: new,
                difference,
                ..
            },
        ) => event_between((old, new), difference.as_ref(), lane_set)?,
    };
    let is_known = |state: &State| !matches!(state, State::Unknown(_));
    let lanes = |state: &State| state.lanes().cloned().unwrap_or_default();
    let without = |lanes: Vec<Lane>, others: Vec<Lane>| -> Vec<Lane> {
        let kept = lanes.into_iter().filter(|lane| !others.contains(lane));
        kept.collect()
    };
    let (added, removed) = if is_known(before) && is_known(after) {
        (
            without(lanes(after), lanes(before)),
            without(lanes(before), lanes(after)),
        )
    } else {
        (Vec::new(), Vec::new())
    };
    Some(Difference {
        lanes: after.lanes().cloned(),
        added,
        removed,
        event,
    })
}

/// What happened beside the lanes; `None` when both mean the same.
fn event_between(
    (old, new): (&Predicate, &Predicate),
    difference: Option<&String>,
    lane_set: &LaneSet,
) -> Option<String> {
    if let Some(difference) = difference {
        return Some(difference.clone());
    }
    match Relation::between(&Rows::of(old), &Rows::of(new)) {
        Relation::Same => None,
        _ if lanes_of(lane_set, old).is_none() || lanes_of(lane_set, new).is_none() => {
            Some("the condition changes".to_owned())
        }
        _ if Relation::between(&guard(old, lane_set), &guard(new, lane_set)) != Relation::Same => {
            Some("the guard changes".to_owned())
        }
        _ => Some(String::new()),
    }
}

/// The rows as seen through the other columns.
fn guard(predicate: &Predicate, lane_set: &LaneSet) -> Rows {
    let mut columns = predicate.columns();
    columns.remove(&lane_set.column.value);
    Rows::of(predicate).project(&columns)
}
