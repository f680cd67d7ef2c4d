//! Questions that a server may refuse.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Connection};

type DatabaseError = Box<dyn sqlx::error::DatabaseError>;

/// Rows, or what the server has against giving them, after which the transaction goes on.
///
/// # Errors
/// When the connection is lost.
pub async fn rows_if_allowed(
    connection: &mut PgConnection,
    query: String,
) -> sqlx::Result<Result<Vec<PgRow>, DatabaseError>> {
    let mut savepoint = connection.begin().await?;
    let rows = sqlx::query(AssertSqlSafe(query))
        .fetch_all(&mut *savepoint)
        .await;
    savepoint.rollback().await?;
    match rows {
        Ok(rows) => Ok(Ok(rows)),
        Err(sqlx::Error::Database(error)) => Ok(Err(error)),
        Err(error) => Err(error),
    }
}
