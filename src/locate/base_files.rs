//! Files as the base branch has them.

use super::base_branch::{BaseBranch, BaseBranchError, BaseQuery};
use crate::source::file::RepoPath;

/// The paths of the files below `folder` on the base branch, from there on, in byte order. `folder` is seen from the query's.
///
/// # Errors
/// When a name is no commit, or git fails on one that is there.
pub fn files_on_base(
    query: &BaseQuery,
    folder: &RepoPath,
) -> Result<BaseBranch<Vec<String>>, BaseBranchError> {
    query.branch()?.and_then(|branch| {
        let inside = format!("./{}/", folder.as_str().trim_end_matches('/'));
        let list = ["ls-tree", "-r", "-z", "--name-only", &branch.tip, &inside];
        let listed = query.git(&list)?;
        if !listed.status.success() {
            return Err(BaseBranchError::refused(&branch.name, &listed));
        }
        let paths = String::from_utf8_lossy(&listed.stdout);
        let below = inside.trim_start_matches("./");
        let mut file_names: Vec<String> = paths
            .split_terminator('\0')
            .map(|path| path.strip_prefix(below).unwrap_or(path).to_owned())
            .collect();
        file_names.sort();
        Ok(BaseBranch::Found(file_names))
    })
}

/// A file as it was where this branch left the base branch, which may have gone on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextOnBase {
    /// The branch, as people call it.
    pub base: String,
    /// `None` when there was no such file.
    pub text: Option<String>,
}

/// Reads a file where this branch left the base branch. `path` is seen from the query's folder.
///
/// # Errors
/// As [`BaseQuery::fork`], and when it is not UTF-8.
pub fn text_on_base(
    query: &BaseQuery,
    path: &RepoPath,
) -> Result<BaseBranch<TextOnBase>, BaseBranchError> {
    query.fork()?.and_then(|fork| {
        let commit = fork.commit();
        let base = fork.base.name.clone();
        let inside = format!("./{path}");
        let listed = query.git(&["ls-tree", "-z", "--name-only", commit, &inside])?;
        if !listed.status.success() {
            return Err(BaseBranchError::refused(&base, &listed));
        }
        if listed.stdout.is_empty() {
            return Ok(BaseBranch::Found(TextOnBase { base, text: None }));
        }
        let shown = query.git(&["show", &format!("{commit}:{inside}")])?;
        if !shown.status.success() {
            return Err(BaseBranchError::refused(&base, &shown));
        }
        match String::from_utf8(shown.stdout) {
            Ok(text) => Ok(BaseBranch::Found(TextOnBase {
                base,
                text: Some(text),
            })),
            Err(_) => Err(BaseBranchError::Refused {
                complaint: format!("{path} is not UTF-8 there"),
                reference: base,
            }),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::locate::base_branch::{WantedBase, git};

    fn run(folder: &Path, arguments: &[&str]) {
        let output = git(folder, arguments).unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {complaint}");
    }

    fn commit(folder: &Path, subject: &str) {
        run(folder, &["add", "."]);
        let who = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        run(folder, &[&who[..], &["commit", "-qm", subject]].concat());
    }

    fn names(folder: &Path, wanted: Option<&str>) -> Vec<String> {
        let wanted = wanted.map_or(WantedBase::Usual, |name| WantedBase::Named(name.to_owned()));
        let found = files_on_base(
            &BaseQuery::new(folder, wanted),
            &RepoPath::new("db/migrations"),
        );
        match found.unwrap() {
            BaseBranch::Found(held) => held,
            BaseBranch::Unknown(reason) => panic!("{reason}"),
        }
    }

    #[test]
    fn what_another_branch_has_is_seen_from_a_folder_below_the_root() {
        let repository = tempfile::tempdir().unwrap();
        let folder = repository.path().join("app");
        let migrations = folder.join("db/migrations");
        fs::create_dir_all(&migrations).unwrap();
        run(repository.path(), &["init", "-q", "-b", "main"]);
        fs::write(migrations.join("2_é.sql"), "x").unwrap();
        commit(repository.path(), "one");
        run(repository.path(), &["switch", "-q", "-c", "side"]);
        fs::remove_file(migrations.join("2_é.sql")).unwrap();
        fs::write(migrations.join("1_a.sql"), "x").unwrap();
        commit(repository.path(), "two");
        assert_eq!(names(&folder, None), ["2_é.sql"]);
        assert_eq!(names(&folder, Some("HEAD")), ["1_a.sql"]);
        let no_commit = WantedBase::Named("--help".to_owned());
        let error = files_on_base(&BaseQuery::new(&folder, no_commit), &RepoPath::new("db"));
        assert!(matches!(error, Err(BaseBranchError::NoSuchReference(_))));
    }

    #[test]
    fn a_file_is_as_it_was_where_the_branch_left_the_base() {
        let repository = tempfile::tempdir().unwrap();
        let folder = repository.path();
        let path = RepoPath::new("db/schema.sql");
        fs::create_dir_all(folder.join("db")).unwrap();
        run(folder, &["init", "-q", "-b", "main"]);
        fs::write(folder.join("db/schema.sql"), "one").unwrap();
        commit(folder, "one");
        run(folder, &["switch", "-q", "-c", "side"]);
        fs::write(folder.join("db/schema.sql"), "two").unwrap();
        commit(folder, "two");
        run(folder, &["switch", "-q", "main"]);
        fs::write(folder.join("db/schema.sql"), "three").unwrap();
        commit(folder, "three");
        run(folder, &["switch", "-q", "side"]);
        let held = |path: &RepoPath, wanted: WantedBase| match text_on_base(
            &BaseQuery::new(folder, wanted),
            path,
        )
        .unwrap()
        {
            BaseBranch::Found(TextOnBase { base, text }) => (base, text),
            BaseBranch::Unknown(reason) => panic!("{reason}"),
        };
        let main = "main".to_owned();
        let one = Some("one".to_owned());
        assert_eq!(held(&path, WantedBase::Usual), (main.clone(), one.clone()));
        let target = WantedBase::Target("main".to_owned());
        assert_eq!(held(&path, target), (main.clone(), one));
        let other = RepoPath::new("db/other.sql");
        assert_eq!(held(&other, WantedBase::Usual), (main, None));
    }

    #[test]
    fn without_a_repository_the_base_branch_is_unknown() {
        let folder = tempfile::tempdir().unwrap();
        let found = files_on_base(
            &BaseQuery::new(folder.path(), WantedBase::Usual),
            &RepoPath::new("db"),
        );
        assert!(matches!(found, Ok(BaseBranch::Unknown(_))), "{found:?}");
    }
}
