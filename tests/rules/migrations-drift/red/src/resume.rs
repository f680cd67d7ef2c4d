use sqlx::PgPool;

/// Jobs whose worker has written no checkpoint for a while.
pub async fn find_lost(pool: &PgPool, quiet_seconds: f64) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar(
        r#"
        SELECT j.id
        FROM jobs AS j
        WHERE j.state = 'running'
          AND j.kind IN ('import', 'export', 'reindex')
          AND j.checkpoint_at < now() - make_interval(secs => $1)
        ORDER BY j.checkpoint_at
        "#,
    )
    .bind(quiet_seconds)
    .fetch_all(pool)
    .await
}
