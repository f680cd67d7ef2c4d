//! Rows that no lane set speaks of.

use std::collections::BTreeSet;

use sqlx::Row;
use sqlx::postgres::PgConnection;

use crate::model::declaration::{Declaration, LaneSet};
use crate::model::lane::Lane;
use crate::render::predicate::{identifier, literal, predicate, qualified};
use crate::verify::apart::rows_if_allowed;

/// How many lanes are told by name.
const TOLD: usize = 10;

/// The rows under the set's guard whose lane is in no set of that column: those that nobody reaps. That is no fault, and so a note; `None`
/// when there are none.
///
/// # Errors
/// What Postgres says, but for a refusal, which is the note then.
pub async fn in_no_set(
    connection: &mut PgConnection,
    declaration: &Declaration,
    lane_set: &LaneSet,
) -> sqlx::Result<Option<String>> {
    let (table, column) = (&lane_set.table.value, &lane_set.column.value);
    let of_column = declaration.lane_sets.iter();
    let of_column =
        of_column.filter(|set| set.table.value == *table && set.column.value == *column);
    let lanes: BTreeSet<&Lane> = of_column.flat_map(|set| &set.lanes.value).collect();
    let lanes: Vec<String> = lanes
        .into_iter()
        .map(|lane| literal(&Lane::Text(lane.to_string())))
        .collect();
    let lane = format!("{}::text", identifier(column));
    let guard = match &lane_set.guard {
        Some(guard) => format!("({}) AND", predicate(&guard.value.predicate)),
        None => String::new(),
    };
    let query = format!(
        "SELECT coalesce({lane}, 'NULL') AS lane, count(*) AS rows FROM {} WHERE {guard} ({lane} NOT IN ({}) OR {lane} IS NULL) \
         GROUP BY 1 ORDER BY 2 DESC, 1",
        qualified(table),
        lanes.join(", ")
    );
    let set = &lane_set.name.value;
    let rows = match rows_if_allowed(connection, query).await? {
        Ok(rows) => rows,
        Err(error) => {
            return Ok(Some(format!(
                "rows of {table} whose lane is in no set were not counted for {set}: {}",
                error.message()
            )));
        }
    };
    let mut counts = Vec::new();
    for row in &rows {
        let (lane, count): (String, i64) = (row.try_get("lane")?, row.try_get("rows")?);
        counts.push((lane, count));
    }
    let total: i64 = counts.iter().map(|(_, count)| count).sum();
    if total == 0 {
        return Ok(None);
    }
    let more = counts.len().saturating_sub(TOLD);
    let told = counts.iter().take(TOLD);
    let mut told: Vec<String> = told
        .map(|(lane, count)| format!("{lane} {count}"))
        .collect();
    if more > 0 {
        told.push(format!("and {more} more lanes"));
    }
    let held = match &lane_set.guard {
        Some(_) => format!(" under the guard of {set}"),
        None => String::new(),
    };
    let rows = if total == 1 { "row has" } else { "rows have" };
    Ok(Some(format!(
        "{table}: {total} {rows} a lane that is in no set{held}: {}",
        told.join(", ")
    )))
}
