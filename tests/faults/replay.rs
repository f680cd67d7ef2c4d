//! Migrations that the gate once judged wrongly.

use super::{BAD, GOOD, INDEX, MANIFEST, assert_each, rules, rules_of_migrations};

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
fn a_name_that_postgres_cuts_is_the_name_that_it_keeps() {
    let long = "idx_runs_heartbeat_inflight_of_every_lane_whose_executor_beats_and_of_no_other_one";
    let kept = &long[..63];
    let manifest = format!("{MANIFEST}[lane_set.hb.index]\nname = \"{long}\"\n");
    let table = "CREATE TABLE runs (run_type text, status text, beat timestamptz);";
    let after = |manifest: &str, more: &str| {
        let text = format!("-- migrate:up\n{table}\n{more}");
        rules(&[("laneset.toml", manifest), ("db/migrations/1_m.sql", &text)])
    };
    let good = format!("CREATE INDEX {long} ON runs (beat) WHERE LANES;");
    assert_eq!(after(&manifest, &good), [] as [&str; 0]);
    for (created, dropped) in [(long, kept), (kept, long), (long, long)] {
        let text =
            format!("CREATE INDEX {created} ON runs (beat) WHERE LANES; DROP INDEX {dropped};");
        assert_eq!(
            after(&manifest, &text),
            ["site-missing"],
            "{created} {dropped}"
        );
        let manifest = manifest.replace(long, kept);
        assert_eq!(
            after(&manifest, &text),
            ["site-missing"],
            "{created} {dropped}"
        );
    }
    // 21 letters of three bytes are 63; the next letter goes whole.
    let wide = "é".repeat(40);
    let text = format!(
        "CREATE INDEX \"{wide}\" ON runs (beat) WHERE LANES; DROP INDEX \"{}\";",
        "é".repeat(31)
    );
    let manifest = format!("{MANIFEST}[lane_set.hb.index]\nname = \"{wide}\"\n");
    assert_eq!(after(&manifest, &text), ["site-missing"]);
    let other = format!("{good} DROP INDEX IF EXISTS {}_x;", &long[..50]);
    let manifest = format!("{MANIFEST}[lane_set.hb.index]\nname = \"{long}\"\n");
    assert_eq!(after(&manifest, &other), [] as [&str; 0]);
}
