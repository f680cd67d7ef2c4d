//! Whole repositories on every server that there is.

use std::path::Path;

use laneset::rules::registry::RULES;

use crate::postgres::server::{Newer, Server};
use crate::program::{finish, in_tests, laneset, run};

/// No false alarm on repositories that are as they should be: with columns of varchar, which the dump spells otherwise, with enums, that
/// no way back narrows, with quoted names and patches in source. Two of them have patches by hand that rebuild their index.
#[test]
fn the_green_fixtures_of_all_rules_lead_where_they_should() {
    assert_green_on(&Server::shared());
}

/// It counts NOT NULL among the constraints, and dumps of older servers are read all the same.
#[test]
fn the_green_fixtures_lead_there_on_a_newer_server_too() {
    let newer = Newer::unpacked();
    assert_green_on(&newer.server());
}

#[track_caller]
fn assert_green_on(server: &Server) {
    let url = server.database_url("postgres");
    for rule in &RULES {
        let folder = in_tests("rules").join(rule.id.as_str()).join("green");
        let lent = ["--shadow", "--database-url", &url];
        let report = run(
            &folder,
            [["verify", "--output-format", "json"], lent].concat(),
        )
        .report();
        let rebuilds = ["create-without-effect", "embedded-drift"].contains(&rule.id.as_str());
        let found: Vec<String> = report.found();
        let expected = if rebuilds { 1 } else { 0 };
        let of_rebuilds = found
            .iter()
            .filter(|finding| finding.starts_with("embedded-not-idempotent"));
        assert_eq!(
            (of_rebuilds.count(), found.len()),
            (expected, expected),
            "{}: {found:?}",
            rule.id
        );
    }
}

/// What an index holds is what Postgres says, also where the gate cannot read how it came to that.
#[test]
fn an_index_is_judged_by_what_postgres_holds() {
    for (rule, place) in [
        ("migrations-drift", "by the migrations"),
        ("index-drift", "by the dump"),
        ("embedded-drift", "by the patches"),
    ] {
        let folder = in_tests("rules").join(rule).join("red");
        let shown = run(&folder, ["verify"]).stdout;
        assert!(
            shown.contains(&format!("error[{rule}]: {place} Postgres has index")),
            "{shown}"
        );
    }
    let unreadable = in_tests("rules").join("unreadable-site").join("red");
    let shown = run(&unreadable, ["verify"]).stdout;
    assert!(
        shown.contains("deliveries_bucket.sql:8: the gate cannot read this; on Postgres its index turned out to be as declared"),
        "{shown}"
    );
}

/// The patches of the incident: later ones undo what earlier ones do, at every boot, on every engine.
#[test]
fn the_incident_ends_where_it_should_on_every_engine_by_detours() {
    let incident = in_tests("repos/incident");
    let newer = Newer::unpacked();
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", newer.bin().display());
    let pglite = Path::new(env!("CARGO_MANIFEST_DIR")).join("ci/tools");
    let pglite = pglite.to_str().unwrap();
    for (arguments, engine) in [
        ([].as_slice(), "replayed on Postgres 18."),
        (&["--pglite", pglite], "replayed on PGlite 0."),
    ] {
        let mut command = laneset(&incident);
        command.args(["verify", "--output-format", "json"]);
        let run = finish(command.args(arguments).env("PATH", &path));
        assert!(run.stderr.contains(engine), "{}", run.stderr);
        let report = run.drift();
        let messages = report.messages();
        let (of_index, of_triggers): (Vec<&str>, Vec<&str>) = messages
            .iter()
            .partition(|message| message.starts_with("index "));
        assert_eq!(
            of_index,
            [
                "index public.idx_runs_heartbeat_inflight is altered by patch 20260518020000_runs_heartbeat_inflight_narrow at boot 2",
                "index public.idx_runs_heartbeat_inflight is altered by patch 20260518070000_runs_heartbeat_inflight_widen at boot 2"
            ]
        );
        assert_eq!(of_triggers.len(), 10, "{of_triggers:?}");
        let touching = |message: &&str| message.contains("_touch_updated_at on ");
        assert!(of_triggers.iter().all(touching), "{of_triggers:?}");
    }
}
