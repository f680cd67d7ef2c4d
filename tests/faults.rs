//! Repositories that once made the gate say what is not so, each named for its fault. Where a statement's effect is in question,
//! Postgres 15 was asked what it leaves behind; the answer stands in the case.

use std::fs;

use tempfile::TempDir;

use crate::program::check;

const LANES: &str = "status IN ('claimed', 'running') AND run_type IN ('sync', 'auth')";
const WIDE: &str = "status IN ('claimed', 'running') AND run_type IN ('sync', 'auth', 'watcher')";
const MANIFEST: &str = "version = 1\n\
    [lane_set.hb]\n\
    table = \"public.runs\"\n\
    column = \"run_type\"\n\
    lanes = [\"sync\", \"auth\"]\n\
    guard = \"status IN ('claimed', 'running')\"\n";
const INDEX: &str = "[lane_set.hb.index]\nname = \"idx_hb\"\n";

/// A repository of these files. `LANES` and `WIDE` in them stand for the declared condition and for one with a lane more.
fn repository(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.replace("LANES", LANES).replace("WIDE", WIDE)).unwrap();
    }
    folder
}

/// The rules that fire, in their order.
fn rules(files: &[(&str, &str)]) -> Vec<String> {
    let folder = repository(files);
    let run = check(folder.path());
    let report = run.report();
    let findings = report.findings().iter();
    findings
        .map(|finding| finding["rule"].as_str().unwrap().to_owned())
        .collect()
}

fn rules_of_migrations(migrations: &[&str]) -> Vec<String> {
    let manifest = format!("{MANIFEST}{INDEX}");
    let table = "-- migrate:up\nCREATE TABLE runs (id bigint PRIMARY KEY, run_type text, status text, feed_id bigint, beat timestamptz);";
    let texts: Vec<(String, String)> = migrations
        .iter()
        .enumerate()
        .map(|(number, text)| {
            (
                format!("db/migrations/{}_m.sql", number + 2),
                format!("-- migrate:up\n{text}\n"),
            )
        })
        .collect();
    let mut files = vec![
        ("laneset.toml", manifest.as_str()),
        ("db/migrations/1_m.sql", table),
    ];
    files.extend(
        texts
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str())),
    );
    rules(&files)
}

fn rules_of_patches(source: &str) -> Vec<String> {
    let manifest = format!("{MANIFEST}{INDEX}[embedded]\npath = \"src/patches.ts\"\n");
    rules(&[("laneset.toml", &manifest), ("src/patches.ts", source)])
}

fn rules_of_query(path: &str, source: &str) -> Vec<String> {
    let manifest =
        format!("{MANIFEST}[[lane_set.hb.query]]\nfile = \"{path}\"\nwithin = \"reap\"\n");
    rules(&[("laneset.toml", &manifest), (path, source)])
}

/// Every case gives the rules, and without its last piece the repository is clean or at least not red for the same reason.
fn assert_each(cases: &[(&str, &[&str], &str)]) {
    for (fault, migrations, rule) in cases {
        assert_eq!(rules_of_migrations(migrations), [*rule], "{fault}");
    }
}

const GOOD: &str = "CREATE INDEX idx_hb ON runs (beat) WHERE LANES;";
const BAD: &str = "CREATE INDEX idx_hb ON runs (beat) WHERE WIDE;";

#[test]
fn the_plain_repository_is_clean_and_a_lane_more_is_drift() {
    assert_eq!(rules_of_migrations(&[GOOD]), [] as [&str; 0]);
    assert_eq!(rules_of_migrations(&[BAD]), ["migrations-drift"]);
}

#[test]
fn a_routine_whose_body_is_not_between_dollars_is_not_followed_for_ever() {
    assert_each(&[
        (
            "a body in plain quotes",
            &[
                GOOD,
                "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DROP TABLE old; UPDATE runs SET status = status';",
            ],
            "unreadable-site",
        ),
        (
            "a comment that says drop",
            &[
                GOOD,
                "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS ' BEGIN -- never drop runs\n RETURN NEW; END';",
            ],
            "unreadable-site",
        ),
    ]);
}

#[test]
fn a_function_that_is_handed_the_index_may_change_it() {
    assert_each(&[
        (
            "in a SELECT",
            &[GOOD, "SELECT rebuild('idx_hb', 'true');"],
            "unreadable-site",
        ),
        (
            "in a PERFORM",
            &[
                GOOD,
                "DO $$ BEGIN PERFORM swap('DROP INDEX idx_hb'); END $$;",
            ],
            "unreadable-site",
        ),
        (
            "in a WITH",
            &[
                GOOD,
                "WITH x AS (SELECT swap('DROP INDEX idx_hb')) SELECT * FROM x;",
            ],
            "unreadable-site",
        ),
    ]);
    assert_eq!(
        rules_of_migrations(&[GOOD, "SELECT pg_get_indexdef('idx_hb'::regclass);"]),
        [] as [&str; 0]
    );
}

#[test]
fn a_block_that_returns_does_not_run_on() {
    let rebuild =
        "DROP INDEX IF EXISTS idx_hb; CREATE INDEX idx_hb ON runs (beat) WHERE LANES; END $$;";
    let known = format!(
        "DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_indexes WHERE indexname = 'idx_hb') THEN RETURN; END IF; {rebuild}"
    );
    let unknown =
        format!("DO $$ BEGIN IF current_setting('x') = 'y' THEN RETURN; END IF; {rebuild}");
    assert_each(&[
        (
            "Postgres returns, and the index stays wide",
            &[BAD, &known],
            "migrations-drift",
        ),
        (
            "whether it returns is not known",
            &[BAD, &unknown],
            "unreadable-site",
        ),
    ]);
    let harmless = "DO $$ BEGIN IF current_setting('x') = 'y' THEN RETURN; END IF; UPDATE runs SET status = status; END $$;";
    assert_eq!(rules_of_migrations(&[GOOD, harmless]), [] as [&str; 0]);
}

#[test]
fn a_guard_over_an_object_that_is_not_followed_is_undecided() {
    let guarded = |condition: &str| {
        format!(
            "DO $$ BEGIN IF {condition} THEN DROP INDEX idx_hb; CREATE INDEX idx_hb ON runs (beat) WHERE WIDE; END IF; END $$;"
        )
    };
    for condition in [
        "to_regclass('public.feeds') IS NOT NULL",
        "EXISTS (SELECT 1 FROM pg_class WHERE relname = 'feeds')",
        "EXISTS (SELECT 1 FROM pg_type WHERE typname = 'feed_kind')",
        "EXISTS (SELECT 1 FROM pg_indexes WHERE indexname = 'idx_other')",
        "EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'runs_feed_fk')",
    ] {
        assert_eq!(
            rules_of_migrations(&[GOOD, &guarded(condition)]),
            ["unreadable-site"],
            "{condition}"
        );
    }
}

#[test]
fn what_a_handler_may_take_back_is_undecided() {
    let block = "DO $$ BEGIN DROP INDEX idx_typo; DROP INDEX idx_hb; CREATE INDEX idx_hb ON runs (beat) WHERE LANES; \
        EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'done'; END $$;";
    assert_each(&[(
        "idx_typo is not there, so the handler runs",
        &[BAD, block],
        "unreadable-site",
    )]);
}

#[test]
fn a_savepoint_may_take_anything_back() {
    let script = "SAVEPOINT s; DROP INDEX idx_hb; CREATE INDEX idx_hb ON runs (beat) WHERE LANES; ROLLBACK TO SAVEPOINT s;";
    assert_each(&[(
        "Postgres keeps the wide one",
        &[BAD, script],
        "unreadable-site",
    )]);
}

#[test]
fn a_doubt_stays_until_its_own_object_is_settled() {
    let either = "DO $$ BEGIN IF current_setting('x') = 'y' THEN CREATE INDEX idx_hb ON runs (beat) WHERE LANES; \
        ELSE CREATE INDEX idx_hb ON runs (beat) WHERE WIDE; END IF; END $$;";
    let either_new = either.replace("idx_hb", "idx_new");
    assert_each(&[
        (
            "an index of that name in another schema is dropped",
            &[
                either,
                "CREATE SCHEMA arch; DROP INDEX IF EXISTS arch.idx_hb;",
            ],
            "unreadable-site",
        ),
        (
            "the index gets its name later",
            &[
                BAD,
                &either_new,
                "DROP INDEX idx_hb; ALTER INDEX idx_new RENAME TO idx_hb;",
            ],
            "unreadable-site",
        ),
    ]);
}

#[test]
fn an_unqualified_drop_stays_within_the_search_path() {
    let manifest = format!("{MANIFEST}{INDEX}").replace("public.runs", "app.runs");
    let found = rules(&[
        ("laneset.toml", &manifest),
        (
            "db/migrations/1_m.sql",
            "-- migrate:up\nCREATE SCHEMA app; CREATE TABLE app.runs (run_type text, status text, beat timestamptz);\n\
             CREATE INDEX idx_hb ON app.runs (beat) WHERE WIDE;",
        ),
        (
            "db/migrations/2_m.sql",
            "-- migrate:up\nDROP INDEX IF EXISTS idx_hb;\nCREATE INDEX IF NOT EXISTS idx_hb ON app.runs (beat) WHERE LANES;",
        ),
    ]);
    assert_eq!(
        found,
        ["create-without-effect"],
        "Postgres skips both statements"
    );
}

#[test]
fn patches_that_cannot_be_read_are_no_pass() {
    let first = "{ id: 'a', apply: (sql) => sql.unsafe(`CREATE INDEX idx_hb ON runs (beat) WHERE LANES;`) }";
    assert_eq!(
        rules_of_patches(&format!("export const patches = [{first}];")),
        [] as [&str; 0]
    );
    for (fault, import, second) in [
        (
            "SQL of another file",
            "import { HB } from './sql';",
            "{ id: 'b', apply: (sql) => sql.unsafe(HB) }",
        ),
        (
            "patches of another file",
            "import { more } from './more';",
            "...more",
        ),
        (
            "a file that is read",
            "import { readFileSync } from 'fs';",
            "{ id: 'b', sql: readFileSync('x.sql', 'utf8') }",
        ),
        (
            "a helper of another file",
            "import { rebuild } from './h';",
            "{ id: 'b', apply: (sql) => rebuild(sql, ['sync']) }",
        ),
        (
            "a name put in",
            "import { IDX } from './n';",
            "{ id: 'b', apply: (sql) => sql.unsafe(`DROP INDEX IF EXISTS ${IDX}`) }",
        ),
        ("an object that is made", "", "new DropIndexPatch('x')"),
    ] {
        let source = format!("{import}\nexport const patches = [{first}, {second}];");
        assert_eq!(rules_of_patches(&source), ["unreadable-site"], "{fault}");
    }
}

#[test]
fn patches_whose_written_order_is_not_what_runs_are_refused() {
    let good = "{ id: 'a', sql: `CREATE INDEX idx_hb ON runs (beat) WHERE LANES;` }";
    let bad =
        "{ id: 'b', sql: `DROP INDEX idx_hb; CREATE INDEX idx_hb ON runs (beat) WHERE WIDE;` }";
    let manifest = format!("{MANIFEST}{INDEX}[embedded]\npath = \"src/patches.ts\"\n");
    for (source, said) in [
        (
            format!(
                "const a = [{good}]; const b = [{bad}]; export const patches = [...a, ...b].sort();"
            ),
            "`.sort()`",
        ),
        (
            format!("const a = [{good}]; export const patches = [...a, {bad}].filter(Boolean);"),
            "`.filter()`",
        ),
        (
            format!("export const patches = [{good}, {bad}].reverse();"),
            "`.reverse()`",
        ),
        (
            format!("export const patches = [{good}];\npatches.push({bad});"),
            "`.push()`",
        ),
        (
            format!("export const patches = [{good}]; export const hotfixes = [{bad}];"),
            "both `",
        ),
    ] {
        let folder = repository(&[("laneset.toml", &manifest), ("src/patches.ts", &source)]);
        assert!(
            check(folder.path()).could_not_check().contains(said),
            "{source}"
        );
    }
    let bookkeeping = format!(
        "export const patches = [{good}];\nconst appliedPatches = []; appliedPatches.push(1);\nconst migrationNames = names.map((n) => n);"
    );
    assert_eq!(rules_of_patches(&bookkeeping), [] as [&str; 0]);
}

#[test]
fn a_patch_that_may_be_switched_off_is_undecided() {
    let wide = "{ id: 'a', sql: `CREATE INDEX idx_hb ON runs (beat) WHERE WIDE;` }";
    let mend = "sql: `DROP INDEX idx_hb; CREATE INDEX idx_hb ON runs (beat) WHERE LANES;`";
    for patch in [
        format!("{{ id: 'b', disabled: true, {mend} }}"),
        format!("...(process.env.X ? [{{ id: 'b', {mend} }}] : [])"),
        "{ id: 'b', apply: (sql) => sql.file('sql/2.sql') }".to_owned(),
    ] {
        let source = format!("export const patches = [{wide}, {patch}];");
        assert_eq!(rules_of_patches(&source), ["unreadable-site"], "{patch}");
    }
}

#[test]
fn ten_thousand_lanes_are_compared_and_not_all_named_in_a_message() {
    let lanes: Vec<String> = (0..10_000)
        .map(|number| format!("'lane_{number}'"))
        .collect();
    let index = format!(
        "CREATE INDEX idx_hb ON runs (beat) WHERE status IN ('claimed', 'running') AND run_type IN ({});",
        lanes.join(", ")
    );
    assert_eq!(rules_of_migrations(&[&index]), ["migrations-drift"]);
}

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
