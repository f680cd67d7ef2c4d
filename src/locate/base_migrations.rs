//! The migrations that the base branch has: where this branch left it, and at its tip.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use sha1::{Digest, Sha1};
use sha2::Sha256;

use super::base_branch::{BaseBranch, BaseBranchError, BaseQuery, here};
use super::formats::order::Order;
use super::formats::{Entry, Format, Half, reader};
use super::migrations::{Migration, Migrations, below, entry};
use super::walk::Root;
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
    /// Those that the base branch has got since this branch left it.
    pub fn gained(&self) -> impl Iterator<Item = (&RepoPath, &HeldVersion)> {
        let is_old = |path: &RepoPath| self.fork.iter().any(|held| held.path == *path);
        self.tip.iter().filter(move |(path, _)| !is_old(path))
    }

    /// Whether a path is new on this branch.
    pub fn lacks(&self, path: &RepoPath) -> bool {
        !self.tip.contains_key(path) && !self.fork.iter().any(|held| held.path == *path)
    }

    /// Whether a path holds there what it holds here.
    pub fn has_as_it_is(&self, path: &RepoPath) -> bool {
        let mut held = self.fork.iter();
        let at_fork = held.find(|held| held.path == *path);
        at_fork.map_or_else(
            || self.tip.contains_key(path),
            |held| matches!(held.here, Here::Same),
        )
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
    let tree = query.fork()?.and_then(|fork| {
        Ok(BaseBranch::Found(BaseTree {
            tip: match fork.base.tip == fork.commit {
                true => None,
                false => Some(blobs(query, &fork.base.tip, folder)?),
            },
            fork: blobs(query, &fork.commit, folder)?,
            reference: fork.base.name,
            is_here: fork.is_here,
        }))
    });
    tree.map(Some)
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
        let is_file = kind == "blob" && mode != "120000";
        is_file.then_some(Blob {
            path: path.strip_prefix(below).unwrap_or(path).to_owned(),
            id: facts.next()?.to_owned(),
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
            fork: comparison.fork(root.folder())?,
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
        let tip = self.tree.tip.as_ref().unwrap_or(&self.tree.fork).iter();
        let tip = tip.filter_map(|blob| {
            let entry = self.entry(blob)?;
            let version = HeldVersion {
                version: entry.version,
                recorded: entry.recorded,
                order: entry.order,
            };
            Some((self.path(blob), version))
        });
        tip.collect()
    }

    fn fork(&self, root: &Path) -> Result<Vec<Held>, BaseBranchError> {
        let fork = self.tree.fork.iter();
        let fork: Vec<&Blob> = fork.filter(|blob| self.entry(blob).is_some()).collect();
        let differing = fork.iter().filter(|blob| !self.is_same(blob));
        let differing: BTreeSet<&str> = differing.map(|blob| blob.id.as_str()).collect();
        let before = contents(root, &differing)?;
        let held = fork.iter().map(|blob| {
            let path = self.path(blob);
            let was = before.get(blob.id.as_str());
            let was = was.map(|text| SourceFile::new(path.clone(), text.clone()));
            let here = match (was, self.here.get(&path)) {
                (None, _) => Here::Same,
                (Some(was), Some(now)) if is_alike(was.text(), now.file.text()) => Here::Same,
                (Some(was), Some(_)) => Here::Other(was),
                (Some(was), None) => self.gone(was, blob),
            };
            Held { path, here }
        });
        Ok(held.collect())
    }

    /// Whether nothing was done to it here. What the base branch has done itself is no deed of this one: it is merged, or picked from there.
    fn is_same(&self, blob: &Blob) -> bool {
        let path = self.path(blob);
        self.is_as_in(blob, &path)
            || self.tree.tip.as_ref().is_some_and(|tip| {
                let now = tip.iter().find(|other| other.path == blob.path);
                now.map_or(!self.here.contains_key(&path), |now| {
                    self.is_as_in(now, &path)
                })
            })
    }

    fn is_as_in(&self, blob: &Blob, path: &RepoPath) -> bool {
        let now = self.here.get(path);
        now.is_some_and(|now| is_called(now.file.text(), &blob.id))
    }

    /// What became of a migration whose path is gone.
    fn gone(&self, was: Arc<SourceFile>, blob: &Blob) -> Here {
        let both = self.tree.fork.iter().chain(self.tree.tip.iter().flatten());
        let known: BTreeSet<RepoPath> = both.map(|blob| self.path(blob)).collect();
        let mut new = self
            .here
            .values()
            .filter(|it| !known.contains(it.file.path()));
        match new.find(|it| is_alike(it.file.text(), was.text())) {
            Some(now) if self.is_moved(blob, now) => Here::Same,
            Some(now) => Here::Renamed {
                was,
                to: now.file.path().clone(),
            },
            None => Here::Gone(was),
        }
    }

    /// Whether the tool takes it for the same one: it looks for names at any depth, and the name stayed.
    fn is_moved(&self, blob: &Blob, now: &Migration) -> bool {
        let name = blob.path.rsplit('/').next().unwrap_or_default();
        let by_name = self.format.entry(name);
        name == now.file.path().file_name() && by_name.is_some_and(|it| it.order == now.order)
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

/// What blobs hold, by their names. Bytes that are no UTF-8 are replaced: they are compared and shown, no more.
fn contents<'a>(
    root: &Path,
    ids: &BTreeSet<&'a str>,
) -> Result<BTreeMap<&'a str, String>, BaseBranchError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut child = here(root)?
        .command("cat-file", &["--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let asked: String = ids.iter().map(|id| format!("{id}\n")).collect();
    let stdin = child.stdin.take();
    // Beside the reading: both pipes may be full.
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(asked.as_bytes())));
        child.wait_with_output()
    })?;
    let mut found = BTreeMap::new();
    let mut rest = output.stdout.as_slice();
    for id in ids {
        let part = next_blob(rest).ok_or_else(|| BaseBranchError::refused(id, &output))?;
        found.insert(*id, String::from_utf8_lossy(part.0).into_owned());
        rest = part.1;
    }
    Ok(found)
}

/// `ID blob SIZE`, a line end, the bytes, a line end; and what follows.
fn next_blob(output: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b'\n', output)?;
    let head = std::str::from_utf8(&output[..end]).ok()?;
    let size: usize = head.split(' ').nth(2)?.parse().ok()?;
    let bytes = output.get(end + 1..end + 1 + size)?;
    Some((bytes, output.get(end + size + 2..)?))
}
