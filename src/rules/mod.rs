//! Floor 3: one file a rule. A rule looks at the comparisons and says what is wrong; it opens no file.

pub mod create_without_effect;
pub mod down_not_inverse;
pub mod drift;
pub mod duplicate_version;
pub mod edited_migration;
pub mod embedded_drift;
pub mod index_drift;
pub mod known;
pub mod lane_not_admitted;
pub mod lane_without_heartbeat;
pub mod late_version;
pub mod migration_not_mirrored;
pub mod migrations_drift;
pub mod missing_directive;
pub mod of_verify;
mod pairs;
pub mod query_drift;
pub mod query_not_covered;
pub mod registry;
pub mod site_missing;
pub mod statements_without_transaction;
pub mod undeclared_copy;
pub mod unprovable_query;
pub mod unreadable_site;
pub mod unused_ignore;
pub mod version_not_recorded;
