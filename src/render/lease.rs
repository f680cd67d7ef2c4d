//! What a worker writes into the run that it holds. Every statement is fenced: it touches the row only while it is live and held by
//! that worker, so that the late write of a worker whose run was reaped touches nothing.

use super::predicate::{identifier, literal, predicate, qualified};
use crate::model::declaration::{LaneSet, ReaperDeclaration};
use crate::model::lane::Value;
use crate::model::name::Identifier;

/// Who holds which run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The row's id as Postgres prints it, whatever its type.
    pub run: String,
    /// A name that no other worker bears.
    pub worker: String,
    /// The attempt that was claimed, where the manifest names an `attempts_column`; it must still be that one.
    pub attempt: Option<i64>,
}

/// Sets columns of a held run. Values are literals: Postgres gives them the types of their columns, and a pooler of transactions has no
/// prepared statement to lose.
pub fn write(
    lane_set: &LaneSet,
    reaper: &ReaperDeclaration,
    claim: &Claim,
    set: &[(&Identifier, Written<'_>)],
) -> String {
    let set: Vec<String> = set
        .iter()
        .map(|(column, value)| format!("{} = {}", identifier(column), value.sql()))
        .collect();
    format!(
        "UPDATE {} AS run\nSET {}\nWHERE {}",
        qualified(&lane_set.table.value),
        set.join(", "),
        fence(lane_set, reaper, claim).join("\n  AND "),
    )
}

/// What a column is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written<'a> {
    Value(&'a Value),
    Text(&'a str),
    /// The time of the statement.
    Now,
}

impl Written<'_> {
    fn sql(self) -> String {
        match self {
            Written::Value(value) => literal(value),
            Written::Text(text) => text_literal(text),
            Written::Now => "clock_timestamp()".to_owned(),
        }
    }
}

/// A run's heartbeat.
pub fn beat(lane_set: &LaneSet, reaper: &ReaperDeclaration, claim: &Claim) -> String {
    write(
        lane_set,
        reaper,
        claim,
        &[(&reaper.heartbeat_column, Written::Now)],
    )
}

/// The end of a run that succeeded.
pub fn finish(lane_set: &LaneSet, reaper: &ReaperDeclaration, claim: &Claim) -> String {
    let set = reaper.worker.finish.iter();
    let mut set: Vec<_> = set
        .map(|(column, value)| (column, Written::Value(value)))
        .collect();
    set.push((&reaper.completed_column, Written::Now));
    write(lane_set, reaper, claim, &set)
}

/// The end of a run that failed.
pub fn fail(lane_set: &LaneSet, reaper: &ReaperDeclaration, claim: &Claim, reason: &str) -> String {
    let set = reaper.worker.fail.iter();
    let mut set: Vec<_> = set
        .map(|(column, value)| (column, Written::Value(value)))
        .collect();
    set.push((&reaper.worker.error_column, Written::Text(reason)));
    set.push((&reaper.completed_column, Written::Now));
    write(lane_set, reaper, claim, &set)
}

fn fence(lane_set: &LaneSet, reaper: &ReaperDeclaration, claim: &Claim) -> Vec<String> {
    let worker = &reaper.worker;
    let mut conditions = vec![
        format!(
            "run.{} = {}",
            identifier(&worker.id_column),
            text_literal(&claim.run)
        ),
        format!(
            "run.{} = {}",
            identifier(&worker.worker_column),
            text_literal(&claim.worker)
        ),
    ];
    let attempts = reaper
        .retry
        .as_ref()
        .and_then(|retry| retry.attempts_column.as_ref());
    if let (Some(attempts), Some(attempt)) = (attempts, claim.attempt) {
        conditions.push(format!("run.{} = {attempt}", identifier(attempts)));
    }
    if let Some(guard) = &lane_set.guard {
        conditions.push(format!("({})", predicate(&guard.value.predicate)));
    }
    conditions
}

/// A text as a literal that reads the same whatever `standard_conforming_strings` says. A NUL, which no text in Postgres holds, is
/// left out.
fn text_literal(text: &str) -> String {
    let escaped = text
        .replace('\0', "")
        .replace('\\', "\\\\")
        .replace('\'', "''");
    if escaped.contains('\\') {
        format!("E'{escaped}'")
    } else {
        format!("'{escaped}'")
    }
}
