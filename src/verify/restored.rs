//! Definitions that mean the same in other words. What pg_dump prints of a list of varchar Postgres stores otherwise than what a migration
//! said: the casts have moved into the list. The judge is Postgres: it is given the one definition, and asked what it makes of it.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};

/// Whether two definitions of an object are one to Postgres: each is given to it, as a restore does, in a transaction that is rolled back. The
/// database has the object. Of other things than indexes, constraints and views it is not told, and neither of what Postgres refuses.
///
/// # Errors
/// When the connection is lost.
pub async fn is_the_same(
    connection: &mut PgConnection,
    object: &str,
    definitions: [&str; 2],
) -> sqlx::Result<bool> {
    let [one, other] = definitions;
    let one = restored(connection, object, one).await?;
    Ok(one.is_some() && one == restored(connection, object, other).await?)
}

/// What Postgres makes of a definition.
async fn restored(
    connection: &mut PgConnection,
    object: &str,
    definition: &str,
) -> sqlx::Result<Option<String>> {
    let Some(probe) = Probe::of(object, definition) else {
        return Ok(None);
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
        Err(error) if error.as_database_error().is_some() => Ok(None),
        read => read,
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
            "view" => Some(Self {
                make: format!("CREATE TEMP VIEW laneset_probe AS {definition}"),
                read: "SELECT pg_get_viewdef('laneset_probe'::regclass)".to_owned(),
            }),
            _ => None,
        }
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
