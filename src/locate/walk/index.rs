//! git's index: the files that a commit would hold, whatever the working tree makes of them meanwhile.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::blobs::{BlobError, Blobs, Names};
use super::{LIMIT, ReadError, disk, sources};
use crate::locate::git::{self, Git, GitError};
use crate::source::file::RepoPath;

/// As many links as Linux follows.
const MOST_LINKS: usize = 40;

/// What git calls the blob of no bytes: SHA-1, SHA-256.
const EMPTY_BLOBS: [&str; 2] = [
    "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
];

/// The files that say what is ignored, wherever they lie.
const IGNORE_FILES: [&str; 2] = [":(top,glob)**/.gitignore", ":(top,glob)**/.ignore"];

/// Why nothing is known of what is staged.
#[derive(Debug, Error)]
pub enum IndexError {
    #[error(transparent)]
    Git(#[from] GitError),
    #[error("{0}: its merge conflict is not resolved; resolve it, and `git add` the file")]
    Conflict(String),
    #[error("git lists its index in a way that is not known: {0:?}")]
    NotUnderstood(String),
}

/// What a commit would hold of a folder; and of the whole repository, where links may lead there.
#[derive(Debug)]
pub struct Index {
    /// Ordered by path.
    entries: Vec<Entry>,
    /// From the root of the paths in `entries` on: empty, or with a slash at the end.
    prefix: String,
    /// Where the paths of `entries` begin.
    root: PathBuf,
    /// Names that are not UTF-8.
    unnamed: Vec<PathBuf>,
    /// The ignore files of the folders above, by their paths from the folder on: `../.gitignore`.
    above: Vec<Entry>,
    blobs: Blobs,
}

#[derive(Debug)]
pub(super) struct Entry {
    path: String,
    kind: Kind,
    object: String,
    /// Whether the file of the working tree holds the same.
    is_in_working_tree: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Link,
    Submodule,
}

/// What stands at a path.
enum Found<'a> {
    File(&'a Entry),
    /// With a slash at the end; the root itself is empty.
    Folder(String),
    Submodule,
    Nothing,
    /// A link leads out of the repository, or round in circles.
    LinkTo(String),
}

impl Index {
    /// The index of the repository that the folder is in.
    ///
    /// # Errors
    /// Without git, outside of a working tree, and while a merge conflict below the folder is not resolved.
    pub fn of(folder: &Path) -> Result<Self, IndexError> {
        let git = Git::of(folder)?;
        let mut listed = list(&git, Names::FromFolder)?;
        let mut names = Names::FromFolder;
        let (mut prefix, mut root) = (String::new(), git.folder().to_owned());
        if listed.entries.iter().any(|it| it.kind == Kind::Link) {
            let place = git.ask("rev-parse", &["--show-cdup", "--show-prefix"])?;
            let place = String::from_utf8_lossy(&place).into_owned();
            let mut lines = place.lines();
            root.push(lines.next().unwrap_or_default());
            prefix.push_str(lines.next().unwrap_or_default());
            names = Names::Full;
            listed = list(&git, names)?;
        }
        Ok(Self {
            blobs: Blobs::new(git, names),
            entries: listed.entries,
            prefix,
            root,
            unnamed: listed.unnamed,
            above: listed.above,
        })
    }

    pub(super) fn exists(&self, path: &RepoPath) -> bool {
        !matches!(self.find(path), Ok(Found::Nothing))
    }

    pub(super) fn is_directory(&self, path: &RepoPath) -> bool {
        matches!(self.find(path), Ok(Found::Folder(_)))
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// When it is not there, not a file, too large, out of reach, or git fails.
    pub(super) fn read(&self, path: &RepoPath) -> Result<Vec<u8>, ReadError> {
        let missing = || ReadError::Missing { path: path.clone() };
        match self.find(path)? {
            Found::File(entry) => self.bytes(entry, path, LIMIT),
            Found::Folder(_) => Err(ReadError::Directory { path: path.clone() }),
            Found::Nothing => Err(missing()),
            Found::Submodule => Err(ReadError::Submodule { path: path.clone() }),
            Found::LinkTo(target) => Err(ReadError::LinkOut {
                path: path.clone(),
                target,
            }),
        }
    }

    /// What stands right inside of a folder, by name: files, links and folders.
    ///
    /// # Errors
    /// When there is no such folder, or a name in it is not UTF-8.
    pub(super) fn names(&self, folder: &RepoPath) -> Result<BTreeSet<String>, ReadError> {
        let inside = self.below(folder)?.into_iter();
        let names = inside.map(|path| path.split('/').next().unwrap_or_default().to_owned());
        Ok(names.collect())
    }

    /// The files and links below a folder at any depth, by their paths from there on.
    ///
    /// # Errors
    /// As [`Index::names`], and when a submodule is among them.
    pub(super) fn below(&self, folder: &RepoPath) -> Result<BTreeSet<String>, ReadError> {
        let inside = match self.find(folder)? {
            Found::Folder(inside) => inside,
            Found::File(_) => {
                let path = folder.clone();
                return Err(ReadError::NotDirectory { path });
            }
            _ => return self.read(folder).map(|_| BTreeSet::new()),
        };
        if let Some(unnamed) = self.unnamed.iter().find(|it| it.starts_with(&inside)) {
            return Err(sources::not_utf8(unnamed));
        }
        let mut found = BTreeSet::new();
        for entry in self.starting_with(&inside) {
            if entry.kind == Kind::Submodule {
                let path = RepoPath::new(self.shown(entry));
                return Err(ReadError::Submodule { path });
            }
            found.insert(entry.path[inside.len()..].to_owned());
        }
        Ok(found)
    }

    /// The files below the manifest's folder, links left out, by path.
    ///
    /// # Errors
    /// When a name that `is_source` is not UTF-8.
    pub(super) fn files(
        &self,
        is_source: &dyn Fn(&Path) -> bool,
    ) -> Result<Vec<(RepoPath, &Entry)>, ReadError> {
        let unnamed = self.unnamed.iter();
        let mut unnamed = unnamed.filter_map(|it| it.strip_prefix(&self.prefix).ok());
        if let Some(unnamed) = unnamed.find(|it| is_source(it)) {
            return Err(sources::not_utf8(unnamed));
        }
        let entries = self.starting_with(&self.prefix).iter();
        let files = entries.filter(|entry| entry.kind == Kind::File);
        let files = files.map(|entry| (self.shown(entry), entry));
        let files = files.filter(|(path, _)| is_source(Path::new(path)));
        Ok(files
            .map(|(path, entry)| (RepoPath::new(path), entry))
            .collect())
    }

    /// The ignore files of that name that speak of the manifest's folder and what is below, in no order.
    ///
    /// # Errors
    /// When git fails, or one cannot be read.
    pub(super) fn ignore_files(&self, name: &str) -> Result<Vec<IgnoreFile>, ReadError> {
        let prefix = self.way_from_top()?;
        let is_meant = |entry: &&Entry| {
            entry.kind == Kind::File && entry.path.rsplit('/').next() == Some(name)
        };
        let own = self.starting_with(&self.prefix).iter().filter(is_meant);
        let own = own.map(|entry| (entry, format!("{prefix}{}", self.shown(entry))));
        // In a list of the whole repository those above stand among the others.
        let slashes = self.prefix.match_indices('/');
        let folders = slashes.map(|(at, _)| &self.prefix[..=at]);
        let folders = std::iter::once("").chain(folders);
        let whole = folders.filter(|folder| *folder != self.prefix);
        let whole = whole.filter_map(|folder| self.entry(&format!("{folder}{name}")));
        let whole = whole.map(|entry| (entry, entry.path.clone()));
        let above = self.above.iter().filter(is_meant);
        let above = above.map(|entry| (entry, from_top(prefix, &entry.path)));
        let mut found = Vec::new();
        for (entry, path) in own.chain(whole).chain(above) {
            let bytes = self.bytes(entry, &RepoPath::new(path.clone()), LIMIT)?;
            found.push(IgnoreFile {
                folder: path.strip_suffix(name).unwrap_or_default().to_owned(),
                text: String::from_utf8_lossy(&bytes).into_owned(),
            });
        }
        Ok(found)
    }

    /// From the root of the repository to the manifest's folder, with a slash at the end; empty where nothing lies above that matters.
    ///
    /// # Errors
    /// When git fails.
    pub(super) fn way_from_top(&self) -> Result<&str, ReadError> {
        if self.above.is_empty() {
            return Ok(&self.prefix);
        }
        self.blobs.prefix().map_err(|source| ReadError::Git {
            path: RepoPath::new("."),
            source,
        })
    }

    /// The bytes of an entry, from the working tree where that holds the same.
    ///
    /// # Errors
    /// When they cannot be read, or are too many.
    pub(super) fn bytes(
        &self,
        entry: &Entry,
        path: &RepoPath,
        limit: u64,
    ) -> Result<Vec<u8>, ReadError> {
        if entry.is_in_working_tree {
            match disk::read(&self.root.join(&entry.path), path, limit) {
                // It is gone since git looked.
                Err(ReadError::Missing { .. }) => {}
                read => return read,
            }
        }
        self.blob(entry, path, limit)
    }

    fn blob(&self, entry: &Entry, path: &RepoPath, limit: u64) -> Result<Vec<u8>, ReadError> {
        let read = self.blobs.read(&entry.object, &entry.path, limit);
        read.map_err(|error| match error {
            BlobError::TooLarge => ReadError::TooLarge { path: path.clone() },
            BlobError::Git(source) => ReadError::Git {
                path: path.clone(),
                source,
            },
        })
    }

    /// From the manifest's folder on.
    fn shown(&self, entry: &Entry) -> String {
        let path = entry.path.strip_prefix(&self.prefix);
        path.unwrap_or(&entry.path).to_owned()
    }

    fn starting_with(&self, start: &str) -> &[Entry] {
        let from = self.entries.partition_point(|it| it.path.as_str() < start);
        let rest = &self.entries[from..];
        &rest[..rest.partition_point(|it| it.path.starts_with(start))]
    }

    fn entry(&self, path: &str) -> Option<&Entry> {
        let found = self
            .entries
            .binary_search_by(|it| it.path.as_str().cmp(path));
        found.ok().map(|at| &self.entries[at])
    }

    /// Follows a path, and the links on it, as they are staged.
    fn find(&self, path: &RepoPath) -> Result<Found<'_>, ReadError> {
        let whole = format!("{}{path}", self.prefix);
        // Above a file that is staged there are folders and no links.
        if let Some(entry) = self.entry(&whole).filter(|it| it.kind == Kind::File) {
            return Ok(Found::File(entry));
        }
        let mut ahead: Vec<String> = parts(&whole);
        let mut behind: Vec<String> = Vec::new();
        let mut links = 0;
        while let Some(part) = ahead.pop() {
            if part == ".." {
                if behind.pop().is_none() {
                    return Ok(Found::LinkTo("..".to_owned()));
                }
                continue;
            }
            behind.push(part);
            let Some(entry) = self.entry(&behind.join("/")) else {
                continue;
            };
            match entry.kind {
                Kind::Submodule => return Ok(Found::Submodule),
                Kind::File if ahead.is_empty() => return Ok(Found::File(entry)),
                Kind::File => return Ok(Found::Nothing),
                Kind::Link => {
                    let target = self.target(entry, path)?;
                    links += 1;
                    if links > MOST_LINKS || target.starts_with('/') {
                        return Ok(Found::LinkTo(target));
                    }
                    behind.pop();
                    ahead.extend(parts(&target));
                }
            }
        }
        let inside = match behind.is_empty() {
            true => String::new(),
            false => format!("{}/", behind.join("/")),
        };
        match self.starting_with(&inside).is_empty() {
            true => Ok(Found::Nothing),
            false => Ok(Found::Folder(inside)),
        }
    }

    fn target(&self, link: &Entry, path: &RepoPath) -> Result<String, ReadError> {
        let bytes = self.blob(link, path, LIMIT)?;
        String::from_utf8(bytes).map_err(|_| sources::not_utf8(Path::new(&link.path)))
    }
}

/// A path that leads up from a folder, as it is from the root on.
fn from_top(folder: &str, path: &str) -> String {
    let mut folder = folder.trim_end_matches('/');
    let mut rest = path;
    while let Some(further) = rest.strip_prefix("../") {
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        rest = further;
    }
    match folder.is_empty() {
        true => rest.to_owned(),
        false => format!("{folder}/{rest}"),
    }
}

/// The parts of a path, the last one first.
fn parts(path: &str) -> Vec<String> {
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    parts.rev().map(str::to_owned).collect()
}

/// What a file says of what is ignored.
pub(super) struct IgnoreFile {
    /// From the root of the repository on: empty, or with a slash at the end.
    pub(super) folder: String,
    pub(super) text: String,
}

#[derive(Default)]
struct Listed {
    entries: Vec<Entry>,
    above: Vec<Entry>,
    unnamed: Vec<PathBuf>,
}

/// Asks git once: each entry stands there, and once more (`C`) when the working tree holds something else.
fn list(git: &Git, names: Names) -> Result<Listed, IndexError> {
    let which: &[&str] = match names {
        Names::FromFolder => &[".", IGNORE_FILES[0], IGNORE_FILES[1]],
        Names::Full => &["--full-name", ":/"],
    };
    let all = ["-c", "-m", "-s", "-v", "-z"];
    let printed = git.ask("ls-files", &[&all[..], which].concat())?;
    let mut listed = Listed::default();
    let mut is_any_empty = false;
    for record in printed.split(|byte| *byte == 0).filter(|it| !it.is_empty()) {
        let not_understood =
            || IndexError::NotUnderstood(String::from_utf8_lossy(record).into_owned());
        let tab = memchr::memchr(b'\t', record).ok_or_else(not_understood)?;
        let (facts, name) = (&record[..tab], &record[tab + 1..]);
        let facts = std::str::from_utf8(facts).map_err(|_| not_understood())?;
        let facts: Vec<&str> = facts.split(' ').collect();
        let [tag, mode, object, stage] = facts[..] else {
            return Err(not_understood());
        };
        let Ok(path) = std::str::from_utf8(name) else {
            listed.unnamed.push(git::path(name).into());
            continue;
        };
        if stage != "0" {
            return Err(IndexError::Conflict(path.to_owned()));
        }
        let last = listed.entries.last_mut().filter(|it| it.path == path);
        if let Some(entry) = last.filter(|_| tag == "C") {
            entry.is_in_working_tree = false;
            is_any_empty |= EMPTY_BLOBS.contains(&object);
            continue;
        }
        listed.entries.push(Entry {
            path: path.to_owned(),
            kind: match mode {
                "160000" => Kind::Submodule,
                "120000" => Kind::Link,
                _ => Kind::File,
            },
            object: object.to_owned(),
            // Of a file that git is told not to look at (`h`, `S`) it does not know.
            is_in_working_tree: tag == "H",
        });
    }
    if is_any_empty {
        let added = intended(git, names)?;
        listed.entries.retain(|entry| !added.contains(&entry.path));
    }
    let is_outside = |entry: &Entry| entry.path.starts_with("../");
    (listed.above, listed.entries) = listed.entries.into_iter().partition(is_outside);
    // Those of other folders say nothing of this one.
    listed
        .above
        .retain(|entry| !entry.path.trim_start_matches("../").contains('/'));
    listed.entries.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(listed)
}

/// The files that are to be added and are not yet (`git add --intent-to-add`), which a commit would not hold.
fn intended(git: &Git, names: Names) -> Result<BTreeSet<String>, GitError> {
    let which: &[&str] = match names {
        Names::FromFolder => &["--relative"],
        Names::Full => &[],
    };
    let added = ["-z", "--name-only", "--diff-filter=A"];
    let listed = git.ask("diff-files", &[&added[..], which].concat())?;
    let names = listed.split(|byte| *byte == 0);
    Ok(names
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect())
}
