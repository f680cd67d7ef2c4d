//! `hook install` and `hook uninstall`, with git, husky and lefthook themselves.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::program::{Copy, Run, in_tests, run};

use super::hooks::{refused, subjects};
use super::{FEWER, LANES, QUERY, Repository, git};

const HOOK: &str = ".git/hooks/pre-commit";
const MERGE_HOOK: &str = ".git/hooks/pre-merge-commit";

fn hook(folder: &Path, arguments: &[&str]) -> Run {
    run(folder, [&["hook"], arguments].concat())
}

#[track_caller]
fn says(folder: &Path, arguments: &[&str], said: &str) {
    let run = hook(folder, arguments);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains(said), "{}", run.stdout);
}

/// A commit that drifts is refused, one that does not passes.
#[track_caller]
fn refuses_drift(repository: &Repository) {
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
fn refuses_a_merge_that_drifts(repository: &Repository) {
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
    says(repository.path(), &["install"], "already");
    assert_eq!(repository.0.text(HOOK), theirs);
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
fn husky_runs_the_gate_beside_what_it_ran() {
    let repository = Repository::committed();
    let husky = Path::new(env!("CARGO_MANIFEST_DIR")).join("ci/tools/node_modules/husky/bin.js");
    repository
        .0
        .write(".husky/pre-commit", "echo linted >linted\n");
    repository.0.write(".gitignore", "linted\n");
    says(repository.path(), &["install"], "run `npx husky`");
    let output = Command::new("node")
        .arg(husky)
        .current_dir(repository.path())
        .output();
    assert!(
        output.as_ref().is_ok_and(|it| it.status.success()),
        "{output:?}"
    );
    says(
        repository.path(),
        &["install"],
        ".husky/pre-commit runs `laneset check --staged` before each commit already",
    );
    let text = repository.0.text(".husky/pre-commit");
    assert_eq!(text, "echo linted >linted\nlaneset check --staged\n");
    repository.git(&["add", "."]);
    refuses_drift(&repository);
    refuses_a_merge_that_drifts(&repository);
    assert_eq!(repository.0.text("linted"), "linted\n");
    says(repository.path(), &["uninstall"], "any more");
    assert_eq!(
        repository.0.text(".husky/pre-commit"),
        "echo linted >linted\n"
    );
}

#[test]
fn lefthook_runs_the_gate_beside_what_it_ran() {
    let repository = Repository::committed();
    let before =
        "# ours\npre-commit:\n  commands:\n    lint: # quick\n      run: echo linted >linted\n";
    repository.0.write("lefthook.yml", before);
    repository.0.write(".gitignore", "linted\n");
    says(repository.path(), &["install"], "run `lefthook install`");
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("ci/tools/node_modules");
    let lefthook = tools.join("lefthook-linux-x64/bin/lefthook");
    let output = Command::new(lefthook)
        .arg("install")
        .current_dir(repository.path())
        .output();
    assert!(
        output.as_ref().is_ok_and(|it| it.status.success()),
        "{output:?}"
    );
    let again = hook(repository.path(), &["install"]);
    assert_eq!(
        again.stdout,
        "lefthook.yml runs `laneset check --staged` before each commit already.\n\
         lefthook.yml runs `laneset check --staged` before git commits a merge by itself already.\n"
    );
    repository.git(&["add", "."]);
    refuses_drift(&repository);
    refuses_a_merge_that_drifts(&repository);
    assert_eq!(repository.0.text("linted"), "linted\n");
    says(repository.path(), &["uninstall"], "any more");
    assert_eq!(repository.0.text("lefthook.yml"), before);
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
