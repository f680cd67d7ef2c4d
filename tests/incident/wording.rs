//! The same said in other words.

use super::{GUARD, LANES, NEWEST, PLACES, Place, REAPER, SCHEMA, incident};
use crate::program::check;

#[test]
fn the_same_lanes_in_other_words_are_no_drift() {
    let lanes = |list: &str| {
        let or: Vec<String> = ["sync", "action", "embed_backfill", "auth"]
            .map(|lane| list.replace('$', lane))
            .to_vec();
        format!("({})", or.join(" OR "))
    };
    let spellings = [
        "run_type IN ('auth', 'embed_backfill', 'action', 'sync')".to_owned(),
        "run_type IN ('sync', 'action', 'sync', 'embed_backfill', 'auth', 'auth')".to_owned(),
        lanes("run_type = '$'"),
        lanes("'$'::text = run_type"),
        "run_type = ANY ('{sync,action,embed_backfill,auth}')".to_owned(),
        "run_type = ANY ('{auth, \"sync\", action, embed_backfill}'::text[])".to_owned(),
        "(run_type)::text = ANY ((ARRAY['sync'::character varying, 'action'::character varying, \
         'embed_backfill'::character varying, 'auth'::character varying])::text[])"
            .to_owned(),
        "\"run_type\" in ('sync', E'action', 'embed_backfill', $$auth$$)".to_owned(),
    ];
    for spelling in &spellings {
        for place in &PLACES {
            let copy = incident();
            copy.edit_after(place.path, place.after, place.lanes, spelling);
            let report = copy.check().report();
            assert_eq!(
                report.found(),
                Vec::<String>::new(),
                "{spelling} in {}",
                place.path
            );
        }
    }
}

#[test]
fn lists_joined_by_or_are_no_drift_and_proved_one_by_one() {
    let joined = "(run_type IN ('sync', 'action') OR run_type IN ('auth', 'embed_backfill'))";
    for place in &PLACES {
        let copy = incident();
        copy.edit_after(place.path, place.after, place.lanes, joined);
        copy.check().clean();
    }
}

#[test]
fn the_rest_of_what_the_constraint_admits_is_the_same_set() {
    let rest = "run_type NOT IN ('insight', 'chat_message', 'watcher', 'export')";
    let stored = "run_type <> ALL (ARRAY['insight'::text, 'chat_message'::text, 'watcher'::text, 'export'::text])";
    for (place, complement) in [(0, rest), (1, rest), (2, stored)] {
        let place: &Place = &PLACES[place];
        let copy = incident();
        copy.edit_after(place.path, place.after, place.lanes, complement);
        let report = copy.check().report();
        assert_eq!(report.found(), Vec::<String>::new(), "{}", place.path);
    }
}

#[test]
fn a_query_that_leans_on_the_constraint_cannot_use_the_index() {
    let copy = incident();
    let line = copy.line(REAPER, LANES);
    let rest = "run_type NOT IN ('insight', 'chat_message', 'watcher', 'export')";
    copy.edit(REAPER, LANES, rest);
    assert_eq!(
        copy.check().drift().found(),
        [format!("query-not-covered {REAPER}:{line}")]
    );
}

#[test]
fn bound_lanes_cannot_be_proved() {
    for bound in ["run_type = ANY(${lanes})", "run_type IN ${tx(lanes)}"] {
        let copy = incident();
        let line = copy.line(REAPER, LANES);
        copy.edit(REAPER, LANES, bound);
        let found = copy.check().drift().found();
        assert_eq!(
            found,
            [format!("unprovable-query {REAPER}:{line}")],
            "{bound}"
        );
    }
}

#[test]
fn line_endings_of_windows_change_nothing() {
    let copy = incident();
    let before = check(copy.path()).clean();
    for entry in walkdir::WalkDir::new(copy.path())
        .into_iter()
        .map(Result::unwrap)
    {
        if entry.file_type().is_file() {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            std::fs::write(entry.path(), text.replace('\n', "\r\n")).unwrap();
        }
    }
    let after = check(copy.path()).clean();
    assert!(copy.text(SCHEMA).contains("\r\n"));
    assert_eq!(after.sites(), before.sites());
    assert_eq!(after.0["checked"], before.0["checked"]);

    // And a fault in such a file is found where it stands.
    let line = copy.line(REAPER, LANES);
    copy.edit(REAPER, LANES, "run_type IN ('sync', 'action', 'auth')");
    let report = copy.check().drift();
    assert_eq!(report.found(), [format!("query-drift {REAPER}:{line}")]);
    assert_eq!(
        crate::program::marked(copy.path(), &report.findings()[0]),
        "run_type IN ('sync', 'action', 'auth')"
    );
}

#[test]
fn quoted_and_qualified_names_are_the_same_table() {
    for name in [
        "public.runs",
        "\"runs\"",
        "\"public\".\"runs\"",
        "PUBLIC.RUNS",
        "runs AS stale",
        "public.runs r",
    ] {
        let copy = incident();
        copy.edit(
            REAPER,
            "UPDATE runs\n        SET status = 'timeout'",
            &format!("UPDATE {name}\n        SET status = 'timeout'"),
        );
        copy.check().clean();
        // It is indeed read: a fault in it is found.
        copy.edit(REAPER, LANES, "run_type IN ('sync')");
        assert_eq!(copy.check().drift().findings().len(), 1, "{name}");
    }
    for name in [
        "runs",
        "\"runs\"",
        "\"public\".\"runs\"",
        "ONLY public.runs",
    ] {
        let copy = incident();
        copy.edit_after(
            NEWEST,
            "-- migrate:up",
            "ON public.runs (",
            &format!("ON {name} ("),
        );
        copy.check().clean();
    }
}

#[test]
fn an_alias_stands_for_the_table() {
    let copy = incident();
    copy.edit(
        REAPER,
        "UPDATE runs\n        SET status = 'timeout'",
        "UPDATE runs AS stale\n        SET status = 'timeout'",
    );
    copy.edit(
        REAPER,
        &format!("WHERE {GUARD}\n          AND {LANES}"),
        &format!("WHERE stale.{GUARD}\n          AND stale.{LANES}"),
    );
    copy.check().clean();
    let line = copy.line(REAPER, LANES);
    copy.edit(REAPER, "stale.run_type IN ('sync', ", "stale.run_type IN (");
    assert_eq!(
        copy.check().drift().found(),
        [format!("query-drift {REAPER}:{line}")]
    );
}
