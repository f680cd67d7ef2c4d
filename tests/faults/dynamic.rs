//! SQL that a block puts together when it runs.

use super::{BAD, GOOD, assert_each, rules_of_migrations};

/// Drops every index that a query of the catalogs gives.
fn loop_over(rows: &str, executed: &str) -> String {
    format!(
        "DO $$ DECLARE r record; BEGIN FOR r IN {rows} LOOP EXECUTE {executed}; END LOOP; END $$;"
    )
}

#[test]
fn a_loop_that_drops_or_alters_what_it_finds_may_mean_any_index() {
    let indexes = "SELECT indexname FROM pg_indexes WHERE indexname LIKE 'idx_h%'";
    let tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";
    for (rows, executed) in [
        (indexes, "'DROP INDEX ' || r.indexname"),
        (
            indexes,
            "'DROP INDEX IF EXISTS public.' || quote_ident(r.indexname) || ' CASCADE'",
        ),
        (indexes, "format('DROP INDEX %I', r.indexname)"),
        (
            indexes,
            "format('ALTER INDEX %s RENAME TO %I', r.indexname, 'old_' || r.indexname)",
        ),
        (
            indexes,
            "format('DROP INDEX %1$I.%2$I', 'public', r.indexname)",
        ),
        (indexes, "format('DROP INDEX idx_%s', r.indexname)"),
        (indexes, "concat('DROP INDEX ', r.indexname)"),
        (indexes, "r.indexname"),
        (indexes, "'DROP ' || r.kind || ' ' || r.indexname"),
        (indexes, "'SELECT 1; DROP INDEX ' || r.indexname"),
        (indexes, "format('SELECT 1; %s', r.indexname)"),
        (tables, "format('DROP TABLE %I CASCADE', r.tablename)"),
        (
            tables,
            "'ALTER TABLE ' || r.tablename || ' DROP COLUMN status'",
        ),
        (tables, "format('DROP SCHEMA %I CASCADE', r.tablename)"),
    ] {
        let migration = loop_over(rows, executed);
        assert_eq!(
            rules_of_migrations(&[GOOD, &migration]),
            ["unreadable-site"],
            "{executed}"
        );
    }
    let rebuild = "DO $$ DECLARE r record; BEGIN FOR r IN SELECT indexname, indexdef FROM pg_indexes LOOP \
        EXECUTE 'DROP INDEX ' || r.indexname; EXECUTE r.indexdef; END LOOP; END $$;";
    assert_each(&[
        ("dropped and rebuilt", &[GOOD, rebuild], "unreadable-site"),
        (
            "a loop around nothing that is named settles nothing",
            &[BAD, rebuild],
            "unreadable-site",
        ),
    ]);
    assert_eq!(
        rules_of_migrations(&[rebuild, "DROP INDEX IF EXISTS idx_hb;", GOOD]),
        [] as [&str; 0],
        "a later statement settles it"
    );
}

#[test]
fn what_cannot_name_the_index_leaves_it_alone() {
    let rows = "SELECT * FROM pg_tables";
    for executed in [
        "'DROP INDEX idx_old_' || r.number",
        "format('DROP INDEX IF EXISTS %I', 'idx_other')",
        "format('DROP INDEX idx_p%s_beat', r.number)",
        "format('ALTER TABLE feeds DROP CONSTRAINT %I', r.name)",
        "'ALTER TABLE feeds ' || r.action",
        "format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', r.tablename)",
        "format('ALTER TABLE %I OWNER TO %I', r.tablename, 'app')",
        "format('ALTER TABLE %I ADD COLUMN IF NOT EXISTS tenant uuid', r.tablename)",
        "format('ALTER TABLE %I DROP CONSTRAINT %I', r.tablename, r.name)",
        "format('CREATE TABLE IF NOT EXISTS %I PARTITION OF events FOR VALUES FROM (%L) TO (%L)', r.name, r.low, r.high)",
        "format('CREATE INDEX %I ON %I (created_at)', r.name, r.tablename)",
        "format('GRANT SELECT ON %I TO reader', r.tablename)",
        "format('CREATE TRIGGER t BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION touch()', r.tablename)",
        "format('UPDATE %I SET status = %L', r.tablename, 'DROP INDEX idx_hb')",
        "'ANALYZE ' || r.tablename",
    ] {
        let migration = loop_over(rows, executed);
        assert_eq!(
            rules_of_migrations(&[GOOD, &migration]),
            [] as [&str; 0],
            "{executed}"
        );
    }
}

#[test]
fn rows_that_are_changed_by_text_leave_the_index_alone() {
    for executed in [
        "'UPDATE runs SET status = ' || quote_literal('x')",
        "format('UPDATE runs SET %I = now()', 'beat')",
        "format('DELETE FROM %I WHERE status = $1', 'runs') USING 'x'",
        "'SELECT count(*) FROM runs WHERE status = ''x''' INTO n",
        "format('INSERT INTO runs (status) SELECT %L', n)",
        "format('CREATE TABLE %I (LIKE runs)', 'runs_' || n)",
        "format('CREATE TABLE runs_%s AS SELECT * FROM runs', n)",
        "format('WITH gone AS (DELETE FROM runs WHERE id < %s RETURNING *) INSERT INTO archive SELECT * FROM gone', n)",
        "'ANALYZE runs'",
    ] {
        let migration = format!("DO $$ DECLARE n int; BEGIN EXECUTE {executed}; END $$;");
        assert_eq!(
            rules_of_migrations(&[GOOD, &migration]),
            [] as [&str; 0],
            "{executed}"
        );
    }
}

#[test]
fn a_text_of_several_statements_runs_them_all() {
    let both = "DO $$ BEGIN EXECUTE 'DROP INDEX idx_hb; CREATE INDEX idx_hb ON runs (beat) WHERE run_type = ''sync'''; END $$;";
    let other = "DO $$ BEGIN EXECUTE 'SELECT 1; DROP INDEX idx_hb'; END $$;";
    let formatted = "DO $$ BEGIN EXECUTE format('DROP INDEX %I; CREATE INDEX %1$I ON runs (beat) WHERE run_type = %L', 'idx_hb', 'sync'); END $$;";
    assert_each(&[
        ("Postgres 15 runs both", &[GOOD, both], "migrations-drift"),
        ("and the second of two", &[GOOD, other], "site-missing"),
        (
            "also of constants put together",
            &[GOOD, formatted],
            "migrations-drift",
        ),
    ]);
}

#[test]
fn a_text_put_together_from_constants_is_read() {
    let literal =
        "DO $$ BEGIN EXECUTE 'CREATE INDEX idx_hb ON runs (beat) ' || 'WHERE LANES_TEXT'; END $$;"
            .replace("LANES_TEXT", &super::LANES.replace('\'', "''"));
    assert_eq!(rules_of_migrations(&[&literal]), [] as [&str; 0]);
    let wide = literal.replace("''auth''", "''auth'', ''more''");
    assert_eq!(rules_of_migrations(&[&wide]), ["migrations-drift"]);
}

#[test]
fn a_variable_that_gets_one_value_is_that_value() {
    let block = |declared: &str, executed: &str| {
        format!("DO $$ DECLARE r record; {declared} BEGIN {executed} END $$;")
    };
    for (declared, executed) in [
        (
            "q text;",
            "q := format('DROP INDEX %I', 'idx_other'); EXECUTE q;",
        ),
        (
            "q CONSTANT text := 'feeds';",
            "EXECUTE format('ALTER TABLE %I DROP COLUMN status', q);",
        ),
        (
            "q text; p text;",
            "p := 'events_' || now(); q := 'DROP TABLE ' || p; EXECUTE q;",
        ),
    ] {
        let migration = block(declared, executed);
        assert_eq!(
            rules_of_migrations(&[GOOD, &migration]),
            [] as [&str; 0],
            "{executed}"
        );
    }
    for (declared, executed, rule) in [
        (
            "q text := 'idx_hb';",
            "EXECUTE format('DROP INDEX %I', q);",
            "site-missing",
        ),
        (
            "q text := 'idx_other';",
            "q := r.indexname; EXECUTE format('DROP INDEX %I', q);",
            "unreadable-site",
        ),
        (
            "q text;",
            "SELECT indexname INTO q FROM pg_indexes LIMIT 1; EXECUTE 'DROP INDEX ' || q;",
            "unreadable-site",
        ),
        ("q text;", "q := q || 'x'; EXECUTE q;", "unreadable-site"),
    ] {
        let migration = block(declared, executed);
        assert_eq!(
            rules_of_migrations(&[GOOD, &migration]),
            [rule],
            "{executed}"
        );
    }
}

#[test]
fn what_a_role_owned_may_have_been_the_index() {
    assert_eq!(
        rules_of_migrations(&[GOOD, "DROP OWNED BY app CASCADE;"]),
        ["unreadable-site"]
    );
    let sequence = "ALTER SEQUENCE runs_id_seq OWNED BY runs.id;";
    assert_eq!(rules_of_migrations(&[GOOD, sequence]), [] as [&str; 0]);
}

#[test]
fn a_loop_over_constants_is_gone_through() {
    let block = |names: &str, executed: &str| {
        format!(
            "DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY {names} LOOP {executed} END LOOP; END $$;"
        )
    };
    let drops = "EXECUTE format('DROP INDEX IF EXISTS %I', t);";
    let others = block("ARRAY['idx_a', 'idx_b']", drops);
    assert_eq!(rules_of_migrations(&[GOOD, &others]), [] as [&str; 0]);
    let among = block("'{idx_a,idx_hb}'::text[]", drops);
    assert_eq!(rules_of_migrations(&[GOOD, &among]), ["site-missing"]);
    let unknown = block("names()", drops);
    let assigned = block("ARRAY['idx_a']", "t := r.name; EXECUTE 'DROP INDEX ' || t;");
    let left = block(
        "ARRAY['idx_a', 'idx_hb']",
        &format!("EXIT WHEN t = 'idx_hb'; {drops}"),
    );
    for migration in [unknown, assigned, left] {
        assert_eq!(
            rules_of_migrations(&[GOOD, &migration]),
            ["unreadable-site"],
            "{migration}"
        );
    }
}
