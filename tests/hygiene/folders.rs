//! What a folder alone shows: directives, versions, statements without a transaction.

use std::fs;

use tempfile::TempDir;

use crate::program::{Report, check};

const TABLE: &str = "CREATE TABLE public.t (id bigint, run_type text);\n";
const INDEX: &str = "CREATE INDEX idx_t ON public.t (id) WHERE run_type IN ('a', 'b');\n";
const OTHER: &str = "CREATE TABLE public.other (id bigint);\n";
const CONCURRENTLY: &str = "CREATE INDEX CONCURRENTLY other_id ON public.other (id);\n";

/// A repository that governs `idx_t`, with these files of migrations.
fn repository(format: &str, files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join("m").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    fs::write(
        folder.path().join("laneset.toml"),
        format!(
            "version = 1\n[migrations]\ndir = 'm'\nformat = '{format}'\n[lane_set.s]\ntable = 'public.t'\ncolumn = 'run_type'\n\
             lanes = ['a', 'b']\n[lane_set.s.index]\nname = 'idx_t'\ncolumns = ['id']\n"
        ),
    )
    .unwrap();
    folder
}

fn found(format: &str, files: &[(&str, &str)]) -> Vec<String> {
    report(format, files).found()
}

fn report(format: &str, files: &[(&str, &str)]) -> Report {
    check(repository(format, files).path()).report()
}

fn both() -> String {
    format!("{TABLE}{INDEX}")
}

#[test]
fn a_file_without_the_line_of_its_tool_is_reported() {
    let good =
        |up: &str, down: &str| format!("-- {up}\n{}-- {down}\nDROP TABLE public.t;\n", both());
    let dbmate = good("migrate:up", "migrate:down");
    let goose = good("+goose Up", "+goose Down");
    for (format, good, bad) in [
        ("dbmate", &dbmate, OTHER.to_owned()),
        ("dbmate", &dbmate, format!("{OTHER}-- migrate:up\n")),
        (
            "dbmate",
            &dbmate,
            format!("-- migrate:down\n-- migrate:up\n{OTHER}"),
        ),
        ("dbmate", &dbmate, String::new()),
        ("goose", &goose, OTHER.to_owned()),
        ("goose", &goose, format!("{OTHER}-- +goose Up\n")),
        (
            "goose",
            &goose,
            format!("-- +goose Up\n-- +goose StatementBegin\n{OTHER}"),
        ),
    ] {
        let files = [("1_a.sql", good.as_str()), ("2_b.sql", bad.as_str())];
        assert_eq!(
            found(format, &files),
            ["missing-directive m/2_b.sql:1"],
            "{format}: {bad}"
        );
    }
    // Where it names a governed object, what the migrations leave is not known either.
    let files = [
        ("1_a.sql", dbmate.as_str()),
        ("2_b.sql", "DROP INDEX public.idx_t;\n"),
    ];
    assert_eq!(
        found("dbmate", &files),
        [
            "missing-directive m/2_b.sql:1",
            "unreadable-site m/2_b.sql:1"
        ]
    );
    let empty = "--! Previous: -\n\nSELECT 1;\n";
    let files = [("committed/000001.sql", empty)];
    assert!(
        found("graphile-migrate", &files)
            .contains(&"missing-directive m/committed/000001.sql:1".to_owned()),
    );
    assert!(found("sqlx", &[("1_a.sql", &both()), ("2_b.sql", OTHER)]).is_empty());
}

#[test]
fn two_migrations_of_one_version_are_reported_with_both_ends() {
    let dbmate = |sql: &str| format!("-- migrate:up\n{sql}-- migrate:down\n");
    let goose = |sql: &str| format!("-- +goose Up\n{sql}");
    let (both, other) = (both(), OTHER.to_owned());
    for (format, first, second, third) in [
        (
            "dbmate",
            ("01_a.sql", dbmate(&both)),
            ("02_b.sql", dbmate(OTHER)),
            ("02_c.sql", dbmate("SELECT 1;\n")),
        ),
        (
            "goose",
            ("1_a.sql", goose(&both)),
            ("02_b.sql", goose(OTHER)),
            ("2_c.sql", goose("SELECT 1;\n")),
        ),
        (
            "sqlx",
            ("1_a.sql", both.clone()),
            ("02_b.sql", other.clone()),
            ("2_c.sql", other.clone()),
        ),
        (
            "golang-migrate",
            ("1_a.up.sql", both.clone()),
            ("2_b.up.sql", other.clone()),
            ("2_c.up.sql", other.clone()),
        ),
        (
            "flyway",
            ("V1__a.sql", both.clone()),
            ("V2.0__b.sql", other.clone()),
            ("x/V2__c.sql", other.clone()),
        ),
        (
            "refinery",
            ("V1__a.sql", both.clone()),
            ("V2__b.sql", other.clone()),
            ("x/V2__c.sql", other.clone()),
        ),
        (
            "diesel",
            ("1_a/up.sql", both.clone()),
            ("2026-01-01-000000_b/up.sql", other.clone()),
            ("20260101000000_c/up.sql", other.clone()),
        ),
        (
            "atlas",
            ("1_a.sql", both.clone()),
            ("2_b.sql", other.clone()),
            ("2_c.sql", other.clone()),
        ),
    ] {
        let files = [
            (first.0, first.1.as_str()),
            (second.0, second.1.as_str()),
            (third.0, third.1.as_str()),
        ];
        let report = report(format, &files);
        assert_eq!(
            report.found(),
            [format!("duplicate-version m/{}:1", third.0)],
            "{format}"
        );
        let message = report.messages()[0];
        assert!(
            message.contains(second.0) && message.contains(third.0),
            "{message}"
        );
        let alone = [files[0], files[1]];
        assert!(found(format, &alone).is_empty(), "{format}");
    }
}

#[test]
fn names_without_a_number_have_no_version_to_share() {
    let both = both();
    let files = [
        ("1_a.sql", both.as_str()),
        ("x_b.sql", OTHER),
        ("x_c.sql", OTHER),
    ];
    assert!(found("sqlx", &files).is_empty());
    // A program has its version like others.
    let (sql, other) = (
        format!("-- +goose Up\n{both}"),
        format!("-- +goose Up\n{OTHER}"),
    );
    let files = [
        ("1_a.sql", sql.as_str()),
        ("2_b.sql", &other),
        ("2_c.go", "package m\n"),
    ];
    assert_eq!(found("goose", &files), ["duplicate-version m/2_c.go:1"]);
    let files = [
        ("1_a.sql", sql.as_str()),
        ("2_b.sql", &other),
        ("2_b_test.go", "package m\n"),
    ];
    assert!(found("goose", &files).is_empty());
}

/// They record the whole name, or nothing at all.
#[test]
fn tools_that_know_migrations_by_name_may_number_two_alike() {
    let both = both();
    for (format, first, second, third) in [
        (
            "prisma",
            "1_a/migration.sql",
            "2_b/migration.sql",
            "2_c/migration.sql",
        ),
        ("node-pg-migrate", "1_a.sql", "2_b.sql", "2_c.sql"),
        ("plain", "1_a.sql", "2_b.sql", "2_c.sql"),
    ] {
        let files = [
            (first, both.as_str()),
            (second, OTHER),
            (third, "SELECT 1;\n"),
        ];
        assert!(found(format, &files).is_empty(), "{format}");
    }
}

#[test]
fn statements_that_share_a_transaction_though_none_is_wanted_are_reported() {
    let first = both();
    let several = format!("SET lock_timeout = '1s';\n{CONCURRENTLY}");
    let harmless = "UPDATE public.t SET id = 1;\nUPDATE public.t SET id = 2;\n";
    let own = format!("BEGIN;\n{harmless}COMMIT;\n");
    let name = "statements-without-transaction m/";
    for (format, path, head, tail) in [
        (
            "dbmate",
            "2_b.sql",
            "-- migrate:up transaction:false\n",
            "-- migrate:down\n",
        ),
        ("sqlx", "2_b.sql", "-- no-transaction\n", ""),
        ("golang-migrate", "2_b.up.sql", "", ""),
        ("prisma", "2_b/migration.sql", "", ""),
        ("diesel", "2_b/up.sql", "", ""),
    ] {
        let with = |sql: &str| {
            let first_path = path.replace("2_b", "1_a");
            let up = if format == "dbmate" {
                "-- migrate:up\n"
            } else {
                ""
            };
            let (first, second) = (format!("{up}{first}{tail}"), format!("{head}{sql}{tail}"));
            let mut files = vec![
                (first_path.as_str(), first.as_str()),
                (path, second.as_str()),
            ];
            if format == "diesel" {
                files.push(("2_b/metadata.toml", "run_in_transaction = false\n"));
            }
            found(format, &files)
        };
        let line = head.lines().count() + 2;
        assert_eq!(with(&several), [format!("{name}{path}:{line}")], "{format}");
        assert!(with(CONCURRENTLY).is_empty(), "{format}");
        assert!(with(&own).is_empty(), "{format}");
        // Where it is every file's way, several statements are only wrong where one of them minds.
        let is_asked_for = !head.is_empty() || format == "diesel";
        assert_eq!(with(harmless).len(), usize::from(is_asked_for), "{format}");
    }
    // One statement at a time: nothing is shared.
    let one_by_one = format!("-- +goose NO TRANSACTION\n-- +goose Up\n{several}");
    let first_goose = format!("-- +goose Up\n{first}");
    let files = [
        ("1_a.sql", first_goose.as_str()),
        ("2_b.sql", one_by_one.as_str()),
    ];
    assert!(found("goose", &files).is_empty());
    assert!(found("plain", &[("1_a.sql", &first), ("2_b.sql", &several)]).is_empty());
    let atlas = format!("-- atlas:txmode none\n\n{several}");
    assert!(found("atlas", &[("1_a.sql", &first), ("2_b.sql", &atlas)]).is_empty());
}

/// What the gate says of such a section Postgres says too.
#[test]
fn verify_runs_such_a_section_as_dbmate_would() {
    let first = format!(
        "-- migrate:up\n{}-- migrate:down\nDROP TABLE public.t;\n",
        both()
    );
    let second = "-- migrate:up transaction:false\nSET lock_timeout = '1s';\nDROP INDEX CONCURRENTLY public.idx_t;\n-- migrate:down\n";
    let folder = repository("dbmate", &[("1_a.sql", &first), ("2_b.sql", second)]);
    let verified = crate::program::run(folder.path(), ["verify"]);
    let said = verified.could_not_check();
    assert!(
        said.contains("m/2_b.sql:3") && said.contains("transaction block"),
        "{said}"
    );
}
