//! Clauses in application source that the gate once judged wrongly.

use super::{INDEX, MANIFEST, repository, rules_of_query};
use crate::program::{check, run};

#[test]
fn a_look_alike_does_not_hide_the_clause_that_writes() {
    let count = "await sql`SELECT count(*) FROM runs WHERE LANES`;";
    for (fault, write, rule) in [
        (
            "another guard",
            "sql`UPDATE runs SET a = 1 WHERE status IN ('claimed', 'pending') AND run_type IN ('sync', 'watcher')`",
            "query-drift",
        ),
        (
            "no guard",
            "sql`UPDATE runs SET a = 1 WHERE run_type IN ('sync', 'auth', 'watcher') AND beat < now()`",
            "query-drift",
        ),
        (
            "ONLY",
            "sql`UPDATE ONLY runs SET a = 1 WHERE WIDE`",
            "query-drift",
        ),
        (
            "after SET in one string",
            "sql.unsafe(`SET LOCAL statement_timeout = '5s'; UPDATE runs SET a = 1 WHERE WIDE;`)",
            "query-drift",
        ),
        (
            "a piece that is put in",
            "sql`UPDATE runs SET a = 1 WHERE WIDE ${limit}`",
            "unreadable-site",
        ),
    ] {
        let source =
            format!("export async function reap(sql, limit) {{\n {count}\n return {write};\n}}");
        assert_eq!(rules_of_query("src/r.ts", &source), [rule], "{fault}");
    }
}

#[test]
fn a_condition_that_comes_when_the_program_runs_is_no_pass() {
    let appended = "export function reap(sql, x) {\n let q = `SELECT 1 FROM runs WHERE LANES`;\n if (x) q += ` OR run_type = 'watcher'`;\n return sql.unsafe(q);\n}";
    assert_eq!(rules_of_query("src/r.ts", appended), ["unreadable-site"]);
    let python = "def reap(cur, w):\n    q = \"SELECT 1 FROM runs WHERE LANES\"\n    if w:\n        q += \" OR run_type = 'watcher'\"\n    cur.execute(q)\n";
    assert_eq!(rules_of_query("src/r.py", python), ["unreadable-site"]);
    let put_in = "export function reap(sql, x) {\n return sql`UPDATE runs SET a = 1 WHERE LANES AND ${x}`;\n}";
    assert_eq!(rules_of_query("src/r.ts", put_in), ["unprovable-query"]);
}

#[test]
fn what_reasonable_teams_write_is_clean() {
    for (form, path, source) in [
        (
            "claim with SKIP LOCKED",
            "src/r.ts",
            "export function reap(sql) {\n return sql`UPDATE runs SET a = 1 WHERE id IN (SELECT id FROM runs WHERE LANES ORDER BY beat LIMIT 9 FOR UPDATE SKIP LOCKED)`;\n}",
        ),
        (
            "FOR NO KEY UPDATE",
            "src/r.ts",
            "export function reap(sql) {\n return sql`SELECT 1 FROM public.runs AS r WHERE LANES FOR NO KEY UPDATE OF r SKIP LOCKED`;\n}",
        ),
        (
            "FOR KEY SHARE",
            "src/r.ts",
            "export function reap(sql) {\n return sql`SELECT 1 FROM public.runs WHERE LANES FOR KEY SHARE`;\n}",
        ),
        (
            "FROM ONLY",
            "src/r.ts",
            "export function reap(sql) {\n return sql`SELECT 1 FROM ONLY public.runs WHERE LANES FOR UPDATE`;\n}",
        ),
        (
            "a setting before the statement",
            "src/r.ts",
            "export function reap(sql) {\n return sql.unsafe(`SET LOCAL statement_timeout = '5s'; UPDATE runs SET a = 1 WHERE LANES;`);\n}",
        ),
        (
            "the column's name as a key",
            "src/r.py",
            "def reap(cur):\n    cur.execute(\"SELECT 1 FROM runs WHERE LANES\")\n    print(cur.row[\"run_type\"])\n",
        ),
    ] {
        assert_eq!(rules_of_query(path, source), [] as [&str; 0], "{form}");
    }
}

/// What a function of TypeScript gives whose body is this.
pub(super) fn rules_of_body(body: &str) -> Vec<String> {
    let source = format!("export async function reap(sql, db, x) {{\n {body}\n}}");
    rules_of_query("src/r.ts", &source)
}

#[test]
fn a_look_up_does_not_stand_for_the_rows_that_are_written() {
    for (fault, statement) in [
        (
            "EXISTS",
            "UPDATE runs SET a = 1 WHERE status = 'running' AND EXISTS (SELECT 1 FROM runs o WHERE o.feed_id = runs.feed_id AND LANES)",
        ),
        (
            "no clause of its own",
            "UPDATE runs SET a = (SELECT count(*) FROM runs WHERE LANES)",
        ),
        (
            "IN over another column",
            "DELETE FROM runs WHERE feed_id IN (SELECT feed_id FROM runs WHERE LANES)",
        ),
        (
            "IN, under another guard",
            "UPDATE runs SET a = 1 WHERE status = 'pending' AND id IN (SELECT id FROM runs WHERE LANES)",
        ),
        (
            "IN, of other lanes",
            "UPDATE runs SET a = 1 WHERE run_type = 'watcher' AND id IN (SELECT id FROM runs WHERE LANES)",
        ),
        (
            "a CTE that is only counted",
            "WITH live AS (SELECT count(*) AS n FROM runs WHERE LANES) UPDATE runs SET a = n FROM live WHERE status = 'pending'",
        ),
        (
            "a CTE joined by another column",
            "WITH live AS (SELECT feed_id FROM runs WHERE LANES) UPDATE runs SET a = 1 FROM live WHERE runs.feed_id = live.feed_id",
        ),
        (
            "a self-join",
            "UPDATE runs SET a = 1 FROM runs o WHERE o.feed_id = runs.feed_id AND o.status IN ('claimed', 'running') AND o.run_type IN ('sync', 'auth')",
        ),
        (
            "a look-up beside the rows that are picked",
            "UPDATE runs SET a = 1 WHERE id IN (SELECT id FROM runs r WHERE status = 'pending' AND NOT EXISTS (SELECT 1 FROM runs o WHERE o.feed_id = r.feed_id AND LANES))",
        ),
        (
            "all but the rows",
            "DELETE FROM runs WHERE id NOT IN (SELECT id FROM runs WHERE LANES)",
        ),
        (
            "one of two choices",
            "DELETE FROM runs WHERE id IN (SELECT id FROM runs WHERE LANES) OR feed_id IS NULL",
        ),
    ] {
        let body = format!("return sql`{statement}`;");
        assert_eq!(rules_of_body(&body), ["query-drift"], "{fault}");
    }
}

#[test]
fn rows_that_a_sub_select_picks_are_its_own() {
    for statement in [
        "UPDATE runs SET a = 1 WHERE id = (SELECT id FROM runs WHERE LANES LIMIT 1 FOR UPDATE SKIP LOCKED) AND beat < now()",
        "UPDATE runs SET a = 1 WHERE id = ANY (SELECT id FROM runs WHERE LANES)",
        "UPDATE runs SET a = 1 WHERE runs.ctid = ANY (ARRAY(SELECT ctid FROM runs WHERE LANES FOR UPDATE))",
        "UPDATE runs r SET a = 1 WHERE EXISTS (SELECT 1 FROM runs o WHERE o.id = r.id AND LANES)",
        "WITH stale AS (SELECT id FROM runs WHERE LANES FOR UPDATE SKIP LOCKED) UPDATE runs SET a = 1 FROM stale WHERE runs.id = stale.id",
        "WITH stale(run_id) AS (SELECT r.id FROM runs r WHERE LANES) UPDATE runs AS r SET a = 1 FROM stale s WHERE s.run_id = r.id AND r.status IN ('claimed', 'running')",
        "WITH stale AS (SELECT * FROM runs WHERE LANES), few AS (SELECT id AS which FROM stale ORDER BY beat LIMIT 9) DELETE FROM runs USING few WHERE id = few.which",
        "WITH stale AS (SELECT id FROM runs WHERE LANES) UPDATE runs SET a = 1 WHERE id IN (SELECT id FROM stale)",
        "UPDATE runs r SET a = 1 FROM (SELECT id FROM runs WHERE LANES FOR UPDATE SKIP LOCKED) s WHERE r.id = s.id",
        "UPDATE runs r SET a = 1 FROM runs o JOIN feeds f ON f.id = o.feed_id WHERE o.id = r.id AND f.live AND o.status IN ('claimed', 'running') AND o.run_type IN ('sync', 'auth')",
        "WITH x AS (SELECT id, run_type FROM runs WHERE status IN ('claimed', 'running')) UPDATE runs SET a = 1 FROM x WHERE x.id = runs.id AND x.run_type IN ('sync', 'auth')",
        "UPDATE runs SET a = 1 WHERE id IN (SELECT id FROM runs WHERE LANES AND beat < now() UNION ALL SELECT id FROM runs WHERE LANES AND beat IS NULL)",
        "WITH done AS (UPDATE runs SET a = 1 WHERE id IN (SELECT id FROM runs WHERE LANES) RETURNING id, feed_id) INSERT INTO runs (feed_id) SELECT feed_id FROM done d WHERE NOT EXISTS (SELECT 1 FROM runs o WHERE o.feed_id = d.feed_id AND o.status = 'pending')",
    ] {
        let body = format!("return sql`{statement}`;");
        assert_eq!(rules_of_body(&body), [] as [&str; 0], "{statement}");
        let wide = statement
            .replacen("LANES", "WIDE", 1)
            .replace("('sync', 'auth')", "('sync', 'watcher')");
        let found = rules_of_body(&format!("return sql`{wide}`;"));
        assert_eq!(found, ["query-drift"], "{wide}");
    }
}

#[test]
fn every_arm_of_a_union_is_judged() {
    for (fault, other) in [
        (
            "another lane",
            "SELECT id FROM runs WHERE status IN ('claimed', 'running') AND run_type = 'watcher'",
        ),
        (
            "under another guard",
            "SELECT id FROM runs WHERE status = 'pending' AND run_type IN ('sync', 'watcher')",
        ),
        ("no lanes", "SELECT id FROM runs WHERE beat IS NULL"),
        ("no condition", "SELECT id FROM runs"),
        ("by way of a CTE", "SELECT id FROM late"),
    ] {
        for union in ["UNION", "UNION ALL"] {
            let statement = format!(
                "WITH late AS (SELECT id FROM runs WHERE status = 'running' AND run_type = 'watcher') SELECT id FROM runs WHERE LANES {union} {other}"
            );
            let written = format!("UPDATE runs SET a = 1 WHERE id IN ({statement})");
            for text in [statement, written] {
                let body = format!("return sql`{text}`;");
                assert_eq!(rules_of_body(&body), ["query-drift"], "{fault}: {text}");
            }
        }
    }
}

#[test]
fn arms_that_are_told_apart_are_not_one_set_of_rows() {
    let body = "return sql`SELECT 'live' AS what, count(*) FROM runs WHERE LANES UNION ALL SELECT 'waiting', count(*) FROM runs WHERE status = 'pending'`;";
    assert_eq!(rules_of_body(body), [] as [&str; 0]);
}

#[test]
fn constraints_on_the_column_admit_together() {
    let manifest = format!(
        "{}{}[[lane_set.hb.query]]\nfile = \"src/r.ts\"\nwithin = \"reap\"\n",
        MANIFEST, INDEX
    );
    let query = "export const reap = sql`SELECT 1 FROM runs WHERE status IN ('claimed', 'running') AND run_type <> 'x'`;";
    for (checks, expected) in [
        (
            "CONSTRAINT a CHECK (run_type <> '') CONSTRAINT b CHECK (run_type IN ('sync', 'auth', 'x'))",
            vec!["query-not-covered"],
        ),
        (
            "CONSTRAINT a CHECK (run_type IN ('sync', 'auth', 'x')) CONSTRAINT b CHECK (run_type <> '')",
            vec!["query-not-covered"],
        ),
        (
            "CONSTRAINT a CHECK (run_type IN ('sync', 'auth', 'x', 'y')) CONSTRAINT b CHECK (run_type <> 'y')",
            vec!["query-not-covered"],
        ),
        (
            "CONSTRAINT a CHECK (run_type <> '') CONSTRAINT b CHECK (run_type IN ('sync', 'auth', 'x', 'y'))",
            vec!["query-drift"],
        ),
    ] {
        let migration = format!(
            "-- migrate:up\nCREATE TABLE runs (id bigint PRIMARY KEY, run_type text {checks}, status text, beat timestamptz);\nCREATE INDEX idx_hb ON runs (beat) WHERE LANES;\n"
        );
        let files = [
            ("laneset.toml", manifest.as_str()),
            ("db/migrations/1_m.sql", migration.as_str()),
            ("src/r.ts", query),
        ];
        assert_eq!(super::rules(&files), expected, "{checks}");
    }
}

#[test]
fn choices_of_one_column_are_provable() {
    let manifest = format!(
        "{}{}[[lane_set.hb.query]]\nfile = \"src/r.ts\"\nwithin = \"reap\"\n",
        MANIFEST, INDEX
    );
    let migration = "-- migrate:up\nCREATE TABLE runs (id bigint PRIMARY KEY, run_type text, status text, beat timestamptz);\nCREATE INDEX idx_hb ON runs (beat) WHERE LANES;\n";
    let query = "export const reap = sql`SELECT 1 FROM runs WHERE status IN ('claimed', 'running') AND (run_type IN ('sync', 'auth') OR run_type IN ('auth', 'sync'))`;";
    let files = [
        ("laneset.toml", manifest.as_str()),
        ("db/migrations/1_m.sql", migration),
        ("src/r.ts", query),
    ];
    assert_eq!(super::rules(&files), [] as [&str; 0]);
}

const QUERY: &str = "[[lane_set.hb.query]]\nfile = \"src/r.ts\"\nwithin = \"reap\"\n";

#[test]
fn what_stands_for_an_interpolation_is_never_shown() {
    let manifest = format!("{MANIFEST}{QUERY}");
    for body in [
        "sql`SELECT 1 FROM runs WHERE LANES AND run_type = ${x}`",
        "sql`SELECT 1 FROM runs WHERE LANES ${x}`",
        "sql`SELECT 1 FROM runs WHERE status = ${x} AND run_type = 'watcher'`",
        "sql`SELECT 1 FROM runs WHERE WIDE AND status <> ${x}`",
    ] {
        let source = format!("export const reap = (x) => {body};");
        let folder = repository(&[("laneset.toml", &manifest), ("src/r.ts", &source)]);
        for format in ["json", "concise", "full"] {
            let shown = run(folder.path(), ["check", "--output-format", format]);
            assert_eq!(shown.code, Some(1), "{body}");
            assert!(!shown.stdout.contains("$9001"), "{}", shown.stdout);
            assert!(
                format != "json" || shown.stdout.contains("${…}"),
                "{}",
                shown.stdout
            );
        }
    }
}

#[test]
fn a_query_that_is_not_covered_is_not_ticked() {
    let manifest = format!("{MANIFEST}{INDEX}{QUERY}");
    let migration = "-- migrate:up\nCREATE TABLE runs (id bigint PRIMARY KEY, run_type text CHECK (run_type IN ('sync', 'auth', 'x')), status text, beat timestamptz);\nCREATE INDEX idx_hb ON runs (beat) WHERE LANES;\n";
    let query = "export const reap = sql`SELECT 1 FROM runs WHERE status IN ('claimed', 'running') AND run_type <> 'x'`;";
    let folder = repository(&[
        ("laneset.toml", &manifest),
        ("db/migrations/1_m.sql", migration),
        ("src/r.ts", query),
    ]);
    let shown = run(folder.path(), ["check", "--output-format", "full"]).stdout;
    assert!(shown.contains("query-not-covered"), "{shown}");
    let row = shown
        .lines()
        .find(|line| line.trim_start().starts_with("sync │"))
        .unwrap();
    // The migration is as declared, and the query is not.
    assert_eq!(row.matches('✓').count(), 1, "{shown}");
    assert_eq!(row.matches('✗').count(), 1, "{shown}");
}

#[test]
fn a_guard_that_drifted_alone_is_marked_itself() {
    let manifest = format!("{MANIFEST}{QUERY}");
    for (conditions, marked) in [
        (
            "run_type IN ('sync', 'auth') AND status IN ('claimed', 'pending')",
            "status IN ('claimed', 'pending')",
        ),
        (
            "status = 'claimed' AND run_type IN ('sync', 'auth')",
            "status = 'claimed'",
        ),
        (
            "status IN ('claimed', 'running') AND run_type IN ('sync', 'watcher')",
            "run_type IN ('sync', 'watcher')",
        ),
        (
            "run_type IN ('sync', 'auth')",
            "run_type IN ('sync', 'auth')",
        ),
    ] {
        let source = format!("export const reap = sql`UPDATE runs SET a = 1 WHERE {conditions}`;");
        let folder = repository(&[("laneset.toml", &manifest), ("src/r.ts", &source)]);
        let run = check(folder.path());
        let report = run.report();
        let [finding] = report.findings().as_slice() else {
            panic!("{}", run.stdout);
        };
        let column = |name: &str| usize::try_from(finding[name].as_u64().unwrap()).unwrap() - 1;
        assert_eq!(
            &source[column("column")..column("end_column")],
            marked,
            "{conditions}"
        );
    }
}
