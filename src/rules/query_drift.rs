//! `query-drift`: a declared WHERE clause or array names other lanes, or another guard, than declared.

use std::sync::Arc;

use super::drift;
use super::registry::{Judge, Rule};
use crate::compare::{Compared, Comparison};
use crate::model::declaration::LaneSet;
use crate::model::finding::{Finding, Remark, RuleId};
use crate::model::site::Role;
use crate::read_sql::essence::essence;
use crate::render::reaper::{MARK, statement};
use crate::source::file::{Location, SourceFile};
use crate::source::span::Span;

pub const RULE: Rule = Rule {
    id: RuleId::QueryDrift,
    summary: "a declared WHERE clause or array names other lanes, or another guard, than declared",
    page: include_str!("query_drift.md"),
    judge: Judge::Gate(check),
};

fn check(compared: &Compared) -> Vec<Finding> {
    let roles = [Role::Query, Role::Array];
    let mut findings = drift::findings(compared, RuleId::QueryDrift, &roles, subject);
    let statements = compared.declaration.lane_sets.iter().enumerate();
    let statements = statements.filter_map(|(number, lane_set)| {
        let reaper = lane_set.reaper.as_ref()?;
        let path = &reaper.statement.path;
        let is_there = |comparison: &&Comparison| {
            comparison.site.lane_set == number && comparison.site.location.path() == path
        };
        let comparison = compared.comparisons.iter().find(is_there)?;
        let is_found = |finding: &Finding| finding.culprit.location.path() == path;
        let file = &comparison.site.location.file;
        (!findings.iter().any(is_found))
            .then(|| edited_statement(compared, lane_set, &statement(lane_set, reaper), file))
            .flatten()
    });
    let statements: Vec<Finding> = statements.collect();
    findings.extend(statements);
    findings
}

/// A generated statement that is not what the declaration says: an edited CTE takes rows away that its UPDATE still names.
fn edited_statement(
    compared: &Compared,
    lane_set: &LaneSet,
    wanted: &str,
    file: &Arc<SourceFile>,
) -> Option<Finding> {
    let text = file.text();
    if text.lines().next() != Some(MARK) || text.lines().eq(wanted.lines()) {
        return None;
    }
    let mut wanted = wanted.lines();
    let mut lines = text.split_inclusive('\n');
    let mut start = 0;
    let other = lines.find(|line| {
        let is_other = wanted.next() != Some(line.trim_end_matches(['\r', '\n']));
        start += if is_other { 0 } else { line.len() };
        is_other
    });
    let length = other.map_or(0, |line| line.trim_end().len());
    let name = &lane_set.name.value;
    Some(Finding {
        rule: RuleId::QueryDrift,
        lane_set: Some(name.clone()),
        message: format!(
            "the reaper's statement of {name} is not what laneset.toml says: either was changed since it was generated"
        ),
        culprit: Remark {
            location: Location::new(file, Span::new(start, start + length)),
            text: "from here on it differs".to_owned(),
        },
        related: vec![drift::declaration_remark(compared, lane_set, Role::Query)],
        missing: Vec::new(),
        extra: Vec::new(),
        help: Some("run `laneset generate`; what it should do differently is declared in the set's [reaper]".to_owned()),
        disagreement: None,
        is_fixable: true,
        // Another change of it is another finding.
        subject: format!("the reaper's statement\n{}", essence(text)),
    })
}

fn subject(comparison: &Comparison) -> String {
    match comparison.site.role {
        Role::Array => format!("this array of {}", comparison.lane_set.column.value),
        _ => format!("this WHERE clause over {}", comparison.lane_set.table.value),
    }
}
