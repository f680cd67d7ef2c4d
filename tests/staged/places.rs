//! Where the repository, its index and the manifest may be.

use std::fs;
use std::path::Path;

use crate::program::{Copy, finish, in_tests, laneset};

use super::{DRIFT, FEWER, LANES, QUERY, Repository, git, said, staged};

/// A repository whose manifest stands in `app/`.
fn with_app() -> Repository {
    let outer = tempfile::tempdir().unwrap();
    let repository = Repository::empty(Copy::of(outer.path()));
    let green = in_tests("rules/query-drift/green");
    for entry in walkdir::WalkDir::new(&green).min_depth(1) {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(&green).unwrap();
            let path = Path::new("app").join(path);
            repository
                .0
                .write(path.to_str().unwrap(), fs::read(entry.path()).unwrap());
        }
    }
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "one"]);
    repository
}

fn drift_in_app(repository: &Repository) {
    let query = format!("app/{QUERY}");
    repository.0.edit(&query, LANES, FEWER);
    repository.git(&["add", "."]);
    repository.0.edit(&query, FEWER, LANES);
}

#[test]
fn a_manifest_below_the_root_judges_its_own_folder() {
    let repository = with_app();
    // A conflict elsewhere is no matter of this manifest.
    drift_in_app(&repository);
    let app = repository.0.file("app");
    assert_eq!(staged(&app).drift().found(), [DRIFT]);
    assert_eq!(staged(&app.join("internal/tasks")).drift().found(), [DRIFT]);
    let check = ["check", "--staged", "--output-format", "json", "--config"];
    let run = finish(
        laneset(repository.path())
            .args(check)
            .arg("app/laneset.toml"),
    );
    assert_eq!(run.drift().found(), [DRIFT]);
    repository.git(&["reset", "-q"]);
    staged(&app).clean();
}

#[cfg(unix)]
#[test]
fn a_link_may_lead_out_of_the_manifests_folder() {
    let repository = with_app();
    let file = |path: &str| repository.0.file(path);
    fs::rename(file("app/internal"), file("internal")).unwrap();
    std::os::unix::fs::symlink("../internal", file("app/internal")).unwrap();
    repository.git(&["add", "."]);
    staged(&file("app")).clean();
    repository.0.edit(QUERY, LANES, FEWER);
    staged(&file("app")).clean();
    repository.git(&["add", "."]);
    repository.0.edit(QUERY, FEWER, LANES);
    assert_eq!(staged(&file("app")).drift().found(), [DRIFT]);
}

#[test]
fn a_worktree_has_an_index_of_its_own() {
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
    repository.drift_in_query();
    repository.git(&["add", "."]);
    staged(&tree).clean();
    repository.staged().drift();
    fs::copy(repository.0.file(QUERY), tree.join(QUERY)).unwrap();
    said(&git(&tree, &["add", "."]), &[]);
    assert_eq!(staged(&tree).drift().found(), [DRIFT]);
}

#[test]
fn another_index_and_another_git_folder_are_taken_from_the_environment() {
    let repository = with_app();
    let (app, index) = (repository.0.file("app"), repository.0.file("other-index"));
    fs::copy(repository.0.file(".git/index"), &index).unwrap();
    drift_in_app(&repository);
    let check = ["check", "--staged", "--output-format", "json"];
    // From the root on, as git names it for a hook.
    for named in [index.as_path(), Path::new("other-index")] {
        let mut command = laneset(repository.path());
        command.args(check).args(["--config", "app/laneset.toml"]);
        finish(command.env("GIT_INDEX_FILE", named)).clean();
    }
    for named in [".git", "../.git"] {
        let from = if named == ".git" {
            repository.path()
        } else {
            &app
        };
        let mut command = laneset(from);
        command.args(check).env("GIT_DIR", named);
        command.arg("--config").arg(app.join("laneset.toml"));
        assert_eq!(finish(&mut command).drift().found(), [DRIFT]);
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let moved = elsewhere.path().join("repository");
    fs::rename(repository.0.file(".git"), &moved).unwrap();
    let mut command = laneset(&app);
    command
        .args(check)
        .env("GIT_DIR", &moved)
        .env("GIT_WORK_TREE", "..");
    assert_eq!(finish(&mut command).drift().found(), [DRIFT]);
    // As git does, without a word of it the working tree is here.
    let mut command = laneset(repository.path());
    command
        .args(check)
        .args(["--config", "app/laneset.toml"])
        .env("GIT_DIR", &moved);
    assert_eq!(finish(&mut command).drift().found(), [DRIFT]);
}

#[test]
fn a_bare_repository_stages_nothing() {
    let repository = Repository::committed();
    repository.git(&["config", "core.bare", "true"]);
    let run = repository.staged();
    let message = run.could_not_check();
    assert!(message.contains("work tree"), "{message}");
}
