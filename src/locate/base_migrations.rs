//! The migrations that the base branch has: where this branch left it, and at its tip.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sha1::{Digest, Sha1};
use sha2::Sha256;

use super::base_branch::{BaseBranch, BaseBranchError, BaseQuery, here};
use super::formats::order::Order;
use super::formats::{Entry, Format, Half, reader};
use super::migrations::{Migration, Migrations, below, entry};
use super::walk::blobs::{Blobs, Names};
use super::walk::{LIMIT, Root};
use crate::model::declaration::{MigrationFormat, MigrationsDeclaration};
use crate::source::file::{RepoPath, SourceFile};

/// What is known of the base branch.
#[derive(Debug, Default)]
pub enum Base {
    /// It was not asked for, or there are no migrations to compare.
    #[default]
    NotAsked,
    /// The reason, as the end of a sentence.
    Unknown(String),
    Known(BaseMigrations),
}

/// The migrations of the base branch.
#[derive(Debug)]
pub struct BaseMigrations {
    /// The branch, as people call it: `origin/main`.
    pub reference: String,
    /// This is that branch itself, with nothing committed since.
    pub is_here: bool,
    /// Where this branch left it, in byte order of their paths. What runs again whenever it changes is left out.
    pub fork: Vec<Held>,
    /// At its tip, by their paths. What runs again whenever it changes is left out.
    pub tip: BTreeMap<RepoPath, HeldVersion>,
}

impl BaseMigrations {
    /// What a path of this branch is called there.
    fn there<'a>(&'a self, path: &'a RepoPath) -> &'a RepoPath {
        let mut held = self.fork.iter();
        held.find(|held| held.now == *path)
            .map_or(path, |held| &held.path)
    }

    /// Those that the base branch has got since this branch left it.
    pub fn gained(&self) -> impl Iterator<Item = (&RepoPath, &HeldVersion)> {
        let is_old = |path: &RepoPath| self.fork.iter().any(|held| held.path == *path);
        self.tip.iter().filter(move |(path, _)| !is_old(path))
    }

    /// Whether a path is new on this branch.
    pub fn lacks(&self, path: &RepoPath) -> bool {
        let there = self.there(path);
        !self.tip.contains_key(there) && !self.fork.iter().any(|held| held.path == *there)
    }

    /// Whether a part of a migration stands in it there too.
    pub fn holds(&self, path: &RepoPath, part: &str) -> bool {
        let mut held = self.fork.iter();
        match held.find(|held| held.now == *path).map(|held| &held.here) {
            None => self.tip.contains_key(path),
            Some(Here::Same) => true,
            Some(Here::Other(was) | Here::Gone(was) | Here::Renamed { was, .. }) => {
                was.text().contains(part)
            }
        }
    }

    /// Whether a path bears the text of a migration that is gone.
    pub fn is_renamed(&self, path: &RepoPath) -> bool {
        let mut held = self.fork.iter();
        held.any(|held| matches!(&held.here, Here::Renamed { to, .. } if to == path))
    }
}

/// A migration where this branch left the base branch.
#[derive(Debug)]
pub struct Held {
    pub path: RepoPath,
    /// Where it is now: elsewhere when it was moved, and its tool looks for names at any depth.
    pub now: RepoPath,
    pub here: Here,
}

/// What became of it on this branch.
#[derive(Debug)]
pub enum Here {
    Same,
    /// Another text. This is what it was.
    Other(Arc<SourceFile>),
    /// Its text is that of a new path now.
    Renamed {
        was: Arc<SourceFile>,
        to: RepoPath,
    },
    /// Nothing. This is what it was.
    Gone(Arc<SourceFile>),
}

/// What a tool knows a migration by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldVersion {
    pub version: String,
    pub recorded: String,
    pub order: Order,
}

/// A file of a commit.
struct Blob {
    /// From the folder of migrations on.
    path: String,
    id: String,
    is_link: bool,
}

/// What two commits hold of the folder, before it is known what of that are migrations.
pub struct BaseTree {
    reference: String,
    is_here: bool,
    fork: Vec<Blob>,
    /// `None` where it is the same commit.
    tip: Option<Vec<Blob>>,
}

/// Reads what the base branch has in the folder of migrations, if the folder is to be compared with it.
///
/// # Errors
/// When a commit was named, and it or the way from it to here is not known; when git fails.
pub fn tree(
    root: &Root,
    folder: &RepoPath,
) -> Result<Option<BaseBranch<BaseTree>>, BaseBranchError> {
    let Some(query) = root.base() else {
        return Ok(None);
    };
    if let Some(submodule) = submodule(root, folder) {
        return Ok(Some(BaseBranch::Unknown(format!(
            "{submodule} is a submodule, which has branches of its own; put laneset.toml into it"
        ))));
    }
    let Some(inside) = without_links(root, folder) else {
        return Ok(Some(BaseBranch::Unknown(format!(
            "{folder} leads through a link out of the manifest's folder, where it was not followed"
        ))));
    };
    let tree = query.fork()?.and_then(|fork| {
        let held = |commit: &str| blobs(query, commit, &inside);
        let mut both = held(fork.commit())?;
        for commit in fork.commits.iter().skip(1) {
            let is_known = |blob: &Blob| both.iter().any(|known| known.path == blob.path);
            let more: Vec<Blob> = held(commit)?
                .into_iter()
                .filter(|blob| !is_known(blob))
                .collect();
            both.extend(more);
        }
        Ok(BaseBranch::Found(BaseTree {
            tip: match fork.commits == [fork.base.tip.as_str()] {
                true => None,
                false => Some(held(&fork.base.tip)?),
            },
            fork: both,
            reference: fork.base.name,
            is_here: fork.is_here,
        }))
    });
    tree.map(Some)
}

/// Where the folder is, from the manifest's folder on, once links on the way are followed; `None` when that is not below it.
fn without_links(root: &Root, folder: &RepoPath) -> Option<RepoPath> {
    let full = root.folder().join(folder.as_str());
    let (Ok(top), Ok(full)) = (root.folder().canonicalize(), full.canonicalize()) else {
        // It is gone, or was never there.
        return Some(folder.clone());
    };
    match full.strip_prefix(&top) {
        Ok(inside) => Some(RepoPath::new(inside.to_str()?)),
        // `dir = "../migrations"` names it without a link.
        Err(_) if folder.as_str().starts_with("..") => Some(folder.clone()),
        Err(_) => None,
    }
}

/// The submodule that the folder is in, or is itself.
fn submodule(root: &Root, folder: &RepoPath) -> Option<RepoPath> {
    let parts: Vec<&str> = folder.as_str().split('/').collect();
    let above = (1..=parts.len()).map(|count| parts[..count].join("/"));
    let mut above = above.filter(|path| !matches!(path.as_str(), "" | "." | ".."));
    above
        .find(|path| root.exists(&RepoPath::new(format!("{path}/.git"))))
        .map(RepoPath::new)
}

fn blobs(query: &BaseQuery, commit: &str, folder: &RepoPath) -> Result<Vec<Blob>, BaseBranchError> {
    let inside = format!("./{}/", folder.as_str().trim_end_matches('/'));
    let listed = query.git(&["ls-tree", "-r", "-z", commit, &inside])?;
    if !listed.status.success() {
        return Err(BaseBranchError::refused(commit, &listed));
    }
    let below = inside.trim_start_matches("./");
    let lines = String::from_utf8_lossy(&listed.stdout);
    let blobs = lines.split_terminator('\0').filter_map(|line| {
        let (facts, path) = line.split_once('\t')?;
        let mut facts = facts.split(' ');
        let (mode, kind) = (facts.next()?, facts.next()?);
        (kind == "blob").then_some(Blob {
            path: path.strip_prefix(below).unwrap_or(path).to_owned(),
            id: facts.next()?.to_owned(),
            is_link: mode == "120000",
        })
    });
    Ok(blobs.collect())
}

impl BaseTree {
    /// What of that are migrations, held against those that are here; `None` when the folder holds none that could be compared.
    ///
    /// # Errors
    /// When git does not give a text.
    pub fn compared(
        self,
        root: &Root,
        declaration: &MigrationsDeclaration,
        here: Option<&Migrations>,
    ) -> Result<Base, BaseBranchError> {
        let folder = &declaration.dir.path;
        let format = match here {
            // Nobody asks for them.
            None if root.exists(folder) => return Ok(Base::NotAsked),
            Some(migrations) if !migrations.list.is_empty() => migrations.format(),
            // All of them are gone, and with them what would tell the tool.
            _ => reader(match &declaration.format {
                Some(declared) => declared.value,
                None => MigrationFormat::Plain,
            }),
        };
        let list = here.into_iter().flat_map(|migrations| &migrations.list);
        let comparison = Comparison {
            folder,
            format,
            tree: &self,
            here: list.map(|it| (it.file.path(), it)).collect(),
        };
        Ok(Base::Known(BaseMigrations {
            fork: comparison.fork(root)?,
            tip: comparison.tip(),
            is_here: self.is_here,
            reference: self.reference,
        }))
    }
}

/// The base branch's migrations beside those that are here.
struct Comparison<'a> {
    folder: &'a RepoPath,
    format: &'static dyn Format,
    tree: &'a BaseTree,
    here: BTreeMap<&'a RepoPath, &'a Migration>,
}

impl Comparison<'_> {
    fn path(&self, blob: &Blob) -> RepoPath {
        below(self.folder, &blob.path)
    }

    /// What a file of the base branch is, when it is a migration that runs once.
    fn entry(&self, blob: &Blob) -> Option<Entry> {
        let entry = entry(self.format, &blob.path);
        entry.filter(|entry| entry.half == Half::Up && !entry.order.is_last)
    }

    fn tip(&self) -> BTreeMap<RepoPath, HeldVersion> {
        let Some(tip) = &self.tree.tip else {
            let fork = self.tree.fork.iter();
            return fork.filter_map(|blob| self.version(blob)).collect();
        };
        let is_there = |path: &RepoPath| tip.iter().any(|blob| self.path(blob) == *path);
        let gone = self.tree.fork.iter().map(|blob| self.path(blob));
        let gone: Vec<RepoPath> = gone.filter(|path| !is_there(path)).collect();
        let versions = tip.iter().filter_map(|blob| self.version(blob));
        // What was moved there has the name by which this branch knows it.
        versions
            .map(|(path, version)| {
                let was = gone.iter().find(|was| self.is_moved(was, &path));
                (was.cloned().unwrap_or(path), version)
            })
            .collect()
    }

    fn version(&self, blob: &Blob) -> Option<(RepoPath, HeldVersion)> {
        let entry = self.entry(blob)?;
        let version = HeldVersion {
            version: entry.version,
            recorded: entry.recorded,
            order: entry.order,
        };
        Some((self.path(blob), version))
    }

    fn fork(&self, root: &Root) -> Result<Vec<Held>, BaseBranchError> {
        let fork = self.tree.fork.iter();
        let fork = fork.filter(|blob| self.entry(blob).is_some());
        let fork: Vec<(&Blob, RepoPath)> = fork.map(|blob| (blob, self.now(blob))).collect();
        let differing = fork.iter().filter(|(blob, now)| !self.is_same(blob, now));
        let differing = differing.map(|(blob, _)| (*blob, self.path(blob)));
        let before = contents(root, &differing.collect::<Vec<_>>())?;
        let held = fork.iter().map(|(blob, now)| {
            let path = self.path(blob);
            let was = before.get(blob.id.as_str());
            let was = was.map(|text| SourceFile::new(path.clone(), text.clone()));
            let here = match (was, self.here.get(now)) {
                (None, _) => Here::Same,
                (Some(was), Some(now)) if is_alike(was.text(), now.file.text()) => Here::Same,
                (Some(was), Some(_)) => Here::Other(was),
                (Some(was), None) => self.gone(was),
            };
            let now = now.clone();
            Held { path, now, here }
        });
        Ok(held.collect())
    }

    /// Where a migration of the base branch is here: where it was, or where it was moved to.
    fn now(&self, blob: &Blob) -> RepoPath {
        let was = self.path(blob);
        if self.here.contains_key(&was) {
            return was;
        }
        let mut moved = self.added().filter(|now| self.is_moved(&was, now));
        moved.next().cloned().unwrap_or(was)
    }

    /// Whether the tool takes two paths for the same migration: it looks for names at any depth, and the name is the same.
    fn is_moved(&self, was: &RepoPath, now: &RepoPath) -> bool {
        let inside = |path: &RepoPath| {
            let path = path.as_str();
            let folder = format!("{}/", self.folder.as_str().trim_end_matches('/'));
            path.strip_prefix(&folder).unwrap_or(path).to_owned()
        };
        let order = |path: &str| self.format.entry(path).map(|entry| entry.order);
        let by_name = order(was.file_name());
        was.file_name() == now.file_name()
            && by_name.is_some()
            && by_name == order(&inside(was))
            && by_name == order(&inside(now))
    }

    /// The paths of this branch that the base branch has not.
    fn added(&self) -> impl Iterator<Item = &RepoPath> {
        let both = self.tree.fork.iter().chain(self.tree.tip.iter().flatten());
        let known: BTreeSet<RepoPath> = both.map(|blob| self.path(blob)).collect();
        let here = self.here.keys().copied();
        here.filter(move |path| !known.contains(*path))
    }

    /// Whether nothing was done to it here. What the base branch has done itself is no deed of this one: it is merged, or picked from there.
    /// Of a link it is not known what it leads to there.
    fn is_same(&self, blob: &Blob, now: &RepoPath) -> bool {
        self.is_as_in(blob, now)
            || blob.is_link && self.here.contains_key(now)
            || self.tree.tip.as_ref().is_some_and(|tip| {
                let at_tip = tip.iter().find(|other| other.path == blob.path);
                at_tip.map_or(!self.here.contains_key(now), |at_tip| {
                    self.is_as_in(at_tip, now)
                })
            })
    }

    fn is_as_in(&self, blob: &Blob, path: &RepoPath) -> bool {
        let now = self.here.get(path);
        now.is_some_and(|now| is_called(now.file.text(), &blob.id))
    }

    /// What became of a migration whose path is gone.
    fn gone(&self, was: Arc<SourceFile>) -> Here {
        let is_alike = |path: &&RepoPath| {
            let now = self.here.get(*path);
            now.is_some_and(|now| is_alike(now.file.text(), was.text()))
        };
        let named = |path: &&RepoPath| path.file_name() == was.path().file_name();
        let alike: Vec<&RepoPath> = self.added().filter(is_alike).collect();
        let to = alike.iter().copied().find(|path| named(path));
        match to.or_else(|| alike.first().copied()).cloned() {
            Some(to) => Here::Renamed { was, to },
            None => Here::Gone(was),
        }
    }
}

/// Whether texts differ by the ends of their lines alone, which git may write as the system has them.
pub fn is_alike(a: &str, b: &str) -> bool {
    let lines = |text: &str| text.replace("\r\n", "\n");
    a == b || lines(a) == lines(b)
}

/// Whether git calls a text so: by the hash of it that the repository's names are.
fn is_called(text: &str, id: &str) -> bool {
    let head = format!("blob {}\0", text.len());
    let is = |hash: &[u8]| {
        let number = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let numbers = id.as_bytes().chunks(2).map(number);
        numbers.eq(hash.iter().map(|byte| Some(*byte)))
    };
    match id.len() {
        40 => is(&Sha1::new().chain_update(head).chain_update(text).finalize()),
        _ => is(&Sha256::new()
            .chain_update(head)
            .chain_update(text)
            .finalize()),
    }
}

/// What blobs hold, by their names, as git would write them into the working tree. Bytes that are no UTF-8 are replaced: they are compared
/// and shown, no more.
fn contents<'a>(
    root: &Root,
    blobs: &[(&'a Blob, RepoPath)],
) -> Result<BTreeMap<&'a str, String>, BaseBranchError> {
    if blobs.is_empty() {
        return Ok(BTreeMap::new());
    }
    let git = Blobs::new(here(root.folder())?, Names::FromFolder);
    let read = blobs.iter().map(|(blob, path)| {
        let bytes = git.read(&blob.id, path.as_str(), LIMIT);
        let bytes = bytes.map_err(|error| BaseBranchError::Refused {
            reference: path.to_string(),
            complaint: error.to_string(),
        })?;
        Ok((
            blob.id.as_str(),
            String::from_utf8_lossy(&bytes).into_owned(),
        ))
    });
    read.collect()
}
