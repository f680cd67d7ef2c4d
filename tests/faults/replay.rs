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

#[test]
fn a_table_made_like_another_has_its_indexes_and_constraints() {
    let swap = "CREATE TABLE runs_new (LIKE runs INCLUDING ALL); DROP TABLE runs; ALTER TABLE runs_new RENAME TO runs;";
    let named = format!("{swap} ALTER INDEX runs_new_beat_idx RENAME TO idx_hb;");
    assert_each(&[
        ("the copy has another name", &[GOOD, swap], "site-missing"),
        ("the copy is wide", &[BAD, &named], "migrations-drift"),
        (
            "the copy is in the way",
            &[
                BAD,
                "ALTER INDEX idx_hb RENAME TO idx_was; CREATE TABLE idx (LIKE runs INCLUDING INDEXES); ALTER INDEX idx_beat_idx RENAME TO idx_hb; \
                 CREATE INDEX IF NOT EXISTS idx_hb ON runs (beat) WHERE LANES;",
            ],
            "create-without-effect",
        ),
        (
            "two copies of one made-up name",
            &[GOOD, "CREATE INDEX idx_b ON runs (beat);", &named],
            "unreadable-site",
        ),
    ]);
    assert_eq!(rules_of_migrations(&[GOOD, &named]), [] as [&str; 0]);
    for options in ["", "INCLUDING DEFAULTS", "INCLUDING ALL EXCLUDING INDEXES"] {
        let without = swap.replace("INCLUDING ALL", options);
        assert_eq!(
            rules_of_migrations(&[GOOD, &without, GOOD]),
            [] as [&str; 0],
            "{options}"
        );
    }
}

#[test]
fn a_constraint_that_is_copied_from_another_table_admits_lanes() {
    let manifest = format!("{MANIFEST}admitted_by = {{ check = \"kinds\" }}\n");
    let after = |lanes: &str, options: &str| {
        let text = format!(
            "-- migrate:up\nCREATE TABLE template (run_type text, status text, CONSTRAINT kinds CHECK (run_type IN ({lanes})));\n\
             CREATE TABLE runs (LIKE template {options});"
        );
        rules(&[
            ("laneset.toml", &manifest),
            ("db/migrations/1_m.sql", &text),
        ])
    };
    assert_eq!(
        after("'sync', 'auth'", "INCLUDING CONSTRAINTS"),
        [] as [&str; 0]
    );
    assert_eq!(after("'sync'", "INCLUDING ALL"), ["lane-not-admitted"]);
    assert_eq!(
        after("'sync', 'auth'", "INCLUDING ALL EXCLUDING CONSTRAINTS"),
        ["site-missing"]
    );
}

#[test]
fn a_schema_is_created_with_what_stands_in_it() {
    let manifest = format!("{MANIFEST}{INDEX}").replace("public.runs", "app.runs");
    let table = "CREATE TABLE runs (run_type text, status text, beat timestamptz)";
    for (text, expected) in [
        (
            format!("CREATE SCHEMA app {table} CREATE INDEX idx_hb ON runs (beat) WHERE LANES;"),
            None,
        ),
        (
            format!("CREATE SCHEMA app CREATE INDEX idx_hb ON runs (beat) WHERE LANES {table};"),
            None,
        ),
        (
            format!("CREATE SCHEMA app {table} CREATE INDEX idx_hb ON runs (beat) WHERE WIDE;"),
            Some("migrations-drift"),
        ),
        (
            format!(
                "CREATE SCHEMA AUTHORIZATION app {table} CREATE INDEX idx_hb ON runs (beat) WHERE WIDE;"
            ),
            Some("migrations-drift"),
        ),
        (
            format!(
                "CREATE SCHEMA app AUTHORIZATION someone {table} CREATE UNIQUE INDEX idx_hb ON app.runs (beat) WHERE WIDE GRANT SELECT ON runs TO public;"
            ),
            Some("migrations-drift"),
        ),
    ] {
        let file = format!("-- migrate:up\n{text}");
        let found = rules(&[
            ("laneset.toml", &manifest),
            ("db/migrations/1_m.sql", &file),
        ]);
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{text}");
    }
}

#[test]
fn a_table_without_a_schema_is_the_one_on_the_search_path() {
    let manifest = format!("{MANIFEST}{INDEX}").replace("public.runs", "runs");
    let public = "CREATE TABLE runs (run_type text, status text, beat timestamptz);";
    let app =
        "CREATE SCHEMA app; CREATE TABLE app.runs (run_type text, status text, beat timestamptz);";
    let app_good = "CREATE INDEX idx_hb ON app.runs (beat) WHERE LANES;";
    for (text, expected) in [
        (
            format!("{public} {app} {app_good} {BAD}"),
            Some("migrations-drift"),
        ),
        (format!("{public} {app} {app_good} {GOOD}"), None),
        (
            format!("{public} {app} {BAD} CREATE INDEX idx_hb ON app.runs (beat) WHERE WIDE;"),
            Some("migrations-drift"),
        ),
        (
            format!("{public} {app} {app_good}"),
            Some("migrations-drift"),
        ),
        (
            format!("{public} {GOOD} {app} {app_good} DROP TABLE runs;"),
            Some("migrations-drift"),
        ),
        (format!("{app} {app_good}"), None),
        (
            format!(
                "{app} {app_good} ALTER TABLE IF EXISTS app.runs RENAME COLUMN status TO state;"
            ),
            Some("migrations-drift"),
        ),
    ] {
        let file = format!("-- migrate:up\n{text}");
        let found = rules(&[
            ("laneset.toml", &manifest),
            ("db/migrations/1_m.sql", &file),
        ]);
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{text}");
    }
    let dump =
        format!("{app} {public} {app_good} CREATE INDEX idx_hb ON public.runs (beat) WHERE WIDE;");
    let found = rules(&[("laneset.toml", &manifest), ("db/schema.sql", &dump)]);
    assert_eq!(found, ["index-drift"]);
}

#[test]
fn a_temporary_table_of_the_governed_name_is_gone_with_its_session() {
    let temporary =
        "CREATE TEMP TABLE runs (LIKE runs); CREATE INDEX idx_hb ON runs (beat) WHERE WIDE;";
    for script in [
        temporary.to_owned(),
        temporary.replace("TEMP", "LOCAL TEMPORARY"),
        temporary.replace("TEMP TABLE runs", "TABLE pg_temp.runs"),
        format!("{temporary} DROP INDEX idx_hb;"),
        format!("{temporary} DROP TABLE runs;"),
        format!("{temporary} ALTER TABLE runs DROP COLUMN status;"),
        "CREATE TEMP TABLE runs AS SELECT * FROM public.runs; ALTER TABLE runs RENAME COLUMN status TO state;".to_owned(),
        "CREATE TEMP TABLE idx_hb (beat int); DROP TABLE idx_hb;".to_owned(),
    ] {
        assert_eq!(rules_of_migrations(&[GOOD, &script]), [] as [&str; 0], "{script}");
    }
    let both = format!("{temporary} DROP INDEX public.idx_hb;");
    let after = format!("{temporary} DROP TABLE runs; DROP INDEX idx_hb; {BAD}");
    let committed = "BEGIN; CREATE TEMP TABLE runs (id int) ON COMMIT DROP; COMMIT; ALTER TABLE runs DROP COLUMN status;";
    assert_each(&[
        (
            "the next file is another session",
            &[GOOD, temporary, "DROP INDEX idx_hb;"],
            "site-missing",
        ),
        (
            "the other one is named with its schema",
            &[GOOD, &both],
            "site-missing",
        ),
        (
            "the temporary one is dropped before",
            &[GOOD, &after],
            "migrations-drift",
        ),
        (
            "the temporary one ends with the transaction",
            &[GOOD, committed],
            "site-missing",
        ),
    ]);
}

#[test]
fn a_table_is_made_in_the_first_schema_of_the_path() {
    let rebuild = "DROP INDEX idx_hb; CREATE INDEX idx_hb ON runs (beat) WHERE LANES;";
    let hidden = format!(
        "CREATE SCHEMA app; SET search_path = app, public; CREATE TABLE runs (LIKE public.runs); {rebuild}"
    );
    assert_each(&[(
        "Postgres leaves public.runs without an index, and app.runs with one of that name",
        &[BAD, &hidden],
        "migrations-drift",
    )]);
}
