//! Declared queries, as Postgres plans them.

use crate::program::Run;
use crate::program::{Copy, run};

const MANIFEST: &str = r#"version = 1

[lane_set.live]
table  = "public.runs"
column = "lane"
lanes  = ["sync", "auth"]
guard  = "state = 'running'"

[lane_set.live.index]
name    = "runs_live"
columns = ["beat_at"]

[[lane_set.live.query]]
file   = "src/queries.ts"
"#;

const MIGRATION: &str = "-- migrate:up
CREATE TABLE public.runs (
    id bigint PRIMARY KEY,
    lane text NOT NULL,
    state text NOT NULL,
    key text,
    beat_at timestamptz
);
CREATE UNIQUE INDEX runs_key ON public.runs (key);
CREATE INDEX runs_state ON public.runs (state, lane);
CREATE INDEX runs_live ON public.runs (beat_at) WHERE state = 'running' AND lane IN ('sync', 'auth');
-- migrate:down
DROP TABLE public.runs;
";

/// Verifies a repository whose source has that one query.
fn verified(source: &str) -> Run {
    let empty = tempfile::tempdir().unwrap();
    let repository = Copy::of(empty.path());
    repository.write("laneset.toml", MANIFEST);
    repository.write("db/migrations/20260101_runs.sql", MIGRATION);
    repository.write("src/queries.ts", source);
    let select = ["--select", "index-not-used", "--output-format", "json"];
    run(repository.path(), [&["verify"][..], &select].concat())
}

/// Another index is cheaper on an empty table; this one can be used all the same.
#[test]
fn a_query_for_which_another_index_is_cheaper_is_no_finding() {
    for source in [
        "db.query(`UPDATE runs SET beat_at = now() WHERE id = $1 AND state = 'running' AND lane IN ('sync', 'auth')`)",
        "sql`SELECT id FROM runs WHERE state = 'running' AND lane IN ('sync', 'auth') AND beat_at < ${limit}`",
        "db.query('SELECT r.id FROM runs r JOIN runs o USING (key) WHERE r.state = ? AND r.state = ? AND r.lane = ? AND r.state = \\'running\\' AND r.lane IN (\\'sync\\', \\'auth\\')')",
        "db.query(`INSERT INTO runs (id, lane, state, key) SELECT id + :n, lane, state, key || :suffix FROM runs
            WHERE state = 'running' AND lane IN ('sync', 'auth') ON CONFLICT (id) DO NOTHING`)",
    ] {
        let report = verified(source).clean();
        assert_eq!(report.0["checked"]["queries"], 1, "{source}");
    }
}

#[test]
fn a_query_that_the_planner_cannot_prove_is_found_where_it_stands() {
    for source in [
        "db.query(`SELECT id FROM runs WHERE state = 'running' AND lane = ANY($1)`)",
        "db.query(`SELECT id FROM runs\n WHERE state = 'running' AND lane IN ('sync', 'auth', 'embed')`)",
        "db.query(`SELECT id FROM runs WHERE state = 'running' AND lower(lane) IN ('sync', 'auth') AND lane IN ($1, $2)`)",
    ] {
        let run = verified(source);
        let report = run.drift();
        let found = report.found();
        assert_eq!(found.len(), 1, "{source}: {found:?}");
        assert!(
            found[0].starts_with("index-not-used src/queries.ts:"),
            "{found:?}"
        );
    }
}

/// What is put together when the program runs is not planned, and what Postgres refuses is told.
#[test]
fn what_is_not_whole_is_not_planned_and_what_is_refused_is_told() {
    for source in [
        "db.query(`SELECT ${columns} FROM runs WHERE state = 'running' AND lane IN ('sync', 'auth')`)",
        "db.where(\"state = 'running' AND lane IN ('sync', 'auth')\")",
    ] {
        let report = verified(source).clean();
        assert_eq!(report.0["checked"]["queries"], 0, "{source}");
    }
    let run = verified(
        "db.query(`SELECT nothing FROM runs WHERE state = 'running' AND lane IN ('sync', 'auth')`)",
    );
    assert_eq!(run.clean().0["checked"]["queries"], 0);
    assert!(
        run.stderr.contains("note: src/queries.ts:1: Postgres does not plan this query: column \"nothing\" does not exist\n"),
        "{}",
        run.stderr
    );
}
