//! laneset: one declaration for the lanes of a Postgres job queue, and a gate that fails when a copy of it drifts.
//!
//! ```text
//! laneset.toml ── declare ─┐                ┌─ rules ── report
//! the repository ─ locate ─┴─ compare ──────┤
//!                          render ──────────┼─ plan ─── write
//!                                           ├─ verify ─ a throwaway Postgres
//!                                           └─ reaper ─ a live Postgres
//! ```
//!
//! The floors, from the ground up; a module imports only what stands on a lower one (`tests/floors.rs` holds it to that):
//!
//! - [`source`]: files, spans, lines.
//! - [`model`]: lane sets, predicates, relations, sites, findings.
//! - [`read_sql`]: SQL text to statements, clauses and predicates. [`declare`]: `laneset.toml` to a declaration.
//!   [`locate`]: the sites of a repository. [`render`]: predicates back to SQL.
//! - [`compare`]: each site held against its declaration. [`rules`]: what is wrong with that, one file a rule.
//!   [`plan`]: what has to change, so that nothing is. [`history`]: how an index came to hold its lanes.
//! - [`report`]: findings for people and machines. [`write`]: planned changes, all of them or none.
//!   [`verify`]: what a real Postgres makes of migrations, dump and patches.
//! - [`reaper`]: the reaper on a live Postgres, the worker's heartbeat, and the embedded patches at boot. A service embeds these.
//! - [`cli`]: the commands.

pub mod cli;
pub mod compare;
pub mod declare;
pub mod history;
pub mod locate;
pub mod model;
pub mod plan;
pub mod read_sql;
pub mod reaper;
pub mod render;
pub mod report;
pub mod rules;
pub mod source;
pub mod verify;
pub mod write;
