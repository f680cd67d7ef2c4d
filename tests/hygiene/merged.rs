//! What is excused on its way into the base branch stays excused there, and what is moved or renamed is said once.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use super::repository::{BOTH, OTHER, Repository};
use crate::program::{git, run};

/// Commits, fast-forwards `main` to the branch, and goes there.
fn merge(repository: &Repository) {
    repository.commit();
    land(repository);
}

fn land(repository: &Repository) {
    git(repository.path(), &["switch", "-q", "main"]);
    git(repository.path(), &["merge", "-q", "--ff-only", "change"]);
}

#[test]
fn a_suppression_of_what_was_merged_is_not_unused() {
    let repository = Repository::new("dbmate", &[("01_a.sql", BOTH), ("05_b.sql", OTHER)]);
    let ignore = |rule: &str| format!("-- laneset: ignore {rule} reason=\"nobody has run it\"\n");
    repository.edit(
        "05_b.sql",
        OTHER,
        &format!("{}SELECT 7;\n", ignore("edited-migration")),
    );
    let late = format!(
        "{}-- migrate:up\nSELECT 1;\n-- migrate:down\n",
        ignore("late-version")
    );
    repository.write("m/03_c.sql", &late);
    assert_eq!(repository.found(), Vec::<String>::new());
    merge(&repository);
    assert_eq!(repository.found(), Vec::<String>::new());
    git(repository.path(), &["switch", "-qc", "next"]);
    repository.migration("06_d.sql", "SELECT 1;\n");
    repository.commit();
    assert_eq!(repository.found(), Vec::<String>::new());
    // One that was never needed is there for nothing.
    let unused = format!(
        "{}-- migrate:up\nSELECT 1;\n-- migrate:down\n",
        ignore("late-version")
    );
    repository.write("m/07_e.sql", &unused);
    assert_eq!(repository.found(), ["unused-ignore m/07_e.sql:1"]);
    // Where nothing is compared, nothing is known of it.
    fs::remove_dir_all(repository.path().join(".git")).unwrap();
    assert_eq!(repository.found(), Vec::<String>::new());
}

#[test]
fn an_entry_of_the_baseline_for_what_was_merged_is_not_unused() {
    let repository = Repository::new("dbmate", &[("01_a.sql", BOTH), ("05_b.sql", OTHER)]);
    repository.edit("05_b.sql", OTHER, "SELECT 7;\n");
    repository.migration("03_c.sql", "SELECT 1;\n");
    let written = run(
        repository.path(),
        ["check", "--write-baseline", "--reason", "nobody has run it"],
    );
    assert_eq!(written.code, Some(0), "{written:?}");
    merge(&repository);
    assert_eq!(repository.found(), Vec::<String>::new());
}

#[test]
fn what_is_renamed_is_not_late_beside_that() {
    let repository = Repository::new(
        "dbmate",
        &[
            ("01_a.sql", BOTH),
            ("05_b.sql", OTHER),
            ("06_c.sql", "SELECT 6;\n"),
        ],
    );
    repository.rename("05_b.sql", "05_other.sql");
    assert_eq!(repository.found(), ["edited-migration m/05_other.sql:1"]);
}

#[test]
fn a_file_that_is_moved_where_its_tool_looks_by_name_is_not_renamed() {
    for format in ["flyway", "refinery"] {
        let repository = Repository::new(format, &[("V1__a.sql", BOTH), ("V2__b.sql", OTHER)]);
        fs::create_dir(repository.path().join("m/more")).unwrap();
        repository.rename("V2__b.sql", "more/V2__b.sql");
        assert_eq!(repository.found(), Vec::<String>::new(), "{format}");
        repository.rename("V1__a.sql", "more/V1__a.sql");
        assert_eq!(repository.found(), Vec::<String>::new(), "{format}");
        repository.edit("more/V1__a.sql", "id bigint", "id integer");
        assert_eq!(
            repository.found(),
            ["edited-migration m/more/V1__a.sql:1"],
            "{format}"
        );
        repository.edit("more/V1__a.sql", "id integer", "id bigint");
        repository.rename("more/V2__b.sql", "more/V3__b.sql");
        assert_eq!(
            repository.found(),
            ["edited-migration m/more/V3__b.sql:1"],
            "{format}"
        );
    }
}

#[test]
fn the_new_one_of_two_that_share_a_version_is_the_culprit() {
    let repository = Repository::new("dbmate", &[("01_a.sql", BOTH), ("02_z.sql", OTHER)]);
    repository.migration("02_b.sql", "SELECT 1;\n");
    let found = repository.found();
    assert!(
        found.contains(&"duplicate-version m/02_b.sql:1".to_owned()),
        "{found:?}"
    );
    assert!(
        !found
            .iter()
            .any(|it| it.starts_with("duplicate-version m/02_z")),
        "{found:?}"
    );
}

/// It has had its day: what comes after is another edit, and the comment is not asked to go.
#[test]
fn a_suppression_that_was_merged_excuses_nothing_more() {
    let repository = Repository::new("dbmate", &[("01_a.sql", BOTH), ("05_b.sql", OTHER)]);
    let ignore = "-- laneset: ignore edited-migration reason=\"nobody has run it\"\n";
    repository.edit("05_b.sql", OTHER, &format!("{ignore}SELECT 7;\n"));
    assert_eq!(repository.found(), Vec::<String>::new());
    merge(&repository);
    git(repository.path(), &["switch", "-qc", "next"]);
    // The way down may change, whatever stands above.
    repository.edit("05_b.sql", "SELECT 1;", "SELECT 2;");
    assert_eq!(repository.found(), Vec::<String>::new());
    repository.edit("05_b.sql", "SELECT 7;", "SELECT 8;");
    assert_eq!(repository.found(), ["edited-migration m/05_b.sql:3"]);
    // Another reason speaks of the other edit.
    repository.edit("05_b.sql", "nobody has run it", "nobody has, still");
    assert_eq!(repository.found(), Vec::<String>::new());
}

/// As a merge does that makes one commit of a branch, which the branch itself does not have.
#[test]
fn a_suppression_that_was_merged_as_one_commit_excuses_nothing_more() {
    let repository = Repository::new("dbmate", &[("01_a.sql", BOTH), ("05_b.sql", OTHER)]);
    let ignore = "-- laneset: ignore edited-migration reason=\"nobody has run it\"\n";
    repository.edit("05_b.sql", OTHER, &format!("{ignore}SELECT 7;\n"));
    repository.commit();
    git(repository.path(), &["switch", "-q", "main"]);
    git(repository.path(), &["merge", "-q", "--squash", "change"]);
    repository.commit();
    git(repository.path(), &["switch", "-q", "change"]);
    assert_eq!(repository.found(), Vec::<String>::new());
    repository.edit("05_b.sql", "SELECT 7;", "SELECT 8;");
    assert_eq!(repository.found(), ["edited-migration m/05_b.sql:3"]);
}

/// Before the merge the branch's own file is the culprit, and after it the second by its path.
#[test]
fn an_excuse_of_a_shared_version_stands_on_either_file() {
    let repository = Repository::new("dbmate", &[("01_a.sql", BOTH)]);
    let ignore = "-- laneset: ignore duplicate-version reason=\"both have run\"\n";
    let twice = format!("{ignore}-- migrate:up\nSELECT 1;\n-- migrate:down\n");
    repository.write("m/02_b.sql", &twice);
    repository.commit();
    repository.on_main("02_c.sql", "SELECT 2;\n");
    let is_said = |repository: &Repository| {
        let found = repository.found();
        found
            .iter()
            .any(|it| it.starts_with("duplicate-version") || it.starts_with("unused-ignore"))
    };
    assert!(!is_said(&repository));
    git(repository.path(), &["merge", "-q", "--no-edit", "main"]);
    assert!(!is_said(&repository));
    land(&repository);
    assert!(!is_said(&repository));
}

/// Two branches of which each has merged the other.
fn crosswise(repository: &Repository) {
    let tip = |branch: &str| run_git(repository, &["rev-parse", branch]);
    let (main, change) = (tip("main"), tip("change"));
    git(repository.path(), &["merge", "-q", "--no-edit", &main]);
    git(repository.path(), &["switch", "-q", "main"]);
    git(repository.path(), &["merge", "-q", "--no-edit", &change]);
    git(repository.path(), &["switch", "-q", "change"]);
    let bases = run_git(repository, &["merge-base", "--all", "main", "change"]);
    assert_eq!(bases.lines().count(), 2);
}

#[test]
fn what_each_branch_has_from_the_other_is_compared_with_both() {
    let repository = Repository::new("dbmate", &[("01_a.sql", BOTH)]);
    repository.migration("03_c.sql", OTHER);
    repository.commit();
    repository.on_main("02_b.sql", "SELECT 2;\n");
    crosswise(&repository);
    for (path, from) in [("02_b.sql", "SELECT 2"), ("03_c.sql", "bigint")] {
        repository.edit(path, from, "SELECT 'other'; SELECT 3");
        let found = repository.found();
        let line = format!("edited-migration m/{path}:2");
        assert!(found.contains(&line), "{found:?}");
    }
}

#[test]
fn of_two_texts_that_each_branch_has_from_the_other_the_newer_counts() {
    for is_of_main in [true, false] {
        let repository = Repository::new("dbmate", &[("01_a.sql", BOTH), ("02_b.sql", OTHER)]);
        if is_of_main {
            git(repository.path(), &["switch", "-q", "main"]);
        }
        repository.edit("02_b.sql", OTHER, "SELECT 7;\n");
        repository.commit();
        let rest = if is_of_main { "change" } else { "main" };
        git(repository.path(), &["switch", "-q", rest]);
        repository.migration("03_c.sql", "SELECT 3;\n");
        repository.commit();
        git(repository.path(), &["switch", "-q", "change"]);
        crosswise(&repository);
        git(repository.path(), &["switch", "-q", "main"]);
        repository.migration("04_d.sql", "SELECT 4;\n");
        repository.commit();
        git(repository.path(), &["switch", "-q", "change"]);
        assert_eq!(repository.found(), Vec::<String>::new(), "{is_of_main}");
        // Taken back, it is another edit.
        repository.edit("02_b.sql", "SELECT 7;\n", OTHER);
        assert_eq!(
            repository.found(),
            ["edited-migration m/02_b.sql:2"],
            "{is_of_main}"
        );
    }
}

fn run_git(repository: &Repository, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(repository.path())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_folder_and_a_file_that_are_links_are_compared_as_far_as_they_can_be() {
    let repository = Repository::new("dbmate", &[("01_a.sql", BOTH), ("02_b.sql", OTHER)]);
    let at = |path: &str| repository.path().join(path);
    git(repository.path(), &["switch", "-q", "main"]);
    fs::rename(at("m"), at("real")).unwrap();
    symlink("real", at("m")).unwrap();
    symlink("../q.sql", at("real/03_c.sql")).unwrap();
    fs::write(at("q.sql"), fs::read_to_string(at("q.sql")).unwrap()).unwrap();
    repository.commit();
    git(repository.path(), &["branch", "-qf", "change"]);
    git(repository.path(), &["switch", "-q", "change"]);
    let found = repository.found();
    assert!(
        !found
            .iter()
            .any(|it| it.starts_with("late") || it.starts_with("edited")),
        "{found:?}"
    );
    repository.edit("02_b.sql", "bigint", "integer");
    fs::remove_file(at("real/03_c.sql")).unwrap();
    let found = repository.found();
    for line in [
        "edited-migration m/02_b.sql:2",
        "edited-migration m/03_c.sql:1",
    ] {
        assert!(found.contains(&line.to_owned()), "{found:?}");
    }
}

/// git hashes what it stores, and writes another text.
#[test]
fn what_a_filter_makes_of_a_file_is_no_edit() {
    let repository = Repository::new("flyway", &[("V1__a.sql", BOTH)]);
    repository.write(".gitattributes", "*.sql ident\n");
    repository.write("m/V2__b.sql", "-- $Id$\nSELECT 1;\n");
    merge(&repository);
    fs::remove_file(repository.path().join("m/V2__b.sql")).unwrap();
    git(repository.path(), &["checkout", "-q", "."]);
    let text = fs::read_to_string(repository.path().join("m/V2__b.sql")).unwrap();
    assert!(text.starts_with("-- $Id: "), "{text}");
    git(repository.path(), &["switch", "-qc", "next"]);
    assert_eq!(repository.found(), Vec::<String>::new());
}
