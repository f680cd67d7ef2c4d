//! Enums that the governed table's columns are of.

use super::{INDEX, LANES, MANIFEST, rules};

const TABLE: &str = "CREATE TYPE run_status AS ENUM ('claimed', 'running', 'done');\n\
    CREATE TYPE lane AS ENUM ('sync', 'auth', 'watcher');\n\
    CREATE TABLE runs (id bigint, run_type lane, status public.run_status NOT NULL, beat timestamptz);\n\
    CREATE INDEX idx_hb ON runs (beat) WHERE LANES;";

fn rules_after(more: &str) -> Vec<String> {
    let manifest = format!("{MANIFEST}{INDEX}");
    rules_with(&manifest, more)
}

fn rules_with(manifest: &str, more: &str) -> Vec<String> {
    let first = format!("-- migrate:up\n{TABLE}");
    let second = format!("-- migrate:up\n{more}");
    rules(&[
        ("laneset.toml", manifest),
        ("db/migrations/1_m.sql", &first),
        ("db/migrations/2_m.sql", &second),
    ])
}

#[test]
fn an_enum_that_is_dropped_with_what_depends_on_it_takes_the_index_along() {
    for dropped in [
        "DROP TYPE lane CASCADE;",
        "DROP TYPE IF EXISTS public.run_status CASCADE;",
        "ALTER TYPE lane RENAME TO lane_old; DROP TYPE lane_old CASCADE;",
        "DO $$ BEGIN DROP TYPE lane CASCADE; END $$;",
        "CREATE SCHEMA kinds; ALTER TYPE lane SET SCHEMA kinds; DROP SCHEMA kinds CASCADE;",
        "ALTER TABLE runs RENAME COLUMN run_type TO kind; DROP TYPE lane CASCADE;",
    ] {
        assert_eq!(rules_after(dropped), ["site-missing"], "{dropped}");
    }
    let looped = "DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM pg_type LOOP EXECUTE format('DROP TYPE %I CASCADE', r.typname); END LOOP; END $$;";
    assert_eq!(rules_after(looped), ["unreadable-site"]);
    for kept in [
        "DROP TYPE IF EXISTS other CASCADE;",
        "ALTER TABLE runs ADD COLUMN more lane; ALTER TABLE runs DROP COLUMN more;",
    ] {
        assert_eq!(rules_after(kept), [] as [&str; 0], "{kept}");
    }
}

#[test]
fn an_enum_whose_columns_are_not_seen_leaves_the_index_in_doubt() {
    let manifest = format!("{MANIFEST}admitted_by = {{ enum = \"public.lane\" }}\n{INDEX}");
    for more in [
        "DROP TYPE lane CASCADE; CREATE TYPE lane AS ENUM ('sync', 'auth');",
        "ALTER TYPE lane RENAME VALUE 'sync' TO 'pull'; ALTER TYPE lane ADD VALUE 'sync';",
    ] {
        let first = format!(
            "-- migrate:up\nCREATE TYPE lane AS ENUM ('sync', 'auth');\nCREATE INDEX idx_hb ON runs (beat) WHERE LANES;\n{more}"
        );
        let found = rules(&[
            ("laneset.toml", &manifest),
            ("db/migrations/1_m.sql", &first),
        ]);
        assert_eq!(found, ["unreadable-site"], "{more}");
    }
}

#[test]
fn a_label_that_is_renamed_is_renamed_in_what_is_stored() {
    let manifest = format!("{MANIFEST}{INDEX}");
    for (renamed, lanes) in [
        ("ALTER TYPE lane RENAME VALUE 'auth' TO 'login';", LANES),
        (
            "ALTER TYPE run_status RENAME VALUE 'claimed' TO 'taken';",
            LANES,
        ),
    ] {
        assert_eq!(
            rules_after(renamed),
            ["migrations-drift"],
            "{renamed} {lanes}"
        );
    }
    let follows = manifest.replace("\"auth\"", "\"login\"");
    let found = rules_with(&follows, "ALTER TYPE lane RENAME VALUE 'auth' TO 'login';");
    assert_eq!(found, ["migrations-drift"; 0]);
    let guard = manifest.replace("'claimed'", "'taken'");
    let found = rules_with(
        &guard,
        "ALTER TYPE run_status RENAME VALUE 'claimed' TO 'taken';",
    );
    assert_eq!(found, ["migrations-drift"; 0]);
}

#[test]
fn a_label_of_a_check_constraint_is_renamed_too() {
    let manifest = format!("{MANIFEST}admitted_by = {{ check = \"runs_kind\" }}\n")
        .replace("\"auth\"", "\"login\"");
    let check = "ALTER TABLE runs ADD CONSTRAINT runs_kind CHECK (run_type IN ('sync', 'auth'));";
    assert_eq!(rules_with(&manifest, check), ["lane-not-admitted"]);
    let renamed = format!("{check} ALTER TYPE lane RENAME VALUE 'auth' TO 'login';");
    assert_eq!(rules_with(&manifest, &renamed), [] as [&str; 0]);
}

#[test]
fn an_enum_in_the_guard_is_no_cast_to_fear() {
    let manifest = format!("{MANIFEST}{INDEX}");
    let dump = "CREATE TYPE public.run_status AS ENUM (\n    'claimed',\n    'running'\n);\n\
        CREATE TABLE public.runs (\n    run_type text,\n    status public.run_status DEFAULT 'claimed'::public.run_status NOT NULL,\n    beat timestamp with time zone\n);\n\
        CREATE INDEX idx_hb ON public.runs USING btree (beat) WHERE ((status = ANY (ARRAY['claimed'::public.run_status, 'running'::public.run_status])) AND (run_type = ANY (ARRAY['sync'::text, 'auth'::text])));\n";
    let found = rules(&[("laneset.toml", &manifest), ("db/schema.sql", dump)]);
    assert_eq!(found, [] as [&str; 0]);
    let without_table = dump.replace("CREATE TABLE public.runs", "CREATE TABLE public.ran");
    let found = rules(&[
        ("laneset.toml", &manifest),
        ("db/schema.sql", &without_table),
    ]);
    assert_eq!(found, [] as [&str; 0], "the table is not seen");
    let wide = dump.replace("'auth'::text", "'auth'::text, 'more'::text");
    let found = rules(&[("laneset.toml", &manifest), ("db/schema.sql", &wide)]);
    assert_eq!(found, ["index-drift"]);
}
