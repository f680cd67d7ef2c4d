//! What is to become of a file: decided on one floor, written or shown on another.

use crate::source::file::RepoPath;

/// One file as it is and as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Relative to the manifest's folder.
    pub path: RepoPath,
    /// The text that is there; `None` for a file that is to be made.
    pub before: Option<String>,
    pub after: String,
}
