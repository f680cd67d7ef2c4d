//! Files and folders of the working tree.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use walkdir::WalkDir;

use super::{ReadError, sources};
use crate::source::file::RepoPath;

/// The bytes of the file at `full`, which is `path` from the manifest's folder on.
///
/// # Errors
/// When it is not there, not a file, larger than `limit` bytes, or refused by the system.
pub(super) fn read(full: &Path, path: &RepoPath, limit: u64) -> Result<Vec<u8>, ReadError> {
    let refused = |source: std::io::Error| match source.kind() {
        ErrorKind::NotFound => ReadError::Missing { path: path.clone() },
        ErrorKind::IsADirectory => ReadError::Directory { path: path.clone() },
        _ => ReadError::Io {
            path: path.clone(),
            source,
        },
    };
    // Before it is opened: to open a pipe is to wait for its writer.
    let metadata = full.metadata().map_err(refused)?;
    if metadata.is_dir() {
        return Err(ReadError::Directory { path: path.clone() });
    }
    if metadata.len() > limit {
        return Err(ReadError::TooLarge { path: path.clone() });
    }
    if !metadata.is_file() {
        let source = std::io::Error::other("it is neither a file nor a link to one");
        return Err(ReadError::Io {
            path: path.clone(),
            source,
        });
    }
    let mut file = File::open(full).map_err(refused)?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
    file.by_ref()
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(refused)?;
    Ok(bytes)
}

/// What stands right inside of a folder, by name.
///
/// # Errors
/// When it cannot be listed, or a name is not UTF-8.
pub(super) fn names(full: &Path, folder: &RepoPath) -> Result<BTreeSet<String>, ReadError> {
    let mut found = BTreeSet::new();
    let walk = WalkDir::new(full).min_depth(1).max_depth(1);
    for entry in walk.follow_root_links(true) {
        let entry = entry.map_err(|error| refused(folder, error))?;
        let Some(name) = entry.file_name().to_str() else {
            let source = std::io::Error::other(format!(
                "the name of {} is not UTF-8",
                entry.path().display()
            ));
            return Err(ReadError::Io {
                path: folder.clone(),
                source,
            });
        };
        found.insert(name.to_owned());
    }
    Ok(found)
}

/// What stands below a folder at any depth and is no folder, by its path from there on. Links to folders are not followed.
///
/// # Errors
/// As [`names`].
pub(super) fn below(full: &Path, folder: &RepoPath) -> Result<BTreeSet<String>, ReadError> {
    let mut found = BTreeSet::new();
    for entry in WalkDir::new(full).min_depth(1).follow_root_links(true) {
        let entry = entry.map_err(|error| refused(folder, error))?;
        if entry.file_type().is_dir() {
            continue;
        }
        let path = entry.path().strip_prefix(full).unwrap_or(entry.path());
        let path = path
            .to_str()
            .ok_or_else(|| sources::not_utf8(&Path::new(folder.as_str()).join(path)))?;
        found.insert(RepoPath::new(path).as_str().to_owned());
    }
    Ok(found)
}

fn refused(folder: &RepoPath, error: walkdir::Error) -> ReadError {
    let text = error.to_string();
    let source = error
        .into_io_error()
        .unwrap_or_else(|| std::io::Error::other(text));
    ReadError::Io {
        path: folder.clone(),
        source,
    }
}
