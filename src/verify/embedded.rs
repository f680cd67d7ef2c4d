//! The embedded patches, as an application runs them at every boot.

use super::admission::not_admitted;
use super::catalog::{Catalog, Change};
use super::dumped::restore;
use super::findings::{embedded_drift, last_word, not_idempotent, not_mirrored};
use super::indexes::{BY_PATCHES, Judged, judged};
use super::judge::{Task, VerifyError, differing};
use super::migrated::up;
use super::session::Session;
use super::shadow::Database;
use super::watch::Replay;
use crate::model::declaration::{AdmittedBy, Declaration};
use crate::model::finding::Finding;

const BOOTS: usize = 3;

/// What the patches make of a database that has all migrations.
pub struct Booted {
    pub session: Session,
    /// What there was before them.
    pub before: Catalog,
    pub indexes: Vec<Judged>,
    pub findings: Vec<Finding>,
    /// Each a sentence without a full stop.
    pub notes: Vec<String>,
}

/// Three boots on top of the dump, or of the migrations where there is none: the first must change nothing, for that is what the patches
/// lead to, and the others nothing either. What is dropped and built the same again is only told, unless it is a declared index.
///
/// # Errors
/// The statement that the server refuses, and when it cannot be used.
pub async fn boot(database: &Database, task: Task<'_>) -> Result<Booted, VerifyError> {
    let mut session = database.session(task.material.statement_timeout).await?;
    match &task.material.schema {
        Some((_, run)) => restore(&mut session, run).await?,
        None => {
            up(&mut session, task).await?;
        }
    }
    let before = session.look().await?;
    let (mut findings, mut notes) = (Vec::new(), Vec::new());
    let mut last = before.clone();
    for number in 1..=BOOTS {
        let changes = one_boot(&mut session, task, number, &mut last).await?;
        if number == 1 {
            for object in differing(&mut session, [&before, &last]).await? {
                findings.extend(embedded_drift(task.material, object, [&before, &last]));
            }
            continue;
        }
        for (patch, object, change) in changes {
            let (script, run) = &task.material.patches[patch];
            if change != Change::Rebuilt || is_declared_index(task.declaration, &object) {
                findings.extend(not_idempotent((script, run), number, object, change));
            } else if number == 2 {
                let name = &script.name;
                notes.push(format!("every boot builds {object} again (patch {name})"));
            }
        }
        // What one boot does the next will do too.
        if !findings.is_empty() {
            break;
        }
    }
    findings.extend(not_admitted(&mut session.connection, task.declaration, BY_PATCHES).await?);
    Ok(Booted {
        indexes: judged(&mut session.connection, task.declaration, BY_PATCHES).await?,
        session,
        before,
        findings,
        notes,
    })
}

/// Runs every patch, from what there was `last`; gives what each of them changed, by its number.
async fn one_boot(
    session: &mut Session,
    task: Task<'_>,
    boot: usize,
    last: &mut Catalog,
) -> Result<Vec<(usize, String, Change)>, VerifyError> {
    let patches = &task.material.patches;
    let mut changes = Vec::new();
    for (number, (_, run)) in patches.iter().enumerate() {
        session.run(run).await?;
        let now = session.look().await?;
        let changed = last.changes(&now).into_iter();
        changes.extend(changed.map(|(object, change)| (number, object, change)));
        *last = now;
        let done = (boot - 1) * patches.len() + number + 1;
        task.watch
            .done(Replay::Patches, done, BOOTS * patches.len());
    }
    Ok(changes)
}

fn is_declared_index(declaration: &Declaration, object: &str) -> bool {
    let mut sets = declaration.lane_sets.iter();
    object.starts_with("index ")
        && sets.any(|set| {
            let index = set.index.as_ref();
            index.is_some_and(|index| index.name.value.as_str() == last_word(object))
        })
}

/// Whether it is a declared index, or what admits the lanes.
fn is_governed(declaration: &Declaration, object: &str) -> bool {
    let admits = |admitted: &AdmittedBy| match admitted {
        AdmittedBy::Check(name) => {
            object.starts_with("constraint ") && last_word(object) == name.as_str()
        }
        AdmittedBy::Enum(name) => {
            object.starts_with("type ") && last_word(object) == name.name.as_str()
        }
    };
    let sets = declaration.lane_sets.iter();
    let mut admitted = sets.filter_map(|set| set.admitted_by.as_ref());
    is_declared_index(declaration, object) || admitted.any(|admitted| admits(&admitted.value))
}

/// What the patches make of a database that is as the base branch's dump.
pub struct Upgraded {
    pub session: Session,
    pub catalog: Catalog,
}

/// One boot on top of the base branch's dump: an embedded database of the last release that gets this one.
///
/// # Errors
/// As [`boot`].
pub async fn upgrade(database: &Database, task: Task<'_>) -> Result<Upgraded, VerifyError> {
    let mut session = database.session(task.material.statement_timeout).await?;
    if let Some(base) = &task.material.base {
        restore(&mut session, &base.run).await?;
    }
    let patches = &task.material.patches;
    for (number, (_, run)) in patches.iter().enumerate() {
        session.run(run).await?;
        task.watch.done(Replay::Base, number + 1, patches.len());
    }
    Ok(Upgraded {
        catalog: session.look().await?,
        session,
    })
}

/// What the patches do not lead to from the base branch's dump, and the dump of this branch has: what is declared; everything, where
/// `mirror_since` says that every migration has its patch. What a boot on this branch's dump has shown already is not said again.
///
/// # Errors
/// When the connection is lost.
pub async fn not_reached(
    task: Task<'_>,
    booted: &Booted,
    upgraded: &mut Upgraded,
) -> Result<(Vec<Finding>, Option<String>), VerifyError> {
    let Upgraded { session, catalog } = upgraded;
    let embedded = task.declaration.embedded.as_ref();
    let all = embedded.is_some_and(|embedded| embedded.mirror_since.is_some());
    let wanted = &booted.before;
    let mut differing = differing(session, [wanted, catalog]).await?;
    differing.retain(|object| !booted.findings.iter().any(|known| known.subject == *object));
    let (judged, told): (Vec<String>, Vec<String>) = differing
        .into_iter()
        .partition(|object| all || is_governed(task.declaration, object));
    let findings = judged
        .into_iter()
        .filter_map(|object| not_mirrored(task.material, object, [wanted, catalog]));
    let note = (!told.is_empty()).then(|| {
        format!(
            "the patches do not lead to {} from the base branch's dump; `mirror_since` in [embedded] makes that a finding",
            told.join(", ")
        )
    });
    Ok((findings.collect(), note))
}
