//! `hook install` and `hook uninstall` where husky or lefthook keeps the hooks, with those programs themselves.

use std::path::Path;
use std::process::Command;

use super::Repository;
use super::installed::{
    hook, leaves, lets_drift_pass, mode, refuses_a_merge_that_drifts, refuses_drift, says, set_mode,
};

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
fn a_script_of_husky_keeps_its_mode_and_its_bytes() {
    let repository = Repository::committed();
    for text in ["#!/bin/sh\n", "\n\n", ""] {
        repository.0.write(".husky/pre-commit", text);
        set_mode(&repository, ".husky/pre-commit", 0o640);
        says(repository.path(), &["install"], "from now on");
        says(repository.path(), &["install"], "already");
        assert_eq!(mode(&repository, ".husky/pre-commit"), 0o640);
        assert_eq!(mode(&repository, ".husky/pre-merge-commit") & 0o100, 0o100);
        says(repository.path(), &["uninstall"], "any more");
        assert_eq!(repository.0.text(".husky/pre-commit"), text);
        assert_eq!(mode(&repository, ".husky/pre-commit"), 0o640);
        assert!(!repository.0.file(".husky/pre-merge-commit").exists());
    }
}

#[test]
fn a_line_by_which_husky_refuses_nothing_is_not_there_already() {
    let repository = Repository::committed();
    let husky = Path::new(env!("CARGO_MANIFEST_DIR")).join("ci/tools/node_modules/husky/bin.js");
    let set_up = Command::new("node")
        .arg(husky)
        .current_dir(repository.path())
        .status();
    assert!(set_up.unwrap().success());
    for text in [
        "set +e\nlaneset check --staged\ntrue\n",
        "if [ -n \"$NEVER\" ]; then\nlaneset check --staged\nfi\n",
        "if [ -z \"$NEVER\" ]; then\n  exit 0\nfi\nlaneset check --staged\n",
    ] {
        repository.0.write(".husky/pre-commit", text);
        lets_drift_pass(&repository);
        leaves(&repository, ".husky/pre-commit", "the command is there");
        assert!(!repository.0.file(".husky/pre-merge-commit").exists());
    }
    repository
        .0
        .write(".husky/pre-commit", "laneset check --staged\ntrue\n");
    says(repository.path(), &["install"], "each commit already");
    refuses_drift(&repository);
}

/// lefthook itself, in that repository.
#[track_caller]
fn lefthook_installed(repository: &Repository) {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("ci/tools/node_modules");
    let output = Command::new(tools.join("lefthook-linux-x64/bin/lefthook"))
        .arg("install")
        .current_dir(repository.path())
        .output();
    assert!(
        output.as_ref().is_ok_and(|it| it.status.success()),
        "{output:?}"
    );
}

#[test]
fn a_command_that_lefthook_passes_over_is_not_there_already() {
    let repository = Repository::committed();
    let run = "run: laneset check --staged";
    for text in [
        format!("  commands:\n    l:\n      {run}\n      skip: true\n"),
        format!("  commands:\n    l:\n      {run}\n      glob: \"*.ts\"\n"),
        format!("  exclude_tags: [slow]\n  commands:\n    l:\n      {run}\n      tags: [slow]\n"),
        format!("  exclude_tags: [l]\n  commands:\n    l:\n      {run}\n"),
        format!("  jobs:\n    - {run}\n      only: [rebase]\n"),
    ] {
        repository
            .0
            .write("lefthook.yml", format!("pre-commit:\n{text}"));
        lefthook_installed(&repository);
        lets_drift_pass(&repository);
        leaves(&repository, "lefthook.yml", "lefthook may pass it over");
    }
    // The text alone runs nothing; what is added beside it does, and is taken out again.
    let text = "pre-commit:\n  commands:\n    l:\n      run: \"true\"\n      fail_text: laneset check --staged\n";
    repository.0.write("lefthook.yml", text);
    lefthook_installed(&repository);
    lets_drift_pass(&repository);
    says(repository.path(), &["install"], "from now on");
    lefthook_installed(&repository);
    refuses_drift(&repository);
    says(repository.path(), &["uninstall"], "any more");
    assert_eq!(repository.0.text("lefthook.yml"), text);
    // A file that was empty stays, one that was not there goes.
    repository.0.write("lefthook.yml", "");
    says(repository.path(), &["install"], "from now on");
    says(repository.path(), &["uninstall"], "any more");
    assert_eq!(repository.0.text("lefthook.yml"), "");
    repository.0.remove("lefthook.yml");
    let arguments = ["--for", "lefthook"];
    let install = [&["install"][..], &arguments].concat();
    says(repository.path(), &install, "from now on");
    let uninstall = [&["uninstall"][..], &arguments].concat();
    says(repository.path(), &uninstall, "any more");
    assert!(!repository.0.file("lefthook.yml").exists());
}

#[test]
fn lefthook_runs_the_gate_beside_what_it_ran() {
    let repository = Repository::committed();
    let before =
        "# ours\npre-commit:\n  commands:\n    lint: # quick\n      run: echo linted >linted\n";
    repository.0.write("lefthook.yml", before);
    repository.0.write(".gitignore", "linted\n");
    says(repository.path(), &["install"], "run `lefthook install`");
    lefthook_installed(&repository);
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
