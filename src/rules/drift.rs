//! What the four drift rules share: a site that was read and says something else than the declaration.

use super::create_without_effect;
use crate::compare::{Agreement, Compared, Comparison, declared_predicate};
use crate::model::declaration::LaneSet;
use crate::model::finding::{Disagreement, Finding, Remark, RuleId};
use crate::model::lane::Lane;
use crate::model::predicate::Predicate;
use crate::model::relation::Relation;
use crate::model::site::{Reading, Role};
use crate::render;
use crate::source::file::Location;

/// The findings of a drift rule over the sites of `roles`; `subject` says what such a site is.
pub fn findings(
    compared: &Compared,
    rule: RuleId,
    roles: &[Role],
    subject: fn(&Comparison) -> String,
) -> Vec<Finding> {
    compared
        .comparisons
        .iter()
        .filter(|comparison| roles.contains(&comparison.site.role))
        .filter(|comparison| {
            !create_without_effect::explains_drift(
                compared,
                comparison.site.lane_set,
                comparison.site.role,
            )
        })
        .filter_map(|comparison| finding(compared, rule, comparison, &subject(comparison)))
        .collect()
}

fn finding(
    compared: &Compared,
    rule: RuleId,
    comparison: &Comparison,
    subject: &str,
) -> Option<Finding> {
    let agreement = comparison.agreement.as_ref()?;
    let other_index = match &comparison.site.reading {
        Reading::OtherIndex { difference, .. } => Some(difference.as_str()),
        _ => None,
    };
    if other_index.is_none() && matches!(agreement.relation, Relation::Same | Relation::Undecided) {
        return None;
    }
    let predicate = comparison.predicate()?;
    let lane_set = comparison.lane_set;
    let difference = difference(agreement, lane_set, other_index);
    Some(Finding {
        rule,
        lane_set: Some(lane_set.name.value.clone()),
        message: format!(
            "{subject} has drifted from {}: {difference}",
            lane_set.name.value
        ),
        culprit: Remark {
            location: culprit(comparison, agreement),
            text: difference,
        },
        related: vec![declaration_remark(compared, lane_set, comparison.site.role)],
        missing: agreement.missing.clone(),
        extra: agreement.extra.clone(),
        help: Some(help(comparison, agreement)),
        disagreement: Some(Disagreement {
            here: render::predicate::predicate(&predicate),
            declared: render::predicate::predicate(&declared_predicate(
                lane_set,
                comparison.site.role,
            )),
        }),
        is_fixable: is_fixable(comparison, agreement),
        subject: subject.to_owned(),
    })
}

/// What an index holds is generated, and so are the lanes that source names. A guard in source is left to a person.
fn is_fixable(comparison: &Comparison, agreement: &Agreement) -> bool {
    let has_other_lanes = !agreement.missing.is_empty() || !agreement.extra.is_empty();
    match comparison.site.role {
        Role::Migrations | Role::Embedded | Role::Index => true,
        Role::Query | Role::Array => has_other_lanes,
        Role::Check | Role::Heartbeat => false,
    }
}

/// The guard's tests when nothing else has drifted, or else what the site is known by.
fn culprit(comparison: &Comparison, agreement: &Agreement) -> Location {
    let site = comparison.site;
    let is_guard_alone =
        agreement.guard_differs && agreement.missing.is_empty() && agreement.extra.is_empty();
    match site.guard_span.filter(|_| is_guard_alone) {
        Some(span) => Location::new(&site.location.file, span),
        None => site.location.clone(),
    }
}

/// Where the lanes of sites of that role are declared, as the other end of a finding.
pub fn declaration_remark(compared: &Compared, lane_set: &LaneSet, role: Role) -> Remark {
    let lanes = lane_set.lanes_of(role);
    let of_queries = match &lane_set.query_lanes {
        Some(query_lanes) if query_lanes == lanes => " for its queries",
        _ => "",
    };
    Remark {
        location: compared.declaration.location(lanes.span),
        text: format!(
            "{} declares {}{of_queries}",
            lane_set.name.value,
            count_and_list(&lanes.value)
        ),
    }
}

/// The lanes between commas, as SQL writes them.
pub fn list(lanes: &[Lane]) -> String {
    let lanes: Vec<String> = lanes.iter().map(render::predicate::literal).collect();
    lanes.join(", ")
}

fn count_and_list(lanes: &[Lane]) -> String {
    match lanes {
        [only] => format!("the lane {}", list(std::slice::from_ref(only))),
        lanes => format!("the lanes {}", list(lanes)),
    }
}

fn difference(agreement: &Agreement, lane_set: &LaneSet, other_index: Option<&str>) -> String {
    let mut parts: Vec<String> = other_index.map(str::to_owned).into_iter().collect();
    let lanes = lanes_difference(&agreement.missing, &agreement.extra);
    parts.extend((!lanes.is_empty()).then_some(lanes));
    if agreement.guard_differs {
        parts.push(match &lane_set.guard {
            Some(guard) => format!("the guard is not `{}`", guard.value.text),
            None => "there is a condition beside the lanes, and no guard is declared".to_owned(),
        });
    }
    if parts.is_empty() {
        parts.push(format!(
            "its rows are {} than declared",
            match agreement.relation {
                Relation::Narrower => "fewer",
                Relation::Wider => "more",
                _ => "others",
            }
        ));
    }
    parts.join("; ")
}

/// Which lanes are not declared, and which are missing; empty where none is either.
pub fn lanes_difference(missing: &[Lane], extra: &[Lane]) -> String {
    let extra =
        (!extra.is_empty()).then(|| format!("{} not declared", of_lanes(extra, "is", "are")));
    let missing =
        (!missing.is_empty()).then(|| format!("{} missing", of_lanes(missing, "is", "are")));
    let parts: Vec<String> = extra.into_iter().chain(missing).collect();
    parts.join("; ")
}

fn of_lanes(lanes: &[Lane], one: &str, many: &str) -> String {
    let verb = if lanes.len() == 1 { one } else { many };
    match lanes.split_at_checked(NAMED_LANES) {
        Some((named, rest)) if !rest.is_empty() => {
            format!("{} and {} more {verb}", list(named), rest.len())
        }
        _ => format!("{} {verb}", list(lanes)),
    }
}

/// More lanes than this are counted in a message, not named; the finding holds them all.
const NAMED_LANES: usize = 12;

fn help(comparison: &Comparison, agreement: &Agreement) -> String {
    let wanted = where_clause(comparison);
    let manifest = "change the lanes in laneset.toml, if they are what is out of date";
    let name = match &comparison.lane_set.index {
        Some(index) => render::predicate::identifier(&index.name.value),
        None => String::new(),
    };
    let has_other_lanes = !agreement.missing.is_empty() || !agreement.extra.is_empty();
    match comparison.site.role {
        Role::Migrations => format!(
            "run `laneset generate` for a migration that makes {name} again WHERE {wanted}; or {manifest}"
        ),
        Role::Embedded => format!(
            "run `laneset generate` for a patch that makes {name} again WHERE {wanted}; or {manifest}"
        ),
        Role::Index => format!(
            "run `laneset generate`, or apply the migrations and dump the schema again, so that {name} is WHERE {wanted}; or {manifest}"
        ),
        Role::Array => format!(
            "run `laneset generate`, or list {}; or {manifest}",
            list(&comparison.lane_set.lanes_of(Role::Array).value)
        ),
        Role::Query if has_other_lanes => {
            format!("run `laneset generate`, or write `{wanted}`; or {manifest}")
        }
        Role::Query | Role::Check | Role::Heartbeat => format!("write `{wanted}`; or {manifest}"),
    }
}

fn where_clause(comparison: &Comparison) -> String {
    let predicate: Predicate = declared_predicate(comparison.lane_set, comparison.site.role);
    render::predicate::predicate(&predicate)
}

/// `index idx_runs_heartbeat_inflight`
pub fn index_name(comparison: &Comparison) -> String {
    match &comparison.lane_set.index {
        Some(index) => format!("index {}", index.name.value),
        None => "the index".to_owned(),
    }
}
