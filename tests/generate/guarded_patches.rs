//! A patch that looks at the stored predicate before it makes an index again: the gate follows it where Postgres goes.

use std::collections::BTreeMap;

use crate::postgres::server::Server;
use crate::program::{Copy, check};

const TABLE: &str = "CREATE TABLE IF NOT EXISTS public.runs (id int, lane text);\n";

fn condition(lanes: &str) -> String {
    let lanes: Vec<String> = lanes.chars().map(|lane| format!("'{lane}'")).collect();
    format!("lane IN ({})", lanes.join(", "))
}

fn stored(lanes: &str) -> String {
    let lanes: Vec<String> = lanes
        .chars()
        .map(|lane| format!("'{lane}'::text"))
        .collect();
    format!("(lane = ANY (ARRAY[{}]))", lanes.join(", "))
}

/// The comparison, in the forms that people write.
const COMPARISONS: [&str; 4] = [
    "pg_get_expr(stored.indpred, stored.indrelid) NOT IN (@)",
    "(NOT stored.indisvalid OR COALESCE(pg_get_expr(stored.indpred, stored.indrelid), 'true') NOT IN ('x', @))",
    "pg_catalog.pg_get_expr(stored.indpred, stored.indrelid) IS DISTINCT FROM @",
    "pg_get_expr(indpred, indrelid) <> @",
];

fn patch(comparison: &str, listed: &str, created: &str) -> String {
    let listed = format!("'{}'", stored(listed).replace('\'', "''"));
    format!(
        "DO $$ BEGIN\n  IF EXISTS (SELECT FROM pg_index AS stored WHERE stored.indexrelid = to_regclass('public.idx') AND {}) THEN\n    \
         DROP INDEX public.idx;\n  END IF;\n  CREATE INDEX IF NOT EXISTS idx ON public.runs (id) WHERE {};\nEND $$;\n",
        comparison.replace('@', &listed),
        condition(created)
    )
}

/// The lanes of the embedded site, sorted, as the gate reports them; `None` when it calls it unreadable.
fn reported(repository: &Copy) -> Option<String> {
    let report = check(repository.path()).report();
    let sites = report.0["lane_sets"][0]["sites"]
        .as_array()
        .unwrap()
        .clone();
    let site = sites
        .iter()
        .find(|site| site["role"] == "embedded")
        .unwrap();
    let lanes = site["lanes"].as_array()?;
    let mut lanes: Vec<String> = lanes
        .iter()
        .map(|lane| lane.as_str().unwrap().to_owned())
        .collect();
    lanes.sort();
    Some(lanes.concat())
}

#[test]
fn the_gate_follows_a_guard_where_postgres_goes() {
    let server = Server::shared();
    let mut session = server.database("guarded");
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for comparison in COMPARISONS {
        for older in ["", "ab", "abc"] {
            for listed in ["ab", "abc", "ba"] {
                for created in ["ab", "abc"] {
                    let repository = Copy::of(tempfile::tempdir().unwrap().path());
                    let mut first = TABLE.to_owned();
                    if !older.is_empty() {
                        first.push_str(&format!(
                            "CREATE INDEX IF NOT EXISTS idx ON public.runs (id) WHERE {};\n",
                            condition(older)
                        ));
                    }
                    let second = patch(comparison, listed, created);
                    repository.write("patches/1.sql", &first);
                    repository.write("patches/2.sql", &second);
                    repository.write("laneset.toml", "version = 1\n[embedded]\npath = \"patches\"\n[lane_set.x]\ntable = \"public.runs\"\ncolumn = \"lane\"\nlanes = [\"a\"]\n[lane_set.x.index]\nname = \"idx\"\n");
                    session.execute("DROP TABLE IF EXISTS public.runs").unwrap();
                    session.execute(&first).unwrap();
                    session.execute(&second).unwrap();
                    let predicate = "SELECT pg_get_expr(indpred, indrelid) FROM pg_index WHERE indexrelid = 'public.idx'::regclass";
                    let predicate = session.value(predicate).unwrap().unwrap();
                    let lanes: String = "abc"
                        .chars()
                        .filter(|lane| predicate.contains(&format!("'{lane}'")))
                        .collect();
                    // A text that lists the same lanes in another order is another text to the server, and means the same. What comes
                    // of it is told where it is the same either way.
                    let is_open = listed == "ba" && older == "ab" && created != older;
                    let expected = (!is_open).then(|| lanes.clone());
                    assert_eq!(
                        reported(&repository),
                        expected,
                        "{older:?} {listed} {created}\n{second}"
                    );
                    *seen.entry(lanes).or_default() += 1;
                }
            }
        }
    }
    assert!(seen.values().all(|count| *count > 10), "{seen:?}");
}

#[test]
fn a_guard_that_cannot_be_followed_is_unreadable() {
    for comparison in [
        "pg_get_expr(stored.indpred, stored.indrelid) NOT LIKE @",
        "pg_get_expr(stored.indpred, stored.indrelid, true) NOT IN (lower('x'), @)",
        "pg_get_expr(stored.indexprs, stored.indrelid) NOT IN (@)",
        "NOT stored.indisunique AND pg_get_expr(stored.indpred, stored.indrelid) NOT IN (@)",
        "pg_get_expr(stored.indpred, stored.indrelid) NOT IN ('no condition', @, 'half = ')",
    ] {
        let repository = Copy::of(tempfile::tempdir().unwrap().path());
        repository.write(
            "patches/1.sql",
            format!(
                "{TABLE}CREATE INDEX IF NOT EXISTS idx ON public.runs (id) WHERE lane = 'b';\n"
            ),
        );
        repository.write("patches/2.sql", patch(comparison, "b", "a"));
        repository.write("laneset.toml", "version = 1\n[embedded]\npath = \"patches\"\n[lane_set.x]\ntable = \"public.runs\"\ncolumn = \"lane\"\nlanes = [\"a\"]\n[lane_set.x.index]\nname = \"idx\"\n");
        let report = check(repository.path()).drift();
        assert_eq!(
            report.findings()[0]["rule"],
            "unreadable-site",
            "{comparison}: {:?}",
            report.found()
        );
    }
}
