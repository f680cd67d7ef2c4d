//! `site-missing`: a declared site cannot be found.

use super::drift;
use super::pairs;
use super::registry::{Judge, Rule};
use crate::compare::Compared;
use crate::model::finding::{Finding, Remark, RuleId};
use crate::model::site::{Reading, Role};

pub const RULE: Rule = Rule {
    id: RuleId::SiteMissing,
    summary: "a declared site (index, query, array, constraint, file) cannot be found",
    page: include_str!("site_missing.md"),
    judge: Judge::Gate(check),
};

fn check(compared: &Compared) -> Vec<Finding> {
    let mut findings = Vec::new();
    for comparison in &compared.comparisons {
        let Reading::Missing(sentence) = &comparison.site.reading else {
            continue;
        };
        let lane_set = comparison.lane_set;
        let help = match comparison.site.role {
            Role::Migrations => {
                "create the index in a migration, or correct the index's name in laneset.toml"
            }
            Role::Embedded => {
                "add a patch that creates the index, or correct `[embedded]` or the index's name in laneset.toml"
            }
            Role::Index => {
                "apply the migrations and dump the schema again, or correct `[schema]` or the index's name in laneset.toml"
            }
            Role::Query => {
                "correct `file` and `within` in laneset.toml, say with `alias` what the code calls the table, or bring the clause back"
            }
            Role::Array => "correct `file` and `name` in laneset.toml, or bring the array back",
            Role::Check => {
                "correct `admitted_by` in laneset.toml, or bring the constraint or enum back"
            }
            Role::Heartbeat => "correct `file` and `within` in laneset.toml",
        };
        findings.push(Finding {
            rule: RuleId::SiteMissing,
            lane_set: Some(lane_set.name.value.clone()),
            message: sentence.clone(),
            culprit: Remark {
                location: comparison.site.location.clone(),
                text: format!(
                    "the {} site of {} is missing",
                    comparison.site.role, lane_set.name.value
                ),
            },
            related: vec![drift::declaration_remark(
                compared,
                lane_set,
                comparison.site.role,
            )],
            missing: Vec::new(),
            extra: Vec::new(),
            help: Some(help.to_owned()),
            disagreement: None,
            is_fixable: false,
            subject: format!("{} {sentence}", comparison.site.role),
        });
    }
    findings.extend(pairs::findings(compared, RuleId::SiteMissing));
    findings
}
