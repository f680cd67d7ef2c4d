//! One story in the folder of every migration tool: a table, an index with lanes, and then one lane more.

use crate::program::{Copy, check, in_tests, run};

pub const TABLE: &str = "CREATE TABLE public.t (id bigint, run_type text);\n";
pub const INDEX: &str = "CREATE INDEX idx_t ON public.t (id) WHERE run_type IN ('a', 'b');\n";
const DROP_TABLE: &str = "DROP TABLE public.t;\n";
const DROP_INDEX: &str = "DROP INDEX public.idx_t;\n";

/// The files of a tool's folder. The second migration sorts before the first by its bytes, where the tool sorts by numbers.
fn folder(format: &str) -> Vec<(&'static str, String)> {
    let sections = |up: &str, down: &str, names: [&str; 2]| {
        format!("-- {}\n{up}-- {}\n{down}", names[0], names[1])
    };
    let both = |names: [&str; 2]| {
        vec![
            ("9_a.sql", sections(TABLE, DROP_TABLE, names)),
            ("10_b.sql", sections(INDEX, DROP_INDEX, names)),
        ]
    };
    let files = |files: &[(&'static str, &str)]| {
        let files = files.iter().map(|(path, text)| (*path, (*text).to_owned()));
        files.collect()
    };
    match format {
        "dbmate" => vec![
            (
                "09_a.sql",
                sections(TABLE, DROP_TABLE, ["migrate:up", "migrate:down"]),
            ),
            (
                "10_b.sql",
                sections(INDEX, DROP_INDEX, ["migrate:up", "migrate:down"]),
            ),
        ],
        "goose" => both(["+goose Up", "+goose Down"]),
        "node-pg-migrate" => both(["Up Migration", "Down Migration"]),
        "sqlx" => files(&[("9_a.sql", TABLE), ("10_b.sql", INDEX)]),
        "golang-migrate" => files(&[
            ("9_a.up.sql", TABLE),
            ("9_a.down.sql", DROP_TABLE),
            ("10_b.up.sql", INDEX),
            ("10_b.down.sql", DROP_INDEX),
        ]),
        "flyway" => files(&[
            ("V9__a.sql", TABLE),
            ("more/V10__b.sql", INDEX),
            ("more/U10__b.sql", DROP_INDEX),
        ]),
        "refinery" => files(&[("V9__a.sql", TABLE), ("V10__b.sql", INDEX)]),
        "diesel" => files(&[
            ("2026-01-01-000000_a/up.sql", TABLE),
            ("2026-01-01-000000_a/down.sql", DROP_TABLE),
            ("2026-01-02-000000_b/up.sql", INDEX),
            ("2026-01-02-000000_b/down.sql", DROP_INDEX),
        ]),
        "prisma" => files(&[
            ("20260101000000_a/migration.sql", TABLE),
            ("20260102000000_b/migration.sql", INDEX),
        ]),
        // It commits its own.
        "graphile-migrate" => Vec::new(),
        "atlas" => files(&[("1_a.sql", TABLE), ("2_b.sql", INDEX)]),
        "plain" => files(&[("9/01_a.sql", TABLE), ("10/01_b.sql", INDEX)]),
        other => panic!("{other}"),
    }
}

/// Every tool but graphile-migrate, whose chain of hashes has tests beside it.
const FORMATS: [&str; 11] = [
    "atlas",
    "dbmate",
    "diesel",
    "flyway",
    "golang-migrate",
    "goose",
    "node-pg-migrate",
    "plain",
    "prisma",
    "refinery",
    "sqlx",
];

/// Those that run every migration in a transaction, in which no index can be built concurrently.
const ALWAYS_WRAPPED: [&str; 2] = ["node-pg-migrate", "refinery"];

pub fn repository(format: &str, build: &str) -> Copy {
    let copy = Copy::of(&in_tests("languages"));
    for (path, text) in folder(format) {
        let path = format!("m/{path}");
        std::fs::create_dir_all(copy.file(&path).parent().unwrap()).unwrap();
        copy.write(&path, text);
    }
    copy.write(
        "laneset.toml",
        format!(
            "version = 1\n[migrations]\ndir = 'm'\nformat = '{format}'\n[lane_set.s]\ntable = 'public.t'\ncolumn = 'run_type'\n\
             lanes = ['a', 'b']\n[lane_set.s.index]\nname = 'idx_t'\ncolumns = ['id']\nbuild = '{build}'\n"
        ),
    );
    copy
}

#[test]
fn a_lane_is_added_in_the_folder_of_every_tool() {
    for format in FORMATS {
        let copy = repository(format, "transactional");
        let report = check(copy.path()).clean();
        assert_eq!(report.0["checked"]["migrations"], 2, "{format}");
        let said = run(copy.path(), ["widen", "s", "c"]);
        assert_eq!(said.code, Some(0), "{format}: {said:?}");
        let report = check(copy.path()).clean();
        assert_eq!(report.0["checked"]["migrations"], 3, "{format}");
        // Without the new migration the index is what it was.
        copy.edit("laneset.toml", "'c'", "'d'");
        let found = check(copy.path()).drift().found();
        assert_eq!(found.len(), 1, "{format}: {found:?}");
        assert!(
            found[0].starts_with("migrations-drift m/"),
            "{format}: {found:?}"
        );
    }
}

/// A real Postgres runs what was written, as the tool would: with a transaction or without, statement by statement or as one string.
#[test]
fn an_index_is_built_concurrently_where_the_tool_lets_it() {
    for format in FORMATS {
        let copy = repository(format, "concurrently");
        let said = run(copy.path(), ["widen", "s", "c"]);
        if ALWAYS_WRAPPED.contains(&format) {
            assert_eq!(said.code, Some(1), "{format}: {said:?}");
            assert!(said.stdout.contains("transaction"), "{format}: {said:?}");
            continue;
        }
        assert_eq!(said.code, Some(0), "{format}: {said:?}");
        check(copy.path()).clean();
        let verified = run(copy.path(), ["verify"]);
        assert_eq!(verified.code, Some(0), "{format}: {verified:?}");
    }
}

#[test]
fn the_tool_is_told_by_its_folder() {
    for format in FORMATS {
        let copy = repository(format, "transactional");
        if format == "atlas" {
            // Its seal is what tells it.
            assert_eq!(run(copy.path(), ["widen", "s", "c"]).code, Some(0));
        }
        let manifest = copy.text("laneset.toml");
        copy.write(
            "laneset.toml",
            manifest.replace(&format!("format = '{format}'\n"), ""),
        );
        let said = check(copy.path());
        let is_shared = ["flyway", "golang-migrate", "plain", "refinery", "sqlx"].contains(&format);
        match is_shared && said.code == Some(2) {
            // Several tools have such names: they are named, and one is to be chosen.
            true => assert!(
                said.could_not_check().contains(format),
                "{format}: {said:?}"
            ),
            false => {
                said.clean();
            }
        }
    }
}

#[test]
fn a_migration_that_is_a_program_is_not_passed_over() {
    for (format, path) in [
        ("goose", "m/11_c.go"),
        ("node-pg-migrate", "m/11_c.js"),
        ("refinery", "m/V11__c.rs"),
        ("flyway", "m/V11__c.java"),
    ] {
        let copy = repository(format, "transactional");
        copy.write(path, "// it does something to idx_t\n");
        let found = check(copy.path()).drift().found();
        assert_eq!(found, [format!("unreadable-site {path}:1")], "{format}");
    }
}
