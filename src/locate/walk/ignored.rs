//! Which files of the index a walk through the working tree of its commit would pass over, because ignore files that are staged say so.

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::ReadError;
use super::index::Index;
use crate::source::file::RepoPath;

/// What is passed over below the manifest's folder.
pub(super) struct Ignored {
    /// From the root of the repository to the manifest's folder: empty, or with a slash at the end.
    prefix: String,
    /// In which people say what searches pass over, whatever git does.
    by_search: Patterns,
    by_git: Patterns,
}

/// The patterns of files of one name: those of deeper folders first, each with its folder from the root of the repository on.
struct Patterns(Vec<(String, Gitignore)>);

impl Ignored {
    /// # Errors
    /// When git fails, or an ignore file cannot be read.
    pub(super) fn of(index: &Index) -> Result<Self, ReadError> {
        let mut ignored = Self {
            prefix: index.way_from_top()?.to_owned(),
            by_search: Patterns::of(index, ".ignore")?,
            by_git: Patterns::of(index, ".gitignore")?,
        };
        // As in a walk, where the folder itself is passed over its own files alone speak of it.
        let folder = ignored.prefix.trim_end_matches('/');
        if !folder.is_empty() && ignored.holds_from_top(folder, true) {
            for patterns in [&mut ignored.by_search, &mut ignored.by_git] {
                let is_own = |folder: &str| folder.starts_with(&ignored.prefix);
                patterns.0.retain(|(folder, _)| is_own(folder));
            }
        }
        Ok(ignored)
    }

    /// `path` is seen from the manifest's folder.
    pub(super) fn holds(&self, path: &RepoPath) -> bool {
        self.holds_from_top(&format!("{}{path}", self.prefix), false)
    }

    fn holds_from_top(&self, path: &str, is_folder: bool) -> bool {
        let folders = path.match_indices('/').map(|(at, _)| (&path[..at], true));
        let mut parts = folders.chain([(path, is_folder)]);
        parts.any(|(part, is_folder)| {
            let said = self.by_search.said(part, is_folder);
            said.or_else(|| self.by_git.said(part, is_folder)) == Some(true)
        })
    }
}

impl Patterns {
    fn of(index: &Index, name: &str) -> Result<Self, ReadError> {
        let mut files = Vec::new();
        for file in index.ignore_files(name)? {
            let mut builder = GitignoreBuilder::new("");
            // A byte order mark is none of a pattern.
            for line in file.text.trim_start_matches('\u{feff}').lines() {
                // As in a walk, a line that is no pattern says nothing.
                let _ = builder.add_line(None, line);
            }
            files.extend(builder.build().ok().map(|it| (file.folder, it)));
        }
        files.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.len()));
        Ok(Self(files))
    }

    /// Whether they pass it over, where they say anything of it.
    fn said(&self, path: &str, is_folder: bool) -> Option<bool> {
        self.0.iter().find_map(|(folder, file)| {
            let inside = path.strip_prefix(folder.as_str())?;
            match file.matched(inside, is_folder) {
                Match::None => None,
                Match::Ignore(_) => Some(true),
                Match::Whitelist(_) => Some(false),
            }
        })
    }
}
