//! Clauses in application source that the gate once judged wrongly.

use super::rules_of_query;

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
