//! What an index may hold beside files that are simply there.

use std::fs;
use std::process::Command;

use crate::program::{Copy, run};

use super::{DRIFT, FEWER, LANES, QUERY, Repository};

#[test]
fn an_unresolved_conflict_is_no_pass() {
    let repository = Repository::committed();
    repository.git(&["switch", "-qc", "side"]);
    repository.drift_in_query();
    repository.git(&["commit", "-qam", "two"]);
    repository.git(&["switch", "-q", "main"]);
    repository.0.edit(QUERY, LANES, "'thumbnail'");
    repository.git(&["commit", "-qam", "three"]);
    let merged = repository.try_git(&["merge", "side"]);
    assert!(!merged.status.success());
    let run = repository.staged();
    let message = run.could_not_check();
    assert!(message.contains(QUERY), "{message}");
    assert!(message.contains("merge conflict"), "{message}");
}

#[test]
fn a_file_that_is_only_meant_to_be_added_is_not_there() {
    let repository = Repository::committed();
    let path = "db/migrations/002_new.sql";
    repository
        .0
        .write(path, "-- migrate:up\nSELECT 1;\n-- migrate:down\n");
    repository.git(&["add", "--intent-to-add", path]);
    let report = repository.staged().clean();
    assert_eq!(report.0["checked"]["migrations"], 1);
    repository.git(&["add", path]);
    // The dump knows nothing of it.
    let report = repository.staged().drift();
    assert_eq!(report.0["checked"]["migrations"], 2);
    assert_eq!(report.findings()[0]["rule"], "version-not-recorded");
}

#[test]
fn what_git_is_told_not_to_look_at_is_read_from_the_index() {
    for told in ["--assume-unchanged", "--skip-worktree"] {
        let repository = Repository::committed();
        repository.git(&["update-index", told, QUERY]);
        repository.drift_in_query();
        repository.0.check().drift();
        repository.staged().clean();
    }
}

#[test]
fn a_sparse_checkout_is_judged_whole() {
    let repository = Repository::committed();
    repository.git(&[
        "sparse-checkout",
        "set",
        "--no-cone",
        "/laneset.toml",
        "/db/",
    ]);
    assert!(!repository.0.file(QUERY).exists());
    repository.0.check().drift();
    repository.staged().clean();
}

#[cfg(unix)]
#[test]
fn links_lead_to_what_is_staged_where_they_lead() {
    use std::os::unix::fs::symlink;
    let repository = Repository::committed();
    let file = |path: &str| repository.0.file(path);
    fs::create_dir(file("shared")).unwrap();
    fs::rename(file("internal"), file("shared/internal")).unwrap();
    fs::rename(file("db/schema.sql"), file("shared/schema.sql")).unwrap();
    repository.0.write(".ignore", "shared/\n");
    symlink("shared/internal", file("internal")).unwrap();
    symlink("../shared/schema.sql", file("db/schema.sql")).unwrap();
    repository.git(&["add", "."]);
    repository.staged().clean();

    repository
        .0
        .edit("shared/internal/tasks/retry.go", LANES, FEWER);
    repository.0.check().drift();
    repository.staged().clean();
    repository.git(&["add", "."]);
    repository
        .0
        .edit("shared/internal/tasks/retry.go", FEWER, LANES);
    assert_eq!(repository.staged().drift().found(), [DRIFT]);
    repository.git(&["add", "."]);

    for (target, said) in [
        ("../../elsewhere.sql", "out of the repository"),
        ("schema.sql", "a link"),
    ] {
        fs::remove_file(file("db/schema.sql")).unwrap();
        symlink(target, file("db/schema.sql")).unwrap();
        repository.git(&["add", "."]);
        let run = repository.staged();
        let message = run.could_not_check();
        assert!(message.contains("db/schema.sql"), "{message}");
        assert!(message.contains(said), "{message}");
    }
}

#[test]
fn files_of_a_submodule_are_not_staged() {
    let (repository, other) = (Repository::committed(), Repository::committed());
    repository.git(&["rm", "-rq", "internal"]);
    let url = other.path().to_str().unwrap();
    repository.git(&["submodule", "--quiet", "add", url, "internal"]);
    let run = repository.staged();
    let message = run.could_not_check();
    assert!(message.contains(QUERY), "{message}");
    assert!(message.contains("submodule"), "{message}");
}

/// What git makes of a blob on its way into the working tree, it makes of it for laneset too: line ends, git-lfs, encodings.
#[test]
fn a_blob_is_read_as_git_would_check_it_out() {
    let repository = Repository::committed();
    repository.git(&["config", "filter.upside.clean", "tac"]);
    repository.git(&["config", "filter.upside.smudge", "tac"]);
    repository.git(&["config", "filter.upside.required", "true"]);
    repository.0.write(
        ".gitattributes",
        "*.go filter=upside\n*.sql text eol=crlf\n",
    );
    repository.drift_in_query();
    repository.git(&["add", "--renormalize", "."]);
    let staged = repository.git(&["cat-file", "blob", &format!(":{QUERY}")]);
    assert!(staged.starts_with('}'), "{staged}");
    repository.mend_query();
    assert_eq!(repository.staged().drift().found(), [DRIFT]);

    repository.git(&["config", "filter.upside.smudge", "false"]);
    let run = repository.staged();
    let message = run.could_not_check();
    assert!(message.contains(QUERY), "{message}");
}

/// git tells the size of a blob before its filters, and writes what they make of it.
#[test]
fn a_blob_that_grows_on_its_way_is_read_whole() {
    let repository = Repository::committed();
    repository.0.write(
        ".gitattributes",
        "*.go text eol=crlf\n*.sql text eol=crlf\n",
    );
    repository.drift_in_query();
    repository.git(&["add", "--renormalize", "."]);
    repository.mend_query();
    let text = repository.0.text("db/schema.sql");
    repository
        .0
        .write("db/schema.sql", format!("{text}-- not staged\n"));
    assert_eq!(repository.staged().drift().found(), [DRIFT]);
}

/// What is ignored is the index's too: neither what the working tree says, nor what this machine does.
#[test]
fn ignore_files_are_read_as_they_are_staged() {
    let copied = |repository: &Repository| {
        let found = repository.staged().report().found();
        found.iter().any(|it| it.starts_with("undeclared-copy"))
    };
    let repository = Repository::committed();
    let text = repository.0.text(QUERY);
    repository
        .0
        .write("copy/copied.go", text.replace("RetryFailed", "RetryLater"));
    repository.git(&["add", "."]);
    assert!(copied(&repository));
    repository.0.write(".gitignore", "copy/\n");
    repository.0.write(".git/info/exclude", "copy/\n");
    assert!(copied(&repository));
    repository.git(&["add", ".gitignore"]);
    repository.0.remove(".gitignore");
    assert!(!copied(&repository));
    repository.0.write(".gitignore", "\u{feff}copy/\n");
    repository.git(&["add", ".gitignore"]);
    assert!(!copied(&repository));
    repository.git(&["rm", "-qf", "--cached", ".gitignore"]);
    repository.0.remove(".gitignore");
    repository.0.write("copy/.ignore", "*.go\n");
    assert!(copied(&repository));
    repository.git(&["add", "-f", "copy/.ignore"]);
    assert!(!copied(&repository));
    repository.0.write("copy/.ignore", "*.go\n!copied.go\n");
    repository.git(&["add", "-f", "copy/.ignore"]);
    assert!(copied(&repository));
}

/// Whoever has a manifest there wants it searched, whatever is ignored around it.
#[test]
fn a_folder_that_is_ignored_is_searched_by_its_own_manifest() {
    let repository = Repository::committed();
    let text = repository.0.text(QUERY);
    repository
        .0
        .write("copied.go", text.replace("RetryFailed", "RetryLater"));
    let outer = Repository::empty(Copy::of(tempfile::tempdir().unwrap().path()));
    let inner = outer.0.file("ignored/app");
    fs::create_dir_all(outer.0.file("ignored")).unwrap();
    let mut copy = Command::new("cp");
    let copied = copy.arg("-R").args([repository.path(), &inner]).status();
    assert!(copied.is_ok_and(|it| it.success()));
    fs::remove_dir_all(inner.join(".git")).unwrap();
    outer.0.write(".gitignore", "/ignored\n*.sql\n");
    outer.git(&["add", "-f", "."]);
    for arguments in [&["check"][..], &["check", "--staged"]] {
        let found = run(&inner, arguments);
        assert!(found.stdout.contains("copied.go"), "{}", found.stdout);
    }
}

#[test]
fn a_pointer_of_git_lfs_is_not_the_file() {
    let repository = Repository::committed();
    let pointer = format!(
        "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12345\n",
        "0".repeat(64)
    );
    repository.0.write("db/schema.sql", pointer);
    repository.git(&["add", "."]);
    for run in [repository.0.check(), repository.staged()] {
        let message = run.could_not_check();
        assert!(message.contains("db/schema.sql"), "{message}");
        assert!(message.contains("git lfs pull"), "{message}");
    }
}

#[test]
fn names_of_any_letters_are_read() {
    let repository = Repository::committed();
    let odd = "internal/tasks/wieder holen é\t\"x\".go";
    let text = repository.0.text(QUERY);
    repository.0.write(odd, &text);
    let in_toml = odd.replace('"', "\\\"").replace('\t', "\\t");
    repository.0.edit("laneset.toml", QUERY, &in_toml);
    repository.0.remove(QUERY);
    repository.git(&["add", "."]);
    repository.0.check().clean();
    repository.staged().clean();
    repository.0.write(odd, "package tasks\n");
    repository.staged().clean();
    repository.0.check().drift();
}

/// As the walk through the working tree does.
#[test]
fn copies_are_sought_in_staged_files_that_are_not_ignored() {
    let repository = Repository::committed();
    let copy =
        "package tasks\nvar kinds = []string{\"thumbnail\", \"index\", \"geocode\"} // taskKind\n";
    for path in [
        "other/copy.go",
        "other/ignored.go",
        "other/quiet.go",
        "other/kept.go",
        "gen/copy.go",
        ".hidden/copy.go",
        "vendor/copy.go",
        "other/untracked.go",
    ] {
        repository.0.write(path, copy);
    }
    repository
        .0
        .write(".gitignore", "gen/\nignored.go\nkept.go\n");
    repository.0.write(".ignore", "/other/quiet.go\n!kept.go\n");
    repository.git(&["add", "--force", "."]);
    repository.git(&["rm", "-q", "--cached", "other/untracked.go"]);
    let copies = ["other/copy.go:2", "other/kept.go:2"].map(|it| format!("undeclared-copy {it}"));
    assert_eq!(repository.staged().drift().found(), copies);
    repository.0.remove("other/untracked.go");
    assert_eq!(repository.0.check().drift().found(), copies);
    for path in ["other/copy.go", "other/kept.go"] {
        repository.0.write(path, "package tasks\n");
    }
    assert_eq!(repository.staged().drift().found(), copies);
}
