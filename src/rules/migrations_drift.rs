//! `migrations-drift`: the migrations, replayed in order, leave the index with another predicate than declared.

use super::drift;
use super::registry::{Judge, Rule};
use crate::compare::{Compared, Comparison};
use crate::model::finding::{Finding, RuleId};
use crate::model::site::Role;

pub const RULE: Rule = Rule {
    id: RuleId::MigrationsDrift,
    summary: "the migrations, replayed in order, leave the index with another predicate than declared",
    page: include_str!("migrations_drift.md"),
    judge: Judge::Gate(check),
};

fn check(compared: &Compared) -> Vec<Finding> {
    drift::findings(
        compared,
        RuleId::MigrationsDrift,
        &[Role::Migrations],
        subject,
    )
}

fn subject(comparison: &Comparison) -> String {
    format!(
        "{}, as the migrations leave it,",
        drift::index_name(comparison)
    )
}
