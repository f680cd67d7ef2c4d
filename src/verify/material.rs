//! What is replayed, as the repository has it.

use std::sync::Arc;
use std::time::Duration;

use super::judge::VerifyError;
use super::replay::{self, Migration, Run};
use super::session::ReplayError;
use crate::locate::base_branch::{BaseBranch, BaseQuery, WantedBase};
use crate::locate::base_files::{TextOnBase, text_on_base};
use crate::locate::embedded::Embedded;
use crate::locate::error::LocateError;
use crate::locate::migrations::Migrations;
use crate::locate::patch_scripts::{PatchScript, scripts};
use crate::locate::query;
use crate::locate::sites::statement_query;
use crate::locate::walk::Root;
use crate::model::declaration::{Declaration, DeclaredPath};
use crate::source::file::{Location, RepoPath, SourceFile};

/// What is replayed. What a repository does not have is not.
pub struct Material {
    pub migrations: Vec<Migration>,
    pub schema: Option<(Arc<SourceFile>, Run)>,
    pub patches: Vec<(PatchScript, Run)>,
    /// The dump of the base branch, where it is another and there are patches to lead from it to this one.
    pub base: Option<Base>,
    /// The declared queries that are whole statements.
    pub queries: Vec<DeclaredQuery>,
    /// What was not looked at and why, each a sentence without a full stop.
    pub notes: Vec<String>,
    /// How long one statement of them may take.
    pub statement_timeout: Duration,
}

/// `schema.sql` as it was where this branch left the base branch.
pub struct Base {
    /// The branch.
    pub reference: String,
    pub run: Run,
}

/// A statement of the source that a lane set declares, as a server can plan it.
pub struct DeclaredQuery {
    /// The index of its set in the declaration.
    pub lane_set: usize,
    pub location: Location,
    pub sql: String,
}

/// What is to be read.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// They are left out unless they are asked for: a program may hold some that only it can run.
    pub patches: bool,
    pub base: WantedBase,
    pub statement_timeout: Duration,
}

impl Material {
    /// Reads what the manifest names.
    ///
    /// # Errors
    /// The first file that cannot be read or cut into statements.
    pub fn read(
        declaration: &Declaration,
        root: &Root,
        wanted: Wanted,
    ) -> Result<Self, VerifyError> {
        let unreadable = |error| VerifyError::Replay(ReplayError::Unreadable(error));
        let declared = &declaration.migrations;
        // What the manifest names must be there; a default need not.
        let is_site = |path: &DeclaredPath| path.declared_at.is_some() || root.exists(&path.path);
        let migrations = if is_site(&declared.dir) {
            let read = Migrations::read(root, declared).map_err(unreadable)?;
            replay::migrations(&read)?
        } else {
            Vec::new()
        };
        let path = &declaration.schema.file.path;
        let schema = if is_site(&declaration.schema.file) {
            let file = root.read(path).map_err(|error| unreadable(error.into()))?;
            let run = replay::dump(&file)?;
            Some((file, run))
        } else {
            None
        };
        let embedded = declaration.embedded.as_ref().filter(|_| wanted.patches);
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
        let mut material = Self {
            migrations,
            schema,
            patches,
            base: None,
            queries: queries(declaration, root).map_err(unreadable)?,
            notes: Vec::new(),
            statement_timeout: wanted.statement_timeout,
        };
        material.read_base(root, wanted.base)?;
        Ok(material)
    }

    fn read_base(&mut self, root: &Root, base: WantedBase) -> Result<(), VerifyError> {
        let Some((schema, _)) = self.schema.as_ref().filter(|_| !self.patches.is_empty()) else {
            return Ok(());
        };
        match text_on_base(&BaseQuery::new(root.folder(), base), schema.path())? {
            BaseBranch::Found(TextOnBase {
                text: Some(text),
                base,
            }) if text != schema.text() => {
                let path = RepoPath::new(format!("{base}:{}", schema.path()));
                let run = replay::dump(&SourceFile::new(path, text))?;
                self.base = Some(Base {
                    reference: base,
                    run,
                });
            }
            BaseBranch::Found(_) => {}
            BaseBranch::Unknown(reason) => self
                .notes
                .push(format!("the base branch was not looked at: {reason}")),
        }
        Ok(())
    }

    /// Whether there is nothing to replay.
    pub fn is_empty(&self) -> bool {
        self.migrations.is_empty() && self.schema.is_none()
    }
}

fn queries(declaration: &Declaration, root: &Root) -> Result<Vec<DeclaredQuery>, LocateError> {
    let mut queries = Vec::new();
    for (number, lane_set) in declaration.lane_sets.iter().enumerate() {
        let statement = statement_query(lane_set, root);
        for declared in lane_set.queries.iter().chain(&statement) {
            let declared_at = declaration.location(declared.file.span);
            let found = query::find(root, &declared_at, lane_set, declared)?;
            queries.extend(found.into_iter().filter_map(|found| {
                Some(DeclaredQuery {
                    lane_set: number,
                    location: found.location,
                    sql: found.statement?,
                })
            }));
        }
    }
    Ok(queries)
}
