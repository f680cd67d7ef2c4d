//! The migrations, up; and the newest one down and up again.

use super::admission::not_admitted;
use super::catalog::Catalog;
use super::findings::down_not_inverse;
use super::indexes::{BY_MIGRATIONS, Judged, judged};
use super::judge::{Task, VerifyError};
use super::plans::{Plans, plans};
use super::replay::Migration;
use super::session::Session;
use super::shadow::Database;
use super::watch::Replay;
use crate::model::finding::Finding;

/// What the migrations lead to.
pub struct Migrated {
    pub session: Session,
    pub catalog: Catalog,
    pub indexes: Vec<Judged>,
    pub plans: Plans,
    pub findings: Vec<Finding>,
}

/// All migrations up, which is looked at; and then the newest down.
///
/// # Errors
/// The statement that the server refuses, and when it cannot be used.
pub async fn migrate(database: &Database, task: Task<'_>) -> Result<Migrated, VerifyError> {
    let mut session = database.session(task.material.statement_timeout).await?;
    let before = up(&mut session, task).await?;
    let catalog = session.look().await?;
    let indexes = judged(&mut session.connection, task.declaration, BY_MIGRATIONS).await?;
    let plans = plans(
        &mut session.connection,
        task.declaration,
        &task.material.queries,
    )
    .await?;
    let mut findings =
        not_admitted(&mut session.connection, task.declaration, BY_MIGRATIONS).await?;
    if let Some(newest) = task.material.migrations.last() {
        findings.extend(down_and_up(&mut session, newest, &before).await?);
    }
    Ok(Migrated {
        session,
        catalog,
        indexes,
        plans,
        findings,
    })
}

/// All migrations up; gives what there was before the newest.
///
/// # Errors
/// As [`migrate`].
pub async fn up(session: &mut Session, task: Task<'_>) -> Result<Catalog, VerifyError> {
    let migrations = &task.material.migrations;
    let mut before = Catalog::default();
    for (number, migration) in migrations.iter().enumerate() {
        if number + 1 == migrations.len() {
            before = session.look().await?;
        }
        session.run(&migration.up).await?;
        // They are applied on different days: what one sets for its session ends with it.
        session.renew().await?;
        let of = migrations.len();
        task.watch.done(Replay::Migrations, number + 1, of);
    }
    Ok(before)
}

async fn down_and_up(
    session: &mut Session,
    newest: &Migration,
    before: &Catalog,
) -> Result<Vec<Finding>, VerifyError> {
    let Some(down) = &newest.down else {
        return Ok(Vec::new());
    };
    session.run(down).await?;
    let back = session.look().await?;
    let left = down_not_inverse(newest, down, before, &back);
    if left.is_empty() {
        // What can be taken back can be done again.
        session.run(&newest.up).await?;
    }
    Ok(left)
}
