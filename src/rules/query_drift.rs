//! `query-drift`: a declared WHERE clause or array names other lanes, or another guard, than declared.

use super::drift;
use super::registry::Rule;
use crate::compare::{Compared, Comparison};
use crate::model::finding::{Finding, RuleId};
use crate::model::site::Role;

pub const RULE: Rule = Rule {
    id: RuleId::QueryDrift,
    summary: "a declared WHERE clause or array names other lanes, or another guard, than declared",
    page: include_str!("query_drift.md"),
    check,
};

fn check(compared: &Compared) -> Vec<Finding> {
    drift::findings(
        compared,
        RuleId::QueryDrift,
        &[Role::Query, Role::Array],
        subject,
    )
}

fn subject(comparison: &Comparison) -> String {
    match comparison.site.role {
        Role::Array => format!("this array of {}", comparison.lane_set.column.value),
        _ => format!("this WHERE clause over {}", comparison.lane_set.table.value),
    }
}
