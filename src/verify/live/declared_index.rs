//! The declared indexes, and the invalid ones beside them.

use sqlx::Row;
use sqlx::postgres::{PgConnection, PgRow};

use super::facts::{bloat, sentence};
use super::{LIVE, Live};
use crate::compare::declared_predicate;
use crate::model::declaration::{Declaration, IndexDeclaration, LaneSet};
use crate::model::finding::{Disagreement, Finding, Remark, RuleId};
use crate::model::index_facts::IndexFacts;
use crate::model::site::Role;
use crate::render;
use crate::render::predicate::qualified;
use crate::verify::apart::rows_if_allowed;
use crate::verify::indexes::{are_one, mean_the_same, missing_and_extra};

/// A row an index of the table: those that are invalid, and the declared one.
const INDEXES: &str = r"
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name, c.relname = $2 AS is_declared, i.indisvalid AS is_valid,
       coalesce(pg_get_expr(i.indpred, i.indrelid), 'true') AS predicate,
       pg_relation_size(c.oid) AS size, c.relpages AS pages, c.reltuples AS entries, w.width,
       coalesce(pg_stat_get_numscans(c.oid), 0) AS scans,
       to_char(d.stats_reset AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC' AS since
FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_stat_database AS d ON d.datname = current_database()
CROSS JOIN LATERAL (
    SELECT CASE WHEN bool_and(coalesce(s.avg_width, nullif(a.attlen, -1)) IS NOT NULL)
                THEN sum(coalesce(s.avg_width, nullif(a.attlen, -1))) END AS width
    FROM pg_attribute AS a
    JOIN pg_class AS t ON t.oid = i.indrelid
    LEFT JOIN pg_stats AS s ON s.schemaname = n.nspname AND s.tablename = t.relname AND s.attname = a.attname
    WHERE a.attrelid = c.oid
) AS w
WHERE i.indrelid = to_regclass($1) AND (c.relname = $2 OR NOT i.indisvalid)
ORDER BY name";

/// `live-index-drift` and `invalid-index`, and what is to be told of the declared indexes.
///
/// # Errors
/// What Postgres says.
pub async fn look(
    connection: &mut PgConnection,
    declaration: &Declaration,
    live: &mut Live,
) -> sqlx::Result<()> {
    for lane_set in &declaration.lane_sets {
        let table = qualified(&lane_set.table.value);
        let is_there: bool = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
            .bind(&table)
            .fetch_one(&mut *connection)
            .await?;
        if !is_there {
            live.findings.push(no_table(declaration, lane_set));
            continue;
        }
        let name = lane_set
            .index
            .as_ref()
            .map(|index| index.name.value.as_str());
        let rows = sqlx::query(INDEXES)
            .bind(&table)
            .bind(name.unwrap_or_default())
            .fetch_all(&mut *connection)
            .await?;
        let mut declared = None;
        for row in &rows {
            let facts = facts(row, lane_set)?;
            if !facts.is_valid {
                let finding = invalid(declaration, lane_set, &facts.index);
                // Another set on this table may have told of it.
                if !live
                    .findings
                    .iter()
                    .any(|known| known.subject == finding.subject)
                {
                    live.findings.push(finding);
                }
            }
            if row.try_get("is_declared")? {
                declared = Some(row);
                live.notes.push(sentence(&facts));
                live.indexes.push(facts);
            }
        }
        if let Some(index) = &lane_set.index {
            let stored: Option<String> =
                declared.map(|row| row.try_get("predicate")).transpose()?;
            let is_same = match &stored {
                Some(stored) => is_as_declared(connection, lane_set, stored).await?,
                None => false,
            };
            if !is_same {
                live.findings
                    .push(drift(declaration, (lane_set, index), stored));
            }
        }
    }
    Ok(())
}

fn facts(row: &PgRow, lane_set: &LaneSet) -> sqlx::Result<IndexFacts> {
    Ok(IndexFacts {
        lane_set: lane_set.name.value.clone(),
        index: row.try_get("name")?,
        is_valid: row.try_get("is_valid")?,
        size_bytes: row.try_get("size")?,
        bloat: bloat(
            row.try_get("pages")?,
            row.try_get("entries")?,
            row.try_get("width")?,
        ),
        scans: row.try_get("scans")?,
        statistics_since: row.try_get("since")?,
    })
}

/// Whether an index over `stored` holds the declared rows: by meaning; or else as Postgres spells both of them in a plan, where constants
/// are folded and types are written out.
async fn is_as_declared(
    connection: &mut PgConnection,
    lane_set: &LaneSet,
    stored: &str,
) -> sqlx::Result<bool> {
    if mean_the_same(stored, lane_set) {
        return Ok(true);
    }
    let declared = render::predicate::predicate(&declared_predicate(lane_set, Role::Index));
    let stored = spelled(connection, lane_set, stored).await?;
    let declared = spelled(connection, lane_set, &declared).await?;
    Ok(match (stored, declared) {
        (Some(stored), Some(declared)) => are_one(&stored, &declared, lane_set),
        _ => false,
    })
}

/// The condition as the filter of a scan of the whole table; `None` when Postgres does not plan it.
async fn spelled(
    connection: &mut PgConnection,
    lane_set: &LaneSet,
    condition: &str,
) -> sqlx::Result<Option<String>> {
    sqlx::raw_sql(
        "SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_indexonlyscan = off; \
         SET LOCAL enable_partition_pruning = off",
    )
    .execute(&mut *connection)
    .await?;
    let table = qualified(&lane_set.table.value);
    let explain = format!("EXPLAIN (FORMAT JSON) SELECT FROM {table} WHERE {condition}");
    let Ok(rows) = rows_if_allowed(connection, explain).await? else {
        return Ok(None);
    };
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let plan: String = row.try_get_unchecked(0)?;
    let plan = serde_json::from_str(&plan).unwrap_or(serde_json::Value::Null);
    Ok(filter(&plan).map(str::to_owned))
}

/// The first filter of a plan.
fn filter(plan: &serde_json::Value) -> Option<&str> {
    match plan {
        serde_json::Value::Array(parts) => parts.iter().find_map(filter),
        serde_json::Value::Object(keys) => {
            let own = keys.get("Filter").and_then(serde_json::Value::as_str);
            own.or_else(|| keys.values().find_map(filter))
        }
        _ => None,
    }
}

/// What the live database has instead of the declared index.
fn drift(
    declaration: &Declaration,
    (lane_set, index): (&LaneSet, &IndexDeclaration),
    stored: Option<String>,
) -> Finding {
    let (set, name) = (&lane_set.name.value, &index.name.value);
    let holder = LIVE.holder;
    let message = match &stored {
        None => format!("{holder} no index {name} on {}", lane_set.table.value),
        Some(_) => format!("{holder} index {name} with another condition than {set} declares"),
    };
    let [missing, extra] = stored.as_deref().map_or_else(Default::default, |stored| {
        missing_and_extra(stored, lane_set)
    });
    let declared = render::predicate::predicate(&declared_predicate(lane_set, Role::Index));
    Finding {
        missing,
        extra,
        disagreement: stored.map(|here| Disagreement { here, declared }),
        help: Some(format!(
            "apply the migrations that are pending; where none is, `laneset check` says whether they lead to {name} as declared"
        )),
        subject: format!("index {name}"),
        ..finding(declaration, lane_set, RuleId::LiveIndexDrift, message)
    }
}

fn invalid(declaration: &Declaration, lane_set: &LaneSet, index: &str) -> Finding {
    let message = format!(
        "{} index {index} invalid: it is not used, and kept up all the same",
        LIVE.holder
    );
    Finding {
        help: Some(format!(
            "unless CREATE INDEX CONCURRENTLY is at work on it right now: DROP INDEX CONCURRENTLY {index}, and build it again"
        )),
        subject: format!("invalid index {index}"),
        ..finding(declaration, lane_set, RuleId::InvalidIndex, message)
    }
}

fn no_table(declaration: &Declaration, lane_set: &LaneSet) -> Finding {
    let table = &lane_set.table.value;
    let message = format!("{} no table {table}", LIVE.holder);
    Finding {
        culprit: Remark {
            location: declaration.location(lane_set.table.span),
            text: "by the live database".to_owned(),
        },
        help: Some(
            "see that it is the right database, and that its migrations are applied".to_owned(),
        ),
        subject: format!("table {table}"),
        ..finding(declaration, lane_set, RuleId::SiteMissing, message)
    }
}

/// A finding about a lane set's index, with nothing beside.
fn finding(
    declaration: &Declaration,
    lane_set: &LaneSet,
    rule: RuleId,
    message: String,
) -> Finding {
    let set = &lane_set.name.value;
    let place = lane_set.index.as_ref().map(|index| index.name.span);
    let culprit = Remark {
        location: declaration.location(place.unwrap_or(lane_set.table.span)),
        text: "by the live database".to_owned(),
    };
    Finding {
        lane_set: Some(set.clone()),
        related: vec![Remark {
            location: declaration.location(lane_set.lanes.span),
            text: format!("{set} declares these lanes"),
        }],
        ..Finding::new(rule, message, culprit)
    }
}
