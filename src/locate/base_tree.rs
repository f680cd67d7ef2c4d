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
