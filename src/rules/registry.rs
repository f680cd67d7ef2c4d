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
    pub judge: Judge,
}

/// Who finds out whether it fires.
pub enum Judge {
    /// `laneset check`, from the text alone.
    Gate(fn(&Compared) -> Vec<Finding>),
    /// `laneset verify`, which asks a server (`verify::judge`).
    Server,
}

impl Rule {
    /// The command that judges by it first.
    pub fn command(&self) -> &'static str {
        match self.judge {
            Judge::Gate(_) => "check",
            Judge::Server => "verify",
        }
    }

    /// Whether a command judges by it. What an index holds a server can tell too.
    pub fn is_judged_by(&self, command: &str) -> bool {
        let of_indexes = [
            RuleId::MigrationsDrift,
            RuleId::EmbeddedDrift,
            RuleId::IndexDrift,
        ];
        self.command() == command || (command == "verify" && of_indexes.contains(&self.id))
    }
}

/// Every rule.
pub const RULES: [Rule; 15] = [
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
    super::of_verify::DOWN_NOT_INVERSE,
    super::of_verify::REPLAY_DRIFT,
    super::of_verify::EMBEDDED_REPLAY_DRIFT,
    super::of_verify::EMBEDDED_NOT_IDEMPOTENT,
    super::of_verify::INDEX_NOT_USED,
];

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id.as_str() == id)
}

/// What the gate's rules say, by rule.
pub fn judge(compared: &Compared) -> Vec<Finding> {
    let gate = RULES.iter().filter_map(|rule| match rule.judge {
        Judge::Gate(check) => Some(check),
        Judge::Server => None,
    });
    gate.flat_map(|check| check(compared)).collect()
}
