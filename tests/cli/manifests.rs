//! Which manifest is read, and what is said of one that is wrong.

use std::fs;

use super::{FOUND, SET, green, red, with_manifest};
use crate::program::{Copy, check, finish, in_tests, laneset, run};

#[test]
fn the_manifest_is_found_from_a_folder_below() {
    let copy = red();
    let below = copy.file("src");
    for folder in [copy.path(), &below] {
        let report = run(folder, ["check", "--output-format", "json"]).drift();
        assert_eq!(
            report.found(),
            [FOUND],
            "paths are relative to the manifest"
        );
    }
}

#[test]
fn the_search_stops_at_the_root_of_the_repository() {
    let copy = red();
    let inner = copy.file("vendor/inner");
    fs::create_dir_all(inner.join(".git")).unwrap();
    let here = run(&inner, ["check"]);
    let message = here.could_not_check();
    assert!(
        message.starts_with("error: no laneset.toml in "),
        "{message}"
    );
    assert!(message.contains("--config"), "{message}");
    // A worktree's or submodule's `.git` is a file.
    fs::remove_dir(inner.join(".git")).unwrap();
    fs::write(inner.join(".git"), "gitdir: elsewhere\n").unwrap();
    run(&inner, ["check"]).could_not_check();
    fs::remove_file(inner.join(".git")).unwrap();
    run(&inner, ["check", "--output-format", "json"]).drift();
}

#[test]
fn a_manifest_that_is_named_is_read_wherever_it_is() {
    let copy = red();
    let elsewhere = tempfile::tempdir().unwrap();
    let manifest = copy.file("laneset.toml");
    let named = manifest.to_str().unwrap();
    for option in ["-c", "--config"] {
        let report = run(
            elsewhere.path(),
            ["check", option, named, "--output-format", "json"],
        )
        .drift();
        assert_eq!(report.found(), [FOUND]);
    }
    let mut command = laneset(elsewhere.path());
    command
        .args(["check", "--output-format", "json"])
        .env("LANESET_CONFIG", named);
    assert_eq!(finish(&mut command).drift().found(), [FOUND]);

    // An empty variable is none, as a workflow leaves it.
    let mut command = laneset(copy.path());
    command
        .args(["check", "--output-format", "json"])
        .env("LANESET_CONFIG", "")
        .env("LANESET_OUTPUT_FORMAT", "")
        .env("DBMATE_MIGRATIONS_DIR", "");
    assert_eq!(finish(&mut command).drift().found(), [FOUND]);

    // The option is stronger than the variable, and a name that leads nowhere is no reason to look elsewhere.
    let mut command = laneset(copy.path());
    command
        .args(["check", "--config", "none.toml"])
        .env("LANESET_CONFIG", named);
    let absent = finish(&mut command);
    assert!(
        absent
            .could_not_check()
            .contains("none.toml does not exist"),
        "{}",
        absent.stderr
    );
    let folder = run(copy.path(), ["check", "--config", "."]);
    assert!(
        folder.could_not_check().contains("is a directory"),
        "{}",
        folder.stderr
    );
}

#[test]
fn dbmates_own_variables_say_where_its_files_are() {
    let copy = green();
    copy.edit("laneset.toml", "dir = \"db/migrations\"\n", "");
    copy.edit("laneset.toml", "file = \"db/schema.sql\"\n", "");
    for (from, to) in [
        ("db/migrations", "sql/changes"),
        ("db/schema.sql", "sql/dump.sql"),
    ] {
        fs::create_dir_all(copy.file("sql")).unwrap();
        fs::rename(copy.file(from), copy.file(to)).unwrap();
    }
    let mut command = laneset(copy.path());
    command
        .args(["check", "--output-format", "json"])
        .env("DBMATE_MIGRATIONS_DIR", "./sql/changes")
        .env("DBMATE_SCHEMA_FILE", "./sql/dump.sql");
    let sites = finish(&mut command).clean().sites();
    assert!(sites[0].starts_with("migrations sql/changes/"), "{sites:?}");
    assert!(sites[1].starts_with("index sql/dump.sql:"), "{sites:?}");
    for (named, said) in [
        ("sql/nowhere", "names no folder that is there"),
        ("sql/changes,sql/more", "names several folders"),
    ] {
        let mut command = laneset(copy.path());
        let run = finish(command.arg("check").env("DBMATE_MIGRATIONS_DIR", named));
        assert!(run.could_not_check().contains(said), "{run:?}");
    }
}

#[test]
fn what_is_wrong_in_the_manifest_is_shown_where_it_stands() {
    let lanes = "lanes = [\"import\"]\n";
    for (text, line, says) in [
        (
            format!("{SET}lane = [\"import\"]\n"),
            5,
            "unknown key `lane` in [lane_set.resumable]; did you mean `lanes`?",
        ),
        (
            format!("{SET}{lanes}[migration]\ndir = \"x\"\n"),
            6,
            "unknown key `migration` at the top level; did you mean `migrations`?",
        ),
        (
            format!("{SET}{lanes}[lane_set.resumable.index]\nnam = \"x\"\n"),
            7,
            "did you mean `name`?",
        ),
        (format!("{SET}lanes = \"import\"\n"), 5, "`lanes` must be "),
        (
            format!("{SET}lanes = [\"import\", 1]\n"),
            5,
            "lanes are all strings or all integers",
        ),
        (format!("{SET}lanes = []\n"), 5, "`lanes` must not be empty"),
        (
            format!("{SET}lanes = [\"import\", \"\"]\n"),
            5,
            "must not be empty",
        ),
        (
            format!("{SET}lanes = [\n  \"import\",\n  \"export\",\n  \"import\",\n]\n"),
            8,
            "the lane \"import\" is listed twice, first on line 6",
        ),
        (
            format!("{SET}{lanes}guard = \"state = \"\n"),
            6,
            "the guard cannot be read",
        ),
        (
            format!("{SET}{lanes}guard = \"state IN ('a' AND\"\n"),
            6,
            "the guard cannot be read",
        ),
        (
            format!("{SET}{lanes}guard = \"kind = 'x'\"\n"),
            6,
            "the guard must not name the governed column",
        ),
        (SET.to_owned(), 2, "the required key `lanes` is missing"),
        ("version = 2\n".to_owned(), 1, "version 2 is not known"),
        (
            "version = 1\n[migrations]\nformat = \"dbmat\"\n".to_owned(),
            3,
            "did you mean `dbmate`?",
        ),
        ("version = 1\nlanes = [\n".to_owned(), 2, "this is not TOML"),
    ] {
        let run = with_manifest(&text);
        let message = run.could_not_check();
        assert!(message.contains(says), "{says}\n{message}");
        assert!(
            message.contains(&format!("laneset.toml:{line}:")),
            "{line}\n{message}"
        );
    }
}

#[test]
fn unknown_keys_and_wrong_types_are_all_said_at_once() {
    let run = with_manifest(&format!(
        "{SET}lanes = [\"a\"]\ncolour = \"red\"\n[lane_set.resumable.index]\nname = 1\n"
    ));
    let message = run.could_not_check();
    for line in [6, 8] {
        assert!(
            message.contains(&format!("laneset.toml:{line}:")),
            "{line}\n{message}"
        );
    }
}

#[test]
fn a_manifest_named_without_its_folder_is_that_of_the_working_directory() {
    let copy = Copy::of(&in_tests("rules/undeclared-copy/red"));
    let by_itself = check(copy.path()).drift();
    let arguments = [
        "check",
        "--config",
        "laneset.toml",
        "--output-format",
        "json",
    ];
    let named = run(copy.path(), arguments).drift();
    assert_eq!(named.0, by_itself.0);
    let generated = run(copy.path(), ["generate", "--config", "laneset.toml"]);
    assert_eq!(generated.code, Some(1), "{}", generated.stderr);
}
