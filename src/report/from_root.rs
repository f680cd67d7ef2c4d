//! Paths as a code host knows them: from the root of the repository, wherever in it the manifest lies.

use crate::source::file::RepoPath;

/// The manifest's folder, as it lies in its repository.
#[derive(Debug, Clone, Default)]
pub struct FromRoot {
    /// With `/` between its parts and none at its ends; empty for the root itself.
    folder: String,
}

impl FromRoot {
    /// For a manifest in this folder; the root is the empty path.
    pub fn new(folder: impl Into<String>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// The path from the root, for one from the manifest's folder.
    pub fn path(&self, path: &RepoPath) -> String {
        match self.folder.as_str() {
            "" => path.to_string(),
            folder => format!("{folder}/{path}"),
        }
    }

    /// A fingerprint that no other manifest of the repository gives: two services may have the same fault in the same file of each.
    pub fn fingerprint(&self, fingerprint: &str) -> String {
        match self.folder.as_str() {
            "" => fingerprint.to_owned(),
            folder => format!("{folder}:{fingerprint}"),
        }
    }
}
