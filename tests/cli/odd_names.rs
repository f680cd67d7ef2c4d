//! A repository whose paths and lanes hold what formats set apart, and drift in it.

use super::red;
use crate::program::Copy;

/// What XML, JSON, URIs, Markdown and workflow commands each set apart, and a letter that is not ASCII.
pub const PATH: &str = "src/a,b:c%41&<d> ü.rs";

/// A lane of the red migration, as Postgres holds it.
pub const LANE: &str = "<b>&\"'%0A|`,:\n::error::ü]]>";

/// The lane as reports show it: on one line.
pub const SHOWN: &str = "<b>&\"'%0A|`,:␊::error::ü]]>";

/// Where the lane stands.
pub const MIGRATION: &str = "db/migrations/20260308090000_reindex_is_resumable.sql";

/// The red fixture with two findings: the newest migration names [`LANE`], and the query, which is in [`PATH`], lacks a lane.
pub fn repository() -> Copy {
    let copy = red();
    let lane = LANE.replace('\'', "''");
    copy.edit(
        MIGRATION,
        "IN ('import', 'reindex', 'vacuum')",
        &format!("IN ('import', 'reindex', '{lane}')"),
    );
    let source = copy.text("src/resume.rs");
    let source = source.replace("'import', 'export', 'reindex'", "'import', 'export'");
    copy.remove("src/resume.rs");
    copy.write(PATH, source);
    copy.edit("laneset.toml", "src/resume.rs", PATH);
    copy
}
