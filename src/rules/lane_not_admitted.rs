//! `lane-not-admitted`: the CHECK constraint or enum lacks a declared lane.

use super::drift;
use super::registry::{Judge, Rule};
use crate::compare::{Compared, Comparison};
use crate::model::declaration::AdmittedBy;
use crate::model::finding::{Finding, Remark, RuleId};
use crate::model::relation::Relation;
use crate::model::site::Role;

pub const RULE: Rule = Rule {
    id: RuleId::LaneNotAdmitted,
    summary: "the CHECK constraint or enum lacks a declared lane",
    page: include_str!("lane_not_admitted.md"),
    judge: Judge::Gate(check),
};

fn check(compared: &Compared) -> Vec<Finding> {
    let checks = compared.comparisons.iter();
    checks
        .filter(|comparison| comparison.site.role == Role::Check)
        .filter_map(|comparison| finding(compared, comparison))
        .collect()
}

fn finding(compared: &Compared, comparison: &Comparison) -> Option<Finding> {
    let agreement = comparison.agreement.as_ref()?;
    if agreement.missing.is_empty() || agreement.relation == Relation::Undecided {
        return None;
    }
    let lane_set = comparison.lane_set;
    let (subject, help) = match &lane_set.admitted_by.as_ref()?.value {
        AdmittedBy::Check(name) => (
            format!("CHECK constraint {name}"),
            format!(
                "drop {name} and add it again with {} in its list",
                drift::list(&agreement.missing)
            ),
        ),
        AdmittedBy::Enum(name) => (
            format!("enum {name}"),
            format!(
                "ALTER TYPE {name} ADD VALUE {}",
                drift::list(&agreement.missing)
            ),
        ),
    };
    let missing = drift::list(&agreement.missing);
    Some(Finding {
        rule: RuleId::LaneNotAdmitted,
        lane_set: Some(lane_set.name.value.clone()),
        message: format!(
            "{subject} does not admit {missing}, which {} declares",
            lane_set.name.value
        ),
        culprit: Remark {
            location: comparison.site.location.clone(),
            text: format!("{missing} cannot be stored"),
        },
        related: vec![drift::declaration_remark(compared, lane_set, Role::Check)],
        missing: agreement.missing.clone(),
        extra: Vec::new(),
        help: Some(help),
        disagreement: None,
        is_fixable: false,
        subject,
    })
}
