//! All the source below the manifest's folder, as it is or as it is staged, read by several threads, one file each at a time.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::ignored::Ignored;
use super::index::Index;
use super::listed::Entry;
use super::{NOT_SOURCE, POINTER, ReadError, Root, SOURCE_EXTENSIONS, Tree};
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
        if let Tree::Staged(index) = &self.tree {
            return self.visit_staged(index, is_wanted, visit);
        }
        let visited = AtomicUsize::new(0);
        let errors: Mutex<Vec<(String, ReadError)>> = Mutex::default();
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let (mut walk, folder) = self.source_walk()?;
        let walk = walk.threads(threads).build_parallel();
        walk.run(|| {
            let mut bytes = Vec::new();
            let (visited, errors, folder) = (&visited, &errors, &folder);
            Box::new(move |entry| {
                let read = match entry {
                    Ok(entry) => read_source(&entry, folder, is_wanted, &mut bytes),
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

    fn visit_staged(
        &self,
        index: &Index,
        is_wanted: &(dyn Fn(&RepoPath) -> bool + Sync),
        visit: &(dyn Fn(&RepoPath, &[u8]) + Sync),
    ) -> Result<usize, ReadError> {
        let mut wanted = staged(index)?;
        wanted.retain(|(path, _)| is_wanted(path));
        let next = AtomicUsize::new(0);
        let read_each = || {
            let mut visited = 0;
            while let Some((path, entry)) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) {
                match index.bytes(entry, path, LARGEST) {
                    Err(ReadError::TooLarge { .. }) => {}
                    // The same as no file: nobody wrote it there.
                    Ok(bytes) if bytes.starts_with(POINTER) => {}
                    Ok(bytes) => {
                        visited += 1;
                        self.note_searched(path, &bytes);
                        visit(path, &bytes);
                    }
                    Err(error) => return Err((path.clone(), error)),
                }
            }
            Ok(visited)
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let read: Vec<Result<usize, (RepoPath, ReadError)>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..threads).map(|_| scope.spawn(read_each)).collect();
            let read = threads.into_iter().map(|thread| {
                let read = thread.join();
                read.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            });
            read.collect()
        });
        let visited = read.iter().flatten().sum();
        let errors = read.into_iter().filter_map(Result::err);
        match errors.min_by(|(a, _), (b, _)| a.cmp(b)) {
            Some((_, error)) => Err(error),
            None => Ok(visited),
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

    /// A walk from the root of the repository down to the manifest's folder, and through that: so that the ignore files on the way count,
    /// and none that lies further up. Where they pass the folder itself over, it is walked by its own: whoever has a manifest there wants
    /// it searched. With the walk the folder's path, as the entries have it.
    ///
    /// # Errors
    /// When the folder cannot be found.
    pub(super) fn source_walk(&self) -> Result<(WalkBuilder, PathBuf), ReadError> {
        let folder = self.folder.canonicalize();
        let folder = folder.map_err(|error| listing_error(error.into()))?;
        let mut above = folder.ancestors();
        let top = above.find(|it| it.join(".git").symlink_metadata().is_ok());
        let top = top.filter(|top| leads_to(top, &folder));
        let mut walk = walk_from(top.unwrap_or(&folder));
        let inside = folder.clone();
        walk.filter_entry(move |entry| {
            inside.starts_with(entry.path()) || is_source_entry(entry, &inside)
        });
        Ok((walk, folder))
    }
}

/// A walk that ignore files speak of, from that folder on.
fn walk_from(top: &Path) -> WalkBuilder {
    let mut walk = WalkBuilder::new(top);
    walk.parents(false).require_git(false).hidden(false);
    walk
}

/// Whether ignore files from `top` on leave the folder in.
fn leads_to(top: &Path, folder: &Path) -> bool {
    let inside = folder.to_owned();
    let mut walk = walk_from(top);
    walk.filter_entry(move |entry| inside.starts_with(entry.path()));
    let mut entries = walk.build().filter_map(Result::ok);
    entries.any(|entry| entry.path() == folder)
}

/// Reads a file that is wanted; `None` for everything else, and for a file that is gone since its folder was listed.
fn read_source(
    entry: &DirEntry,
    folder: &Path,
    is_wanted: &(dyn Fn(&RepoPath) -> bool + Sync),
    bytes: &mut Vec<u8>,
) -> Result<Option<RepoPath>, ReadError> {
    let relative = entry.path().strip_prefix(folder);
    let relative = relative.unwrap_or(entry.path());
    let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
    if !is_file || !is_source(relative) {
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

/// Whether an entry is below the folder, and neither hidden nor a folder of what was installed or built, nor another repository.
fn is_source_entry(entry: &DirEntry, folder: &Path) -> bool {
    let name = entry.file_name().to_string_lossy();
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    let is_repository = || entry.path().join(".git").symlink_metadata().is_ok();
    let is_passed_over = name.starts_with('.')
        || is_folder && (NOT_SOURCE.contains(&name.as_ref()) || is_repository());
    entry.path().starts_with(folder) && !is_passed_over
}

fn is_source(path: &Path) -> bool {
    let extension = path.extension().and_then(|it| it.to_str());
    extension.is_some_and(|it| SOURCE_EXTENSIONS.contains(&it.to_ascii_lowercase().as_str()))
}

/// The source and SQL files that are staged, by path, without those that a walk through the working tree would pass over.
///
/// # Errors
/// When git fails, an ignore file cannot be read, or a name is not UTF-8.
pub(super) fn staged(index: &Index) -> Result<Vec<(RepoPath, &Entry)>, ReadError> {
    let is_shown = |path: &Path| {
        let mut parts = path.iter().map(|part| part.to_string_lossy());
        let is_hidden = parts.any(|part| part.starts_with('.'));
        let folders = path.parent().into_iter().flat_map(Path::iter);
        let mut folders = folders.map(|part| part.to_string_lossy());
        !is_hidden && !folders.any(|part| NOT_SOURCE.contains(&part.as_ref()))
    };
    let mut files = index.files(&|path| is_source(path) && is_shown(path))?;
    let ignored = Ignored::of(index)?;
    files.retain(|(path, _)| !ignored.holds(path));
    Ok(files)
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
