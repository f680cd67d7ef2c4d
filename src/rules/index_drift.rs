//! `index-drift`: the partial index in the schema dump has another predicate than declared.

use super::drift;
use super::registry::{Judge, Rule};
use crate::compare::{Compared, Comparison};
use crate::model::finding::{Finding, RuleId};
use crate::model::site::Role;

pub const RULE: Rule = Rule {
    id: RuleId::IndexDrift,
    summary: "the partial index in the schema dump has another predicate than declared",
    page: include_str!("index_drift.md"),
    judge: Judge::Gate(check),
};

fn check(compared: &Compared) -> Vec<Finding> {
    drift::findings(compared, RuleId::IndexDrift, &[Role::Index], subject)
}

fn subject(comparison: &Comparison) -> String {
    drift::index_name(comparison)
}
