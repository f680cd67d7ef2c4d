//! `schema.sql` itself, restored.

use super::admission::not_admitted;
use super::catalog::Catalog;
use super::indexes::{BY_SCHEMA, Judged, judged};
use super::judge::{Task, VerifyError};
use super::plans::{Plans, plans};
use super::replay::Run;
use super::session::Session;
use super::shadow::Database;
use super::watch::Replay;
use crate::model::finding::Finding;

/// What the dump makes.
pub struct Dumped {
    pub session: Session,
    pub catalog: Catalog,
    pub indexes: Vec<Judged>,
    pub plans: Plans,
    pub findings: Vec<Finding>,
}

/// Restores the dump and looks at it.
///
/// # Errors
/// The statement that the server refuses, and when it cannot be used.
pub async fn load(database: &Database, task: Task<'_>) -> Result<Dumped, VerifyError> {
    let mut session = database.session(task.material.statement_timeout).await?;
    if let Some((_, run)) = &task.material.schema {
        restore(&mut session, run).await?;
    }
    task.watch.done(Replay::Schema, 1, 1);
    let catalog = session.look().await?;
    let indexes = judged(&mut session.connection, task.declaration, BY_SCHEMA).await?;
    let findings = not_admitted(&mut session.connection, task.declaration, BY_SCHEMA).await?;
    // Once is enough.
    let plans = match task.material.migrations.is_empty() {
        true => {
            plans(
                &mut session.connection,
                task.declaration,
                &task.material.queries,
            )
            .await?
        }
        false => Plans::default(),
    };
    Ok(Dumped {
        session,
        catalog,
        indexes,
        plans,
        findings,
    })
}

/// Runs a dump.
///
/// # Errors
/// As [`load`].
pub async fn restore(session: &mut Session, dump: &Run) -> Result<(), VerifyError> {
    if dump.makes_public() {
        session.execute("DROP SCHEMA public".to_owned()).await?;
    }
    session.run(dump).await?;
    // pg_dump empties the search path of its session.
    Ok(session.renew().await?)
}
