//! What the ways of migrations lead to: the way back of the newest, the dump's rows, the embedded patches.

use std::fs;

use super::repository::Repository;
use crate::program::Report;

const TABLE: &str = "CREATE TABLE public.t (id bigint, run_type text);\n";
const NARROW: &str = "CREATE INDEX idx_t ON public.t (id) WHERE run_type IN ('a');\n";
const WIDE: &str = "CREATE INDEX idx_t ON public.t (id) WHERE run_type IN ('a', 'b');\n";
const DROP: &str = "DROP INDEX public.idx_t;\n";

/// What is found when the newest migration goes back by `down`.
fn back_by(up: &str, down: &str) -> Report {
    let repository = Repository::new("dbmate", &[("1_a.sql", &format!("{TABLE}{NARROW}"))]);
    let text = format!("-- migrate:up\n{up}-- migrate:down\n{down}");
    repository.write("m/2_b.sql", &text);
    repository.report()
}

#[test]
fn a_way_back_restores_the_index() {
    let up = format!("{DROP}{WIDE}");
    let line = "down-not-inverse m/2_b.sql:";
    let to_narrow = format!("{DROP}{NARROW}");
    for good in [
        to_narrow.as_str(),
        "DROP INDEX public.idx_t;\nCREATE INDEX idx_t ON public.t USING btree (id) WHERE ((run_type = 'a'::text));\n",
        "ALTER INDEX public.idx_t RENAME TO old;\nCREATE INDEX idx_t ON public.t (id) WHERE run_type = 'a';\nDROP INDEX public.old;\n",
    ] {
        assert_eq!(back_by(&up, good).found(), [""; 0], "{good}");
    }
    let report = back_by(&up, DROP);
    assert_eq!(report.found(), [format!("{line}5")]);
    let message = "m/2_b.sql, taken back, leaves index idx_t otherwise than it was before";
    assert_eq!(report.messages(), [message]);
    // Nothing at all, the same again, other columns, another table, IF NOT EXISTS that does nothing.
    assert_eq!(back_by(&up, "").found(), [format!("{line}4")]);
    assert_eq!(back_by(&up, &up).found(), [format!("{line}6")]);
    let by_type = format!("{DROP}{}", NARROW.replace("(id)", "(run_type)"));
    assert_eq!(back_by(&up, &by_type).found(), [format!("{line}6")]);
    let unique = format!("{DROP}{}", NARROW.replace("CREATE", "CREATE UNIQUE"));
    assert_eq!(back_by(&up, &unique).found(), [format!("{line}6")]);
    let idle = NARROW.replace("INDEX", "INDEX IF NOT EXISTS");
    assert_eq!(back_by(&up, &idle).found(), [format!("{line}5")]);
}

#[test]
fn a_way_back_that_cannot_be_read_is_reported_and_not_passed() {
    let up = format!("{DROP}{WIDE}");
    let report = back_by(&up, "SELECT make_it_narrow('idx_t');\n");
    assert_eq!(report.found(), ["down-not-inverse m/2_b.sql:5"]);
    assert!(
        report.messages()[0].contains("cannot be read"),
        "{:?}",
        report.messages()
    );
}

#[test]
fn only_what_the_migration_changed_is_asked_for() {
    // The first migration of all: its table goes, and what is on it.
    let repository = Repository::new("dbmate", &[]);
    let text = format!("-- migrate:up\n{TABLE}{WIDE}-- migrate:down\nDROP TABLE public.t;\n");
    repository.write("m/1_a.sql", &text);
    assert!(repository.found().is_empty());
    // Another object, and a way back of a migration that is not the newest.
    repository.migration("2_b.sql", "CREATE TABLE public.other (id bigint);\n");
    assert!(repository.found().is_empty());
    repository.migration("1_a.sql", &format!("{TABLE}{NARROW}"));
    repository.write(
        "m/3_c.sql",
        &format!("-- migrate:up\n{DROP}{WIDE}-- migrate:down\n"),
    );
    assert_eq!(repository.found(), ["down-not-inverse m/3_c.sql:4"]);
    repository.migration("4_d.sql", "CREATE TABLE public.fourth (id bigint);\n");
    assert!(repository.found().is_empty());
    // What was there before the first migration is not known.
    let later = Repository::new("dbmate", &[]);
    let up = "DROP INDEX IF EXISTS public.idx_t;\n";
    later.write(
        "m/1_a.sql",
        &format!("-- migrate:up\n{up}{WIDE}-- migrate:down\n{up}{NARROW}"),
    );
    assert!(later.found().is_empty());
}

#[test]
fn every_format_with_ways_down_is_followed_back() {
    for (format, first, second, down) in [
        ("goose", "1_a.sql", "2_b.sql", None),
        ("node-pg-migrate", "1_a.sql", "2_b.sql", None),
        ("sqlx", "1_a.up.sql", "2_b.up.sql", Some("2_b.down.sql")),
        (
            "golang-migrate",
            "1_a.up.sql",
            "2_b.up.sql",
            Some("2_b.down.sql"),
        ),
        ("flyway", "V1__a.sql", "V2__b.sql", Some("U2__b.sql")),
        ("diesel", "1_a/up.sql", "2_b/up.sql", Some("2_b/down.sql")),
    ] {
        let repository = Repository::new(format, &[(first, &format!("{TABLE}{NARROW}"))]);
        let heads = match format {
            "goose" => ("-- +goose Up\n", "-- +goose Down\n"),
            "node-pg-migrate" => ("-- Up Migration\n", "-- Down Migration\n"),
            _ => ("", ""),
        };
        for (back, is_good) in [(format!("{DROP}{NARROW}"), true), (DROP.to_owned(), false)] {
            let up = format!("{}{DROP}{WIDE}", heads.0);
            match down {
                Some(down) => {
                    repository.write(&format!("m/{second}"), &up);
                    repository.write(&format!("m/{down}"), &back);
                }
                None => repository.write(&format!("m/{second}"), &format!("{up}{}{back}", heads.1)),
            }
            let found = repository.found();
            assert_eq!(found.is_empty(), is_good, "{format}: {found:?}");
            let is_told = found.iter().all(|it| it.starts_with("down-not-inverse m/"));
            assert!(is_told, "{format}: {found:?}");
        }
    }
}

#[test]
fn a_constraint_that_admits_lanes_comes_back_too() {
    let check = |lanes: &str| {
        format!(
            "ALTER TABLE public.t DROP CONSTRAINT IF EXISTS t_check;\nALTER TABLE public.t ADD CONSTRAINT t_check CHECK (run_type IN ({lanes}));\n"
        )
    };
    let repository = Repository::new(
        "dbmate",
        &[("1_a.sql", &format!("{TABLE}{WIDE}{}", check("'a', 'b'")))],
    );
    let manifest = fs::read_to_string(repository.path().join("laneset.toml")).unwrap();
    repository.write(
        "laneset.toml",
        &format!("{manifest}[lane_set.s.admitted_by]\ncheck = 't_check'\n"),
    );
    let with = |down: &str| {
        let up = check("'a', 'b', 'c'");
        repository.write(
            "m/2_b.sql",
            &format!("-- migrate:up\n{up}-- migrate:down\n{down}"),
        );
        repository.found()
    };
    assert!(with(&check("'b', 'a'")).is_empty());
    assert_eq!(with(""), ["down-not-inverse m/2_b.sql:4"]);
    assert_eq!(with(&check("'a'")), ["down-not-inverse m/2_b.sql:6"]);
}

/// A server finds more of that kind, so that only `verify` says that a suppression suppresses nothing.
#[test]
fn a_suppressed_way_back_is_suppressed_for_verify_too() {
    let down =
        format!("-- laneset: ignore down-not-inverse reason=\"the old one was wrong\"\n{DROP}");
    let up = format!("{DROP}{WIDE}");
    let report = back_by(&up, &down);
    assert!(report.found().is_empty(), "{:?}", report.found());
    let unused = back_by(
        &up,
        &format!("-- laneset: ignore down-not-inverse reason=\"x\"\n{DROP}{NARROW}"),
    );
    assert!(unused.found().is_empty());
}

/// A repository whose dump records these versions.
fn recording(rows: &str) -> Repository {
    let repository = Repository::new(
        "dbmate",
        &[
            ("1_a.sql", &format!("{TABLE}{WIDE}")),
            ("2_b.sql", "SELECT 1;\n"),
        ],
    );
    let manifest = fs::read_to_string(repository.path().join("laneset.toml")).unwrap();
    repository.write(
        "laneset.toml",
        &format!("{manifest}[schema]\nfile = 'schema.sql'\n"),
    );
    repository.write("schema.sql", &format!("{TABLE}{WIDE}{rows}"));
    repository
}

#[test]
fn the_rows_of_the_dump_are_those_of_the_folder() {
    let part = "--\n-- Dbmate schema migrations\n--\n";
    let insert = "INSERT INTO public.schema_migrations (version) VALUES\n";
    let name = "version-not-recorded schema.sql:";
    for (rows, expected) in [
        // A dump that is no dbmate's.
        (String::new(), vec![]),
        (format!("{part}{insert}    ('1'),\n    ('2');\n"), vec![]),
        (format!("{insert}('1'), ('2');\n"), vec![]),
        (format!("{part}{insert}    ('2');\n"), vec![6]),
        (
            format!("{part}{insert}    ('1'),\n    ('2'),\n    ('03');\n"),
            vec![9],
        ),
        (format!("{part}{insert}    ('12');\n"), vec![6, 6, 7]),
        (part.to_owned(), vec![4, 4]),
        // What a merge may leave, and Postgres refuses.
        (format!("{part}{insert}    ('1')\n    ('2');\n"), vec![6]),
        (
            format!("{part}{insert}    ('1'),\n    ('2'),\n;\n"),
            vec![6],
        ),
        (
            format!("{part}{insert}    ('1');\n    ('2');\n"),
            vec![6, 6],
        ),
        (
            format!("{part}{insert}    ('1'),\n    ('2'),\n    ('1');\n"),
            vec![9],
        ),
        (
            format!("{part}{insert}    ('1');\n{insert}    ('2');\n"),
            vec![],
        ),
    ] {
        let expected: Vec<String> = expected
            .iter()
            .map(|line| format!("{name}{line}"))
            .collect();
        assert_eq!(recording(&rows).found(), expected, "{rows}");
    }
    let repository = recording(&format!("{part}{insert}    ('1'),\n    ('2');\n"));
    repository.write(
        "laneset.toml",
        &fs::read_to_string(repository.path().join("laneset.toml"))
            .unwrap()
            .replace("'b']", "'b', 'c']"),
    );
    let generated = crate::program::run(repository.path(), ["generate"]);
    assert_eq!(generated.code, Some(0), "{generated:?}");
    assert!(repository.found().is_empty());
}

/// What is found where migrations from `since` on must have their patches.
fn mirrored(since: &str, migrations: &[(&str, &str)], patches: &[(&str, &str)]) -> Vec<String> {
    let first = format!("{TABLE}{WIDE}");
    let mut files = vec![("20260101_t.sql", first.as_str())];
    files.extend(migrations);
    let repository = Repository::new("dbmate", &files);
    let manifest = fs::read_to_string(repository.path().join("laneset.toml")).unwrap();
    let since = match since {
        "" => String::new(),
        since => format!("mirror_since = '{since}'\n"),
    };
    repository.write(
        "laneset.toml",
        &format!("{manifest}[embedded]\npath = 'p'\n{since}"),
    );
    repository.write(
        "p/00_t.sql",
        &format!("DROP INDEX IF EXISTS public.idx_t;\n{WIDE}"),
    );
    for (path, sql) in patches {
        repository.write(&format!("p/{path}"), sql);
    }
    repository.found()
}

const ADD: &str = "ALTER TABLE public.t ADD COLUMN n integer;\n";

#[test]
fn a_patch_mirrors_the_migrations_that_it_names() {
    let migrations = [("20260202_n.sql", ADD), ("20260303_o.sql", ADD)];
    let missing = |numbers: &[&str]| -> Vec<String> {
        let found = numbers.iter();
        found
            .map(|it| format!("migration-not-mirrored m/{it}.sql:1"))
            .collect()
    };
    let all = missing(&["20260202_n", "20260303_o"]);
    assert_eq!(mirrored("20260201", &migrations, &[]), all);
    assert_eq!(mirrored("20260303", &migrations, &[]), all[1..]);
    assert!(mirrored("20260304", &migrations, &[]).is_empty());
    assert!(mirrored("", &migrations, &[]).is_empty());
    let unlike = "SELECT 1;\n";
    for (name, sql) in [
        ("20260202_other.sql", unlike),
        ("a_20260202.sql", unlike),
        ("a.sql", "-- mirrors 20260202\nSELECT 1;\n"),
        ("a.sql", "/* 20260202_n */ SELECT 1;\n"),
        ("a.sql", "DO $$ BEGIN\n-- 20260202\nEND $$;\n"),
    ] {
        assert_eq!(
            mirrored("20260201", &migrations, &[(name, sql)]),
            all[1..],
            "{name}: {sql}"
        );
    }
    // An empty file does nothing and says nothing.
    assert_eq!(
        mirrored("20260201", &migrations, &[("20260202_n.sql", " \n")]),
        all
    );
    // Part of a longer number, or of the SQL itself.
    for sql in ["-- 120260202\n", "-- 202602021\n", "SELECT '20260202';\n"] {
        assert_eq!(
            mirrored("20260201", &migrations, &[("a.sql", sql)]),
            all,
            "{sql}"
        );
    }
    let both = [("a.sql", "-- 20260202, 20260303\nSELECT 1;\n")];
    assert!(mirrored("20260201", &migrations, &both).is_empty());
}

#[test]
fn a_patch_without_a_name_mirrors_one_migration_whose_objects_it_changes() {
    let two = [
        ("20260202_n.sql", ADD),
        (
            "20260303_o.sql",
            "ALTER TABLE public.t ADD COLUMN o integer;\nCREATE TABLE public.o (id bigint);\n",
        ),
    ];
    let found = |patches: &[(&str, &str)]| mirrored("20260201", &two, patches);
    let name = "migration-not-mirrored m/";
    let alter = "ALTER TABLE t ADD COLUMN IF NOT EXISTS n integer;\n";
    let create = "CREATE TABLE IF NOT EXISTS public.o (id bigint);\n";
    // One object of two is not enough for the newer.
    assert_eq!(
        found(&[("n.sql", alter)]),
        [format!("{name}20260303_o.sql:1")]
    );
    assert!(found(&[("n.sql", alter), ("o.sql", &format!("{alter}{create}"))]).is_empty());
    // One patch does not stand for whatever comes.
    assert_eq!(
        found(&[("o.sql", &format!("{alter}{create}"))]),
        [format!("{name}20260202_n.sql:1")]
    );
    let block = format!("DO $$ BEGIN IF true THEN {alter} END IF; END $$;\n{create}");
    assert_eq!(
        found(&[("o.sql", &block)]),
        [format!("{name}20260202_n.sql:1")]
    );
    // What changes nothing needs no patch; of what is not seen into it is not known.
    assert!(
        mirrored(
            "20260201",
            &[("20260202_n.sql", "SET lock_timeout = 1;\n")],
            &[]
        )
        .is_empty()
    );
    let call = [("20260202_n.sql", "SELECT make_partitions();\n")];
    assert_eq!(
        mirrored(
            "20260201",
            &call,
            &[("a.sql", "SELECT make_partitions();\n")]
        )
        .len(),
        1
    );
}

#[test]
fn an_array_of_patches_names_by_id_and_by_comment() {
    let repository = Repository::new(
        "sqlx",
        &[
            ("1_t.sql", &format!("{TABLE}{WIDE}")),
            ("0002_n.sql", ADD),
            ("20260303_o.sql", ADD),
        ],
    );
    let manifest = fs::read_to_string(repository.path().join("laneset.toml")).unwrap();
    repository.write(
        "laneset.toml",
        &format!("{manifest}[embedded]\npath = 'p.ts'\nmirror_since = '02'\n"),
    );
    let with = |second: &str, comment: &str| {
        let drop = "DROP INDEX IF EXISTS public.idx_t;";
        repository.write(
            "p.ts",
            &format!(
                "export const patches = [\n  {{ id: '1-t', sql: `{drop} {}` }},\n  {{ id: '{second}', sql: `SELECT 1` }},\n  // {comment}\n  \
                 {{ id: 'third', sql: `SELECT 2` }},\n];\n",
                WIDE.trim_end()
            ),
        );
        repository.found()
    };
    let name = "migration-not-mirrored m/";
    assert!(with("2_n", "20260303").is_empty());
    assert_eq!(with("22_n", "as 20260303"), [format!("{name}0002_n.sql:1")]);
    assert_eq!(with("002_n", "0002"), [format!("{name}20260303_o.sql:1")]);
}
