//! Which files of the index a walk through the working tree passes over, because git ignores them or a `.ignore` file says so.

use std::collections::BTreeSet;
use std::path::Path;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::ReadError;
use super::index::Index;
use crate::source::file::RepoPath;

/// The file in which people say what searches pass over, whatever git does.
const IGNORE_FILE: &str = ".ignore";

/// What is passed over below the manifest's folder.
pub(super) struct Ignored {
    /// Paths.
    by_git: BTreeSet<String>,
    /// The `.ignore` files, those of deeper folders first, each with its folder: empty, or with a slash at the end.
    files: Vec<(String, Gitignore)>,
}

impl Ignored {
    /// # Errors
    /// When git fails, or an ignore file cannot be read.
    pub(super) fn of(index: &Index) -> Result<Self, ReadError> {
        let by_git = index.ignored().map_err(|source| ReadError::Git {
            path: RepoPath::new("."),
            source,
        })?;
        let mut files = Vec::new();
        let is_ignore_file = |path: &Path| path.file_name().is_some_and(|it| it == IGNORE_FILE);
        for (path, _) in index.files(&is_ignore_file)? {
            let folder = path.as_str().strip_suffix(IGNORE_FILE).unwrap_or_default();
            let mut builder = GitignoreBuilder::new("");
            for line in String::from_utf8_lossy(&index.read(&path)?).lines() {
                // As in a walk, a line that is no pattern says nothing.
                let _ = builder.add_line(None, line);
            }
            files.extend(builder.build().ok().map(|it| (folder.to_owned(), it)));
        }
        files.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.len()));
        Ok(Self { by_git, files })
    }

    pub(super) fn holds(&self, path: &RepoPath) -> bool {
        let path = path.as_str();
        let ends = path.match_indices('/').map(|(at, _)| (at, true));
        let mut is_kept = false;
        for (end, is_folder) in ends.chain([(path.len(), false)]) {
            match self.said(&path[..end], is_folder) {
                Some(true) => return true,
                Some(false) => is_kept = true,
                None => {}
            }
        }
        !is_kept && self.by_git.contains(path)
    }

    /// Whether the `.ignore` files pass it over, where they say anything of it.
    fn said(&self, path: &str, is_folder: bool) -> Option<bool> {
        self.files.iter().find_map(|(folder, file)| {
            let inside = path.strip_prefix(folder.as_str())?;
            match file.matched(inside, is_folder) {
                Match::None => None,
                Match::Ignore(_) => Some(true),
                Match::Whitelist(_) => Some(false),
            }
        })
    }
}
