//! Replays everything and says what does not lead where it should.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgConnection;
use thiserror::Error;

use super::catalog::{Catalog, Change};
use super::plans;
use super::replay::{self, Migration, ReplayError, Run, words};
use super::shadow::{Database, Server};
use crate::locate::embedded::Embedded;
use crate::locate::migrations::Migrations;
use crate::locate::patch_scripts::{PatchError, PatchScript, scripts};
use crate::locate::walk::Root;
use crate::model::declaration::Declaration;
use crate::model::finding::{Disagreement, Finding, Remark, RuleId};
use crate::source::file::{Location, SourceFile};
use crate::source::span::Span;

/// What is replayed. What a repository does not have is not.
pub struct Material {
    migrations: Vec<Migration>,
    schema: Option<(Arc<SourceFile>, Run)>,
    patches: Vec<(PatchScript, Run)>,
    /// How long one statement of them may take.
    pub statement_timeout: Duration,
}

/// What was found out.
#[derive(Debug, Default)]
pub struct Verified {
    pub findings: Vec<Finding>,
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

impl Material {
    /// Reads what the manifest names. The patches are left out unless they are asked for: a program may hold some that only it can run.
    ///
    /// # Errors
    /// The first file that cannot be read or cut into statements.
    pub fn read(
        declaration: &Declaration,
        root: &Root,
        with_patches: bool,
    ) -> Result<Self, VerifyError> {
        let unreadable = |error| VerifyError::Replay(ReplayError::Unreadable(error));
        let declared = &declaration.migrations;
        let migrations = if root.exists(&declared.dir.path) {
            let read = Migrations::read(root, declared).map_err(unreadable)?;
            replay::migrations(&read)?
        } else {
            Vec::new()
        };
        let path = &declaration.schema.file.path;
        let schema = if root.exists(path) {
            let file = root.read(path).map_err(|error| unreadable(error.into()))?;
            let run = replay::dump(&file)?;
            Some((file, run))
        } else {
            None
        };
        let embedded = declaration.embedded.as_ref().filter(|_| with_patches);
        let embedded = embedded.filter(|embedded| root.exists(&embedded.path.value));
        let patches = match embedded {
            None => Vec::new(),
            Some(embedded) => {
                let read = Embedded::read(root, &embedded.path.value).map_err(unreadable)?;
                let scripts = scripts(&read)?;
                let with_run = |script: PatchScript| (replay::patch(&script), script);
                let swapped = scripts.into_iter().map(with_run);
                swapped.map(|(run, script)| (script, run)).collect()
            }
        };
        Ok(Self {
            migrations,
            schema,
            patches,
            statement_timeout: Duration::from_secs(60),
        })
    }

    /// Whether there is nothing to replay.
    pub fn is_empty(&self) -> bool {
        self.migrations.is_empty() && self.schema.is_none()
    }

    pub fn migrations(&self) -> usize {
        self.migrations.len()
    }

    pub fn patches(&self) -> usize {
        self.patches.len()
    }
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
        run_migrations(&mut migrated, material),
        run_schema(&mut dumped, material)
    );
    let ((by_migrations, mut findings), by_schema) = (migrations?, schema?);
    if let (Some(schema), Some((file, _))) = (&by_schema, &material.schema)
        && !material.migrations.is_empty()
    {
        findings.extend(replay_drift(material, file, &by_migrations, schema));
    }
    let by_schema = by_schema.unwrap_or_default();
    let (by_patches, rebuilt) = run_patches(&mut dumped, declaration, material, by_schema).await?;
    findings.extend(by_patches);
    let connection = if material.migrations.is_empty() {
        &mut dumped
    } else {
        &mut migrated
    };
    findings.extend(plans::unused_indexes(connection, declaration).await?);
    Ok(Verified {
        findings,
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

/// All migrations up, and the newest down and up again.
async fn run_migrations(
    connection: &mut PgConnection,
    material: &Material,
) -> Result<(Catalog, Vec<Finding>), VerifyError> {
    let Some((newest, older)) = material.migrations.split_last() else {
        return Ok((Catalog::default(), Vec::new()));
    };
    for migration in older {
        replay::run(connection, &migration.up).await?;
    }
    let before = look(connection).await?;
    replay::run(connection, &newest.up).await?;
    let after = look(connection).await?;
    let mut findings = Vec::new();
    if let Some(down) = &newest.down {
        replay::run(connection, down).await?;
        let back = look(connection).await?;
        findings.extend(down_not_inverse(newest, down, &before, &back));
        if findings.is_empty() {
            replay::run(connection, &newest.up).await?;
        }
    }
    Ok((after, findings))
}

async fn run_schema(
    connection: &mut PgConnection,
    material: &Material,
) -> Result<Option<Catalog>, VerifyError> {
    let Some((_, run)) = &material.schema else {
        return Ok(None);
    };
    replay::run(connection, run).await?;
    // pg_dump empties the search path of its session.
    sqlx::raw_sql("RESET search_path")
        .execute(&mut *connection)
        .await?;
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
            findings.extend(embedded_drift(material, &schema, &before));
        }
        // What one boot does the next will do too.
        if boot > 1 && !findings.is_empty() {
            break;
        }
    }
    Ok((findings, rebuilt))
}

/// `replay-drift`, an object at a time.
fn replay_drift(
    material: &Material,
    file: &Arc<SourceFile>,
    by_migrations: &Catalog,
    by_schema: &Catalog,
) -> Vec<Finding> {
    let differing = by_migrations.differences(by_schema).into_iter();
    differing
        .map(|object| {
            let (here, there) = (
                by_schema.definition(&object),
                by_migrations.definition(&object),
            );
            let path = file.path();
            let migration = made_by(material, &object);
            let message = match (here, there) {
                (None, _) => format!("the migrations make {object}, and {path} has none"),
                (_, None) => format!("{path} has {object}, and the migrations make none"),
                _ => format!("{object} is one thing by the migrations and another in {path}"),
            };
            let culprit = Remark {
                location: named_in(file, &object),
                text: format!("{path} has {}", shown(here)),
            };
            let disagreement = here.zip(there).map(|(here, there)| Disagreement {
                here: here.to_owned(),
                declared: there.to_owned(),
            });
            Finding {
                disagreement,
                related: migration
                    .map(|location| Remark {
                        location,
                        text: format!("the migrations lead to {}", shown(there)),
                    })
                    .into_iter()
                    .collect(),
                help: Some(format!(
                    "where the migrations are right, apply them and dump {path} again; where it is, write a migration that leads there"
                )),
                ..finding(RuleId::ReplayDrift, object, message, culprit)
            }
        })
        .collect()
}

/// `embedded-replay-drift`: on top of the schema the patches should find everything done.
fn embedded_drift(material: &Material, before: &Catalog, after: &Catalog) -> Vec<Finding> {
    let changes = before.changes(after).into_iter();
    changes
        .filter(|(_, change)| *change != Change::Rebuilt)
        .filter_map(|(object, change)| {
            let location = patched_by(material, &object)?;
            let message = format!(
                "{object} is {} by the patches in a database that has all migrations",
                change.as_str()
            );
            let culprit = Remark {
                location,
                text: format!("the patches lead to {}", shown(after.definition(&object))),
            };
            Some(Finding {
                related: material
                    .schema
                    .iter()
                    .map(|(file, _)| Remark {
                        location: named_in(file, &object),
                        text: format!("{} has {}", file.path(), shown(before.definition(&object))),
                    })
                    .collect(),
                help: Some(
                    "take the change out of the patch, or make it in a migration too".to_owned(),
                ),
                ..finding(RuleId::EmbeddedReplayDrift, object, message, culprit)
            })
        })
        .collect()
}

/// `embedded-not-idempotent`: every boot runs every patch.
fn not_idempotent(
    (patch, run): (&PatchScript, &Run),
    boot: u32,
    object: String,
    change: Change,
) -> Option<Finding> {
    let (change, name) = (change.as_str(), &patch.name);
    let message = format!("{object} is {change} by patch {name} at boot {boot}");
    let culprit = Remark {
        location: run.place_of(last_word(&object))?,
        text: "every boot runs this".to_owned(),
    };
    Some(Finding {
        help: Some(
            "let the patch look first and change only what is not as it should be; `laneset generate` writes such patches for indexes"
                .to_owned(),
        ),
        ..finding(RuleId::EmbeddedNotIdempotent, object, message, culprit)
    })
}

/// `down-not-inverse`.
fn down_not_inverse(
    migration: &Migration,
    down: &Run,
    before: &Catalog,
    back: &Catalog,
) -> Vec<Finding> {
    let differing = before.differences(back).into_iter();
    differing
        .map(|object| {
            let path = migration.file.path();
            let place = down.place_of(last_word(&object));
            let message =
                format!("{path}, taken back, leaves {object} otherwise than it was before");
            let culprit = Remark {
                location: place.unwrap_or_else(|| Location::top(&migration.file)),
                text: format!(
                    "before it there was {}, and after the way back there is {}",
                    shown(before.definition(&object)),
                    shown(back.definition(&object))
                ),
            };
            Finding {
                help: Some("let its way down restore what its way up changed".to_owned()),
                ..finding(RuleId::DownNotInverse, object, message, culprit)
            }
        })
        .collect()
}

/// A finding about an object, and nothing beside.
fn finding(rule: RuleId, object: String, message: String, culprit: Remark) -> Finding {
    Finding {
        rule,
        lane_set: None,
        message,
        culprit,
        related: Vec::new(),
        missing: Vec::new(),
        extra: Vec::new(),
        help: None,
        disagreement: None,
        is_fixable: false,
        subject: object,
    }
}

/// The name at the end of an object's: `idx` of `index public.idx`, `kk` of `constraint kk on public.t`.
fn last_word(object: &str) -> &str {
    let name = object.split(' ').nth(1).unwrap_or(object);
    let name = name.split('(').next().unwrap_or(name);
    name.rsplit('.').next().unwrap_or(name).trim_matches('"')
}

/// Where a file names an object: a column in the statement that makes its table, another thing where it is named last. The file's top,
/// when it does not.
fn named_in(file: &Arc<SourceFile>, object: &str) -> Location {
    let text = file.text();
    let name = last_word(object);
    let found = match object
        .strip_prefix("column ")
        .and_then(|path| path.rsplit_once('.'))
    {
        Some((table, _)) => text
            .find(&format!("CREATE TABLE {table} ("))
            .and_then(|start| {
                let column = words(&text[start..], name).next()?;
                Some(start + column)
            }),
        None => words(text, name).last(),
    };
    match found {
        Some(at) => Location::new(file, Span::new(at, at + name.len())),
        None => Location::top(file),
    }
}

/// The statement of the migrations that names an object last.
fn made_by(material: &Material, object: &str) -> Option<Location> {
    let ups = material.migrations.iter().rev();
    ups.map(|migration| &migration.up)
        .find_map(|run| run.naming(last_word(object)))
}

/// The statement of the patches that names an object last; the last one of all, when none does.
fn patched_by(material: &Material, object: &str) -> Option<Location> {
    let runs = || material.patches.iter().rev().map(|(_, run)| run);
    let named = runs().find_map(|run| run.naming(last_word(object)));
    named.or_else(|| runs().find_map(|run| run.place_of("")))
}

fn shown(definition: Option<&str>) -> String {
    match definition {
        None => "none".to_owned(),
        Some("") => "one".to_owned(),
        Some(definition) => definition.to_owned(),
    }
}
