//! What is replayed, as the repository has it.

use std::sync::Arc;
use std::time::Duration;

use super::judge::VerifyError;
use super::replay::{self, Migration, ReplayError, Run};
use crate::locate::embedded::Embedded;
use crate::locate::migrations::Migrations;
use crate::locate::patch_scripts::{PatchScript, scripts};
use crate::locate::walk::Root;
use crate::model::declaration::Declaration;
use crate::source::file::SourceFile;

/// What is replayed. What a repository does not have is not.
pub struct Material {
    pub migrations: Vec<Migration>,
    pub schema: Option<(Arc<SourceFile>, Run)>,
    pub patches: Vec<(PatchScript, Run)>,
    /// How long one statement of them may take.
    pub statement_timeout: Duration,
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
}
