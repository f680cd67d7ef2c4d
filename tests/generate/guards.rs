//! Guards beyond what laneset can spell as Postgres does: what is written is right, and what would not be is left to a person.

use super::mini::{INDEX, Kind, LANES, Mini, PLAIN};
use super::tools::{names, without_noise};
use crate::postgres::server::Server;
use crate::program::run;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS public.t (id bigint, run_type text, hb timestamptz, st text, num numeric, u uuid, \
    js jsonb, arr text[], big bigint, f double precision, day date, at timestamp)";

const GUARDS: [&str; 17] = [
    "st LIKE 'x%'",
    "lower(st) = 'x'",
    "coalesce(st, 'x') = 'x'",
    "num > 1.5",
    "num = 2",
    "js ->> 'k' = 'v'",
    "'x' = ANY (arr)",
    "st COLLATE \"C\" < 'x'",
    "u = '00000000-0000-0000-0000-000000000001'",
    "day > '2020-01-01'",
    "at > '2020-01-01'",
    "hb > '2020-01-01'",
    "f < 0.5",
    "big % 2 = 0",
    "id < big",
    "st = 'x' AND num > 1",
    // One that can be spelled.
    "st = 'x'",
];

/// Whatever the guard: a patch that is written rebuilds nothing at the second boot, a dump that is written is dbmate's, and what is not
/// written is said.
#[test]
fn a_guard_is_spelled_as_postgres_does_or_left_alone() {
    let server = Server::shared();
    let mut whole = 0;
    for (number, guard) in GUARDS.iter().enumerate() {
        // laneset writes the guard first; others may not have.
        let condition = if number % 2 == 0 {
            format!("run_type IN ('a', 'b') AND ({guard})")
        } else {
            format!("({guard}) AND run_type IN ('a', 'b')")
        };
        let kind = Kind {
            table: TABLE,
            condition: &condition,
            further: "",
            declared: [&format!("guard = '''{guard}'''"), ""],
        };
        let mini = Mini::new(&server, &format!("guard_{number}"), &kind);
        let widened = run(mini.repository.path(), ["widen", "s", "c"]);
        let said = format!("{condition}: {}{}", widened.stdout, widened.stderr);
        assert_ne!(widened.code, Some(2), "{said}");
        let is_patched = names(&mini.repository, "patches").len() == 2;
        if is_patched {
            let oids = mini.boots(INDEX);
            assert!(oids.iter().all(|oid| *oid == oids[0]), "{oids:?} {said}");
        }
        let schema = mini.repository.text("db/schema.sql");
        let is_dumped = schema.contains("'c'::text");
        let rows = schema.matches("    ('2026").count();
        let migrations = names(&mini.repository, "db/migrations").len();
        assert_eq!(rows, if is_dumped { migrations } else { 1 }, "{said}");
        if is_dumped {
            assert_eq!(without_noise(&schema), mini.migrated("after"), "{said}");
        }
        if widened.code == Some(0) {
            whole += 1;
            assert!(is_patched && is_dumped && migrations == 2, "{said}");
        } else {
            assert!(said.contains("cannot be generated"), "{said}");
            assert!(!said.contains("Both are in this change"), "{said}");
        }
        let own_patch =
            "unreadable-site]: what the patches do to index idx_t cannot be read: it depends";
        assert!(!said.contains(own_patch), "{said}");
    }
    assert!(whole >= 9, "only {whole} were generated as a whole");
}

/// Where the migration or the dump is left to a person, so is what goes with it.
#[test]
fn what_goes_together_is_written_together() {
    let server = Server::shared();
    let split = &format!(
        "{PLAIN} PARTITION BY RANGE (id);\nCREATE TABLE IF NOT EXISTS public.t1 PARTITION OF public.t FOR VALUES FROM (0) TO (9)"
    );
    let other = PLAIN.replace("run_type text", "run_type \"char\"");
    // What is written: the migration, the patch, and the dump with its row.
    for (name, table, index, written) in [
        ("plain", PLAIN, "", (true, true, true)),
        ("split", split, "", (true, true, false)),
        (
            "split_concurrently",
            split,
            "build = 'concurrently'",
            (false, false, false),
        ),
        ("char", &other, "", (true, false, false)),
    ] {
        let kind = Kind {
            table,
            condition: LANES,
            further: "",
            declared: ["", index],
        };
        let mini = Mini::new(&server, &format!("together_{name}"), &kind);
        let before = mini.repository.text("db/schema.sql");
        let widened = run(mini.repository.path(), ["widen", "s", "c"]);
        let said = format!("{name}: {}{}", widened.stdout, widened.stderr);
        let (migration, patch, dump) = written;
        let is_new = |folder| names(&mini.repository, folder).len() > 1;
        assert_eq!(is_new("db/migrations"), migration, "{said}");
        assert_eq!(is_new("patches"), patch, "{said}");
        assert_eq!(
            mini.repository.text("db/schema.sql") != before,
            dump,
            "{said}"
        );
        assert_eq!(widened.code, Some(i32::from(!dump)), "{said}");
        assert_eq!(said.contains("Both are in this change"), dump, "{said}");
    }
}
