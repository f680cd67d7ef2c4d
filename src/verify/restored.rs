//! Definitions that mean the same in other words. What pg_dump prints of a list of varchar Postgres stores otherwise than what a migration
//! said: the casts have moved into the list. The judge is Postgres: it is given the one definition, and asked what it makes of it.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};

/// Whether the object, made anew by `definition` in a database that has it as `expected`, is as `expected` again. It is asked in a
/// transaction that is rolled back. Of other things than indexes and constraints it is not told, and neither of what Postgres refuses.
///
/// # Errors
/// When the connection is lost.
pub async fn is_the_same(
    connection: &mut PgConnection,
    object: &str,
    definition: &str,
    expected: &str,
) -> sqlx::Result<bool> {
    let Some(probe) = Probe::of(object, definition) else {
        return Ok(false);
    };
    let mut transaction = connection.begin().await?;
    let made = sqlx::raw_sql(AssertSqlSafe(probe.make))
        .execute(&mut *transaction)
        .await;
    let read = match made {
        Ok(_) => {
            let read = sqlx::query_scalar::<_, Option<String>>(AssertSqlSafe(probe.read));
            read.fetch_optional(&mut *transaction)
                .await
                .map(Option::flatten)
        }
        Err(error) => Err(error),
    };
    transaction.rollback().await?;
    match read {
        Ok(read) => Ok(read.as_deref() == Some(expected)),
        Err(error) if error.as_database_error().is_some() => Ok(false),
        Err(error) => Err(error),
    }
}

/// How an object is made anew, and read.
struct Probe {
    make: String,
    read: String,
}

impl Probe {
    fn of(object: &str, definition: &str) -> Option<Self> {
        let (kind, name) = object.split_once(' ')?;
        match kind {
            "index" => Some(Self {
                make: format!("DROP INDEX {name}; {definition}"),
                read: format!("SELECT pg_get_indexdef({}::regclass)", quoted(name)),
            }),
            "constraint" => {
                let (name, table) = name.split_once(" on ")?;
                Some(Self {
                    make: format!(
                        "ALTER TABLE {table} DROP CONSTRAINT {name}; ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
                    ),
                    read: format!(
                        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = {}::regclass AND quote_ident(conname) = {}",
                        quoted(table),
                        quoted(name)
                    ),
                })
            }
            _ => None,
        }
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
