//! Which migrations the live database has.

use std::collections::BTreeSet;

use sqlx::Row;
use sqlx::postgres::PgConnection;

use super::LIVE;
use crate::locate::formats::history::{History, Holds};
use crate::locate::migrations::{Migration, Migrations};
use crate::model::declaration::Declaration;
use crate::model::finding::{Finding, Remark, RuleId};
use crate::source::file::Location;
use crate::verify::apart::rows_if_allowed;

/// The versions that the migration tool has recorded.
pub enum Recorded {
    /// The tool's table is not there.
    NoTable(&'static str),
    Versions(BTreeSet<String>),
    /// Postgres does not let them be read, and says why.
    Unreadable(String),
}

impl Recorded {
    /// # Errors
    /// What Postgres says, but for a refusal.
    pub async fn read(connection: &mut PgConnection, history: &History) -> sqlx::Result<Self> {
        let table = history.table;
        // A name with its schema is whole, and with another one before it Postgres would refuse it.
        let found: Option<String> = sqlx::query_scalar(
            "SELECT coalesce(to_regclass($1), CASE WHEN $1 NOT LIKE '%.%' THEN to_regclass('public.' || $1) END)::text",
        )
        .bind(table)
        .fetch_one(&mut *connection)
        .await?;
        let Some(found) = found else {
            return Ok(Recorded::NoTable(table));
        };
        // The name comes from Postgres, quoted where that is needed.
        let query = history.query.replace("{table}", &found);
        let rows = match rows_if_allowed(connection, query).await? {
            Ok(rows) => rows,
            Err(error) => return Ok(Recorded::Unreadable(error.message().to_owned())),
        };
        let versions = rows.iter().map(|row| row.try_get("version"));
        Ok(Recorded::Versions(versions.collect::<sqlx::Result<_>>()?))
    }
}

/// `pending-migration` and `unknown-migration`.
pub fn findings(
    declaration: &Declaration,
    migrations: &Migrations,
    history: &History,
    recorded: Recorded,
) -> Vec<Finding> {
    let versions = match recorded {
        Recorded::Versions(versions) => versions,
        Recorded::NoTable(_) if migrations.list.is_empty() => return Vec::new(),
        Recorded::NoTable(table) => {
            let message = format!(
                "{} no table {table}: none of the {} migrations is recorded as applied",
                LIVE.holder,
                migrations.list.len()
            );
            return vec![of_all(declaration, RuleId::PendingMigration, message)];
        }
        Recorded::Unreadable(why) => {
            let message = format!("which migrations the live database has cannot be told: {why}");
            return vec![of_all(declaration, RuleId::PendingMigration, message)];
        }
    };
    let is_recorded = |migration: &&Migration| versions.contains(&migration.recorded);
    let list = migrations.list.iter();
    let applied: BTreeSet<&str> = match history.holds {
        Holds::EachApplied => list.clone().filter(is_recorded).map(recorded_as).collect(),
        Holds::NewestAlone => {
            let newest = list.clone().rposition(|migration| is_recorded(&migration));
            let count = newest.map_or(0, |newest| newest + 1);
            list.clone().take(count).map(recorded_as).collect()
        }
    };
    let pending = list.filter(|migration| !applied.contains(migration.recorded.as_str()));
    let mut findings: Vec<Finding> = pending
        .map(|migration| {
            let message = format!(
                "migration {} is not applied to the live database",
                migration.version
            );
            let culprit = Remark {
                location: Location::top(&migration.file),
                text: "pending".to_owned(),
            };
            Finding {
                help: Some("apply it, with the tool that applies the others".to_owned()),
                ..Finding::new(RuleId::PendingMigration, message, culprit)
            }
        })
        .collect();
    let known: BTreeSet<&str> = migrations.list.iter().map(recorded_as).collect();
    let unknown = versions
        .iter()
        .filter(|version| !known.contains(version.as_str()));
    findings.extend(unknown.map(|version| {
        let message = format!("{} applied migration {version}, which has no file here", LIVE.holder);
        Finding {
            help: Some(
                "the database is ahead of this commit: look from the one that it was deployed from; or a migration that was applied has lost its file"
                    .to_owned(),
            ),
            ..of_all(declaration, RuleId::UnknownMigration, message)
        }
    }));
    findings
}

fn recorded_as(migration: &Migration) -> &str {
    &migration.recorded
}

/// A finding about the migrations as a whole.
fn of_all(declaration: &Declaration, rule: RuleId, message: String) -> Finding {
    let dir = declaration.migrations.dir.declared_at;
    let culprit = Remark {
        location: dir.map_or_else(
            || Location::top(&declaration.file),
            |span| declaration.location(span),
        ),
        text: format!("the migrations of {}", declaration.migrations.dir.path),
    };
    Finding::new(rule, message, culprit)
}
