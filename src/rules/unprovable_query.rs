//! `unprovable-query`: the query may mean the declared rows, but the planner cannot prove that it may use the index.

use super::drift;
use super::pairs;
use super::registry::{Judge, Rule};
use crate::compare::{Agreement, Compared, Comparison, Coverage, declared_predicate};
use crate::model::finding::{Finding, Remark, RuleId};
use crate::model::planner::LIST_LIMIT;
use crate::model::predicate::{Doubt, Test};
use crate::model::relation::Relation;
use crate::model::site::{Role, Telling};
use crate::render;

pub const RULE: Rule = Rule {
    id: RuleId::UnprovableQuery,
    summary: "a query may use the index, but the planner cannot prove it: bound lanes, a function around the column, more than 100 values",
    page: include_str!("unprovable_query.md"),
    judge: Judge::Gate(check),
};

/// Whether the query is undecided for a reason that this rule explains.
pub fn is_unprovable(comparison: &Comparison) -> bool {
    let undecided = |agreement: &Agreement| {
        agreement.relation == Relation::Undecided
            && matches!(
                agreement.doubt,
                Some(Doubt::Parameter | Doubt::Expression | Doubt::OuterJoin)
            )
    };
    comparison.site.role == Role::Query && comparison.agreement.as_ref().is_some_and(undecided)
}

/// Whether a query builder is given a condition that may say anything of any column.
fn is_told_something_else(comparison: &Comparison) -> bool {
    let is_built = comparison.site.telling != Telling::Sql;
    let predicate = comparison.site.reading.predicate().filter(|_| is_built);
    let mut tests = predicate.into_iter().flat_map(|it| it.tests());
    tests.any(|test| matches!(test, Test::Opaque(opaque) if opaque.is_put_in))
}

fn check(compared: &Compared) -> Vec<Finding> {
    let mut findings: Vec<Finding> = compared
        .comparisons
        .iter()
        .filter_map(|comparison| finding(compared, comparison))
        .collect();
    findings.extend(pairs::findings(compared, RuleId::UnprovableQuery));
    findings
}

/// Why a condition is asked of more rows than the table's.
pub const OUTER_JOIN: &str = "an outer join adds rows of NULL to the table's own, and the condition is asked of the joined rows";

fn reason(comparison: &Comparison, agreement: &Agreement) -> Option<&'static str> {
    if is_unprovable(comparison) {
        return Some(match agreement.doubt {
            _ if is_told_something_else(comparison) => {
                "the query builder is given a condition that is not understood here, and may mean any rows"
            }
            Some(Doubt::Parameter) => {
                "its lanes or guard are bound when it runs, so a prepared statement's generic plan cannot use the index"
            }
            Some(Doubt::OuterJoin) => OUTER_JOIN,
            _ => "an expression around the column hides which rows it means",
        });
    }
    let coverage = agreement
        .coverage
        .filter(|_| agreement.relation == Relation::Same);
    let lanes = comparison.lane_set.lanes_of(comparison.site.role);
    match coverage {
        Some(Coverage::Bound) => Some(
            "the query builder binds its lanes or guard as parameters, so a prepared statement's generic plan cannot use the index",
        ),
        Some(Coverage::Unproven) if lanes.value.len() > LIST_LIMIT => Some(
            "a list of more than 100 values is matched only by the identical list, in the same order",
        ),
        Some(Coverage::Unproven) => {
            Some("it means the declared rows in a form that the planner does not take apart")
        }
        _ => None,
    }
}

fn finding(compared: &Compared, comparison: &Comparison) -> Option<Finding> {
    let agreement = comparison.agreement.as_ref()?;
    let reason = reason(comparison, agreement)?;
    let lane_set = comparison.lane_set;
    let wanted = render::predicate::predicate(&declared_predicate(lane_set, comparison.site.role));
    let index = drift::index_name(comparison);
    Some(Finding {
        rule: RuleId::UnprovableQuery,
        lane_set: Some(lane_set.name.value.clone()),
        message: format!("Postgres cannot prove that this query may use {index}: {reason}"),
        culprit: Remark {
            location: comparison.site.location.clone(),
            text: reason.to_owned(),
        },
        related: vec![drift::declaration_remark(
            compared,
            lane_set,
            comparison.site.role,
        )],
        missing: Vec::new(),
        extra: Vec::new(),
        help: Some(match comparison.site.telling {
            Telling::Sql => format!("write the lanes and the guard as literals: `{wanted}`"),
            Telling::Inlined | Telling::Bound => {
                format!("give the builder the lanes and the guard as SQL: `{wanted}`")
            }
        }),
        disagreement: None,
        is_fixable: false,
        subject: "query".to_owned(),
    })
}
