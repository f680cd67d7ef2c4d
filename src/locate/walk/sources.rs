//! All the source below the manifest's folder, read by several threads, one file each at a time.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ignore::{DirEntry, WalkState};

use super::{NOT_SOURCE, ReadError, Root, SOURCE_EXTENSIONS};
use crate::locate::suppressions::may_suppress;
use crate::source::file::RepoPath;

/// Source is written by people; what is larger was not, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

impl Root {
    /// Hands each source and SQL file that is wanted by its name to `visit`, in no order, and gives their number. What git ignores is passed
    /// over, and so is what is hidden, installed, built, or larger than 4 MiB.
    ///
    /// # Errors
    /// The first file or folder, by name, that cannot be read.
    pub fn visit_sources(
        &self,
        is_wanted: &(dyn Fn(&RepoPath) -> bool + Sync),
        visit: &(dyn Fn(&RepoPath, &[u8]) + Sync),
    ) -> Result<usize, ReadError> {
        let visited = AtomicUsize::new(0);
        let errors: Mutex<Vec<(String, ReadError)>> = Mutex::default();
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let walk = self.source_walk().threads(threads).build_parallel();
        walk.run(|| {
            let mut bytes = Vec::new();
            let (visited, errors) = (&visited, &errors);
            Box::new(move |entry| {
                let read = match entry {
                    Ok(entry) => self.read_source(&entry, is_wanted, &mut bytes),
                    Err(error) => Err(listing_error(error)),
                };
                match read {
                    Ok(Some(path)) => {
                        visited.fetch_add(1, Ordering::Relaxed);
                        self.note_searched(&path, &bytes);
                        visit(&path, &bytes);
                    }
                    Ok(None) => {}
                    Err(error) => {
                        let mut errors = errors.lock().unwrap_or_else(|it| it.into_inner());
                        errors.push((error.to_string(), error));
                    }
                }
                WalkState::Continue
            })
        });
        let errors = errors.into_inner().unwrap_or_else(|it| it.into_inner());
        match errors.into_iter().min_by(|(a, _), (b, _)| a.cmp(b)) {
            Some((_, error)) => Err(error),
            None => Ok(visited.into_inner()),
        }
    }

    /// What is not UTF-8 holds no comment that anybody reads.
    fn note_searched(&self, path: &RepoPath, bytes: &[u8]) {
        if may_suppress(bytes)
            && let Ok(file) = Self::decode(path, bytes.to_owned())
        {
            self.note(&file);
        }
    }

    pub(super) fn source_walk(&self) -> ignore::WalkBuilder {
        let is_wanted = |entry: &DirEntry| {
            let name = entry.file_name().to_string_lossy();
            !entry.file_type().is_some_and(|kind| kind.is_dir())
                || !NOT_SOURCE.contains(&name.as_ref())
        };
        let mut walk = ignore::WalkBuilder::new(&self.folder);
        walk.require_git(false).filter_entry(is_wanted);
        walk
    }

    /// Reads a file that is wanted; `None` for everything else, and for a file that is gone since its folder was listed.
    fn read_source(
        &self,
        entry: &DirEntry,
        is_wanted: &(dyn Fn(&RepoPath) -> bool + Sync),
        bytes: &mut Vec<u8>,
    ) -> Result<Option<RepoPath>, ReadError> {
        let relative = entry.path().strip_prefix(&self.folder);
        let relative = relative.unwrap_or(entry.path());
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        let is_source = relative
            .extension()
            .and_then(|it| it.to_str())
            .is_some_and(|it| SOURCE_EXTENSIONS.contains(&it.to_ascii_lowercase().as_str()));
        if !is_file || !is_source {
            return Ok(None);
        }
        let Some(path) = relative.to_str() else {
            return Err(not_utf8(relative));
        };
        let path = RepoPath::new(path);
        if !is_wanted(&path) {
            return Ok(None);
        }
        bytes.clear();
        let read = File::open(entry.path())
            .and_then(|file| file.take(LARGEST + 1).read_to_end(bytes).map(|_| ()));
        match read {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(ReadError::Io { path, source }),
            Ok(()) if bytes.len() as u64 > LARGEST => Ok(None),
            Ok(()) => Ok(Some(path)),
        }
    }
}

pub(super) fn not_utf8(name: &Path) -> ReadError {
    ReadError::Io {
        path: RepoPath::new(name.to_string_lossy().into_owned()),
        source: std::io::Error::other("its name is not UTF-8"),
    }
}

pub(super) fn listing_error(error: ignore::Error) -> ReadError {
    let text = error.to_string();
    let source = error.into_io_error();
    ReadError::Io {
        path: RepoPath::new("."),
        source: source.unwrap_or_else(|| std::io::Error::other(text)),
    }
}
