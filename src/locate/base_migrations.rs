//! The migrations that the base branch has: where this branch left it, and at its tip.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::Stdio;
use std::sync::Arc;

use sha1::{Digest, Sha1};
use sha2::Sha256;

use super::base_branch::{
    BaseBranch, BaseBranchError, fork, git, here, if_shallow, reference, refused,
};
use super::formats::order::Order;
use super::formats::{Entry, Format, Half, reader};
use super::migrations::{Migrations, below, entry};
use super::walk::{Root, WantedBase};
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
}

/// A migration where this branch left the base branch.
#[derive(Debug)]
pub struct Held {
    pub path: RepoPath,
    pub here: Here,
}

/// What this branch has at the path of a migration.
#[derive(Debug)]
pub enum Here {
    Same,
    /// Another text. This is what it was.
    Other(Arc<SourceFile>),
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

/// Reads what the base branch has in the folder of migrations.
///
/// # Errors
/// When a branch was named, and it or the way from it to here is not known; when git fails.
pub fn tree(
    root: &Root,
    wanted: &WantedBase,
    folder: &RepoPath,
) -> Result<BaseBranch<BaseTree>, BaseBranchError> {
    if let Some(submodule) = submodule(root, folder) {
        return Ok(BaseBranch::Unknown(format!(
            "{submodule} is a submodule, which has branches of its own; put laneset.toml into it"
        )));
    }
    let named = match wanted {
        WantedBase::Usual => None,
        WantedBase::Named(name) => Some(name.as_str()),
    };
    let reference = match reference(root, named)? {
        BaseBranch::Found { reference, .. } => reference,
        BaseBranch::Unknown(reason) => return Ok(BaseBranch::Unknown(reason)),
    };
    let Some(fork) = fork(root, &reference)? else {
        let shallow = if_shallow(root)?;
        let reason = format!("git does not know where this branch left {reference}{shallow}");
        return match named {
            None => Ok(BaseBranch::Unknown(reason)),
            Some(_) => Err(BaseBranchError::NoFork { reference, shallow }),
        };
    };
    let tip = format!("{reference}^{{commit}}");
    let ends = git(root, &["rev-parse", "HEAD", &tip, "--abbrev-ref", "HEAD"])?;
    let ends = String::from_utf8_lossy(&ends.stdout).into_owned();
    let mut ends = ends.lines();
    let (head, tip, branch) = (ends.next(), ends.next(), ends.next());
    // origin/HEAD stands for a branch, by its name.
    let name = match reference.ends_with("/HEAD") {
        true => symbolic(root, &reference)?,
        false => short(&reference).to_owned(),
    };
    // Whether no other branch is checked out: this one is, or none.
    let is_that_branch = branch.is_none_or(|branch| {
        branch == "HEAD" || branch == name || name.strip_prefix("origin/") == Some(branch)
    });
    let is_at_tip = head == Some(&fork) && tip == Some(&fork);
    let held = BaseTree {
        is_here: named.is_none() && is_at_tip && is_that_branch,
        fork: blobs(root, &fork, folder)?,
        tip: match tip {
            Some(tip) if *tip != fork => Some(blobs(root, tip, folder)?),
            _ => None,
        },
        reference: name,
    };
    Ok(BaseBranch::Found { reference, held })
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

/// As people write it: `main`, `origin/main`.
fn short(reference: &str) -> &str {
    let rest = reference.strip_prefix("refs/heads/");
    let rest = rest.or_else(|| reference.strip_prefix("refs/remotes/"));
    rest.unwrap_or(reference)
}

/// The branch that a name stands for, as people write it.
fn symbolic(root: &Root, reference: &str) -> Result<String, BaseBranchError> {
    let output = git(root, &["symbolic-ref", "--quiet", "--short", reference])?;
    let name = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok(match name.is_empty() {
        true => short(reference).to_owned(),
        false => name,
    })
}

fn blobs(root: &Root, commit: &str, folder: &RepoPath) -> Result<Vec<Blob>, BaseBranchError> {
    let inside = format!("./{}/", folder.as_str().trim_end_matches('/'));
    let listed = git(root, &["ls-tree", "-r", "-z", commit, &inside])?;
    if !listed.status.success() {
        return Err(refused(commit, &listed));
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
        let entry = |blob: &Blob| migration(format, &blob.path);
        let texts: BTreeMap<&RepoPath, &Arc<SourceFile>> = here
            .into_iter()
            .flat_map(|migrations| &migrations.list)
            .map(|migration| (migration.file.path(), &migration.file))
            .collect();
        let is_as_in = |blob: &Blob, path: &RepoPath| {
            let file = texts.get(path);
            file.is_some_and(|file| id_of(file.text(), blob.id.len()) == blob.id)
        };
        // What the base branch has done itself is no deed of this one: it is merged, or picked from there.
        let is_as_at_tip = |path: &RepoPath, from_folder: &str| {
            self.tip.as_ref().is_some_and(|tip| {
                let now = tip.iter().find(|blob| blob.path == from_folder);
                now.map_or(!texts.contains_key(path), |blob| is_as_in(blob, path))
            })
        };
        let is_same = |blob: &Blob| {
            let path = below(folder, &blob.path);
            is_as_in(blob, &path) || is_as_at_tip(&path, &blob.path)
        };
        let fork: Vec<&Blob> = self
            .fork
            .iter()
            .filter(|blob| entry(blob).is_some())
            .collect();
        let differing: BTreeSet<&str> = fork
            .iter()
            .filter(|blob| !is_same(blob))
            .map(|blob| blob.id.as_str())
            .collect();
        let before = contents(root, &differing)?;
        let held = fork.iter().map(|blob| {
            let path = below(folder, &blob.path);
            let was = before.get(blob.id.as_str());
            let was = was.map(|text| SourceFile::new(path.clone(), text.clone()));
            let here = match (was, texts.get(&path)) {
                (None, _) => Here::Same,
                (Some(was), Some(file)) if is_alike(was.text(), file.text()) => Here::Same,
                (Some(was), Some(_)) => Here::Other(was),
                (Some(was), None) => Here::Gone(was),
            };
            Held { path, here }
        });
        let tip = self.tip.as_ref().unwrap_or(&self.fork);
        let tip = tip.iter().filter_map(|blob| {
            let entry = entry(blob)?;
            let version = HeldVersion {
                version: entry.version,
                recorded: entry.recorded,
                order: entry.order,
            };
            Some((below(folder, &blob.path), version))
        });
        Ok(Base::Known(BaseMigrations {
            fork: held.collect(),
            tip: tip.collect(),
            reference: self.reference,
            is_here: self.is_here,
        }))
    }
}

/// What the file is, when it is a migration that runs once.
fn migration(format: &dyn Format, path: &str) -> Option<Entry> {
    entry(format, path).filter(|entry| entry.half == Half::Up && !entry.order.is_last)
}

/// Whether texts differ by the ends of their lines alone, which git may write as the system has them.
pub fn is_alike(a: &str, b: &str) -> bool {
    let lines = |text: &str| text.replace("\r\n", "\n");
    a == b || lines(a) == lines(b)
}

/// What git calls a text, in a repository whose names have so many digits.
fn id_of(text: &str, digits: usize) -> String {
    let head = format!("blob {}\0", text.len());
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match digits {
        40 => hex(&Sha1::new().chain_update(head).chain_update(text).finalize()),
        _ => hex(&Sha256::new()
            .chain_update(head)
            .chain_update(text)
            .finalize()),
    }
}

/// What blobs hold, by their names. Bytes that are no UTF-8 are replaced: they are compared and shown, no more.
fn contents<'a>(
    root: &Root,
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
        let part = next_blob(rest).ok_or_else(|| refused(id, &output))?;
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
