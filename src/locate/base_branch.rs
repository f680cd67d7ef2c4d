//! What the base branch holds: the files that others have committed there, by their names.

use std::io::ErrorKind;
use std::process::Output;

use thiserror::Error;

use super::git::{Git, GitError};
use super::walk::Root;
use crate::source::file::RepoPath;

/// What the base branch is called where nobody says, in the order of preference.
const USUAL_NAMES: [&str; 5] = [
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
];

/// What the base branch holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BaseBranch<T> {
    /// The branch by the name that was used for it, and what it holds.
    Found { reference: String, held: T },
    /// There is none to be known. The text says why, as the end of "the base branch was not looked at: …".
    Unknown(String),
}

#[derive(Debug, Error)]
pub enum BaseBranchError {
    #[error("git knows no commit called `{0}`; fetch it, or name another one with --git-base")]
    NoSuchReference(String),
    #[error(
        "git does not know where this branch left `{reference}`{shallow}; name a commit of this branch's past with --git-base"
    )]
    NoFork {
        reference: String,
        shallow: &'static str,
    },
    #[error("git does not say what `{reference}` holds: {complaint}")]
    Refused {
        reference: String,
        complaint: String,
    },
    #[error("git cannot be run")]
    Io(#[from] std::io::Error),
}

/// The paths of the files below `folder` on the base branch, from there on, in byte order: on `wanted`, or on the branch that is usually one.
///
/// # Errors
/// When `wanted` is no commit, or git fails on one that is there.
pub fn files_on_base(
    root: &Root,
    wanted: Option<&str>,
    folder: &RepoPath,
) -> Result<BaseBranch<Vec<String>>, BaseBranchError> {
    let reference = match reference(root, wanted)? {
        BaseBranch::Found { reference, .. } => reference,
        BaseBranch::Unknown(reason) => return Ok(BaseBranch::Unknown(reason)),
    };
    let inside = format!("./{}/", folder.as_str().trim_end_matches('/'));
    let list = ["ls-tree", "-r", "-z", "--name-only"];
    let listed = git(root, &[&list[..], &[&reference, &inside]].concat())?;
    if !listed.status.success() {
        return Err(refused(&reference, &listed));
    }
    let paths = String::from_utf8_lossy(&listed.stdout);
    let below = inside.trim_start_matches("./");
    let mut file_names: Vec<String> = paths
        .split_terminator('\0')
        .map(|path| path.strip_prefix(below).unwrap_or(path).to_owned())
        .collect();
    file_names.sort();
    Ok(BaseBranch::Found {
        reference,
        held: file_names,
    })
}

/// A file as it was where this branch left the base branch, which may have gone on; `None` when there was none.
///
/// # Errors
/// As [`files_on_base`], and when it is not UTF-8.
pub fn text_on_base(
    root: &Root,
    wanted: Option<&str>,
    path: &RepoPath,
) -> Result<BaseBranch<Option<String>>, BaseBranchError> {
    let reference = match reference(root, wanted)? {
        BaseBranch::Found { reference, .. } => reference,
        BaseBranch::Unknown(reason) => return Ok(BaseBranch::Unknown(reason)),
    };
    let Some(fork) = fork(root, &reference)? else {
        return Ok(BaseBranch::Unknown(format!(
            "git does not know where this branch left {reference}{}",
            if_shallow(root)?
        )));
    };
    let inside = format!("./{path}");
    let listed = git(root, &["ls-tree", "-z", "--name-only", &fork, &inside])?;
    if !listed.status.success() {
        return Err(refused(&reference, &listed));
    }
    if listed.stdout.is_empty() {
        return Ok(BaseBranch::Found {
            reference,
            held: None,
        });
    }
    let shown = git(root, &["show", &format!("{fork}:{inside}")])?;
    match String::from_utf8(shown.stdout) {
        Ok(text) if shown.status.success() => Ok(BaseBranch::Found {
            reference,
            held: Some(text),
        }),
        Ok(_) => Err(BaseBranchError::Refused {
            reference,
            complaint: String::from_utf8_lossy(&shown.stderr).trim().to_owned(),
        }),
        Err(_) => Err(BaseBranchError::Refused {
            complaint: format!("{path} is not UTF-8 there"),
            reference,
        }),
    }
}

/// The commit where this branch left the base branch; `None` when git does not know it.
pub(super) fn fork(root: &Root, reference: &str) -> Result<Option<String>, BaseBranchError> {
    let found = git(root, &["merge-base", "HEAD", reference])?;
    let commit = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    Ok(Some(commit).filter(|_| found.status.success()))
}

/// What a reason ends with where the history is cut off; empty elsewhere.
pub(super) fn if_shallow(root: &Root) -> Result<&'static str, BaseBranchError> {
    let asked = git(root, &["rev-parse", "--is-shallow-repository"])?;
    Ok(match asked.stdout.starts_with(b"true") {
        true => {
            ", for this clone is shallow (`git fetch --unshallow`; in GitHub Actions `fetch-depth: 0`)"
        }
        false => "",
    })
}

pub(super) fn refused(reference: &str, output: &Output) -> BaseBranchError {
    BaseBranchError::Refused {
        reference: reference.to_owned(),
        complaint: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    }
}

/// The branch that is meant.
pub(super) fn reference(
    root: &Root,
    wanted: Option<&str>,
) -> Result<BaseBranch<()>, BaseBranchError> {
    let is_commit = |reference: &str| {
        let commit = format!("{reference}^{{commit}}");
        let verify = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
        git(root, &[&verify[..], &[&commit]].concat()).map(|output| output.status.success())
    };
    let found = |reference: &str| {
        Ok(BaseBranch::Found {
            reference: reference.to_owned(),
            held: (),
        })
    };
    let unknown = |reason: &str| Ok(BaseBranch::Unknown(reason.to_owned()));
    match wanted {
        Some(wanted) if is_commit(wanted)? => return found(wanted),
        Some(wanted) => return Err(BaseBranchError::NoSuchReference(wanted.to_owned())),
        None => {}
    }
    // All at once, for a process takes longer than git's answer does.
    let list = ["for-each-ref", "--format=%(refname)"];
    let listed = match git(root, &[&list[..], &USUAL_NAMES].concat()) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return unknown("git is not installed");
        }
        listed => listed?,
    };
    if !listed.status.success() {
        let complaint = String::from_utf8_lossy(&listed.stderr);
        return match complaint.contains("not a git repository") {
            true => unknown("this is no git repository"),
            false => unknown(complaint.lines().next().unwrap_or_default()),
        };
    }
    let names = String::from_utf8_lossy(&listed.stdout);
    let is_there = |name: &&str| names.lines().any(|line| line == *name);
    match USUAL_NAMES.iter().copied().find(is_there) {
        Some(name) => found(name),
        None if !is_commit("HEAD")? => unknown("there is no commit yet"),
        None => unknown(&format!(
            "no branch is called main or master{}; name it with --git-base",
            if_shallow(root)?
        )),
    }
}

/// What git prints for a command and its arguments.
pub(super) fn git(root: &Root, arguments: &[&str]) -> std::io::Result<Output> {
    let (command, arguments) = arguments.split_first().unwrap_or((&"version", &[]));
    here(root)?.command(command, arguments).output()
}

/// git in the folder, also where a hook runs this program.
pub(super) fn here(root: &Root) -> std::io::Result<Git> {
    Git::of(root.folder()).map_err(|error| match error {
        GitError::Io(error) => error,
        GitError::NotInstalled => ErrorKind::NotFound.into(),
        refused @ GitError::Refused { .. } => std::io::Error::other(refused),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn run(folder: &Path, arguments: &[&str]) {
        let output = git(&Root::new(folder), arguments).unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {complaint}");
    }

    fn commit(folder: &Path, subject: &str) {
        run(folder, &["add", "."]);
        let who = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        run(folder, &[&who[..], &["commit", "-qm", subject]].concat());
    }

    fn names(folder: &Path, wanted: Option<&str>) -> Vec<String> {
        let found = files_on_base(&Root::new(folder), wanted, &RepoPath::new("db/migrations"));
        match found.unwrap() {
            BaseBranch::Found { held, .. } => held,
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
        let error = files_on_base(&Root::new(&folder), Some("--help"), &RepoPath::new("db"));
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
        let root = Root::new(folder);
        let held = |path: &RepoPath| match text_on_base(&root, None, path).unwrap() {
            BaseBranch::Found { held, reference } => (reference, held),
            BaseBranch::Unknown(reason) => panic!("{reason}"),
        };
        let main = "refs/heads/main".to_owned();
        assert_eq!(held(&path), (main.clone(), Some("one".to_owned())));
        assert_eq!(held(&RepoPath::new("db/other.sql")), (main, None));
    }

    #[test]
    fn without_a_repository_the_base_branch_is_unknown() {
        let folder = tempfile::tempdir().unwrap();
        let found = files_on_base(&Root::new(folder.path()), None, &RepoPath::new("db"));
        assert!(matches!(found, Ok(BaseBranch::Unknown(_))), "{found:?}");
    }
}
