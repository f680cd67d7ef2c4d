//! The rules, in the order in which they are listed to users.

use crate::compare::Compared;
use crate::model::finding::{Finding, RuleId};

/// A rule: its page and its judgement.
pub struct Rule {
    pub id: RuleId,
    /// One line for the list: when it fires.
    pub summary: &'static str,
    /// The page of `laneset explain`, in Markdown.
    pub page: &'static str,
    pub check: fn(&Compared) -> Vec<Finding>,
}

/// Every rule.
pub const RULES: [Rule; 10] = [
    super::migrations_drift::RULE,
    super::embedded_drift::RULE,
    super::query_drift::RULE,
    super::index_drift::RULE,
    super::site_missing::RULE,
    super::unreadable_site::RULE,
    super::query_not_covered::RULE,
    super::unprovable_query::RULE,
    super::lane_not_admitted::RULE,
    super::create_without_effect::RULE,
];

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id.as_str() == id)
}

/// What all rules say, by rule.
pub fn judge(compared: &Compared) -> Vec<Finding> {
    RULES
        .iter()
        .flat_map(|rule| (rule.check)(compared))
        .collect()
}
