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
    /// Every command, when the others have judged (`unused_ignore::apply`).
    Last,
    /// `laneset verify`, which asks a server (`verify::judge`).
    Server,
    /// `laneset verify --live`, which looks at a database (`verify::live`).
    Live,
}

/// What judges by rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    Check,
    Verify,
    VerifyLive,
}

impl Command {
    /// As it is typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Command::Check => "check",
            Command::Verify => "verify",
            Command::VerifyLive => "verify --live",
        }
    }
}

impl Rule {
    /// The command that judges by it first.
    pub fn command(&self) -> Command {
        match self.judge {
            Judge::Gate(_) | Judge::Last => Command::Check,
            Judge::Server => Command::Verify,
            Judge::Live => Command::VerifyLive,
        }
    }

    /// The command that finds whatever there is to find: a server takes back more than what is governed.
    pub fn settled_by(&self) -> Command {
        match self.id {
            RuleId::DownNotInverse => Command::Verify,
            _ => self.command(),
        }
    }

    /// Whether a command judges by it. Some of what the gate reads a server can tell too.
    pub fn is_judged_by(&self, command: Command) -> bool {
        use RuleId::{
            DownNotInverse, EmbeddedDrift, IndexDrift, LaneNotAdmitted, MigrationsDrift,
            SiteMissing,
        };
        let too: &[RuleId] = match command {
            Command::Check => &[],
            Command::Verify => &[
                MigrationsDrift,
                EmbeddedDrift,
                IndexDrift,
                LaneNotAdmitted,
                SiteMissing,
                DownNotInverse,
            ],
            Command::VerifyLive => &[LaneNotAdmitted, SiteMissing],
        };
        matches!(self.judge, Judge::Last) || self.command() == command || too.contains(&self.id)
    }
}

/// Every rule.
pub const RULES: [Rule; 29] = [
    super::migrations_drift::RULE,
    super::embedded_drift::RULE,
    super::query_drift::RULE,
    super::index_drift::RULE,
    super::site_missing::RULE,
    super::unreadable_site::RULE,
    super::query_not_covered::RULE,
    super::unprovable_query::RULE,
    super::lane_not_admitted::RULE,
    super::lane_without_heartbeat::RULE,
    super::undeclared_copy::RULE,
    super::create_without_effect::RULE,
    super::missing_directive::RULE,
    super::duplicate_version::RULE,
    super::late_version::RULE,
    super::edited_migration::RULE,
    super::version_not_recorded::RULE,
    super::migration_not_mirrored::RULE,
    super::statements_without_transaction::RULE,
    super::down_not_inverse::RULE,
    super::unused_ignore::RULE,
    super::of_verify::REPLAY_DRIFT,
    super::of_verify::EMBEDDED_REPLAY_DRIFT,
    super::of_verify::EMBEDDED_NOT_IDEMPOTENT,
    super::of_verify::INDEX_NOT_USED,
    super::of_verify::LIVE_INDEX_DRIFT,
    super::of_verify::INVALID_INDEX,
    super::of_verify::PENDING_MIGRATION,
    super::of_verify::UNKNOWN_MIGRATION,
];

/// Whether a rule holds the migrations against those of the base branch.
pub fn compares_with_base(id: RuleId) -> bool {
    use RuleId::{DuplicateVersion, EditedMigration, LateVersion};
    matches!(id, DuplicateVersion | LateVersion | EditedMigration)
}

/// Whether what the rule finds is a difference from the base branch and nothing else, so that it is gone once it is merged.
pub fn fades(id: RuleId) -> bool {
    matches!(id, RuleId::LateVersion | RuleId::EditedMigration)
}

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id.as_str() == id)
}

/// The rule whose name is nearest to a text.
pub fn nearest(name: &str) -> &'static str {
    let ids = RULES.iter().map(|rule| rule.id.as_str());
    let likeness = |id: &&str| strsim::jaro_winkler(id, name);
    ids.max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
        .unwrap_or_default()
}

/// What the gate's rules say, by rule.
pub fn judge(compared: &Compared) -> Vec<Finding> {
    let gate = RULES.iter().filter_map(|rule| match rule.judge {
        Judge::Gate(check) => Some(check),
        Judge::Last | Judge::Server | Judge::Live => None,
    });
    gate.flat_map(|check| check(compared)).collect()
}
