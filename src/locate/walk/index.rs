//! git's index: the files that a commit would hold, whatever the working tree makes of them meanwhile.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::blobs::{BlobError, Blobs, Names};
use super::listed::{Entry, IndexError, Kind, list};
use super::{LIMIT, ReadError, disk, sources};
use crate::locate::git::Git;
use crate::source::file::RepoPath;

/// As many links as Linux follows.
const MOST_LINKS: usize = 40;

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
        let mut listed = list(&git, Names::FromFolder, "")?;
        let mut names = Names::FromFolder;
        let (mut prefix, mut root) = (String::new(), git.folder().to_owned());
        if listed.entries.iter().any(|it| it.kind == Kind::Link) {
            let place = git.ask("rev-parse", &["--show-cdup", "--show-prefix"])?;
            let place = String::from_utf8_lossy(&place).into_owned();
            let mut lines = place.lines();
            root.push(lines.next().unwrap_or_default());
            prefix.push_str(lines.next().unwrap_or_default());
            names = Names::Full;
            listed = list(&git, names, &prefix)?;
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
