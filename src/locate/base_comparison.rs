//! Holds the migrations of the base branch against those that are here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sha1::{Digest, Sha1};
use sha2::Sha256;

use super::base_branch::BaseBranchError;
use super::base_migrations::{Base, BaseMigrations, Held, HeldVersion, Here};
use super::base_tree::{BaseTree, Blob, contents};
use super::formats::{Entry, Format, Half, reader};
use super::migrations::{Migration, Migrations, below, entry};
use super::walk::Root;
use crate::model::declaration::{MigrationFormat, MigrationsDeclaration};
use crate::source::file::{RepoPath, SourceFile};

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
        let here: BTreeMap<&RepoPath, &Migration> = list.map(|it| (it.file.path(), it)).collect();
        let both = self.fork.iter().chain(self.tip.iter().flatten());
        let known: BTreeSet<RepoPath> = both.map(|blob| below(folder, &blob.path)).collect();
        let added = here.keys().copied().filter(|path| !known.contains(*path));
        let comparison = Comparison {
            folder,
            format,
            tree: &self,
            added: added.collect(),
            here,
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
    /// The paths that are here and not there.
    added: Vec<&'a RepoPath>,
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
        let there: BTreeSet<&str> = tip.iter().map(|blob| blob.path.as_str()).collect();
        let fork = self.tree.fork.iter();
        let gone = fork.filter(|blob| !there.contains(blob.path.as_str()));
        let gone: Vec<RepoPath> = gone.map(|blob| self.path(blob)).collect();
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

    fn fork(&self, root: &Root) -> Result<BTreeMap<RepoPath, Held>, BaseBranchError> {
        let fork = self.tree.fork.iter();
        let fork = fork.filter(|blob| self.entry(blob).is_some());
        let fork: Vec<(&Blob, RepoPath)> = fork.map(|blob| (blob, self.now(blob))).collect();
        let differing = fork.iter().filter(|(blob, now)| !self.is_same(blob, now));
        let differing: Vec<&Blob> = differing.map(|(blob, _)| *blob).collect();
        let with_path = |blob| (blob, self.path(blob));
        let mut before = contents(root, differing.iter().copied().map(with_path).collect())?;
        let since = differing.iter().filter_map(|blob| self.changed_since(blob));
        let mut since = contents(root, since.map(with_path).collect())?;
        let held = fork.into_iter().map(|(blob, now)| {
            let path = self.path(blob);
            let was = before.remove(&path);
            let was = was.map(|text| SourceFile::new(path.clone(), text));
            let here = match (was, self.here.get(&now)) {
                (None, _) => Here::Same,
                (Some(was), Some(now)) if is_alike(was.text(), now.file.text()) => Here::Same,
                (Some(was), Some(_)) => Here::Other {
                    was,
                    tip: since.remove(&path),
                },
                (Some(was), None) => self.gone(was),
            };
            (now, Held { path, here })
        });
        Ok(held.collect())
    }

    /// What the base branch has made of a file since this branch left it.
    fn changed_since(&self, blob: &Blob) -> Option<&Blob> {
        let mut tip = self.tree.tip.iter().flatten();
        tip.find(|other| other.path == blob.path && other.id != blob.id)
    }

    /// Where a migration of the base branch is here: where it was, or where it was moved to.
    fn now(&self, blob: &Blob) -> RepoPath {
        let was = self.path(blob);
        if self.here.contains_key(&was) {
            return was;
        }
        let mut added = self.added.iter().copied();
        let moved = added.find(|now| self.is_moved(&was, now)).cloned();
        moved.unwrap_or(was)
    }

    /// Whether the tool takes two paths for the same migration: it looks for names at any depth, and the name is the same.
    fn is_moved(&self, was: &RepoPath, now: &RepoPath) -> bool {
        if was.file_name() != now.file_name() {
            return false;
        }
        let inside = |path: &RepoPath| {
            let path = path.as_str();
            let folder = format!("{}/", self.folder.as_str().trim_end_matches('/'));
            path.strip_prefix(&folder).unwrap_or(path).to_owned()
        };
        let order = |path: &str| self.format.entry(path).map(|entry| entry.order);
        let by_name = order(was.file_name());
        by_name.is_some() && by_name == order(&inside(was)) && by_name == order(&inside(now))
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
        let alike: Vec<&RepoPath> = self.added.iter().copied().filter(is_alike).collect();
        let to = alike.iter().copied().find(|path| named(path));
        match to.or_else(|| alike.first().copied()).cloned() {
            Some(to) => Here::Renamed { was, to },
            None => Here::Gone(was),
        }
    }
}

/// Whether texts differ by the ends of their lines alone, which git may write as the system has them.
fn is_alike(a: &str, b: &str) -> bool {
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
