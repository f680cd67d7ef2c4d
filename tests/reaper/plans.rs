//! The declared partial index is what a pass reads, whatever the plan is made for.

use laneset::render::reaper::{Pass, Pick, Retries};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor};

use super::queue::{Queue, lane_set};

const NO_SEQSCAN: &str = "SET enable_seqscan = off";
const INDEX: &str = "idx_runs_heartbeat_inflight";

/// The plan of a statement with one parameter, in both modes. `settings` go before it.
fn plans(queue: &Queue, settings: &'static str, statement: &str) -> Vec<String> {
    queue.on_connection(async |connection| {
        connection.execute(settings).await.unwrap();
        connection
            .execute(AssertSqlSafe(format!("PREPARE pass AS {statement}")))
            .await
            .unwrap();
        let mut plans = Vec::new();
        for mode in ["force_custom_plan", "force_generic_plan"] {
            plans.push(plan(connection, mode).await);
        }
        plans
    })
}

async fn plan(connection: &mut PgConnection, mode: &str) -> String {
    connection
        .execute(AssertSqlSafe(format!("SET plan_cache_mode = {mode}")))
        .await
        .unwrap();
    let lines: Vec<String> = sqlx::query_scalar("EXPLAIN EXECUTE pass('120 seconds')")
        .persistent(false)
        .fetch_all(connection)
        .await
        .unwrap();
    lines.join("\n")
}

fn pass_statement(queue: &Queue) -> String {
    let pass = Pass {
        limit: 1000,
        pick: Pick::Oldest,
        retries: Retries::AsDeclared,
    };
    queue.reaper().statement(pass)
}

/// How often a plan's picks, which are what comes before the update, read the index.
fn reads_of_the_index(plan: &str) -> usize {
    plan[..plan.find("CTE reaped").unwrap()]
        .matches(INDEX)
        .count()
}

#[test]
fn a_pass_and_a_look_read_the_partial_index_on_an_empty_table_and_on_a_million_rows() {
    let mut queue = Queue::new("plans");
    // To read an empty table costs nothing, whichever way.
    for plan in plans(&queue, NO_SEQSCAN, &pass_statement(&queue)) {
        assert_eq!(reads_of_the_index(&plan), 2, "{plan}");
    }
    queue.execute(
        "INSERT INTO runs (organization_id, run_type, status, last_heartbeat_at, claimed_at, created_at) \
         SELECT 'o', 'auth', CASE WHEN n % 1000 = 0 THEN 'running' ELSE 'completed' END, now() - n * interval '1 second', now(), now() \
         FROM generate_series(1, 1000000) AS n",
    );
    queue.execute("VACUUM ANALYZE runs");
    let reaper = queue.reaper();
    for plan in plans(&queue, "", &pass_statement(&queue)) {
        assert_eq!(reads_of_the_index(&plan), 2, "{plan}");
        assert!(!plan.contains("Seq Scan on runs"), "{plan}");
    }
    for look in [reaper.survey(), reaper.stale_count()] {
        for plan in plans(&queue, "", &look) {
            assert!(
                plan.contains(INDEX) && !plan.contains("Seq Scan on runs"),
                "{plan}"
            );
        }
    }
}

/// The mutant of the test above: one lane more in the query than in the index.
#[test]
fn with_one_lane_more_than_the_index_has_it_is_not_read() {
    let mut queue = Queue::new("plans_wider");
    queue.lane_set = lane_set(&[]);
    queue
        .lane_set
        .lanes
        .value
        .push(laneset::model::lane::Value::Text("insight".to_owned()));
    for plan in plans(&queue, NO_SEQSCAN, &pass_statement(&queue)) {
        assert_eq!(reads_of_the_index(&plan), 0, "{plan}");
    }
}
