//! Where a change really lands: through links, and never outside of the repository.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use super::apply::WriteError;
use crate::source::file::RepoPath;

/// The place that a path leads to, every link followed.
///
/// # Errors
/// When that is outside of `root` (which has no links in it), or neither a file nor free.
pub(super) fn target(root: &Path, path: &RepoPath) -> Result<PathBuf, WriteError> {
    let relative = Path::new(path.as_str());
    let is_inside = relative
        .components()
        .all(|component| matches!(component, Component::Normal(_) | Component::CurDir));
    if !is_inside {
        return Err(WriteError::Outside {
            path: path.clone(),
            leads_to: relative.to_owned(),
        });
    }
    let full = root.join(relative);
    let real = real(&full).map_err(|source| WriteError::io(path, source))?;
    if !real.starts_with(root) {
        return Err(WriteError::Outside {
            path: path.clone(),
            leads_to: real,
        });
    }
    match real.metadata() {
        Ok(metadata) if metadata.is_file() => Ok(real),
        Ok(_) => Err(WriteError::NotAFile { path: path.clone() }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(real),
        Err(source) => Err(WriteError::io(path, source)),
    }
}

/// The path without links. What is not there yet is taken as it is written, but for a link that leads nowhere.
fn real(full: &Path) -> std::io::Result<PathBuf> {
    match full.canonicalize() {
        Ok(real) => Ok(real),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if full.symlink_metadata().is_ok() {
                let text = "it is a link that leads nowhere";
                return Err(std::io::Error::new(ErrorKind::NotFound, text));
            }
            match (full.parent(), full.file_name()) {
                (Some(parent), Some(name)) => Ok(real(parent)?.join(name)),
                _ => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}
