//! Finds and reads the manifest: the only file of this module that touches the disk.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::error::ManifestError;
use super::parse::{Defaults, ReadGuard, parse};
use crate::model::declaration::Declaration;
use crate::source::file::{RepoPath, SourceFile};

/// The manifest's file name.
pub const FILE_NAME: &str = "laneset.toml";

/// A manifest of ten thousand lanes stays far below.
const LIMIT: u64 = 4 * 1024 * 1024;

/// The `laneset.toml` of the first folder that has one, from `start` upwards. The folder that holds `.git` (a folder, or the file
/// of a worktree or submodule) is the last one looked at; without any, the root of the file system is.
///
/// # Errors
/// [`ManifestError::NotFound`], and [`ManifestError::Unreadable`] when there is no working directory to start from.
pub fn discover(start: &Path) -> Result<PathBuf, ManifestError> {
    let start = std::path::absolute(start).map_err(|source| ManifestError::Unreadable {
        path: start.to_owned(),
        source,
    })?;
    let mut stopped_at = start.as_path();
    for folder in start.ancestors() {
        stopped_at = folder;
        let candidate = folder.join(FILE_NAME);
        if exists(&candidate) {
            return Ok(candidate);
        }
        if exists(&folder.join(".git")) {
            break;
        }
    }
    Err(ManifestError::NotFound {
        stopped_at: stopped_at.to_owned(),
        start,
    })
}

/// Reads the manifest at `path`. Its own path in the declaration is its file name: paths are relative to its folder.
///
/// # Errors
/// What cannot be read, and everything that [`parse`] says of the text.
pub fn load(
    path: &Path,
    read_guard: &ReadGuard<'_>,
    defaults: &Defaults,
) -> Result<Declaration, ManifestError> {
    let text = read(path)?;
    let name = path
        .file_name()
        .map_or_else(|| FILE_NAME.into(), |name| name.to_string_lossy());
    parse(
        SourceFile::new(RepoPath::new(name), text),
        read_guard,
        defaults,
    )
}

/// A broken symbolic link exists: better to say that it cannot be read than to look further up.
fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

fn read(path: &Path) -> Result<String, ManifestError> {
    let path = path.to_owned();
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(ManifestError::Missing { path });
        }
        Err(_) if path.is_dir() => return Err(ManifestError::Directory { path }),
        Err(source) => return Err(ManifestError::Unreadable { path, source }),
    };
    let mut bytes = Vec::new();
    // What is read counts, not the size that the file system tells: a device has none.
    match file.take(LIMIT + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() as u64 > LIMIT => Err(ManifestError::TooLarge { path, limit: LIMIT }),
        Ok(_) => text(path, bytes),
        Err(_) if path.is_dir() => Err(ManifestError::Directory { path }),
        Err(source) => Err(ManifestError::Unreadable { path, source }),
    }
}

fn text(path: PathBuf, bytes: Vec<u8>) -> Result<String, ManifestError> {
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let line = memchr::memchr_iter(b'\n', &error.as_bytes()[..offset]).count() + 1;
        ManifestError::NotUtf8 { path, line, offset }
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;

    use super::*;

    const MANIFEST: &str =
        "version = 1\n[lane_set.x]\ntable = \"runs\"\ncolumn = \"t\"\nlanes = [\"a\"]\n";

    fn load_bytes(bytes: &[u8]) -> Result<Declaration, ManifestError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        fs::write(&path, bytes).unwrap();
        load(&path, &|_| Err("no".into()), &Defaults::default())
    }

    #[test]
    fn a_manifest_is_read_under_its_file_name() {
        let declaration = load_bytes(MANIFEST.as_bytes()).unwrap();
        assert_eq!(declaration.file.path().as_str(), "laneset.toml");
        assert!(Arc::ptr_eq(
            &declaration.file,
            &declaration
                .location(declaration.lane_sets[0].lanes.span)
                .file
        ));
    }

    #[test]
    fn what_cannot_be_read_is_told_apart() {
        let error = load_bytes(b"version = 1\n# \xff\n").unwrap_err();
        assert!(
            matches!(
                &error,
                ManifestError::NotUtf8 {
                    line: 2,
                    offset: 14,
                    ..
                }
            ),
            "{error}"
        );
        let error = load_bytes(&vec![b'#'; 5 * 1024 * 1024]).unwrap_err();
        assert!(matches!(&error, ManifestError::TooLarge { .. }), "{error}");

        let folder = tempfile::tempdir().unwrap();
        let load = |path: &Path| load(path, &|_| Err("no".into()), &Defaults::default());
        let error = load(folder.path()).unwrap_err();
        assert!(matches!(&error, ManifestError::Directory { .. }), "{error}");
        let error = load(&folder.path().join("none.toml")).unwrap_err();
        assert!(matches!(&error, ManifestError::Missing { .. }), "{error}");
    }

    #[test]
    fn discovery_walks_up_and_stops_at_the_repository() {
        let outer = tempfile::tempdir().unwrap();
        let repository = outer.path().join("repository");
        let deep = repository.join("packages/server");
        fs::create_dir_all(&deep).unwrap();
        fs::write(outer.path().join(FILE_NAME), MANIFEST).unwrap();
        assert_eq!(discover(&deep).unwrap(), outer.path().join(FILE_NAME));

        // A worktree's `.git` is a file.
        fs::write(repository.join(".git"), "gitdir: elsewhere\n").unwrap();
        let error = discover(&deep).unwrap_err();
        assert!(
            matches!(&error, ManifestError::NotFound { stopped_at, .. } if *stopped_at == repository),
            "{error}"
        );
        assert!(error.to_string().contains("--config"), "{error}");

        fs::write(repository.join(FILE_NAME), MANIFEST).unwrap();
        assert_eq!(
            discover(&deep).unwrap(),
            repository.join(FILE_NAME),
            "the root itself counts"
        );
    }
}
