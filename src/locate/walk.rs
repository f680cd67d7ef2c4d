//! The only part of `locate` that touches the disk.

pub(super) mod blobs;
mod disk;
mod ignored;
pub mod index;
mod listed;
mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use memchr::memmem::Finder;
use thiserror::Error;

use self::index::Index;
use self::listed::IndexError;
use super::base_branch::BaseQuery;
use super::git::GitError;
use super::suppressions::may_suppress;
use crate::model::file_change::FileChange;
use crate::source::file::{RepoPath, SourceFile};

/// No migration, dump or source file comes near; past it a mistake is more likely than a file.
pub(super) const LIMIT: u64 = 256 * 1024 * 1024;

/// How a file of git-lfs begins that was not fetched (its specification, "The pointer").
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// What a file of source or SQL is called at the end.
const SOURCE_EXTENSIONS: [&str; 24] = [
    "sql", "ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "rs", "go", "py", "rb", "rake",
    "java", "kt", "kts", "cs", "php", "ex", "exs", "scala", "sc", "swift",
];

/// Folders of what was installed or built, whether or not git ignores them.
const NOT_SOURCE: [&str; 7] = [
    "node_modules",
    "vendor",
    "target",
    "dist",
    "build",
    "__pycache__",
    "venv",
];

/// A file or folder that is there and cannot be read.
#[derive(Debug, Error)]
pub enum ReadError {
    #[error("{path}: no such file or directory")]
    Missing { path: RepoPath },
    #[error("{path}: is a directory, where a file was expected")]
    Directory { path: RepoPath },
    #[error("{path}: is not a directory")]
    NotDirectory { path: RepoPath },
    #[error("{path}:{line}: an unresolved conflict begins here; resolve it and check again")]
    Conflict {
        path: RepoPath,
        /// From 1.
        line: usize,
    },
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
    #[error(
        "{path}: git-lfs keeps what it holds elsewhere, and this is the pointer to that; run `git lfs install` and `git lfs pull`"
    )]
    Pointer { path: RepoPath },
    #[error(
        "{path}: it is in a submodule, and of that no file is staged here; check without --staged"
    )]
    Submodule { path: RepoPath },
    #[error(
        "{path}: a link on it leads to {target}, out of the repository, where nothing is staged; check without --staged"
    )]
    LinkOut { path: RepoPath, target: String },
    #[error("{path} cannot be read from git's index")]
    Git { path: RepoPath, source: GitError },
}

/// Which files there are, and what they hold.
#[derive(Debug, Clone)]
enum Tree {
    Working,
    Staged(Arc<Index>),
}

/// The manifest's folder: every path is relative to it.
#[derive(Debug, Clone)]
pub struct Root {
    folder: PathBuf,
    tree: Tree,
    /// Texts that are read instead of what the disk holds.
    planned: BTreeMap<RepoPath, Arc<SourceFile>>,
    /// What it is compared with.
    base: Option<Arc<BaseQuery>>,
    /// What was read so far and may hold suppressions.
    noted: Arc<Mutex<BTreeMap<RepoPath, Arc<SourceFile>>>>,
}

impl Root {
    pub fn new(folder: &Path) -> Self {
        // `laneset.toml` lies in a folder without a name, which can be read from and not listed.
        let is_here = folder.as_os_str().is_empty();
        let folder = if is_here { Path::new(".") } else { folder };
        Self {
            folder: folder.to_owned(),
            tree: Tree::Working,
            planned: BTreeMap::new(),
            base: None,
            noted: Arc::default(),
        }
    }

    /// The same folder as a commit would hold it.
    ///
    /// # Errors
    /// When it is not known what is staged.
    pub fn staged(folder: &Path) -> Result<Self, IndexError> {
        Ok(Self {
            tree: Tree::Staged(Arc::new(Index::of(folder)?)),
            ..Self::new(folder)
        })
    }

    /// The same folder, to be compared with a base.
    pub fn compared_with(self, base: BaseQuery) -> Self {
        Self {
            base: Some(Arc::new(base)),
            ..self
        }
    }

    /// What it is to be compared with.
    pub fn base(&self) -> Option<&BaseQuery> {
        self.base.as_deref()
    }

    /// The same folder as it would be with these changes made.
    pub fn with(&self, changes: &[FileChange]) -> Self {
        let mut changed = Self {
            noted: Arc::default(),
            ..self.clone()
        };
        for change in changes {
            let file = SourceFile::new(change.path.clone(), change.after.clone());
            changed.planned.insert(change.path.clone(), file);
        }
        changed
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn exists(&self, path: &RepoPath) -> bool {
        self.planned.contains_key(path)
            || match &self.tree {
                // A link that leads nowhere is there, and cannot be read.
                Tree::Working => self.full(path).symlink_metadata().is_ok(),
                Tree::Staged(index) => index.exists(path),
            }
    }

    fn full(&self, path: &RepoPath) -> PathBuf {
        self.folder.join(path.as_str())
    }

    pub fn is_directory(&self, path: &RepoPath) -> bool {
        match &self.tree {
            Tree::Working => self.full(path).is_dir(),
            Tree::Staged(index) => index.is_directory(path),
        }
    }

    /// Reads a text file.
    ///
    /// # Errors
    /// When it is not there, not a file, not UTF-8, too large, or refused by the system.
    pub fn read(&self, path: &RepoPath) -> Result<Arc<SourceFile>, ReadError> {
        if let Some(planned) = self.planned.get(path) {
            self.note(planned);
            return Ok(Arc::clone(planned));
        }
        let bytes = match &self.tree {
            Tree::Working => disk::read(&self.full(path), path, LIMIT)?,
            Tree::Staged(index) => index.read(path)?,
        };
        if bytes.starts_with(POINTER) {
            return Err(ReadError::Pointer { path: path.clone() });
        }
        let file = Self::decode(path, bytes)?;
        if let Some(line) = conflict(file.text()) {
            return Err(ReadError::Conflict {
                path: path.clone(),
                line,
            });
        }
        self.note(&file);
        Ok(file)
    }

    /// The files that were read or searched so far and may hold suppressions, by path.
    pub fn noted(&self) -> Vec<Arc<SourceFile>> {
        let noted = self.noted.lock().unwrap_or_else(|it| it.into_inner());
        noted.values().cloned().collect()
    }

    fn note(&self, file: &Arc<SourceFile>) {
        if may_suppress(file.text().as_bytes()) {
            let mut noted = self.noted.lock().unwrap_or_else(|it| it.into_inner());
            noted.insert(file.path().clone(), Arc::clone(file));
        }
    }

    /// What a file holds, as text.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub fn decode(path: &RepoPath, bytes: Vec<u8>) -> Result<Arc<SourceFile>, ReadError> {
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

    /// Source and SQL files at any depth, in byte order. What git ignores is passed over, and so is what is hidden, installed or built.
    ///
    /// # Errors
    /// When a folder cannot be listed, or a name is not UTF-8.
    pub fn source_files(&self) -> Result<Vec<RepoPath>, ReadError> {
        if let Tree::Staged(index) = &self.tree {
            let staged = sources::staged(index)?;
            return Ok(staged.into_iter().map(|(path, _)| path).collect());
        }
        let (walk, folder) = self.source_walk()?;
        let walk = walk.build();
        let mut found = BTreeSet::new();
        for entry in walk {
            let entry = entry.map_err(sources::listing_error)?;
            let path = entry.path().strip_prefix(&folder).unwrap_or(entry.path());
            let Some(path) = path.to_str() else {
                return Err(sources::not_utf8(path));
            };
            let path = RepoPath::new(path);
            let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
            if is_file && SOURCE_EXTENSIONS.contains(&path.extension().as_str()) {
                found.insert(path);
            }
        }
        Ok(found.into_iter().collect())
    }

    /// What stands below a folder at any depth and is no folder, by its path from there on, in byte order. Links to folders are not
    /// followed.
    ///
    /// # Errors
    /// As [`Root::sql_files`].
    pub fn files_below(&self, folder: &RepoPath) -> Result<Vec<String>, ReadError> {
        self.see_that_it_is_there(folder)?;
        let mut found = match &self.tree {
            Tree::Working => disk::below(&self.full(folder), folder)?,
            Tree::Staged(index) => index.below(folder)?,
        };
        let inside = format!("{}/", folder.as_str().trim_end_matches('/'));
        let planned = self.planned.keys();
        found.extend(
            planned.filter_map(|path| Some(path.as_str().strip_prefix(&inside)?.to_owned())),
        );
        self.see_that_it_is_a_folder(folder, found.is_empty())?;
        Ok(found.into_iter().collect())
    }

    fn see_that_it_is_there(&self, folder: &RepoPath) -> Result<(), ReadError> {
        match self.exists(folder) {
            true => Ok(()),
            false => Err(ReadError::Missing {
                path: folder.clone(),
            }),
        }
    }

    fn see_that_it_is_a_folder(&self, folder: &RepoPath, is_empty: bool) -> Result<(), ReadError> {
        match is_empty && !self.is_directory(folder) {
            true => Err(ReadError::NotDirectory {
                path: folder.clone(),
            }),
            false => Ok(()),
        }
    }

    /// The `.sql` entries right inside a folder, by name in byte order: files, and whatever else bears such a name.
    ///
    /// # Errors
    /// When the folder is not there, is none, or cannot be listed; or an entry's name is not UTF-8.
    pub fn sql_files(&self, folder: &RepoPath) -> Result<Vec<RepoPath>, ReadError> {
        self.see_that_it_is_there(folder)?;
        let inside = format!("{}/", folder.as_str().trim_end_matches('/'));
        let names = match &self.tree {
            Tree::Working => disk::names(&self.full(folder), folder)?,
            Tree::Staged(index) => index.names(folder)?,
        };
        let names = names.iter().map(|name| format!("{inside}{name}"));
        let mut found: BTreeSet<RepoPath> = names.map(RepoPath::new).collect();
        let is_inside = |path: &&RepoPath| {
            let rest = path.as_str().strip_prefix(&inside);
            rest.is_some_and(|name| !name.contains('/'))
        };
        found.extend(self.planned.keys().filter(is_inside).cloned());
        self.see_that_it_is_a_folder(folder, found.is_empty())?;
        let is_sql = |path: &RepoPath| path.extension() == "sql";
        Ok(found.into_iter().filter(is_sql).collect())
    }
}

/// The line, from 1, on which a conflict begins that git has left in the text (git's manual, git-merge, "How conflicts are presented").
fn conflict(text: &str) -> Option<usize> {
    static START: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("<<<<<<< "));
    START.find(text.as_bytes())?;
    let begins_line = |mark: &str, from: usize| {
        let found = memchr::memmem::find_iter(&text.as_bytes()[from..], mark);
        let mut found = found.map(|at| from + at);
        found.find(|at| *at == 0 || text.as_bytes()[at - 1] == b'\n')
    };
    let start = begins_line("<<<<<<< ", 0)?;
    let middle = begins_line("=======", start)?;
    begins_line(">>>>>>> ", middle)?;
    Some(text[..start].lines().count() + 1)
}
