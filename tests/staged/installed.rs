//! `hook install` and `hook uninstall`, with git itself.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use crate::program::{Copy, Run, in_tests, run};

use super::hooks::{refused, subjects};
use super::{FEWER, LANES, QUERY, Repository, git};

const HOOK: &str = ".git/hooks/pre-commit";
const MERGE_HOOK: &str = ".git/hooks/pre-merge-commit";

pub(super) fn hook(folder: &Path, arguments: &[&str]) -> Run {
    run(folder, [&["hook"], arguments].concat())
}

#[track_caller]
pub(super) fn says(folder: &Path, arguments: &[&str], said: &str) {
    let run = hook(folder, arguments);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains(said), "{}", run.stdout);
}

/// It cannot say that the gate runs, and says why; nothing is changed.
#[track_caller]
pub(super) fn leaves(repository: &Repository, file: &str, said: &str) {
    let before = fs::read_to_string(repository.0.file(file)).ok();
    let run = hook(repository.path(), &["install"]);
    let message = run.could_not_check();
    assert!(message.contains(said), "{message}");
    assert_eq!(fs::read_to_string(repository.0.file(file)).ok(), before);
}

fn write_hook(repository: &Repository, text: &str) {
    repository.0.write(HOOK, text);
    set_mode(repository, HOOK, 0o755);
}

pub(super) fn set_mode(repository: &Repository, file: &str, mode: u32) {
    fs::set_permissions(repository.0.file(file), fs::Permissions::from_mode(mode)).unwrap();
}

pub(super) fn mode(repository: &Repository, file: &str) -> u32 {
    let metadata = fs::metadata(repository.0.file(file)).unwrap();
    metadata.permissions().mode() & 0o777
}

/// A commit that drifts passes: what is said of this hook must not be that it refuses.
#[track_caller]
pub(super) fn lets_drift_pass(repository: &Repository) {
    repository.drift_in_query();
    repository.git(&["commit", "-qam", "two"]);
    assert_eq!(subjects(repository), "two\none\n");
    repository.git(&["reset", "-q", "--hard", "HEAD~1"]);
}

/// A commit that drifts is refused, one that does not passes.
#[track_caller]
pub(super) fn refuses_drift(repository: &Repository) {
    repository.git(&["commit", "-qam", "one", "--amend", "--no-verify"]);
    repository.drift_in_query();
    refused(repository, &["commit", "-qam", "two"]);
    repository.mend_query();
    repository.0.edit(QUERY, "oldest first", "oldest one first");
    repository.git(&["commit", "-qam", "two"]);
    assert_eq!(subjects(repository), "two\none\n");
}

/// A merge that git can do by itself, with a branch that was not checked, is not committed.
#[track_caller]
pub(super) fn refuses_a_merge_that_drifts(repository: &Repository) {
    repository.git(&["switch", "-qc", "unchecked", "HEAD~1"]);
    repository.0.edit(QUERY, LANES, FEWER);
    repository.git(&["commit", "-qam", "unchecked", "--no-verify"]);
    repository.git(&["switch", "-q", "-"]);
    let output = repository.try_git(&["merge", "-q", "--no-edit", "unchecked"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(said.contains("error[query-drift]"), "{said}");
    assert_eq!(subjects(repository), "two\none\n");
    repository.git(&["merge", "--abort"]);
}

#[test]
fn the_hook_of_git_is_written_once_and_taken_out_whole() {
    let repository = Repository::committed();
    says(
        repository.path(),
        &["install"],
        ".git/hooks/pre-commit runs `laneset check --staged` before",
    );
    let text = repository.0.text(HOOK);
    says(repository.path(), &["install"], "already");
    assert_eq!(repository.0.text(HOOK), text);
    refuses_drift(&repository);
    refuses_a_merge_that_drifts(&repository);
    says(repository.path(), &["uninstall"], "does not run");
    assert!(!repository.0.file(HOOK).exists());
    assert!(!repository.0.file(MERGE_HOOK).exists());
    says(repository.path(), &["uninstall"], "does not run");
}

#[test]
fn a_hook_of_somebody_else_stays_and_the_line_to_add_is_said() {
    let repository = Repository::committed();
    let theirs = "#!/bin/sh\nmake lint\n";
    repository.0.write(HOOK, theirs);
    let refused = hook(repository.path(), &["install"]);
    let message = refused.could_not_check();
    assert!(
        message.contains("\nlaneset check --staged || exit\n"),
        "{message}"
    );
    assert_eq!(repository.0.text(HOOK), theirs);
    assert!(!repository.0.file(MERGE_HOOK).exists());
    // Once they did that, all is well.
    let theirs = format!("{theirs}laneset check --staged || exit\n");
    repository.0.write(HOOK, &theirs);
    // That git passes over it may be meant.
    leaves(&repository, HOOK, "\nchmod +x .git/hooks/pre-commit\n");
    assert!(!repository.0.file(MERGE_HOOK).exists());
    set_mode(&repository, HOOK, 0o755);
    says(repository.path(), &["install"], "already");
    assert_eq!(repository.0.text(HOOK), theirs);
}

#[test]
fn a_line_by_which_git_refuses_nothing_is_not_there_already() {
    let repository = Repository::committed();
    for text in [
        "#!/bin/sh\nlaneset check --staged\necho done\n",
        "#!/bin/sh\nif [ -n \"$NEVER\" ]; then\nlaneset check --staged || exit\nfi\n",
        "#!/bin/sh\ncat <<X >/dev/null\nlaneset check --staged\nX\n",
        "#!/bin/sh\n{\n  exit 0\n}\nlaneset check --staged || exit\n",
        "#!/bin/sh\n[ -z \"$NEVER\" ] && exit 0\nlaneset check --staged || exit\n",
        "#!/bin/sh\necho \\\nlaneset check --staged\n",
        "#!/usr/bin/env python3\n\"\"\"\nlaneset check --staged\n\"\"\"\n",
    ] {
        write_hook(&repository, text);
        lets_drift_pass(&repository);
        leaves(
            &repository,
            HOOK,
            "the command is there, and it may not run",
        );
        assert!(!repository.0.file(MERGE_HOOK).exists());
    }
    // And the way out that is said.
    write_hook(
        &repository,
        "#!/bin/sh\nlaneset check --staged || exit\n[ -z \"$NEVER\" ] && exit 0\n",
    );
    says(repository.path(), &["install"], "already");
    refuses_drift(&repository);
}

#[test]
fn a_hook_that_git_passes_over_is_made_executable_again() {
    let repository = Repository::committed();
    says(repository.path(), &["install"], "from now on");
    set_mode(&repository, HOOK, 0o644);
    lets_drift_pass(&repository);
    let run = hook(repository.path(), &["install"]);
    assert_eq!(
        run.stdout,
        ".git/hooks/pre-commit was not executable, so that git passed it over; now it is.\n\
         .git/hooks/pre-commit runs `laneset check --staged` before each commit from now on.\n\
         .git/hooks/pre-merge-commit runs `laneset check --staged` before git commits a merge by itself already.\n"
    );
    refuses_drift(&repository);
}

#[test]
fn of_two_hooks_both_are_written_or_none() {
    let repository = Repository::committed();
    let outside = tempfile::tempdir().unwrap();
    let shared = outside.path().join("shared");
    fs::write(&shared, "").unwrap();
    repository.0.write("tools/merge", "");
    let hooks = repository.0.file(".git/hooks");
    fs::create_dir_all(&hooks).unwrap();
    for (to, said) in [
        (
            Path::new("nowhere"),
            "it is a link to .git/hooks/nowhere, which is not there",
        ),
        (&shared, "/shared; add this there"),
        (
            Path::new("../../tools/merge"),
            "it is a link to tools/merge; add this there, where it always runs\n\nlaneset check --staged || exit",
        ),
    ] {
        symlink(to, repository.0.file(MERGE_HOOK)).unwrap();
        leaves(&repository, MERGE_HOOK, said);
        assert!(!repository.0.file(HOOK).exists());
        assert!(repository.0.file(MERGE_HOOK).is_symlink());
        repository.0.remove(MERGE_HOOK);
    }
    // The way out of a hook that is a script of the repository.
    repository
        .0
        .write("tools/merge", "#!/bin/sh\nlaneset check --staged || exit\n");
    set_mode(&repository, "tools/merge", 0o755);
    symlink("../../tools/merge", repository.0.file(MERGE_HOOK)).unwrap();
    says(repository.path(), &["install"], "merge by itself already");
    repository.git(&["add", "."]);
    refuses_drift(&repository);
    refuses_a_merge_that_drifts(&repository);
    // Nor is one taken out and the other not.
    let run = hook(repository.path(), &["uninstall"]);
    let message = run.could_not_check();
    assert!(message.contains("take this out there"), "{message}");
    assert!(repository.0.file(HOOK).exists());
    // A link to the other hook is written through.
    repository.0.remove(MERGE_HOOK);
    repository.0.remove(HOOK);
    symlink("pre-commit", repository.0.file(MERGE_HOOK)).unwrap();
    says(repository.path(), &["install"], "from now on");
    let text = repository.0.text(MERGE_HOOK);
    assert_eq!(text.matches("laneset check").count(), 1, "{text}");
}

#[test]
fn hooks_are_written_where_git_looks_for_them() {
    let repository = Repository::committed();
    repository.git(&["config", "core.hooksPath", "tools/hooks"]);
    says(
        repository.path(),
        &["install"],
        "tools/hooks/pre-commit runs",
    );
    assert!(!repository.0.file(HOOK).exists());
    refuses_drift(&repository);

    let elsewhere = tempfile::tempdir().unwrap();
    let shared = elsewhere.path().to_str().unwrap();
    repository.git(&["config", "core.hooksPath", shared]);
    let run = hook(repository.path(), &["install"]);
    let message = run.could_not_check();
    assert!(message.contains("core.hooksPath"), "{message}");
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    repository.git(&["config", "core.hooksPath", ""]);
    let run = hook(repository.path(), &["install"]);
    let message = run.could_not_check();
    assert!(message.contains("core.hooksPath is empty"), "{message}");
    assert!(!repository.0.file("pre-commit").exists());

    repository.git(&["config", "--unset", "core.hooksPath"]);
    fs::create_dir_all(repository.0.file(HOOK)).unwrap();
    let run = hook(repository.path(), &["install"]);
    let message = run.could_not_check();
    assert!(
        message.contains(".git/hooks/pre-commit cannot be read"),
        "{message}"
    );
}

#[test]
fn worktrees_share_their_hook() {
    let repository = Repository::committed();
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
    says(&tree, &["install"], "/.git/hooks/pre-commit runs");
    says(repository.path(), &["install"], "already");
    refuses_drift(&repository);
}

#[test]
fn each_manifest_below_the_root_has_its_line() {
    let repository = Repository::empty(Copy::of(tempfile::tempdir().unwrap().path()));
    let manifest = fs::read_to_string(in_tests("rules/query-drift/green/laneset.toml")).unwrap();
    for path in ["app/laneset.toml", "it's an app/laneset.toml"] {
        repository.0.write(path, &manifest);
        let folder = repository.0.file(path);
        says(folder.parent().unwrap(), &["install"], "runs");
        says(folder.parent().unwrap(), &["install"], "already");
    }
    let text = repository.0.text(HOOK);
    let lines: Vec<&str> = text.lines().skip(2).collect();
    let expected = [
        "laneset check --staged --config app/laneset.toml || exit",
        "laneset check --staged --config 'it'\\''s an app/laneset.toml' || exit",
    ];
    assert_eq!(lines, expected);
    repository.git(&["add", "."]);
    // The first one judges its own folder, and finds nothing there to check.
    let output = repository.try_git(&["commit", "-qm", "one"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(
        said.matches("site-missing").count() + said.matches("error: ").count(),
        1,
        "{said}"
    );
}

#[test]
fn what_is_not_edited_is_said() {
    let repository = Repository::committed();
    for (file, text, said) in [
        (
            ".pre-commit-config.yaml",
            "repos: []\n",
            "entry: laneset check --staged",
        ),
        ("lefthook.toml", "", "only YAML is edited"),
        (
            "lefthook.yml",
            "pre-commit: {}\n",
            "    laneset:\n      run: laneset check --staged",
        ),
    ] {
        repository.0.write(file, text);
        let run = hook(repository.path(), &["install"]);
        let message = run.could_not_check();
        assert!(message.contains(file), "{message}");
        assert!(message.contains(said), "{message}");
        assert_eq!(repository.0.text(file), text);
    }
    says(repository.path(), &["install", "--for", "git"], HOOK);
    let bare = Copy::of(&in_tests("rules/query-drift/green"));
    let run = hook(bare.path(), &["install"]);
    assert!(
        run.could_not_check().contains("not a git repository"),
        "{run:?}"
    );
    assert_eq!(
        git(repository.path(), &["status", "--short", "db"]).stdout,
        b""
    );
}
