//! Replays everything, side by side, and says what does not lead where it should.

use futures_util::future::join_all;
use thiserror::Error;

use super::catalog::Catalog;
use super::dumped::{Dumped, load};
use super::embedded::{Booted, Upgraded, boot, not_reached, upgrade};
use super::extensions;
use super::findings::replay_drift;
use super::indexes::Judged;
use super::material::Material;
use super::migrated::{Migrated, migrate};
use super::pglite::{Instance, PGliteError, Package};
use super::plans::Plans;
use super::restored::is_the_same;
use super::session::{ReplayError, Session};
use super::shadow::{Database, Server};
use super::watch::Watch;
use crate::locate::base_branch::BaseBranchError;
use crate::locate::patch_scripts::PatchError;
use crate::model::declaration::Declaration;
use crate::model::finding::Finding;

/// What was found out.
#[derive(Debug, Default)]
pub struct Verified {
    pub findings: Vec<Finding>,
    /// The declared indexes, in each database.
    pub indexes: Vec<Judged>,
    /// How many declared queries were planned.
    pub queries: usize,
    /// What was replayed, and where; each a sentence without a full stop.
    pub notes: Vec<String>,
}

impl Verified {
    fn take(&mut self, plans: Plans) {
        self.findings.extend(plans.findings);
        self.notes.extend(plans.notes);
        self.queries += plans.queries;
    }
}

/// Why nothing could be found out.
#[derive(Debug, Error)]
pub enum VerifyError {
    #[error(transparent)]
    Replay(#[from] ReplayError),
    #[error(transparent)]
    Patches(#[from] PatchError),
    #[error(transparent)]
    Base(#[from] BaseBranchError),
    #[error(transparent)]
    PGlite(#[from] PGliteError),
    #[error("the server cannot be used: {0}")]
    Server(#[from] sqlx::Error),
    #[error("it was stopped before it could tell; what it had made is gone")]
    Stopped,
}

/// Where things are replayed.
#[derive(Debug)]
pub struct Places {
    pub server: Server,
    /// Where the patches are; `None`: on the server too.
    pub pglite: Option<Package>,
}

/// What is replayed, and for whom.
#[derive(Clone, Copy)]
pub struct Task<'a> {
    pub declaration: &'a Declaration,
    pub material: &'a Material,
    pub watch: &'a dyn Watch,
}

/// A database for each replay that there is.
struct Databases {
    migrations: Option<Database>,
    schema: Option<Database>,
    patches: Option<Database>,
    base: Option<Database>,
}

impl Databases {
    /// PGlite takes seconds to be there: it starts first, and is waited for when it is needed.
    async fn make(places: &Places, material: &Material) -> Result<Self, VerifyError> {
        let has_patches = !material.patches.is_empty();
        let patches = on_pglite(places, material, has_patches)?;
        let base = on_pglite(places, material, material.base.is_some())?;
        let needed = [
            !material.migrations.is_empty(),
            material.schema.is_some(),
            has_patches && patches.is_none(),
            material.base.is_some() && base.is_none(),
        ];
        let count = needed.iter().filter(|is_needed| **is_needed).count();
        let mut made = places.server.databases(count).await?.into_iter();
        let mut own = needed.map(|is_needed| is_needed.then(|| made.next()).flatten());
        Ok(Self {
            migrations: own[0].take(),
            schema: own[1].take(),
            patches: patches.or(own[2].take()),
            base: base.or(own[3].take()),
        })
    }

    async fn remove(self) -> sqlx::Result<()> {
        let all = [self.migrations, self.schema, self.patches, self.base];
        let removed = join_all(all.into_iter().flatten().map(Database::remove)).await;
        removed.into_iter().collect()
    }
}

fn on_pglite(
    places: &Places,
    material: &Material,
    is_needed: bool,
) -> Result<Option<Database>, PGliteError> {
    let Some(package) = places.pglite.as_ref().filter(|_| is_needed) else {
        return Ok(None);
    };
    let patches = material.patches.iter().map(|(_, run)| run);
    let runs = material.schema.iter().map(|(_, run)| run).chain(patches);
    let extensions = extensions::created(runs);
    Ok(Some(Database::PGlite {
        instance: Instance::start(package, extensions.iter())?,
        version: package.version.clone(),
    }))
}

/// Replays the material, in databases that are gone afterwards, and judges it; until `stop`.
///
/// # Errors
/// When something does not run to its end, which is named, or the server cannot be used.
pub async fn verify(
    places: &Places,
    task: Task<'_>,
    stop: impl Future<Output = ()>,
) -> Result<Verified, VerifyError> {
    let databases = Databases::make(places, task.material).await?;
    let outcome = tokio::select! {
        outcome = on_databases(&databases, task) => outcome,
        () = stop => Err(VerifyError::Stopped),
    };
    let removed = databases.remove().await;
    // What went wrong first is what is said.
    let verified = outcome?;
    removed?;
    Ok(verified)
}

async fn on_databases(databases: &Databases, task: Task<'_>) -> Result<Verified, VerifyError> {
    let (migrated, dumped, booted, upgraded) = tokio::join!(
        in_its_place(&databases.migrations, async |database| migrate(
            database, task
        )
        .await),
        in_its_place(&databases.schema, async |database| load(database, task)
            .await),
        in_its_place(&databases.patches, async |database| boot(database, task)
            .await),
        in_its_place(&databases.base, async |database| upgrade(database, task)
            .await),
    );
    let mut replayed = Replayed {
        migrated: migrated?,
        dumped: dumped?,
        booted: booted?,
        upgraded: upgraded?,
    };
    let mut verified = Verified {
        notes: replayed.notes(task),
        ..Verified::default()
    };
    verified.notes.extend(task.material.notes.iter().cloned());
    replayed.drift(task, &mut verified).await?;
    if let Some(migrated) = replayed.migrated {
        verified.findings.extend(migrated.findings);
        verified.indexes.extend(migrated.indexes);
        verified.take(migrated.plans);
    }
    if let Some(dumped) = replayed.dumped {
        verified.findings.extend(dumped.findings);
        verified.indexes.extend(dumped.indexes);
        verified.take(dumped.plans);
    }
    if let Some(booted) = replayed.booted {
        verified.findings.extend(booted.findings);
        verified.indexes.extend(booted.indexes);
        verified.notes.extend(booted.notes);
    }
    Ok(verified)
}

async fn in_its_place<T>(
    database: &Option<Database>,
    replay: impl AsyncFnOnce(&Database) -> Result<T, VerifyError>,
) -> Result<Option<T>, VerifyError> {
    match database {
        Some(database) => replay(database).await.map(Some),
        None => Ok(None),
    }
}

/// What became of each replay that there is.
struct Replayed {
    migrated: Option<Migrated>,
    dumped: Option<Dumped>,
    booted: Option<Booted>,
    upgraded: Option<Upgraded>,
}

impl Replayed {
    /// Where two of them should have led to the same.
    async fn drift(&mut self, task: Task<'_>, verified: &mut Verified) -> Result<(), VerifyError> {
        if let (Some(migrated), Some(dumped), Some((file, _))) =
            (&self.migrated, &mut self.dumped, &task.material.schema)
        {
            let catalogs = [&migrated.catalog, &dumped.catalog];
            for object in differing(&mut dumped.session, catalogs).await? {
                let drift = replay_drift(task.material, file, object, catalogs);
                verified.findings.push(drift);
            }
        }
        if let (Some(booted), Some(upgraded)) = (&self.booted, &mut self.upgraded) {
            let (findings, note) = not_reached(task, booted, upgraded).await?;
            verified.findings.extend(findings);
            verified.notes.extend(note);
        }
        Ok(())
    }

    /// What was replayed where.
    fn notes(&self, task: Task<'_>) -> Vec<String> {
        let schema = task.material.schema.as_ref();
        let schema = schema.map(|(file, _)| file.path().to_string());
        let base = task.material.base.as_ref();
        let base = base.map(|base| format!("the patches on the dump of {}", base.reference));
        let engine_of = |session: &Session| session.engine().to_string();
        let all = [
            (
                self.migrated.as_ref().map(|it| engine_of(&it.session)),
                Some("the migrations".to_owned()),
            ),
            (
                self.dumped.as_ref().map(|it| engine_of(&it.session)),
                schema,
            ),
            (
                self.booted.as_ref().map(|it| engine_of(&it.session)),
                Some("three boots of the patches".to_owned()),
            ),
            (
                self.upgraded.as_ref().map(|it| engine_of(&it.session)),
                base,
            ),
        ];
        let mut by_engine: Vec<(String, Vec<String>)> = Vec::new();
        for (engine, what) in all {
            let (Some(engine), Some(what)) = (engine, what) else {
                continue;
            };
            match by_engine.iter_mut().find(|(known, _)| *known == engine) {
                Some((_, whats)) => whats.push(what),
                None => by_engine.push((engine, vec![what])),
            }
        }
        let notes = by_engine.into_iter();
        notes
            .map(|(engine, what)| format!("replayed on {engine}: {}", what.join(", ")))
            .collect()
    }
}

/// The objects that two databases have otherwise, but for those that only say the same in other words. The session is on one of them.
///
/// # Errors
/// When the connection is lost.
pub(super) async fn differing(
    session: &mut Session,
    [one, other]: [&Catalog; 2],
) -> sqlx::Result<Vec<String>> {
    let mut differing = Vec::new();
    for object in one.differences(other) {
        let is_reworded = match (one.definition(&object), other.definition(&object)) {
            (Some(one), Some(other)) => {
                is_the_same(&mut session.connection, &object, [one, other]).await?
            }
            _ => false,
        };
        if !is_reworded {
            differing.push(object);
        }
    }
    Ok(differing)
}
