//! Asks the planner whether the reaper's statement reads the declared index.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Row};

use crate::model::declaration::{Declaration, LaneSet};
use crate::model::finding::{Finding, Remark, RuleId};
use crate::render::predicate::qualified;
use crate::render::reaper::{Pass, Pick, Retries, pass_statement};

/// How Postgres may plan a prepared statement (manual, PREPARE, "Notes").
const PLAN_MODES: [&str; 2] = ["force_custom_plan", "force_generic_plan"];

/// `index-not-used`, for each reaper's statement, where a sequential scan is priced out.
///
/// # Errors
/// What Postgres says of the statement.
pub async fn unused_indexes(
    connection: &mut PgConnection,
    declaration: &Declaration,
) -> sqlx::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for lane_set in &declaration.lane_sets {
        let (Some(reaper), Some(index)) = (&lane_set.reaper, &lane_set.index) else {
            continue;
        };
        let pass = Pass {
            limit: reaper.batch.into(),
            pick: Pick::Oldest,
            retries: Retries::AsDeclared,
        };
        let statement = pass_statement(lane_set, reaper, pass);
        let name = index.name.value.as_str();
        let names = names_in_plans(connection, lane_set, name).await?;
        for mode in PLAN_MODES.into_iter().filter(|_| !names.is_empty()) {
            let plan = plan(connection, &statement, mode).await?;
            let is_used = names.iter().any(|name| {
                let name = serde_json::Value::from(name.as_str());
                plan.contains(&format!("\"Index Name\": {name}"))
            });
            if !is_used {
                findings.push(not_used(declaration, lane_set, name, mode));
                break;
            }
        }
    }
    Ok(findings)
}

/// What the index is called in plans: by its name, or, of a partitioned table, by those of its partitions, of which there may be none.
async fn names_in_plans(
    connection: &mut PgConnection,
    lane_set: &LaneSet,
    index: &str,
) -> sqlx::Result<Vec<String>> {
    const NAMES: &str = "WITH RECURSIVE tree AS ( \
            SELECT indexrelid AS oid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid \
            WHERE indrelid = to_regclass($1) AND relname = $2 \
            UNION SELECT inhrelid FROM pg_inherits JOIN tree ON inhparent = tree.oid \
        ) SELECT relname::text FROM tree JOIN pg_class USING (oid) WHERE relkind = 'i'";
    let rows = sqlx::query_scalar(NAMES)
        .bind(qualified(&lane_set.table.value))
        .bind(index);
    rows.fetch_all(connection).await
}

async fn plan(connection: &mut PgConnection, statement: &str, mode: &str) -> sqlx::Result<String> {
    let ready = format!(
        "SET enable_seqscan = off; SET plan_cache_mode = {mode}; PREPARE laneset_pass (interval) AS {}",
        statement.trim_end().trim_end_matches(';')
    );
    sqlx::raw_sql(AssertSqlSafe(ready))
        .execute(&mut *connection)
        .await?;
    let explain = "EXPLAIN (FORMAT JSON) EXECUTE laneset_pass ('120 seconds')";
    let row = sqlx::raw_sql(explain).fetch_one(&mut *connection).await;
    sqlx::raw_sql("DEALLOCATE laneset_pass; RESET enable_seqscan; RESET plan_cache_mode")
        .execute(&mut *connection)
        .await?;
    let plan: String = row?.try_get_unchecked(0)?;
    Ok(plan)
}

fn not_used(declaration: &Declaration, lane_set: &LaneSet, index: &str, mode: &str) -> Finding {
    let name = &lane_set.name.value;
    let declared = lane_set.index.as_ref().map(|index| index.name.span);
    Finding {
        rule: RuleId::IndexNotUsed,
        lane_set: Some(name.clone()),
        message: format!(
            "Postgres does not use index {index} for the reaper of {name} ({mode}), though a scan of the table is priced out"
        ),
        culprit: Remark {
            location: declaration.location(declared.unwrap_or(lane_set.name.span)),
            text: "this index is not in the plan".to_owned(),
        },
        related: Vec::new(),
        missing: Vec::new(),
        extra: Vec::new(),
        help: Some(
            "see that the migrations leave the index with the declared lanes and guard: `laneset check` says where they do not"
                .to_owned(),
        ),
        disagreement: None,
        is_fixable: false,
        subject: format!("index {index}"),
    }
}
