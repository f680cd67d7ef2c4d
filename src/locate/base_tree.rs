//! What the base branch holds of the folder of migrations: names and ids, before it is known what of that are migrations.

use std::collections::BTreeMap;

use super::base_branch::{BaseBranch, BaseBranchError, BaseQuery, here};
use super::walk::blobs::{Blobs, Names};
use super::walk::{LIMIT, Root};
use crate::source::file::RepoPath;

/// A file of a commit.
pub(super) struct Blob {
    /// From the folder of migrations on.
    pub(super) path: String,
    pub(super) id: String,
    pub(super) is_link: bool,
}

/// What two commits hold of the folder, before it is known what of that are migrations.
pub struct BaseTree {
    pub(super) reference: String,
    pub(super) is_here: bool,
    pub(super) fork: Vec<Blob>,
    /// `None` where it is the same commit.
    pub(super) tip: Option<Vec<Blob>>,
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
            let ancestor = query.common_ancestor(fork.commit(), commit)?;
            let ancestor = ancestor.map_or_else(|| Ok(Vec::new()), |it| held(&it))?;
            both = merged(both, held(commit)?, &ancestor);
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

/// What two commits hold that were made of one, as a merge of both would: of each file what either has changed. Where both have, the first.
fn merged(one: Vec<Blob>, other: Vec<Blob>, ancestor: &[Blob]) -> Vec<Blob> {
    let ids = |blobs: &[Blob]| -> BTreeMap<String, String> {
        let pairs = blobs
            .iter()
            .map(|blob| (blob.path.clone(), blob.id.clone()));
        pairs.collect()
    };
    let (before, in_one, in_other) = (ids(ancestor), ids(&one), ids(&other));
    let both = one.into_iter().map(|blob| (blob, &in_other));
    let both = both.chain(other.into_iter().map(|blob| (blob, &in_one)));
    let mut merged: BTreeMap<String, Blob> = BTreeMap::new();
    for (blob, elsewhere) in both {
        // As it was before, and another there, or gone.
        let is_old =
            before.get(&blob.path) == Some(&blob.id) && elsewhere.get(&blob.path) != Some(&blob.id);
        if !is_old {
            merged.entry(blob.path.clone()).or_insert(blob);
        }
    }
    merged.into_values().collect()
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

/// What blobs hold, by their paths, as git would write them into the working tree. Bytes that are no UTF-8 are replaced: they are compared
/// and shown, no more.
pub(super) fn contents(
    root: &Root,
    blobs: Vec<(&Blob, RepoPath)>,
) -> Result<BTreeMap<RepoPath, String>, BaseBranchError> {
    if blobs.is_empty() {
        return Ok(BTreeMap::new());
    }
    let git = Blobs::new(here(root.folder())?, Names::FromFolder);
    let read = blobs.into_iter().map(|(blob, path)| {
        let bytes = git.read(&blob.id, path.as_str(), LIMIT);
        let bytes = bytes.map_err(|error| BaseBranchError::Refused {
            reference: path.to_string(),
            complaint: error.to_string(),
        })?;
        Ok((path, String::from_utf8_lossy(&bytes).into_owned()))
    });
    read.collect()
}
