//! `check --staged`: git itself stages, commits and runs the hook; what the commit would hold is judged, and nothing else.

mod entries;
mod hooks;
mod installed;
mod managers;
mod places;

use std::path::Path;
use std::process::{Command, Output};

use crate::program::{Copy, Run, in_tests, run};

const QUERY: &str = "internal/tasks/retry.go";
const LANES: &str = "'thumbnail', 'index', 'geocode'";
const FEWER: &str = "'thumbnail', 'index'";
const DRIFT: &str = "query-drift internal/tasks/retry.go:16";

/// A repository of git's, committed, in which nothing is wrong.
struct Repository(Copy);

impl Repository {
    fn committed() -> Self {
        let repository = Self::empty(Copy::of(&in_tests("rules/query-drift/green")));
        repository.git(&["add", "."]);
        repository.git(&["commit", "-qm", "one"]);
        repository
    }

    /// Without a commit.
    fn empty(copy: Copy) -> Self {
        let repository = Self(copy);
        repository.git(&["init", "-q", "-b", "main"]);
        repository
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn try_git(&self, arguments: &[&str]) -> Output {
        git(self.path(), arguments)
    }

    #[track_caller]
    fn git(&self, arguments: &[&str]) -> String {
        said(&self.try_git(arguments), arguments)
    }

    fn drift_in_query(&self) {
        self.0.edit(QUERY, LANES, FEWER);
    }

    fn mend_query(&self) {
        self.0.edit(QUERY, FEWER, LANES);
    }

    fn staged(&self) -> Run {
        staged(self.path())
    }
}

fn staged(folder: &Path) -> Run {
    run(folder, ["check", "--staged", "--output-format", "json"])
}

/// git, without the settings of whoever runs the tests.
fn git(folder: &Path, arguments: &[&str]) -> Output {
    let who = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    let mut command = Command::new("git");
    for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    let path = std::env::var("PATH").unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_laneset")).parent().unwrap();
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("ci/tools/node_modules");
    let lefthook = tools.join("lefthook-linux-x64/bin");
    command
        // As a user has it, with the programs that its hooks run.
        .env(
            "PATH",
            format!("{}:{}:{path}", program.display(), lefthook.display()),
        )
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .current_dir(folder)
        .args(who)
        .args(["-c", "protocol.file.allow=always"])
        .args(arguments)
        .output()
        .unwrap()
}

#[track_caller]
fn said(output: &Output, arguments: &[&str]) -> String {
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {complaint}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn an_unstaged_fix_does_not_hide_what_is_staged() {
    let repository = Repository::committed();
    repository.staged().clean();
    repository.drift_in_query();
    repository.git(&["add", "."]);
    repository.mend_query();
    repository.0.check().clean();
    assert_eq!(repository.staged().drift().found(), [DRIFT]);
    repository.git(&["add", "."]);
    repository.staged().clean();
}

#[test]
fn unstaged_breakage_is_not_judged() {
    let repository = Repository::committed();
    repository.drift_in_query();
    repository
        .0
        .write("db/migrations/002_new.sql", "not SQL at all; '");
    repository.0.remove("db/schema.sql");
    repository.0.write("laneset.toml", "nonsense");
    repository.staged().clean();
    assert_eq!(repository.0.check().code, Some(2));
}

#[test]
fn a_staged_deletion_is_judged_though_the_file_is_there() {
    let repository = Repository::committed();
    repository.git(&["rm", "-q", "--cached", QUERY]);
    repository.0.check().clean();
    let found = repository.staged().drift().found();
    assert_eq!(found, ["site-missing laneset.toml:15"]);
    repository.git(&["reset", "-q"]);
    // And the other way round: gone from the working tree alone.
    repository.0.remove(QUERY);
    repository.0.check().drift();
    repository.staged().clean();
}

#[test]
fn the_manifest_is_judged_as_it_is_staged() {
    let repository = Repository::committed();
    let (with, without) = ("\"index\", \"geocode\"]", "\"index\"]");
    repository.0.edit("laneset.toml", with, without);
    repository.git(&["add", "."]);
    repository.0.edit("laneset.toml", without, with);
    let found = repository.staged().drift().found();
    assert!(found.contains(&DRIFT.to_owned()), "{found:?}");

    // Gone from the working tree alone, it is found from below too.
    repository.git(&["reset", "-q"]);
    repository.0.remove("laneset.toml");
    repository.staged().clean();
    staged(&repository.0.file("db/migrations")).clean();
    repository.git(&["checkout", "-q", "laneset.toml"]);

    repository.git(&["rm", "-qf", "--cached", "laneset.toml"]);
    let run = repository.staged();
    let message = run.could_not_check();
    assert!(message.contains("is not staged"), "{message}");
    assert!(message.contains("git add"), "{message}");
}

#[test]
fn migrations_that_are_staged_are_replayed_and_others_not() {
    let repository = Repository::committed();
    let path = "db/migrations/002_narrow.sql";
    repository.0.write(
        path,
        "-- migrate:up\nDROP INDEX work.\"Tasks_retryable\";\n-- migrate:down\n",
    );
    assert_eq!(
        repository.0.check().drift().findings()[0]["rule"],
        "site-missing"
    );
    repository.staged().clean();
    repository.git(&["add", path]);
    repository.0.remove(path);
    repository.0.check().clean();
    let report = repository.staged().drift();
    assert_eq!(report.findings()[0]["rule"], "site-missing");
    assert_eq!(report.0["checked"]["migrations"], 2);
}

#[test]
fn people_are_told_that_it_is_the_index_that_is_judged() {
    let repository = Repository::committed();
    let print = || run(repository.path(), ["check", "--staged"]).stdout;
    assert!(!print().contains("staged"), "{}", print());
    repository.drift_in_query();
    repository.git(&["add", "."]);
    repository.mend_query();
    // The text that is shown is the staged one.
    assert!(print().contains(FEWER), "{}", print());
    assert!(
        print().contains("note: this is what is staged"),
        "{}",
        print()
    );
}

#[test]
fn without_a_repository_nothing_is_staged() {
    let copy = Copy::of(&in_tests("rules/query-drift/green"));
    for is_there in [true, false] {
        if !is_there {
            std::fs::remove_dir(copy.file(".git")).unwrap();
        }
        let run = staged(copy.path());
        let message = run.could_not_check();
        assert!(message.contains("not a git repository"), "{message}");
    }
    let without_git = crate::program::finish(
        crate::program::laneset(copy.path())
            .env("PATH", "")
            .args(["check", "--staged"]),
    );
    let message = without_git.could_not_check();
    assert!(message.contains("git is not installed"), "{message}");
}
