use sqlx::{PgPool, postgres::PgQueryResult};
use time::OffsetDateTime;

pub const LANES: [&str; 2] = ["sync", "auth"];

pub async fn green(pool: &PgPool, cutoff: OffsetDateTime) -> sqlx::Result<PgQueryResult> {
    sqlx::query!(
        r#"UPDATE runs SET status = 'timeout'
           WHERE status IN ('claimed', 'running')
             AND run_type IN ('sync', 'auth')
             AND last_heartbeat_at < $1"#,
        cutoff,
    )
    .execute(pool)
    .await
}

pub async fn red(pool: &PgPool) -> sqlx::Result<Vec<(i64,)>> {
    sqlx::query_as(
        "SELECT id FROM runs WHERE status IN ('claimed', 'running') \
         AND run_type IN ('sync', 'auth', 'action')",
    )
    .fetch_all(pool)
    .await
}
