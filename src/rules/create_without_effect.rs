//! `create-without-effect`: `CREATE INDEX IF NOT EXISTS` meets an index of that name with another predicate, and does nothing.

use super::drift;
use super::registry::{Judge, Rule};
use crate::compare::{Compared, is_as_declared};
use crate::model::declaration::LaneSet;
use crate::model::finding::{Disagreement, Finding, Remark, RuleId};
use crate::model::site::{CreateWithoutEffect, Role};
use crate::render;

pub const RULE: Rule = Rule {
    id: RuleId::CreateWithoutEffect,
    summary: "CREATE INDEX IF NOT EXISTS meets an index of that name with another predicate, and so does nothing",
    page: include_str!("create_without_effect.md"),
    judge: Judge::Gate(check),
};

/// Whether a statement would have made this role's index as declared, had it done anything: then the drift is its doing.
pub fn explains_drift(compared: &Compared, lane_set: usize, role: Role) -> bool {
    compared.without_effect.iter().any(|create| {
        create.lane_set == lane_set
            && create.role == role
            && is_as_declared(&compared.declaration.lane_sets[lane_set], &create.ignored)
    })
}

fn check(compared: &Compared) -> Vec<Finding> {
    compared
        .without_effect
        .iter()
        .map(|create| finding(compared, create))
        .collect()
}

fn finding(compared: &Compared, create: &CreateWithoutEffect) -> Finding {
    let lane_set = &compared.declaration.lane_sets[create.lane_set];
    let index = lane_set.index.as_ref().map_or_else(String::new, |index| {
        render::predicate::identifier(&index.name.value)
    });
    Finding {
        rule: RuleId::CreateWithoutEffect,
        lane_set: Some(lane_set.name.value.clone()),
        message: format!(
            "this CREATE INDEX IF NOT EXISTS does nothing: {index} is there already, with another predicate"
        ),
        culprit: Remark {
            location: create.location.clone(),
            text: "IF NOT EXISTS looks at the name alone".to_owned(),
        },
        related: vec![
            Remark {
                location: create.existing_location.clone(),
                text: "the index that is there was made here".to_owned(),
            },
            drift::declaration_remark(compared, lane_set, Role::Index),
        ],
        missing: Vec::new(),
        extra: Vec::new(),
        help: Some(format!(
            "put `DROP INDEX IF EXISTS {};` before it",
            with_schema(lane_set, &index)
        )),
        disagreement: is_as_declared(lane_set, &create.ignored).then(|| Disagreement {
            here: render::predicate::predicate(&create.existing),
            declared: render::predicate::predicate(&create.ignored),
        }),
        is_fixable: true,
        subject: format!("{} {index}", create.role),
    }
}

/// An index lives in its table's schema, and `DROP INDEX IF EXISTS` without it does nothing off the search path.
fn with_schema(lane_set: &LaneSet, index: &str) -> String {
    match &lane_set.table.value.schema {
        Some(schema) => format!("{}.{index}", render::predicate::identifier(schema)),
        None => index.to_owned(),
    }
}
