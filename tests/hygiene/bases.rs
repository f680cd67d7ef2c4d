//! Which base branch is meant, and what is said where none is known.

use std::fs;
use std::path::Path;

use super::repository::{BOTH, Repository};
use crate::program::{Run, finish, git, laneset, run};

const NOT_COMPARED: &str = "note: the migrations were not compared with the base branch: ";
const SHALLOW: &str =
    "this clone is shallow (`git fetch --unshallow`; in GitHub Actions `fetch-depth: 0`)";

fn repository() -> Repository {
    Repository::new("dbmate", &[("02_a.sql", BOTH)])
}

fn checked(folder: &Path, more: &[&str]) -> Run {
    run(
        folder,
        [&["check", "--output-format", "json"], more].concat(),
    )
}

/// The note of a run that found nothing.
fn note(folder: &Path) -> String {
    let checked = checked(folder, &[]);
    checked.clean();
    checked.stderr.trim_end().to_owned()
}

fn clone(repository: &Repository, to: &Path, options: &[&str]) {
    let url = format!("file://{}", repository.path().display());
    let arguments = [&["clone", "-q"], options, &[&url, to.to_str().unwrap()]].concat();
    git(repository.path(), &arguments);
}

#[test]
fn where_git_knows_nothing_a_note_says_what_was_not_compared() {
    let repository = repository();
    assert_eq!(note(repository.path()), "");
    git(repository.path(), &["branch", "-qm", "main", "trunk"]);
    assert_eq!(
        note(repository.path()),
        format!("{NOT_COMPARED}no branch is called main or master; name it with --git-base")
    );
    assert_eq!(
        checked(repository.path(), &["--git-base", "trunk"]).stderr,
        ""
    );
    fs::remove_dir_all(repository.path().join(".git")).unwrap();
    assert_eq!(
        note(repository.path()),
        format!("{NOT_COMPARED}this is no git repository")
    );
    // For people it stands before the last line, which counts.
    let shown = run(repository.path(), ["check", "--color", "never"]).stdout;
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines[0].starts_with(NOT_COMPARED), "{shown}");
    assert!(lines[1].starts_with("Checked 1 lane set"), "{shown}");
    git(repository.path(), &["init", "-q"]);
    assert_eq!(
        note(repository.path()),
        format!("{NOT_COMPARED}there is no commit yet")
    );
}

#[test]
fn on_the_base_branch_itself_only_what_is_not_committed_is_new() {
    let repository = repository();
    repository.migration("01_b.sql", "SELECT 1;\n");
    assert_eq!(repository.found(), ["late-version m/01_b.sql:1"]);
    git(repository.path(), &["switch", "-q", "main"]);
    let run = checked(repository.path(), &[]);
    assert_eq!(run.drift().found(), ["late-version m/01_b.sql:1"]);
    let itself = "note: the migrations were compared with main itself, so that only what is not committed is new; \
                  --git-base names an earlier commit";
    assert_eq!(run.stderr.trim_end(), itself);
    repository.commit();
    assert_eq!(note(repository.path()), itself);
    let run = checked(repository.path(), &["--git-base", "HEAD~1"]);
    assert_eq!(run.drift().found(), ["late-version m/01_b.sql:1"]);
    assert_eq!(run.stderr, "");
    // A head that is no branch's.
    git(repository.path(), &["switch", "-q", "--detach"]);
    assert_eq!(note(repository.path()), itself);
    git(repository.path(), &["switch", "-q", "--detach", "change"]);
    repository.migration("01_b.sql", "SELECT 1;\n");
    repository.commit();
    assert_eq!(
        checked(repository.path(), &["--git-base", "change"])
            .drift()
            .found()
            .len(),
        1
    );
}

/// In a pull request to another branch than the main one, that one is the base.
#[test]
fn what_a_pull_request_goes_to_is_the_base() {
    for name in ["GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"] {
        let repository = repository();
        git(repository.path(), &["switch", "-qc", "develop"]);
        repository.migration("09_d.sql", "SELECT 1;\n");
        repository.commit();
        git(repository.path(), &["switch", "-qc", "feature"]);
        repository.migration("08_f.sql", "SELECT 1;\n");
        repository.commit();
        // Beside main both are new.
        assert_eq!(
            checked(repository.path(), &[]).report().found(),
            Vec::<String>::new()
        );
        let to = |branch: &str| {
            let mut command = laneset(repository.path());
            command.args(["check", "--output-format", "json"]);
            finish(command.env(name, branch))
        };
        assert_eq!(to("develop").drift().found(), ["late-version m/08_f.sql:1"]);
        let nowhere = to("release");
        nowhere.clean();
        assert!(
            nowhere
                .stderr
                .contains("release, into which this is to be merged, was not fetched"),
            "{nowhere:?}"
        );
        to("").clean();
    }
}

#[test]
fn a_named_base_that_is_not_there_stops_the_check() {
    let repository = repository();
    let run = checked(repository.path(), &["--git-base", "nowhere"]);
    let said = run.could_not_check();
    assert!(
        said.contains("git knows no commit called `nowhere`; fetch it"),
        "{said}"
    );
    git(repository.path(), &["switch", "-q", "--orphan", "apart"]);
    git(repository.path(), &["restore", "--source", "change", "."]);
    // Alike in all things, and made in the same second, it would be the same commit.
    repository.write("apart.txt", "");
    repository.commit();
    let run = checked(repository.path(), &["--git-base", "main"]);
    let said = run.could_not_check();
    assert!(
        said.contains("git does not know where this branch left `main`; name a commit"),
        "{said}"
    );
    let unrelated = "git does not know where this branch left main";
    assert_eq!(
        note(repository.path()),
        format!("{NOT_COMPARED}{unrelated}")
    );
}

#[test]
fn a_shallow_clone_says_how_to_deepen_it() {
    let repository = repository();
    repository.migration("03_b.sql", "SELECT 1;\n");
    repository.commit();
    repository.on_main("04_c.sql", "SELECT 1;\n");
    let folder = tempfile::tempdir().unwrap();
    // As a continuous integration has it: one commit of one branch.
    let alone = folder.path().join("alone");
    git(folder.path(), &["init", "-q", "alone"]);
    let url = format!("file://{}", repository.path().display());
    git(&alone, &["fetch", "-q", "--depth", "1", &url, "change"]);
    git(&alone, &["switch", "-q", "--detach", "FETCH_HEAD"]);
    let said = note(&alone);
    assert!(
        said.starts_with(&format!(
            "{NOT_COMPARED}no branch is called main or master, for {SHALLOW}"
        )),
        "{said}"
    );
    git(repository.path(), &["switch", "-q", "main"]);
    // Both ends are there, and what lies between them is not.
    let ends = folder.path().join("ends");
    clone(
        &repository,
        &ends,
        &["--depth", "1", "--no-single-branch", "--branch", "change"],
    );
    let said = note(&ends);
    assert!(
        said.contains("left origin/") && said.ends_with(SHALLOW),
        "{said}"
    );
    let run = checked(&ends, &["--git-base", "origin/main"]);
    let said = run.could_not_check();
    assert!(
        said.contains("where this branch left `origin/main`") && said.contains(SHALLOW),
        "{said}"
    );
    git(&ends, &["fetch", "-q", "--unshallow"]);
    assert_eq!(
        checked(&ends, &[]).drift().found(),
        ["late-version m/03_b.sql:1"]
    );
}

#[test]
fn worktrees_and_folders_below_the_root_are_repositories_too() {
    let repository = repository();
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("tree");
    git(
        repository.path(),
        &[
            "worktree",
            "add",
            "-q",
            "-b",
            "beside",
            tree.to_str().unwrap(),
            "main",
        ],
    );
    fs::write(
        tree.join("m/01_b.sql"),
        "-- migrate:up\nSELECT 1;\n-- migrate:down\n",
    )
    .unwrap();
    assert_eq!(
        checked(&tree, &[]).drift().found(),
        ["late-version m/01_b.sql:1"]
    );
    // The manifest in a folder of the repository.
    let below = Repository::new("dbmate", &[("02_a.sql", BOTH)]);
    let app = below.path().join("app");
    fs::create_dir(&app).unwrap();
    for name in ["laneset.toml", "q.sql", "m"] {
        fs::rename(below.path().join(name), app.join(name)).unwrap();
    }
    below.commit();
    git(below.path(), &["branch", "-qf", "main", "change"]);
    fs::remove_file(app.join("m/02_a.sql")).unwrap();
    below.write(
        "app/m/01_a.sql",
        &format!("-- migrate:up\n{BOTH}-- migrate:down\n"),
    );
    let found = checked(&app, &[]).drift().found();
    assert_eq!(
        found,
        ["late-version m/01_a.sql:1", "edited-migration m/02_a.sql:1"]
    );
}

#[test]
fn a_submodule_of_migrations_is_a_repository_of_its_own() {
    let (inner, outer) = (repository(), repository());
    git(outer.path(), &["rm", "-qr", "m"]);
    let url = format!("file://{}", inner.path().display());
    git(
        outer.path(),
        &["submodule", "--quiet", "add", "-b", "change", &url, "m"],
    );
    let manifest = fs::read_to_string(outer.path().join("laneset.toml")).unwrap();
    outer.write(
        "laneset.toml",
        &manifest.replace("dir = 'm'", "dir = 'm/m'"),
    );
    outer.commit();
    let run = checked(outer.path(), &[]);
    // What else stands in there is for the other repository's own gate.
    run.clean();
    assert_eq!(
        run.stderr.trim_end(),
        format!(
            "{NOT_COMPARED}m is a submodule, which has branches of its own; put laneset.toml into it"
        )
    );
    // In there it is a repository like others.
    let inside = outer.path().join("m");
    fs::write(
        inside.join("m/01_b.sql"),
        "-- migrate:up\nSELECT 1;\n-- migrate:down\n",
    )
    .unwrap();
    assert_eq!(
        checked(&inside, &[]).drift().found(),
        ["late-version m/01_b.sql:1"]
    );
}
