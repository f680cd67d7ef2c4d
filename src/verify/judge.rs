//! Replays everything and says what does not lead where it should.

use sqlx::postgres::PgConnection;
use thiserror::Error;

use super::catalog::{Catalog, Change};
use super::findings::{down_not_inverse, embedded_drift, last_word, not_idempotent, replay_drift};
use super::indexes::{BY_MIGRATIONS, BY_PATCHES, BY_SCHEMA, Judged, judged};
use super::material::Material;
use super::plans;
use super::replay::{self, ReplayError};
use super::restored::is_the_same;
use super::shadow::{Database, Server};
use crate::locate::patch_scripts::PatchError;
use crate::model::declaration::Declaration;
use crate::model::finding::Finding;

/// What was found out.
#[derive(Debug, Default)]
pub struct Verified {
    pub findings: Vec<Finding>,
    /// The declared indexes, in each database.
    pub indexes: Vec<Judged>,
    /// What was replayed, and where; each a sentence without a full stop.
    pub notes: Vec<String>,
}

/// Why nothing could be found out.
#[derive(Debug, Error)]
pub enum VerifyError {
    #[error(transparent)]
    Replay(#[from] ReplayError),
    #[error(transparent)]
    Patches(#[from] PatchError),
    #[error("the server cannot be used: {0}")]
    Server(#[from] sqlx::Error),
    #[error("it was stopped before it could tell; what it had made is gone")]
    Stopped,
}

/// Replays the material on the server, in databases that are gone afterwards, and judges it; until `stop`.
///
/// # Errors
/// When something does not run to its end, which is named, or the server cannot be used.
pub async fn verify(
    server: &Server,
    declaration: &Declaration,
    material: &Material,
    stop: impl Future<Output = ()>,
) -> Result<Verified, VerifyError> {
    let databases = [server.database().await?, server.database().await?];
    let outcome = tokio::select! {
        outcome = on_databases(&databases, declaration, material) => outcome,
        () = stop => Err(VerifyError::Stopped),
    };
    for database in databases {
        let removed = database.remove().await;
        // What went wrong first is what is said.
        if outcome.is_ok() {
            removed?;
        }
    }
    let mut verified = outcome?;
    let version = server.version().await?;
    let what = [
        (!material.migrations.is_empty()).then(|| "the migrations".to_owned()),
        material
            .schema
            .as_ref()
            .map(|(file, _)| file.path().to_string()),
        (!material.patches.is_empty()).then(|| "three boots of the patches".to_owned()),
    ];
    let what: Vec<String> = what.into_iter().flatten().collect();
    let what = what.join(", ");
    verified
        .notes
        .push(format!("replayed on Postgres {version}: {what}"));
    Ok(verified)
}

/// The migrations in the first database; the dump, and the patches on it, in the second.
async fn on_databases(
    databases: &[Database; 2],
    declaration: &Declaration,
    material: &Material,
) -> Result<Verified, VerifyError> {
    let (mut migrated, mut dumped) = (databases[0].connect().await?, databases[1].connect().await?);
    replay::ready(&mut migrated, material.statement_timeout).await?;
    replay::ready(&mut dumped, material.statement_timeout).await?;
    let (migrations, schema) = tokio::join!(
        run_migrations(&mut migrated, declaration, material),
        run_schema(&mut dumped, material)
    );
    let (migrations, by_schema) = (migrations?, schema?);
    let by_migrations = migrations.catalog;
    let (mut findings, mut indexes) = (migrations.findings, migrations.indexes);
    if let (Some(schema), Some((file, _))) = (&by_schema, &material.schema)
        && !material.migrations.is_empty()
    {
        let differing = by_migrations.differences(schema);
        for object in differing {
            if !is_reworded(&mut dumped, &object, &by_migrations, schema).await? {
                findings.push(replay_drift(
                    material,
                    file,
                    object,
                    [&by_migrations, schema],
                ));
            }
        }
    }
    if material.schema.is_some() {
        indexes.extend(judged(&mut dumped, declaration, BY_SCHEMA).await?);
    }
    let by_schema = by_schema.unwrap_or_default();
    let (by_patches, rebuilt) = run_patches(&mut dumped, declaration, material, by_schema).await?;
    findings.extend(by_patches);
    if !material.patches.is_empty() {
        indexes.extend(judged(&mut dumped, declaration, BY_PATCHES).await?);
    }
    if material.migrations.is_empty() {
        findings.extend(plans::unused_indexes(&mut dumped, declaration).await?);
    }
    Ok(Verified {
        findings,
        indexes,
        notes: rebuilt,
    })
}

/// dbmate's own table, which is no part of the schema.
fn is_of_dbmate(object: &str) -> bool {
    object.contains("schema_migrations")
}

async fn look(connection: &mut PgConnection) -> sqlx::Result<Catalog> {
    Ok(Catalog::of(connection).await?.without(is_of_dbmate))
}

/// What the migrations lead to.
#[derive(Debug, Default)]
struct Migrated {
    catalog: Catalog,
    indexes: Vec<Judged>,
    findings: Vec<Finding>,
}

/// All migrations up, which is looked at; and then the newest down.
async fn run_migrations(
    connection: &mut PgConnection,
    declaration: &Declaration,
    material: &Material,
) -> Result<Migrated, VerifyError> {
    let Some((newest, older)) = material.migrations.split_last() else {
        return Ok(Migrated::default());
    };
    for migration in older {
        replay::run(connection, &migration.up).await?;
        // They are applied on different days: what one sets for its session ends with it.
        replay::ready(connection, material.statement_timeout).await?;
    }
    let before = look(connection).await?;
    replay::run(connection, &newest.up).await?;
    let mut migrated = Migrated {
        catalog: look(connection).await?,
        indexes: judged(connection, declaration, BY_MIGRATIONS).await?,
        findings: plans::unused_indexes(connection, declaration).await?,
    };
    if let Some(down) = &newest.down {
        replay::run(connection, down).await?;
        let back = look(connection).await?;
        let left = down_not_inverse(newest, down, &before, &back);
        if left.is_empty() {
            // What can be taken back can be done again.
            replay::run(connection, &newest.up).await?;
        }
        migrated.findings.extend(left);
    }
    Ok(migrated)
}

async fn run_schema(
    connection: &mut PgConnection,
    material: &Material,
) -> Result<Option<Catalog>, VerifyError> {
    let Some((_, run)) = &material.schema else {
        return Ok(None);
    };
    if run.makes_public() {
        sqlx::raw_sql("DROP SCHEMA public")
            .execute(&mut *connection)
            .await?;
    }
    replay::run(connection, run).await?;
    // pg_dump empties the search path of its session.
    replay::ready(connection, material.statement_timeout).await?;
    Ok(Some(look(connection).await?))
}

/// Three boots on top of the dump: the first must change nothing, for it is what the migrations lead to, and the others nothing either. What
/// is dropped and built the same again is only told, unless it is a declared index.
async fn run_patches(
    connection: &mut PgConnection,
    declaration: &Declaration,
    material: &Material,
    schema: Catalog,
) -> Result<(Vec<Finding>, Vec<String>), VerifyError> {
    let declared = declaration
        .lane_sets
        .iter()
        .filter_map(|set| set.index.as_ref());
    let declared: Vec<&str> = declared.map(|index| index.name.value.as_str()).collect();
    let is_declared =
        |object: &str| object.starts_with("index ") && declared.contains(&last_word(object));
    let (mut findings, mut rebuilt) = (Vec::new(), Vec::new());
    let mut before = schema.clone();
    for boot in 1..=3 {
        for (patch, run) in &material.patches {
            replay::run(connection, run).await?;
            let after = look(connection).await?;
            for (object, change) in before.changes(&after).into_iter().filter(|_| boot > 1) {
                if change != Change::Rebuilt || is_declared(&object) {
                    findings.extend(not_idempotent((patch, run), boot, object, change));
                } else if boot == 2 {
                    rebuilt.push(format!(
                        "every boot builds {object} again (patch {})",
                        patch.name
                    ));
                }
            }
            before = after;
        }
        if boot == 1 && material.schema.is_some() {
            for object in schema.differences(&before) {
                if !is_reworded(connection, &object, &before, &schema).await? {
                    findings.extend(embedded_drift(material, object, [&schema, &before]));
                }
            }
        }
        // What one boot does the next will do too.
        if boot > 1 && !findings.is_empty() {
            break;
        }
    }
    Ok((findings, rebuilt))
}

/// Whether both have the object, in other words that mean the same to Postgres.
async fn is_reworded(
    connection: &mut PgConnection,
    object: &str,
    one: &Catalog,
    restored: &Catalog,
) -> sqlx::Result<bool> {
    match (one.definition(object), restored.definition(object)) {
        (Some(one), Some(restored)) => is_the_same(connection, object, one, restored).await,
        _ => Ok(false),
    }
}
