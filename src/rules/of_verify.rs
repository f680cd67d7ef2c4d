//! The rules that only a server can judge by: what fires them is in `verify`.

use super::registry::{Judge, Rule};
use crate::model::finding::RuleId;

pub const REPLAY_DRIFT: Rule = Rule {
    id: RuleId::ReplayDrift,
    summary: "the migrations, run on Postgres, lead to another schema than the dump",
    page: include_str!("replay_drift.md"),
    judge: Judge::Server,
};

pub const EMBEDDED_REPLAY_DRIFT: Rule = Rule {
    id: RuleId::EmbeddedReplayDrift,
    summary: "the embedded patches change a database that has all migrations",
    page: include_str!("embedded_replay_drift.md"),
    judge: Judge::Server,
};

pub const EMBEDDED_NOT_IDEMPOTENT: Rule = Rule {
    id: RuleId::EmbeddedNotIdempotent,
    summary: "a patch changes or rebuilds something at a further boot",
    page: include_str!("embedded_not_idempotent.md"),
    judge: Judge::Server,
};

pub const INDEX_NOT_USED: Rule = Rule {
    id: RuleId::IndexNotUsed,
    summary: "Postgres does not use the partial index for the reaper's statement or a declared query",
    page: include_str!("index_not_used.md"),
    judge: Judge::Server,
};

pub const LIVE_INDEX_DRIFT: Rule = Rule {
    id: RuleId::LiveIndexDrift,
    summary: "the live database lacks the index, or has it with another predicate",
    page: include_str!("live_index_drift.md"),
    judge: Judge::Live,
};

pub const INVALID_INDEX: Rule = Rule {
    id: RuleId::InvalidIndex,
    summary: "an index on a governed table is invalid in the live database",
    page: include_str!("invalid_index.md"),
    judge: Judge::Live,
};

pub const PENDING_MIGRATION: Rule = Rule {
    id: RuleId::PendingMigration,
    summary: "a migration is not applied to the live database",
    page: include_str!("pending_migration.md"),
    judge: Judge::Live,
};

pub const UNKNOWN_MIGRATION: Rule = Rule {
    id: RuleId::UnknownMigration,
    summary: "the live database has a migration applied that has no file",
    page: include_str!("unknown_migration.md"),
    judge: Judge::Live,
};
