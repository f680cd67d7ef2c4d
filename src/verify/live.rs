//! A live database, which is only read: in one transaction that may not write, under limits, on one connection.

mod applied;
mod declared_index;
mod facts;
mod rows;

use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};

use self::applied::Recorded;
use super::admission::not_admitted;
use super::indexes::State;
use crate::locate::migrations::Migrations;
use crate::model::declaration::Declaration;
use crate::model::finding::{Finding, RuleId};
use crate::model::index_facts::IndexFacts;

const LIVE: State = State {
    rule: RuleId::LiveIndexDrift,
    by: "the live database",
    holder: "the live database has",
};

/// How long a lock is waited for: what holds one does more for its users than a look does.
const LOCK_TIMEOUT: Duration = Duration::from_secs(2);

/// What a live database has.
#[derive(Debug, Default)]
pub struct Live {
    pub findings: Vec<Finding>,
    /// The declared indexes that are there, in the order of the lane sets.
    pub indexes: Vec<IndexFacts>,
    /// Each a sentence without a full stop.
    pub notes: Vec<String>,
}

/// Looks at it. No statement takes longer than `longest`; what takes longer and is no judgement is left out with a note.
///
/// # Errors
/// What Postgres says.
pub async fn look(
    connection: &mut PgConnection,
    declaration: &Declaration,
    migrations: Option<&Migrations>,
    longest: Duration,
) -> sqlx::Result<Live> {
    let mut transaction = connection.begin_with("BEGIN READ ONLY").await?;
    let limits = format!(
        "SET LOCAL statement_timeout = {}; SET LOCAL lock_timeout = {}",
        longest.as_millis(),
        LOCK_TIMEOUT.as_millis()
    );
    sqlx::raw_sql(AssertSqlSafe(limits))
        .execute(&mut *transaction)
        .await?;
    let mut live = Live::default();
    live.notes.push(whereabouts(&mut transaction).await?);
    if let Some(migrations) = migrations {
        match migrations.format().history() {
            Some(history) => {
                let recorded = Recorded::read(&mut transaction, &history).await?;
                let found = applied::findings(declaration, migrations, &history, recorded);
                live.findings.extend(found);
            }
            None => live.notes.push(
                "which migrations the live database has was not asked: nothing records plain files"
                    .to_owned(),
            ),
        }
    }
    declared_index::look(&mut transaction, declaration, &mut live).await?;
    let refused = not_admitted(&mut transaction, declaration, LIVE).await?;
    live.findings.extend(refused);
    for lane_set in &declaration.lane_sets {
        let note = rows::in_no_set(&mut transaction, declaration, lane_set).await?;
        live.notes.extend(note);
    }
    transaction.rollback().await?;
    Ok(live)
}

/// Which database it is, so that a green of another one is seen.
async fn whereabouts(connection: &mut PgConnection) -> sqlx::Result<String> {
    const WHERE: &str = "SELECT format('looked at database %s on Postgres %s%s as %s', current_database(), \
        split_part(current_setting('server_version'), ' ', 1), CASE WHEN pg_is_in_recovery() THEN ' (a standby)' ELSE '' END, current_user)";
    sqlx::query_scalar(WHERE).fetch_one(connection).await
}
