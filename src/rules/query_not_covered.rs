//! `query-not-covered`: the WHERE clause does not imply the index predicate, so Postgres cannot use the index.

use super::drift;
use super::pairs;
use super::registry::{Judge, Rule};
use crate::compare::{Compared, Comparison, Coverage, declared_predicate};
use crate::model::finding::{Disagreement, Finding, Remark, RuleId};
use crate::model::relation::Relation;
use crate::render;

pub const RULE: Rule = Rule {
    id: RuleId::QueryNotCovered,
    summary: "the WHERE clause does not imply the index predicate, so Postgres cannot use the index",
    page: include_str!("query_not_covered.md"),
    judge: Judge::Gate(check),
};

/// A clause that has drifted is not covered either, but then the drift is the fault to mend.
fn check(compared: &Compared) -> Vec<Finding> {
    let mut findings: Vec<Finding> = compared
        .comparisons
        .iter()
        .filter(|comparison| is_uncovered(comparison))
        .filter_map(|comparison| finding(compared, comparison))
        .collect();
    findings.extend(pairs::findings(compared, RuleId::QueryNotCovered));
    findings
}

/// Whether this rule has a finding about the site.
pub fn is_uncovered(comparison: &Comparison) -> bool {
    let agreement = comparison.agreement.as_ref();
    agreement.is_some_and(|agreement| {
        agreement.relation == Relation::Same && agreement.coverage == Some(Coverage::NotImplied)
    })
}

fn finding(compared: &Compared, comparison: &Comparison) -> Option<Finding> {
    let lane_set = comparison.lane_set;
    let here = comparison.predicate()?;
    let wanted = render::predicate::predicate(&declared_predicate(lane_set, comparison.site.role));
    let index = drift::index_name(comparison);
    Some(Finding {
        rule: RuleId::QueryNotCovered,
        lane_set: Some(lane_set.name.value.clone()),
        message: format!("this WHERE clause does not imply the predicate of {index}, so Postgres cannot use it"),
        culprit: Remark {
            location: comparison.site.location.clone(),
            text: "it means the declared lanes only because of what the column may hold, which the planner does not use"
                .to_owned(),
        },
        related: vec![drift::declaration_remark(compared, lane_set, comparison.site.role)],
        missing: Vec::new(),
        extra: Vec::new(),
        help: Some(format!("name the lanes: `{wanted}`")),
        disagreement: Some(Disagreement {
            here: render::predicate::predicate(&here),
            declared: wanted,
        }),
        is_fixable: false,
        subject: "query".to_owned(),
    })
}
