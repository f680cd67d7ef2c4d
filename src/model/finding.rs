//! Findings: facts that are wrong, each with both ends.

use std::fmt;

use super::lane::Lane;
use crate::source::file::Location;

/// A rule's id, as users write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleId {
    MigrationsDrift,
    EmbeddedDrift,
    QueryDrift,
    IndexDrift,
    SiteMissing,
    UnreadableSite,
    QueryNotCovered,
    UnprovableQuery,
    LaneNotAdmitted,
    LaneWithoutHeartbeat,
    UndeclaredCopy,
    CreateWithoutEffect,
    MissingDirective,
    DuplicateVersion,
    LateVersion,
    EditedMigration,
    VersionNotRecorded,
    MigrationNotMirrored,
    StatementsWithoutTransaction,
    UnusedIgnore,
    DownNotInverse,
    ReplayDrift,
    EmbeddedReplayDrift,
    EmbeddedNotIdempotent,
    IndexNotUsed,
    LiveIndexDrift,
    InvalidIndex,
    PendingMigration,
    UnknownMigration,
}

impl RuleId {
    /// Whether it speaks of places that `laneset generate` writes: not of what nobody declared, and not of executors.
    pub fn is_of_generated_places(self) -> bool {
        !matches!(
            self,
            RuleId::UndeclaredCopy | RuleId::LaneWithoutHeartbeat | RuleId::UnusedIgnore
        )
    }

    pub fn as_str(self) -> &'static str {
        match self {
            RuleId::MigrationsDrift => "migrations-drift",
            RuleId::EmbeddedDrift => "embedded-drift",
            RuleId::QueryDrift => "query-drift",
            RuleId::IndexDrift => "index-drift",
            RuleId::SiteMissing => "site-missing",
            RuleId::UnreadableSite => "unreadable-site",
            RuleId::QueryNotCovered => "query-not-covered",
            RuleId::UnprovableQuery => "unprovable-query",
            RuleId::LaneNotAdmitted => "lane-not-admitted",
            RuleId::LaneWithoutHeartbeat => "lane-without-heartbeat",
            RuleId::UndeclaredCopy => "undeclared-copy",
            RuleId::CreateWithoutEffect => "create-without-effect",
            RuleId::MissingDirective => "missing-directive",
            RuleId::DuplicateVersion => "duplicate-version",
            RuleId::LateVersion => "late-version",
            RuleId::EditedMigration => "edited-migration",
            RuleId::VersionNotRecorded => "version-not-recorded",
            RuleId::MigrationNotMirrored => "migration-not-mirrored",
            RuleId::StatementsWithoutTransaction => "statements-without-transaction",
            RuleId::UnusedIgnore => "unused-ignore",
            RuleId::DownNotInverse => "down-not-inverse",
            RuleId::ReplayDrift => "replay-drift",
            RuleId::EmbeddedReplayDrift => "embedded-replay-drift",
            RuleId::EmbeddedNotIdempotent => "embedded-not-idempotent",
            RuleId::IndexNotUsed => "index-not-used",
            RuleId::LiveIndexDrift => "live-index-drift",
            RuleId::InvalidIndex => "invalid-index",
            RuleId::PendingMigration => "pending-migration",
            RuleId::UnknownMigration => "unknown-migration",
        }
    }

    pub fn level(self) -> Level {
        match self {
            RuleId::UnprovableQuery
            | RuleId::UndeclaredCopy
            | RuleId::UnusedIgnore
            | RuleId::UnknownMigration => Level::Warning,
            _ => Level::Error,
        }
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How bad it is. Either makes the gate fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Error,
    Warning,
}

impl Level {
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
        }
    }
}

/// A place and what to say of it.
#[derive(Debug, Clone)]
pub struct Remark {
    pub location: Location,
    pub text: String,
}

/// One fact that is wrong.
#[derive(Debug, Clone)]
pub struct Finding {
    pub rule: RuleId,
    /// The lane set's name; `None` for what concerns no set.
    pub lane_set: Option<String>,
    /// One sentence without a full stop: what is wrong, with names.
    pub message: String,
    /// The culprit, and what to say right beside it.
    pub culprit: Remark,
    /// The other end: the declaration, or the statement that the culprit conflicts with.
    pub related: Vec<Remark>,
    /// Lanes that are declared and not here, in the declaration's order.
    pub missing: Vec<Lane>,
    /// Lanes that are here and not declared, in the order in which the site names them.
    pub extra: Vec<Lane>,
    /// What to do.
    pub help: Option<String>,
    /// The two that should agree: what is here, what was declared or replayed.
    pub disagreement: Option<Disagreement>,
    /// `laneset check --fix` mends it: of a rule a guess, until a dry run has told.
    pub is_fixable: bool,
    /// What tells this finding from others of its rule in its file, and does not move with the lines: an index's name, a function's.
    pub subject: String,
}

impl Finding {
    /// A finding that is known by its message, and has nothing beside.
    pub fn new(rule: RuleId, message: String, culprit: Remark) -> Self {
        Self {
            rule,
            lane_set: None,
            subject: message.clone(),
            message,
            culprit,
            related: Vec::new(),
            missing: Vec::new(),
            extra: Vec::new(),
            help: None,
            disagreement: None,
            is_fixable: false,
        }
    }

    /// Changes everything that a reader sees; what the finding is known by stays as it is.
    pub fn for_each_text(&mut self, change: &mut dyn FnMut(&mut String)) {
        change(&mut self.message);
        change(&mut self.culprit.text);
        self.related
            .iter_mut()
            .for_each(|remark| change(&mut remark.text));
        self.help.iter_mut().for_each(&mut *change);
        if let Some(disagreement) = &mut self.disagreement {
            change(&mut disagreement.here);
            change(&mut disagreement.declared);
        }
    }
}

/// A finding that does not count, and who says so.
#[derive(Debug, Clone)]
pub struct Excused {
    pub finding: Finding,
    pub excuse: Excuse,
    /// In the words of whoever excused it.
    pub reason: String,
}

/// How a finding is excused.
#[derive(Debug, Clone)]
pub enum Excuse {
    /// By a comment beside it.
    Suppression(Location),
    /// By that entry of the baseline.
    Baseline(Location),
}

/// Two predicates as SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    pub here: String,
    pub declared: String,
}
