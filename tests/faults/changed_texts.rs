//! Texts that the program changes before it hands them on, and texts that it leaves as they are.

use super::queries::rules_of_body;
use super::rules_of_query;

#[test]
fn text_that_is_changed_or_chosen_when_the_program_runs_is_not_read() {
    for body in [
        "return sql.unsafe(`UPDATE runs SET a = 1 WHERE LANES`.replace('auth', x));",
        "return sql.unsafe(`UPDATE runs SET a = 1 WHERE LANES`.concat(x));",
        "return sql.unsafe(`UPDATE runs SET a = 1 WHERE LANES`.replaceAll('auth', 'watcher').trim());",
        "return sql.unsafe(`UPDATE runs SET a = 1 WHERE LANES AND beat < now()`.slice(0, x));",
        "return sql.unsafe(`UPDATE runs SET a = 1 WHERE LANES`.split('auth').join('watcher'));",
        "const q = `UPDATE runs SET a = 1 WHERE LANES`;\n return sql.unsafe(q.replace('auth', 'watcher'));",
        "let q = `UPDATE runs SET a = 1 WHERE LANES`;\n q = q.trim().replace(/auth/, 'watcher');\n return sql.unsafe(q);",
        "sql`SELECT 1 FROM runs WHERE LANES`;\n return sql.unsafe('UPDATE runs SET a = 1 WHERE status = 1 AND __'.replace('__', \"run_type = 'watcher'\"));",
        "return sql.unsafe(\"UPDATE runs SET a = 1 WHERE status IN ('claimed', 'running') AND run_type IN (\" + (x ? \"'sync'\" : \"'auth'\") + ')');",
        "return sql.unsafe(`UPDATE runs SET a = 1 WHERE ${x ? \"LANES\" : \"run_type = 'watcher'\"}`);",
        "return sql.unsafe(`UPDATE runs SET a = 1 WHERE LANES` + (x && \" OR run_type = 'watcher'\"));",
        "return sql`UPDATE runs SET a = 1 WHERE ${x ? sql`LANES` : sql`run_type = 'watcher'`}`;",
    ] {
        assert_eq!(rules_of_body(body), ["unreadable-site"], "{body}");
    }
    for (path, source) in [
        (
            "src/r.py",
            "def reap(cur, x):\n    cur.execute(\"UPDATE runs SET a = 1 WHERE LANES\".replace('auth', x))\n",
        ),
        (
            "src/r.py",
            "def reap(cur, x):\n    q = \"UPDATE runs SET a = 1 WHERE LANES\"\n    cur.execute(q.replace('auth', x))\n",
        ),
        (
            "src/r.py",
            "def reap(cur, x):\n    q = \"UPDATE runs SET a = 1 WHERE LANES\"\n    cur.execute(re.sub('auth', x, q))\n",
        ),
        (
            "src/r.py",
            "def reap(cur, x):\n    cur.execute(f\"UPDATE runs SET a = 1 WHERE {'LIVE' if x else 'run_type = 3'}\")\n",
        ),
        (
            "src/r.rs",
            "fn reap(x: &str) { query(&\"UPDATE runs SET a = 1 WHERE LANES\".replace(\"auth\", x)); }",
        ),
        (
            "src/r.rs",
            "fn reap(x: &str) { query(&format!(\"UPDATE runs SET a = 1 WHERE LANES\").replace(\"auth\", x)); }",
        ),
        (
            "src/r.go",
            "package a\nfunc reap(x string) { query(strings.ReplaceAll(\"UPDATE runs SET a = 1 WHERE LANES\", \"auth\", x)) }",
        ),
        (
            "src/r.go",
            "package a\nconst q = `UPDATE runs SET a = 1 WHERE LANES`\nfunc reap(x string) { query(strings.Replace(q, \"auth\", x, 1)) }",
        ),
    ] {
        assert_eq!(
            rules_of_query(path, source),
            ["unreadable-site"],
            "{source}"
        );
    }
}

#[test]
fn a_condition_that_is_formatted_in_may_be_any() {
    for (path, source) in [
        (
            "src/r.py",
            "def reap(cur, x):\n    cur.execute(\"SELECT 1 FROM runs WHERE LANES AND {}\".format(x))\n",
        ),
        (
            "src/r.py",
            "def reap(cur, x):\n    cur.execute(\"SELECT 1 FROM runs WHERE LANES AND %s\" % x)\n",
        ),
        (
            "src/r.rs",
            "fn reap(x: &str) { query(&format!(\"SELECT 1 FROM runs WHERE LANES AND {x}\")); }",
        ),
        (
            "src/r.go",
            "package a\nfunc reap(x string) { query(fmt.Sprintf(\"SELECT 1 FROM runs WHERE LANES AND %s\", x)) }",
        ),
    ] {
        assert_eq!(
            rules_of_query(path, source),
            ["unprovable-query"],
            "{source}"
        );
    }
    let value =
        "def reap(cur, x):\n    cur.execute(\"SELECT 1 FROM runs WHERE LANES AND beat < %s\", x)\n";
    assert_eq!(rules_of_query("src/r.py", value), [] as [&str; 0]);
}

#[test]
fn what_leaves_the_text_as_it_is_is_no_change() {
    for body in [
        "return sql.unsafe(`UPDATE runs SET a = 1 WHERE LANES`.trim());",
        "return sql.unsafe(`UPDATE runs SET a = 1 WHERE LANES`.trimStart());",
        "return sql.unsafe(dedent`UPDATE runs SET a = 1 WHERE LANES`);",
        "const rows = await sql`SELECT 1 FROM runs WHERE LANES`;\n return rows.slice(0, 9).concat(x);",
        "const rows = await sql`SELECT 1 FROM runs WHERE LANES`;\n return 'run_type: a'.replace('a', rows[0].a);",
        "return sql`UPDATE runs SET a = ${x ? 'b' : 'c'} WHERE LANES`;",
    ] {
        assert_eq!(rules_of_body(body), [] as [&str; 0], "{body}");
    }
    for (path, source) in [
        (
            "src/r.py",
            "def reap(cur):\n    cur.execute(\"UPDATE runs SET a = 1 WHERE LANES\".strip())\n",
        ),
        (
            "src/r.py",
            "def reap(cur):\n    cur.execute(textwrap.dedent(\"UPDATE runs SET a = 1 WHERE LANES\"))\n",
        ),
        (
            "src/r.rs",
            "fn reap() { query(\"UPDATE runs SET a = 1 WHERE LANES\".trim()); }",
        ),
        (
            "src/r.go",
            "package a\nfunc reap() { query(strings.TrimSpace(\"UPDATE runs SET a = 1 WHERE LANES\")) }",
        ),
    ] {
        assert_eq!(rules_of_query(path, source), [] as [&str; 0], "{source}");
    }
}
