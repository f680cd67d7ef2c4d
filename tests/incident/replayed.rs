//! Where migrations and patches leave the index.

use super::{CREATE, DROP, GUARD, LANES, LAST_PATCH, NEWEST, PATCHES, incident};
use crate::program::Copy;

#[test]
fn a_create_without_its_drop_is_found() {
    let copy = incident();
    let line = copy.line_after(NEWEST, "-- migrate:up", CREATE) - 1;
    copy.edit_after(NEWEST, "-- migrate:up", DROP, "");
    assert_eq!(
        copy.check().drift().found(),
        [format!("create-without-effect {NEWEST}:{line}")]
    );

    let copy = incident();
    let line = copy.line_after(PATCHES, LAST_PATCH, CREATE) - 1;
    copy.edit_after(PATCHES, LAST_PATCH, DROP, "");
    assert_eq!(
        copy.check().drift().found(),
        [format!("create-without-effect {PATCHES}:{line}")]
    );
}

#[test]
fn a_drop_that_names_another_index_does_not_count() {
    let copy = incident();
    let line = copy.line_after(NEWEST, "-- migrate:up", CREATE);
    copy.edit_after(
        NEWEST,
        "-- migrate:up",
        "public.idx_runs_heartbeat_inflight;",
        "public.idx_runs_heartbeat;",
    );
    assert_eq!(
        copy.check().drift().found(),
        [format!("create-without-effect {NEWEST}:{line}")]
    );
}

/// What is found, but for what a migration lacks that came alone: its row in the dump, its patch and its way back.
fn of_index(copy: &Copy) -> Vec<String> {
    const LACKING: [&str; 3] = [
        "version-not-recorded",
        "migration-not-mirrored",
        "down-not-inverse",
    ];
    let mut found = copy.check().drift().found();
    found.retain(|finding| !LACKING.iter().any(|rule| finding.starts_with(rule)));
    found
}

#[test]
fn an_index_dropped_in_the_end_is_missing() {
    let copy = incident();
    let path = "db/migrations/20260601000000_runs_no_reaper.sql";
    copy.write(
        path,
        "-- migrate:up\n\nDROP INDEX idx_runs_heartbeat_inflight;\n\n-- migrate:down\n",
    );
    assert_eq!(of_index(&copy), [format!("site-missing {path}:3")]);
}

#[test]
fn a_table_dropped_takes_its_index_along() {
    let copy = incident();
    let path = "db/migrations/20260601000000_runs_gone.sql";
    copy.write(
        path,
        "-- migrate:up\nDROP TABLE public.runs CASCADE;\n-- migrate:down\n",
    );
    assert_eq!(of_index(&copy), [format!("site-missing {path}:2")]);
}

#[test]
fn a_block_that_puts_its_sql_together_is_unreadable() {
    let copy = incident();
    let path = "db/migrations/20260601000000_drop_by_name.sql";
    copy.write(
        path,
        "-- migrate:up\n\nDO $$\nDECLARE\n    name text := current_setting('maintenance.index');\nBEGIN\n    \
         EXECUTE format('DROP INDEX IF EXISTS public.%I', name);\nEND\n$$;\n\n-- migrate:down\n",
    );
    assert_eq!(of_index(&copy), [format!("unreadable-site {path}:7")]);

    // What comes later and says what the index is settles it.
    let settled = "db/migrations/20260602000000_settled.sql";
    let create = format!(
        "{DROP}{CREATE}\n    ON public.runs (last_heartbeat_at) WHERE {GUARD} AND {LANES};\n"
    );
    copy.write(settled, format!("-- migrate:up\n{create}-- migrate:down\n"));
    assert_eq!(of_index(&copy), [""; 0]);
}

#[test]
fn a_block_with_guards_that_can_be_decided_is_followed() {
    let narrow = format!(
        "{CREATE} ON public.runs (last_heartbeat_at) WHERE {GUARD} AND run_type IN ('sync');"
    );
    for (condition, is_taken) in [
        (
            "EXISTS (SELECT 1 FROM pg_indexes WHERE schemaname = 'public' AND indexname = 'idx_runs_heartbeat_inflight')",
            true,
        ),
        (
            "NOT EXISTS (SELECT 1 FROM pg_indexes WHERE indexname = 'idx_runs_heartbeat_inflight')",
            false,
        ),
        (
            "to_regclass('public.idx_runs_heartbeat_inflight') IS NOT NULL",
            true,
        ),
        (
            "to_regclass('public.idx_runs_heartbeat_inflight') IS NULL",
            false,
        ),
        (
            "EXISTS (SELECT FROM pg_class WHERE relname = 'idx_runs_heartbeat_inflight' AND relkind = 'i')",
            true,
        ),
        (
            "EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'runs_run_type_check' AND conrelid = 'public.runs'::regclass)",
            true,
        ),
        (
            "NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'runs' AND column_name = 'run_type')",
            false,
        ),
        (
            "EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = 'public' AND table_name = 'runs')",
            true,
        ),
    ] {
        let copy = incident();
        let path = "db/migrations/20260601000000_guarded.sql";
        copy.write(
            path,
            format!("-- migrate:up\nDO $$\nBEGIN\n  IF {condition} THEN\n    {DROP}    {narrow}\n  END IF;\nEND $$;\n-- migrate:down\n"),
        );
        let found = of_index(&copy);
        let expected = is_taken.then(|| format!("migrations-drift {path}:6"));
        assert_eq!(
            found,
            expected.into_iter().collect::<Vec<_>>(),
            "{condition}"
        );
    }
}
