//! Reads the embedded schema patches, from a folder of `.sql` files or from an array in application source, and replays them.

use std::sync::Arc;

use super::app_source::language::language_of;
use super::app_source::patches::{Patch, PatchPiece, patches};
use super::error::LocateError;
use super::replay::session::{Replay, Script};
use super::walk::Root;
use crate::source::excerpt::Excerpt;
use crate::source::file::{Location, RepoPath, SourceFile};
use crate::source::span::Span;

/// The patches, in the order in which they run.
#[derive(Debug)]
pub enum Embedded {
    Folder(Vec<Arc<SourceFile>>),
    Array {
        file: Arc<SourceFile>,
        patches: Vec<Patch>,
    },
}

impl Embedded {
    /// # Errors
    /// When the path is not there or cannot be read, or the file holds no array of patches.
    pub fn read(root: &Root, path: &RepoPath) -> Result<Self, LocateError> {
        if root.is_directory(path) {
            let files = root
                .sql_files(path)?
                .iter()
                .map(|path| root.read(path))
                .collect::<Result<_, _>>()?;
            return Ok(Embedded::Folder(files));
        }
        let file = root.read(path)?;
        if path.extension() == "sql" {
            return Ok(Embedded::Folder(vec![file]));
        }
        let language =
            language_of(path).ok_or_else(|| LocateError::UnknownLanguage(path.clone()))?;
        let found =
            patches(language, file.text()).map_err(|error| LocateError::source(&file, &error))?;
        Ok(Embedded::Array {
            file,
            patches: found.patches,
        })
    }

    pub fn count(&self) -> usize {
        match self {
            Embedded::Folder(files) => files.len(),
            Embedded::Array { patches, .. } => patches.len(),
        }
    }

    /// Replays the patches in order, each once.
    ///
    /// # Errors
    /// When a patch that concerns a governed object cannot be cut into statements.
    pub fn replay(&self, replay: &mut Replay) -> Result<(), LocateError> {
        match self {
            Embedded::Folder(files) => {
                for file in files {
                    let excerpt = Excerpt::verbatim(file.text(), Span::new(0, file.text().len()));
                    run(file, &excerpt, false, replay)?;
                }
            }
            Embedded::Array { file, patches } => {
                for piece in patches.iter().flat_map(|patch| &patch.pieces) {
                    match piece {
                        PatchPiece::Sql {
                            excerpt,
                            conditional,
                            ..
                        } => run(file, excerpt, *conditional, replay)?,
                        PatchPiece::Opaque { span, reason } => {
                            replay.unseen_anything(&Location::new(file, *span), reason);
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

fn run(
    file: &Arc<SourceFile>,
    excerpt: &Excerpt,
    is_conditional: bool,
    replay: &mut Replay,
) -> Result<(), LocateError> {
    let script = Script { file, excerpt };
    let outcome = if is_conditional {
        replay.run_perhaps(script, "the program may or may not run this patch's SQL")
    } else {
        replay.run(script)
    };
    outcome.map_err(|error| LocateError::unterminated(file, excerpt, &error))
}
