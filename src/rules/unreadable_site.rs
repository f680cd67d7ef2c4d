//! `unreadable-site`: SQL names a governed object and cannot be understood.

use super::drift;
use super::pairs;
use super::registry::{Judge, Rule};
use super::unprovable_query;
use crate::compare::{Agreement, Compared, Comparison};
use crate::model::finding::{Finding, Remark, RuleId};
use crate::model::predicate::{Doubt, Test};
use crate::model::relation::Relation;
use crate::model::site::{Reading, Role};

pub const RULE: Rule = Rule {
    id: RuleId::UnreadableSite,
    summary: "SQL names a governed object and cannot be understood; it is never silently skipped",
    page: include_str!("unreadable_site.md"),
    judge: Judge::Gate(check),
};

fn check(compared: &Compared) -> Vec<Finding> {
    let mut findings: Vec<Finding> = compared
        .comparisons
        .iter()
        .filter_map(|comparison| finding(compared, comparison))
        .collect();
    findings.extend(pairs::findings(compared, RuleId::UnreadableSite));
    findings
}

fn finding(compared: &Compared, comparison: &Comparison) -> Option<Finding> {
    let reason = match (&comparison.site.reading, &comparison.agreement) {
        (Reading::Unreadable(reason), _) => reason.clone(),
        (_, Some(agreement)) if agreement.relation == Relation::Undecided => {
            if unprovable_query::is_unprovable(comparison) {
                return None;
            }
            undecided(agreement, comparison)
        }
        _ => return None,
    };
    let lane_set = comparison.lane_set;
    let what = match comparison.site.role {
        Role::Migrations => format!(
            "what the migrations do to {}",
            drift::index_name(comparison)
        ),
        Role::Embedded => format!("what the patches do to {}", drift::index_name(comparison)),
        Role::Index => drift::index_name(comparison),
        Role::Query => "this query".to_owned(),
        Role::Array => "this array".to_owned(),
        Role::Check => format!("what admits the lanes into {}", lane_set.column.value),
        Role::Heartbeat => "this executor".to_owned(),
    };
    Some(Finding {
        rule: RuleId::UnreadableSite,
        lane_set: Some(lane_set.name.value.clone()),
        message: format!("{what} cannot be read: {reason}"),
        culprit: Remark {
            location: comparison.site.location.clone(),
            text: reason.clone(),
        },
        related: vec![drift::declaration_remark(
            compared,
            lane_set,
            comparison.site.role,
        )],
        missing: Vec::new(),
        extra: Vec::new(),
        help: Some(help(comparison.site.role)),
        disagreement: None,
        is_fixable: false,
        subject: format!("{} {reason}", comparison.site.role),
    })
}

fn help(role: Role) -> String {
    let forms =
        "write it in a form that laneset reads (`laneset explain unreadable-site` lists them)";
    let settled = match role {
        Role::Migrations | Role::Embedded => {
            ", or settle the index's state in a later statement: DROP INDEX IF EXISTS, then CREATE INDEX"
        }
        Role::Index | Role::Query | Role::Array | Role::Check | Role::Heartbeat => "",
    };
    format!("{forms}{settled}")
}

fn undecided(agreement: &Agreement, comparison: &Comparison) -> String {
    match &agreement.doubt {
        Some(Doubt::Cast(to)) => {
            let cure = if is_about_lanes(to, comparison) {
                format!(
                    "if {to} is the column's enum, declare it: `admitted_by = {{ enum = \"{to}\" }}`"
                )
            } else {
                format!("if {to} is an enum, its CREATE TYPE is not seen here")
            };
            format!("a cast to {to} may change which values are equal ({cure})")
        }
        Some(Doubt::Parameter) => "a value is bound when the statement runs".to_owned(),
        Some(Doubt::Expression) => {
            "it holds an expression whose meaning is not known here".to_owned()
        }
        Some(Doubt::OuterJoin) => unprovable_query::OUTER_JOIN.to_owned(),
        None => "its condition is too large to compare".to_owned(),
    }
}

/// Whether that cast stands in a condition on the lanes' own column.
fn is_about_lanes(to: &str, comparison: &Comparison) -> bool {
    let column = &comparison.lane_set.column.value;
    let predicate = comparison.site.reading.predicate();
    let mut tests = predicate
        .into_iter()
        .flat_map(|predicate| predicate.tests());
    tests.any(|test| match test {
        Test::Opaque(opaque) => {
            opaque.doubt == Doubt::Cast(to.to_owned()) && opaque.columns.contains(column)
        }
        _ => false,
    })
}
