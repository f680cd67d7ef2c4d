//! What the base branch holds: the files that others have committed there, by their names.

use std::io::ErrorKind;
use std::process::{Command, Output};

use thiserror::Error;

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

/// The files of a folder on the base branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BaseBranch {
    /// The branch by the name that was used for it, and the files' names in byte order.
    Found {
        reference: String,
        file_names: Vec<String>,
    },
    /// There is none to be known. The text says why, as the end of "the base branch was not looked at: …".
    Unknown(String),
}

#[derive(Debug, Error)]
pub enum BaseBranchError {
    #[error("git knows no commit called `{0}`; fetch it, or name another one with --git-base")]
    NoSuchReference(String),
    #[error("git does not say what `{reference}` holds: {complaint}")]
    Refused {
        reference: String,
        complaint: String,
    },
    #[error("git cannot be run")]
    Io(#[from] std::io::Error),
}

/// The names of the files right inside `folder` on the base branch: on `wanted`, or on the branch that is usually one.
///
/// # Errors
/// When `wanted` is no commit, or git fails on one that is there.
pub fn files_on_base(
    root: &Root,
    wanted: Option<&str>,
    folder: &RepoPath,
) -> Result<BaseBranch, BaseBranchError> {
    let is_commit = |reference: &str| {
        let commit = format!("{reference}^{{commit}}");
        git(
            root,
            &[
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                &commit,
            ],
        )
        .map(|output| output.status.success())
    };
    let reference = match wanted {
        Some(wanted) if is_commit(wanted)? => wanted,
        Some(wanted) => return Err(BaseBranchError::NoSuchReference(wanted.to_owned())),
        None => match is_commit("HEAD") {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(BaseBranch::Unknown("git is not installed".to_owned()));
            }
            Err(error) => return Err(error.into()),
            Ok(false) => {
                let reason = "this is no git repository, or it has no commit".to_owned();
                return Ok(BaseBranch::Unknown(reason));
            }
            Ok(true) => {
                let mut known = None;
                for name in USUAL_NAMES {
                    if is_commit(name)? {
                        known = Some(name);
                        break;
                    }
                }
                let Some(known) = known else {
                    let reason =
                        "no branch is called main or master; name it with --git-base".to_owned();
                    return Ok(BaseBranch::Unknown(reason));
                };
                known
            }
        },
    };
    let inside = format!("./{}/", folder.as_str().trim_end_matches('/'));
    let listed = git(root, &["ls-tree", "-z", "--name-only", reference, &inside])?;
    if !listed.status.success() {
        return Err(BaseBranchError::Refused {
            reference: reference.to_owned(),
            complaint: String::from_utf8_lossy(&listed.stderr).trim().to_owned(),
        });
    }
    let paths = String::from_utf8_lossy(&listed.stdout);
    let mut file_names: Vec<String> = paths
        .split_terminator('\0')
        .map(|path| path.rsplit('/').next().unwrap_or(path).to_owned())
        .collect();
    file_names.sort();
    Ok(BaseBranch::Found {
        reference: reference.to_owned(),
        file_names,
    })
}

fn git(root: &Root, arguments: &[&str]) -> std::io::Result<Output> {
    Command::new("git")
        .arg("-C")
        .arg(root.folder())
        .args(arguments)
        .output()
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
            BaseBranch::Found { file_names, .. } => file_names,
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
    fn without_a_repository_the_base_branch_is_unknown() {
        let folder = tempfile::tempdir().unwrap();
        let found = files_on_base(&Root::new(folder.path()), None, &RepoPath::new("db"));
        assert!(matches!(found, Ok(BaseBranch::Unknown(_))), "{found:?}");
    }
}
