//! What a branch does to the migrations of the branch that it left.

use std::fs;

use super::repository::{BOTH, OTHER, Repository};
use crate::program::{git, run};

#[test]
fn a_new_migration_before_one_of_the_base_branch_is_late() {
    for (format, nine, ten, new, late) in [
        ("dbmate", "09_a.sql", "10_b.sql", "11_c.sql", "08_d.sql"),
        ("goose", "9_a.sql", "10_b.sql", "11_c.sql", "8_d.sql"),
        ("sqlx", "9_a.sql", "10_b.sql", "11_c.sql", "8_d.sql"),
        (
            "flyway",
            "V9__a.sql",
            "V10__b.sql",
            "x/V10.1__c.sql",
            "x/V9.9__d.sql",
        ),
        (
            "refinery",
            "V9__a.sql",
            "V10__b.sql",
            "V11__c.sql",
            "V8__d.sql",
        ),
        (
            "golang-migrate",
            "9_a.up.sql",
            "10_b.up.sql",
            "11_c.up.sql",
            "8_d.up.sql",
        ),
        (
            "diesel",
            "2026-01-09_a/up.sql",
            "2026-01-10_b/up.sql",
            "20260111_c/up.sql",
            "2026-01-08_d/up.sql",
        ),
        (
            "prisma",
            "09_a/migration.sql",
            "10_b/migration.sql",
            "11_c/migration.sql",
            "08_d/migration.sql",
        ),
        (
            "node-pg-migrate",
            "9_a.sql",
            "10_b.sql",
            "11_c.sql",
            "8_d.sql",
        ),
        (
            "plain",
            "9/1_a.sql",
            "10/1_b.sql",
            "11/1_c.sql",
            "9/2_d.sql",
        ),
    ] {
        let repository = Repository::new(format, &[(nine, BOTH), (ten, OTHER)]);
        repository.migration(new, "SELECT 1;\n");
        assert!(repository.found().is_empty(), "{format}");
        repository.migration(late, "SELECT 1;\n");
        let late = format!("late-version m/{late}:1");
        // Whether it is committed does not matter.
        assert_eq!(repository.found(), [late.as_str()], "{format}");
        repository.commit();
        let report = repository.report();
        assert_eq!(report.found(), [late.as_str()], "{format}");
        assert!(report.messages()[0].ends_with(&format!("m/{ten}, which main already has")));
    }
}

#[test]
fn what_may_come_late_or_has_no_version_is_not_late() {
    let flyway = Repository::new(
        "flyway",
        &[("V1__a.sql", BOTH), ("R__view.sql", "SELECT 1;\n")],
    );
    flyway.edit("R__view.sql", "1", "2");
    flyway.migration("R__another.sql", "SELECT 1;\n");
    assert!(flyway.found().is_empty());
    let refinery = Repository::new("refinery", &[("V5__a.sql", BOTH)]);
    refinery.migration("U3__b.sql", OTHER);
    assert!(refinery.found().is_empty());
}

/// Versions are held against the base branch as it is now, texts against what it was when this branch left it.
#[test]
fn the_base_branch_may_have_gone_on() {
    let repository = Repository::new("dbmate", &[("01_a.sql", BOTH), ("02_b.sql", OTHER)]);
    repository.migration("05_c.sql", "SELECT 1;\n");
    repository.commit();
    assert!(repository.found().is_empty());
    repository.on_main("04_d.sql", "SELECT 1;\n");
    assert!(repository.found().is_empty());
    // What others change there is not this branch's doing.
    repository.on_main("02_b.sql", "CREATE TABLE public.other (id integer);\n");
    assert!(repository.found().is_empty());
    repository.on_main("06_e.sql", "SELECT 1;\n");
    assert_eq!(repository.found(), ["late-version m/05_c.sql:1"]);
    repository.rename("05_c.sql", "06_c.sql");
    let report = repository.report();
    assert_eq!(
        report.found(),
        [
            "duplicate-version m/06_c.sql:1",
            "late-version m/06_c.sql:1"
        ]
    );
    let message = report.messages()[0];
    assert!(
        message.contains("m/06_e.sql, which main has got meanwhile"),
        "{message}"
    );
    repository.rename("06_c.sql", "07_c.sql");
    assert!(repository.found().is_empty());
}

/// In a merge that is not committed yet, and after a pick.
#[test]
fn what_the_base_branch_has_done_itself_is_no_deed_of_this_one() {
    let repository = Repository::new("dbmate", &[("01_a.sql", BOTH), ("02_b.sql", OTHER)]);
    repository.migration("03_c.sql", "SELECT 1;\n");
    repository.commit();
    repository.on_main("02_b.sql", "CREATE TABLE public.other (id integer);\n");
    git(
        repository.path(),
        &["merge", "-q", "--no-commit", "--no-ff", "main"],
    );
    assert!(repository.found().is_empty());
    repository.edit("02_b.sql", "integer", "smallint");
    assert_eq!(repository.found(), ["edited-migration m/02_b.sql:2"]);
}

/// So that a baseline knows the one and not the other.
#[test]
fn another_edit_is_another_finding() {
    let repository = Repository::new("dbmate", &[("01_a.sql", BOTH), ("02_b.sql", OTHER)]);
    let fingerprint = || {
        let report = repository.report();
        report.findings()[0]["fingerprint"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    repository.edit("02_b.sql", "bigint", "integer");
    let first = fingerprint();
    repository.edit("02_b.sql", "CREATE TABLE", "-- Why.\nCREATE  TABLE");
    assert_eq!(fingerprint(), first);
    repository.edit("02_b.sql", "integer", "smallint");
    assert_ne!(fingerprint(), first);
}

#[test]
fn a_changed_migration_is_reported_where_it_differs() {
    let edited = ["edited-migration m/02_b.sql:2"];
    let repository = Repository::new("dbmate", &[("01_a.sql", BOTH), ("02_b.sql", OTHER)]);
    // What does not run, or runs on the way down, may change.
    repository.edit(
        "02_b.sql",
        OTHER,
        "/* why */ CREATE  TABLE public.other( id bigint );\n",
    );
    repository.edit(
        "02_b.sql",
        "down\nSELECT 1",
        "down\nDROP TABLE public.other",
    );
    assert!(repository.found().is_empty());
    repository.edit("02_b.sql", "bigint", "integer");
    assert_eq!(repository.found(), edited);
    repository.commit();
    let report = repository.report();
    assert_eq!(report.found(), edited);
    assert_eq!(
        report.messages(),
        ["m/02_b.sql is on main, and was changed here"]
    );
    let help = report.findings()[0]["help"].as_str().unwrap();
    let restore = help.split('`').nth(1).unwrap();
    let restore: Vec<&str> = restore.split(' ').skip(1).collect();
    git(repository.path(), &restore);
    assert!(repository.found().is_empty());
    repository.edit("02_b.sql", "migrate:up", "migrate:up transaction:false");
    assert_eq!(repository.found(), ["edited-migration m/02_b.sql:1"]);
}

#[test]
fn a_tool_with_checksums_minds_every_byte_of_the_way_up() {
    for (format, first, second, down) in [
        ("sqlx", "1_a.up.sql", "2_b.up.sql", "2_b.down.sql"),
        ("flyway", "V1__a.sql", "V2__b.sql", "U2__b.sql"),
        ("refinery", "V1__a.sql", "V2__b.sql", "readme.md"),
        (
            "prisma",
            "1_a/migration.sql",
            "2_b/migration.sql",
            "readme.md",
        ),
        ("atlas", "1_a.sql", "2_b.sql", "readme.md"),
    ] {
        let files = [
            (first, BOTH),
            (second, OTHER),
            (down, "DROP TABLE public.other;\n"),
        ];
        let repository = Repository::new(format, &files);
        repository.edit(down, "DROP TABLE", "DROP TABLE IF EXISTS");
        assert!(repository.found().is_empty(), "{format}");
        repository.edit(second, "\n", " -- a comment\n");
        assert_eq!(
            repository.found(),
            [format!("edited-migration m/{second}:1")],
            "{format}"
        );
    }
    for (format, first, second) in [
        ("goose", "1_a.sql", "2_b.sql"),
        ("golang-migrate", "1_a.up.sql", "2_b.up.sql"),
        ("node-pg-migrate", "1_a.sql", "2_b.sql"),
        ("diesel", "1_a/up.sql", "2_b/up.sql"),
        ("plain", "1_a.sql", "2_b.sql"),
    ] {
        let repository = Repository::new(format, &[(first, BOTH), (second, OTHER)]);
        repository.edit(second, "CREATE", "-- a comment\nCREATE");
        assert!(repository.found().is_empty(), "{format}");
        repository.edit(second, "bigint", "integer");
        let line = if format == "goose" { 3 } else { 2 };
        assert_eq!(
            repository.found(),
            [format!("edited-migration m/{second}:{line}")],
            "{format}"
        );
    }
}

#[test]
fn a_migration_that_is_a_program_may_not_change_either() {
    let repository = Repository::new("goose", &[("1_a.sql", BOTH)]);
    git(repository.path(), &["switch", "-q", "main"]);
    repository.write("m/2_b.go", "package m\n");
    repository.commit();
    git(repository.path(), &["switch", "-qC", "change"]);
    assert!(repository.found().is_empty());
    repository.write("m/2_b.go", "package m // b\n");
    assert_eq!(repository.found(), ["edited-migration m/2_b.go:1"]);
}

#[test]
fn a_migration_that_only_went_away_is_reported() {
    let repository = Repository::new("dbmate", &[("01_a.sql", BOTH), ("02_b.sql", OTHER)]);
    repository.rename("02_b.sql", "03_b.sql");
    let report = repository.report();
    assert_eq!(report.found(), ["edited-migration m/03_b.sql:1"]);
    assert_eq!(
        report.messages(),
        ["m/02_b.sql is on main, and was renamed to m/03_b.sql here"]
    );
    fs::remove_file(repository.path().join("m/03_b.sql")).unwrap();
    repository.commit();
    let report = repository.report();
    assert_eq!(report.found(), ["edited-migration m/02_b.sql:1"]);
    assert_eq!(
        report.messages(),
        ["m/02_b.sql is on main, and was deleted here"]
    );
    let shown = run(repository.path(), ["check", "--color", "never"]);
    assert!(
        shown.stdout.contains("1 | -- migrate:up"),
        "{}",
        shown.stdout
    );
    // The whole folder.
    fs::remove_dir_all(repository.path().join("m")).unwrap();
    let found = repository.found();
    let gone = [
        "edited-migration m/01_a.sql:1",
        "edited-migration m/02_b.sql:1",
    ];
    assert_eq!(found[..1], ["site-missing laneset.toml:3"], "{found:?}");
    assert_eq!(found[1..], gone);
}

/// dbmate would have refused it, so that nobody has run it.
#[test]
fn what_no_database_can_have_run_may_be_mended() {
    let repository = Repository::new("dbmate", &[("01_a.sql", BOTH)]);
    git(repository.path(), &["switch", "-q", "main"]);
    repository.write("m/02_b.sql", OTHER);
    repository.commit();
    git(repository.path(), &["switch", "-qC", "change"]);
    assert_eq!(repository.found(), ["missing-directive m/02_b.sql:1"]);
    repository.migration("02_b.sql", OTHER);
    assert!(repository.found().is_empty());
}

#[test]
fn ends_of_lines_as_the_system_has_them_are_no_edit() {
    let repository = Repository::new("sqlx", &[("1_a.sql", BOTH), ("2_b.sql", OTHER)]);
    for path in ["1_a.sql", "2_b.sql"] {
        let path = repository.path().join("m").join(path);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace('\n', "\r\n")).unwrap();
    }
    assert!(repository.found().is_empty());
}

#[test]
fn a_rule_that_was_not_asked_for_asks_nobody() {
    let repository = Repository::new("dbmate", &[("01_a.sql", BOTH), ("02_b.sql", OTHER)]);
    repository.edit("02_b.sql", "bigint", "integer");
    let arguments = ["check", "--output-format", "json", "--ignore"];
    let rules = "late-version,edited-migration,duplicate-version";
    let without = run(
        repository.path(),
        [&arguments[..], &[rules, "--git-base", "nowhere"]].concat(),
    );
    without.clean();
    assert_eq!(without.stderr, "");
}
