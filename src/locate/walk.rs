//! The only part of `locate` that touches the disk.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;
use walkdir::WalkDir;

use crate::source::file::{RepoPath, SourceFile};

/// No migration, dump or source file comes near; past it a mistake is more likely than a file.
const LIMIT: u64 = 256 * 1024 * 1024;

/// A file or folder that is there and cannot be read.
#[derive(Debug, Error)]
pub enum ReadError {
    #[error("{path}: no such file or directory")]
    Missing { path: RepoPath },
    #[error("{path}: is a directory, where a file was expected")]
    Directory { path: RepoPath },
    #[error("{path}: is not a directory")]
    NotDirectory { path: RepoPath },
    #[error("{path}:{line}: not UTF-8 from byte {offset} on; convert the file to UTF-8")]
    NotUtf8 {
        path: RepoPath,
        /// From 1.
        line: usize,
        /// From 0.
        offset: usize,
    },
    #[error("{path}: larger than {LIMIT} bytes")]
    TooLarge { path: RepoPath },
    #[error("{path} cannot be read")]
    Io {
        path: RepoPath,
        source: std::io::Error,
    },
}

/// The manifest's folder: every path is relative to it.
#[derive(Debug, Clone)]
pub struct Root(PathBuf);

impl Root {
    pub fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    pub fn exists(&self, path: &RepoPath) -> bool {
        // A link that leads nowhere is there, and cannot be read.
        self.0.join(path.as_str()).symlink_metadata().is_ok()
    }

    pub fn is_directory(&self, path: &RepoPath) -> bool {
        self.0.join(path.as_str()).is_dir()
    }

    /// Reads a text file.
    ///
    /// # Errors
    /// When it is not there, not a file, not UTF-8, too large, or refused by the system.
    pub fn read(&self, path: &RepoPath) -> Result<Arc<SourceFile>, ReadError> {
        let full = self.0.join(path.as_str());
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
        if metadata.len() > LIMIT {
            return Err(ReadError::TooLarge { path: path.clone() });
        }
        if !metadata.is_file() {
            let source = std::io::Error::other("it is neither a file nor a link to one");
            return Err(ReadError::Io {
                path: path.clone(),
                source,
            });
        }
        let mut file = File::open(&full).map_err(refused)?;
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
        file.by_ref()
            .take(LIMIT + 1)
            .read_to_end(&mut bytes)
            .map_err(refused)?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            let line = memchr::memchr_iter(b'\n', &error.as_bytes()[..offset]).count() + 1;
            ReadError::NotUtf8 {
                path: path.clone(),
                line,
                offset,
            }
        })?;
        Ok(SourceFile::new(path.clone(), text))
    }

    /// The `.sql` entries right inside a folder, by name in byte order: files, and whatever else bears such a name.
    ///
    /// # Errors
    /// When the folder is not there, is none, or cannot be listed; or an entry's name is not UTF-8.
    pub fn sql_files(&self, folder: &RepoPath) -> Result<Vec<RepoPath>, ReadError> {
        let full = self.0.join(folder.as_str());
        if !self.exists(folder) {
            return Err(ReadError::Missing {
                path: folder.clone(),
            });
        }
        let mut found = Vec::new();
        for entry in WalkDir::new(&full)
            .min_depth(1)
            .max_depth(1)
            .follow_root_links(true)
            .sort_by_file_name()
        {
            let entry = entry.map_err(|error| walk_error(folder, error))?;
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
            let is_sql = name
                .rsplit_once('.')
                .is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("sql"));
            if is_sql {
                found.push(RepoPath::new(format!(
                    "{}/{name}",
                    folder.as_str().trim_end_matches('/')
                )));
            }
        }
        if found.is_empty() && !full.is_dir() {
            return Err(ReadError::NotDirectory {
                path: folder.clone(),
            });
        }
        Ok(found)
    }
}

fn walk_error(folder: &RepoPath, error: walkdir::Error) -> ReadError {
    let text = error.to_string();
    let source = error
        .into_io_error()
        .unwrap_or_else(|| std::io::Error::other(text));
    ReadError::Io {
        path: folder.clone(),
        source,
    }
}
