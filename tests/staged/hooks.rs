//! The hook, run by git itself.

use crate::program::run;

use super::{FEWER, LANES, QUERY, Repository, git};

/// With the gate as its hook.
fn hooked() -> Repository {
    let repository = Repository::committed();
    assert_eq!(run(repository.path(), ["hook", "install"]).code, Some(0));
    repository
}

pub(super) fn subjects(repository: &Repository) -> String {
    repository.git(&["log", "--format=%s"])
}

/// A commit of a query that drifts, after the first one.
#[track_caller]
pub(super) fn refused(repository: &Repository, arguments: &[&str]) {
    let output = repository.try_git(arguments);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned()
        + &String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("error[query-drift]"), "{said}");
    assert_eq!(subjects(repository), "one\n");
}

#[test]
fn a_commit_that_drifts_is_refused_and_a_mended_one_passes() {
    let repository = hooked();
    repository.drift_in_query();
    repository.git(&["add", "."]);
    repository.mend_query();
    refused(&repository, &["commit", "-qm", "two"]);
    repository.git(&["add", "."]);
    repository.0.edit(QUERY, "oldest first", "oldest one first");
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "two"]);
    assert_eq!(subjects(&repository), "two\none\n");
}

/// git then hands the hook an index that it made for this commit.
#[test]
fn commits_of_all_and_of_a_path_are_judged_by_their_own_index() {
    let repository = hooked();
    repository.drift_in_query();
    repository.0.write("README", "x");
    repository.git(&["add", "README"]);
    refused(&repository, &["commit", "-qam", "two"]);
    refused(&repository, &["commit", "-qm", "two", QUERY]);
    refused(&repository, &["commit", "-qm", "two", "--include", QUERY]);

    // The query is staged as it drifts, and the commit is of another file alone.
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "two", "--only", "README"]);
    assert_eq!(subjects(&repository), "two\none\n");
    // The query is staged as it drifts, and the commit takes it mended.
    repository.0.edit(QUERY, FEWER, LANES);
    repository.0.edit(QUERY, "oldest first", "oldest one first");
    repository.git(&["commit", "-qam", "three"]);
    assert_eq!(subjects(&repository), "three\ntwo\none\n");
}

/// git sets GIT_DIR for it there.
#[test]
fn a_hook_runs_in_a_worktree_and_from_a_folder_below() {
    let repository = hooked();
    let other = tempfile::tempdir().unwrap();
    let tree = other.path().join("tree");
    repository.git(&[
        "worktree",
        "add",
        "-q",
        tree.to_str().unwrap(),
        "-b",
        "side",
    ]);
    let text = repository.0.text(QUERY);
    std::fs::write(tree.join(QUERY), text.replace(LANES, FEWER)).unwrap();
    let below = tree.join("internal");
    let commit = || git(&below, &["commit", "-qam", "two"]);
    assert_eq!(commit().status.code(), Some(1));
    std::fs::write(
        tree.join(QUERY),
        text.replace("oldest first", "oldest one first"),
    )
    .unwrap();
    let output = commit();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        repository.git(&["log", "--format=%s", "side"]),
        "two\none\n"
    );
}
