//! What is excused on its way into the base branch stays excused there, and what is moved or renamed is said once.

use std::fs;

use super::base::{BOTH, OTHER, Repository};
use crate::program::{git, run};

/// Fast-forwards `main` to the branch, and goes there.
fn merge(repository: &Repository) {
    repository.commit();
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
