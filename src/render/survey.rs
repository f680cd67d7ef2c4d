//! Statements that look at the reaper's rows and change none.

use super::predicate::{identifier, qualified};
use super::stale::{claimed_long_ago, claimed_since, oldest, rows, silent_since, where_rows};
use crate::model::declaration::{LaneSet, ReaperDeclaration};

/// The rows of each lane that are live, and how many of them are stale: a row a lane, `lane`, `live`, `stale`, `oldest_stale_seconds`,
/// in the order of the lanes. It takes one parameter, how long a run may be silent.
pub fn survey(lane_set: &LaneSet, reaper: &ReaperDeclaration) -> String {
    let silent_since = silent_since(reaper);
    let lane = identifier(&lane_set.column.value);
    let oldest = oldest(&silent_since);
    let is_stale = format!("{silent_since} < now() - $1::interval");
    format!(
        "SELECT run.{lane}::text AS lane,\n       \
                count(*) AS live,\n       \
                count(*) FILTER (WHERE {is_stale}) AS stale,\n       \
                extract(epoch FROM now() - {oldest} FILTER (WHERE {is_stale}))::double precision AS oldest_stale_seconds\n\
         FROM {} AS run\n\
         WHERE {}\n\
         GROUP BY run.{lane}\n\
         ORDER BY run.{lane}",
        qualified(&lane_set.table.value),
        where_rows(&rows(lane_set), ""),
    )
}

/// The table's columns that are to tell an instant, as it has them (`name`, `type`); no row, when the table is not there. It takes the
/// table as SQL, and the columns' names.
pub const INSTANTS: &str = "SELECT attname::text AS name, format_type(coalesce(nullif(typbasetype, 0), atttypid), NULL) AS type \
    FROM pg_catalog.pg_class \
    LEFT JOIN pg_catalog.pg_attribute ON attrelid = pg_class.oid AND attname = ANY ($2) AND NOT attisdropped \
    LEFT JOIN pg_catalog.pg_type ON pg_type.oid = atttypid \
    WHERE pg_class.oid = to_regclass($1)";

/// The places of the stale rows (`place`, a table's oid and a ctid as text: partitions number their rows alike), the longest silent
/// first. It takes how long a run may be silent, and how many
/// rows to give.
pub fn stale_places(lane_set: &LaneSet, reaper: &ReaperDeclaration) -> String {
    format!(
        "SELECT run.tableoid::text || run.ctid::text AS place\nFROM {}\nORDER BY {}\nLIMIT $2",
        stale(lane_set, reaper),
        silent_since(reaper),
    )
}

/// How many rows are stale (`stale`). It takes how long a run may be silent.
pub fn stale_count(lane_set: &LaneSet, reaper: &ReaperDeclaration) -> String {
    format!("SELECT count(*) AS stale\nFROM {}", stale(lane_set, reaper))
}

/// The stale rows of each lane that no transaction holds (`lane`, `free`): what a reaper could take now. It takes how long a run may be
/// silent, and locks them until its transaction ends.
pub fn free_count(lane_set: &LaneSet, reaper: &ReaperDeclaration) -> String {
    let lane = identifier(&lane_set.column.value);
    format!(
        "SELECT lane, count(*) AS free\n\
         FROM (SELECT run.{lane}::text AS lane\n      FROM {}\n      FOR SHARE OF run SKIP LOCKED) AS free\n\
         GROUP BY lane",
        stale(lane_set, reaper),
    )
}

/// FROM and WHERE of the stale rows. The heartbeat stands alone on its side of each arm, so that each is a range of the partial index.
fn stale(lane_set: &LaneSet, reaper: &ReaperDeclaration) -> String {
    let heartbeat = identifier(&reaper.heartbeat_column);
    format!(
        "{} AS run\n\
         WHERE {}\n  \
           AND (run.{heartbeat} < now() - $1::interval AND {}\n       \
                OR run.{heartbeat} IS NULL AND {} < now() - $1::interval)",
        qualified(&lane_set.table.value),
        where_rows(&rows(lane_set), ""),
        claimed_long_ago(reaper),
        claimed_since(reaper),
    )
}
