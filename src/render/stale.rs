//! Which runs are stale, in SQL: the declared rows, and how long one of them has been silent. In all of it a row is called `run`, and the
//! parameter `$1` is how long it may be silent.

use super::predicate::{identifier, predicate};
use crate::model::declaration::{LaneSet, ReaperDeclaration};
use crate::model::predicate::{Column, Predicate};
use crate::model::site::Role;

/// The declared rows: guard and lanes.
pub(super) fn rows(lane_set: &LaneSet) -> Predicate {
    let column = Column::new(lane_set.column.value.clone());
    let lanes = Predicate::among(column, lane_set.lanes_of(Role::Query).value.clone());
    let guard = lane_set
        .guard
        .as_ref()
        .map(|guard| guard.value.predicate.clone());
    Predicate::and(guard.into_iter().chain([lanes]))
}

/// The declared rows as the beginning of a WHERE clause, a condition a line.
pub(super) fn where_rows(rows: &Predicate, indentation: &str) -> String {
    let parts = match rows {
        Predicate::And(parts) => parts.as_slice(),
        other => std::slice::from_ref(other),
    };
    let parts: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Predicate::Or(_) => format!("({})", predicate(part)),
            _ => predicate(part),
        })
        .collect();
    parts.join(&format!("\n{indentation}  AND "))
}

/// Since when a run that never beat is silent.
pub(super) fn claimed_since(reaper: &ReaperDeclaration) -> String {
    format!(
        "COALESCE(run.{}, run.{})",
        identifier(&reaper.claimed_column),
        identifier(&reaper.created_column)
    )
}

/// A run that was given back and claimed again still has the beat of its earlier claim.
pub(super) fn claimed_long_ago(reaper: &ReaperDeclaration) -> String {
    let claimed = identifier(&reaper.claimed_column);
    format!("(run.{claimed} IS NULL OR run.{claimed} < now() - $1::interval)")
}

/// An age is counted from 1970 at most: there is none since `-infinity`, which some write for "never".
pub(super) fn oldest(silent_since: &str) -> String {
    format!("min(GREATEST({silent_since}, 'epoch'::timestamptz))")
}

/// The last beat or the claim, whichever is later; without either, the creation. GREATEST passes over NULL.
pub(super) fn silent_since(reaper: &ReaperDeclaration) -> String {
    format!(
        "COALESCE(GREATEST(run.{}, run.{}), run.{})",
        identifier(&reaper.heartbeat_column),
        identifier(&reaper.claimed_column),
        identifier(&reaper.created_column)
    )
}
