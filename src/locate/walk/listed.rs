//! What git lists of its index.

use std::collections::BTreeSet;
use std::path::PathBuf;

use thiserror::Error;

use super::blobs::Names;
use crate::locate::git::{self, Git, GitError};

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

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) path: String,
    pub(super) kind: Kind,
    pub(super) object: String,
    /// Whether the file of the working tree holds the same.
    pub(super) is_in_working_tree: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Link,
    Submodule,
}

/// A list of the index.
#[derive(Default)]
pub(super) struct Listed {
    /// Ordered by path.
    pub(super) entries: Vec<Entry>,
    /// The ignore files of the folders above, by their paths from the folder on: `../.gitignore`.
    pub(super) above: Vec<Entry>,
    /// Names that are not UTF-8.
    pub(super) unnamed: Vec<PathBuf>,
}

/// Asks git once: each entry stands there, and once more (`C`) when the working tree holds something else.
/// `inside` is where the folder is, as the names have it.
pub(super) fn list(git: &Git, names: Names, inside: &str) -> Result<Listed, IndexError> {
    let which: &[&str] = match names {
        Names::FromFolder => &[".", IGNORE_FILES[0], IGNORE_FILES[1]],
        Names::Full => &["--full-name", ":/"],
    };
    let all = ["-c", "-m", "-s", "-v", "-z"];
    let printed = git.ask("ls-files", &[&all[..], which].concat())?;
    let mut listed = Listed::default();
    let mut is_any_empty = false;
    for record in printed.split(|byte| *byte == 0).filter(|it| !it.is_empty()) {
        let ([tag, mode, object, stage], name) = record_of(record)
            .ok_or_else(|| IndexError::NotUnderstood(String::from_utf8_lossy(record).into()))?;
        let Ok(path) = std::str::from_utf8(name) else {
            listed.unnamed.push(git::path(name).into());
            continue;
        };
        if is_elsewhere(path) {
            continue;
        }
        if stage != "0" && !path.starts_with(inside) {
            // Another folder's conflict. What a link here leads to is missing then.
            continue;
        }
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
    listed.entries.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(listed)
}

/// `TAG MODE OBJECT STAGE`, a tabulator, the name (git-ls-files(1), "OUTPUT").
fn record_of(record: &[u8]) -> Option<([&str; 4], &[u8])> {
    let tab = memchr::memchr(b'\t', record)?;
    let facts = std::str::from_utf8(&record[..tab]).ok()?;
    let facts: Vec<&str> = facts.split(' ').collect();
    Some((facts.try_into().ok()?, &record[tab + 1..]))
}

/// Whether an ignore file is one of another folder, and says nothing of this one.
fn is_elsewhere(path: &str) -> bool {
    path.starts_with("../") && path.trim_start_matches("../").contains('/')
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
