//! `laneset init`: the manifest that it writes says of a repository what a person's did.

use std::fs;

use crate::generate::tools::{Dbmate, assert_settled, change, reference_queue, without_noise};
use crate::postgres::server::Server;
use crate::program::{Copy, check, in_tests, run};

/// Repositories without a partial index of lanes, so that there is nothing to begin with.
const WITHOUT_INDEX: [&str; 2] = ["lane-not-admitted", "pending-migration"];

/// What the gate makes of the repository: table, column, lanes, and every site but its lane set's name. Executors are proposed in
/// comments alone.
fn seen(repository: &Copy) -> serde_json::Value {
    let report = check(repository.path()).clean();
    let set = &report.0["lane_sets"][0];
    let sites = set["sites"].as_array().unwrap().iter();
    let sites: Vec<_> = sites.filter(|it| it["role"] != "heartbeat").collect();
    serde_json::json!({
        "column": set["column"],
        "lanes": set["lanes"],
        "sites": sites,
    })
}

#[track_caller]
fn says_the_same(repository: &Copy, arguments: &[&str]) {
    let by_hand = seen(repository);
    repository.remove("laneset.toml");
    let written = run(repository.path(), [&["init"], arguments].concat());
    assert_eq!(
        written.code,
        Some(0),
        "{}{}",
        written.stdout,
        written.stderr
    );
    assert!(
        written
            .stdout
            .starts_with("Wrote laneset.toml: the lane set "),
        "{}",
        written.stdout
    );
    assert!(written.stdout.contains("No drift."), "{}", written.stdout);
    assert_eq!(
        seen(repository),
        by_hand,
        "{}",
        repository.text("laneset.toml")
    );
    assert_settled(repository);
}

#[test]
fn every_green_repository_is_declared_as_it_was() {
    let mut count = 0;
    for entry in fs::read_dir(in_tests("rules")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let repository = Copy::of(&entry.path().join("green"));
        if WITHOUT_INDEX.contains(&name.as_str()) {
            repository.remove("laneset.toml");
            let refused = run(repository.path(), ["init"]);
            let said = refused.could_not_check();
            assert!(
                said.contains(
                    "no partial index that lists values of a column: db/migrations has none"
                ),
                "{said}"
            );
            assert!(!repository.file("laneset.toml").exists());
            continue;
        }
        says_the_same(&repository, &[]);
        count += 1;
    }
    assert!(count >= 9, "{count} repositories");
}

#[test]
fn of_several_indexes_one_is_named() {
    for repository in [Copy::of(&in_tests("repos/incident")), reference_queue()] {
        let manifest = repository.text("laneset.toml");
        repository.remove("laneset.toml");
        let refused = run(repository.path(), ["init"]);
        let said = refused.could_not_check();
        assert!(said.contains("choose one with --index NAME\n  idx_runs_heartbeat_inflight on public.runs: status IN"), "{said}");
        let refused = run(repository.path(), ["init", "--index", "idx_nowhere"]);
        assert!(
            refused
                .could_not_check()
                .contains("no partial index called idx_nowhere lists values of a column\n")
        );
        let wrong = run(
            repository.path(),
            [
                "init",
                "--index",
                "idx_runs_heartbeat_inflight",
                "--column",
                "id",
            ],
        );
        assert!(
            wrong
                .could_not_check()
                .contains("lists no values of id; it does of status, run_type"),
            "{}",
            wrong.stderr
        );
        repository.write("laneset.toml", manifest);
        says_the_same(&repository, &["--index", "idx_runs_heartbeat_inflight"]);
    }
}

#[test]
fn a_manifest_that_is_there_stays() {
    let repository = reference_queue();
    let before = repository.text("laneset.toml");
    let refused = run(repository.path(), ["init"]);
    assert!(
        refused
            .could_not_check()
            .contains("laneset.toml is there already"),
        "{}",
        refused.stderr
    );
    assert_eq!(repository.text("laneset.toml"), before);
}

#[test]
fn a_repository_that_drifts_is_told_the_truth() {
    let repository = Copy::of(&in_tests("rules/query-drift/red"));
    repository.remove("laneset.toml");
    let written = run(repository.path(), ["init"]);
    assert_eq!(
        written.code,
        Some(1),
        "{}{}",
        written.stdout,
        written.stderr
    );
    assert!(written.stdout.contains("query-drift"), "{}", written.stdout);
    check(repository.path()).drift();
}

#[test]
fn a_column_that_cannot_be_told_is_asked_for() {
    let repository = Copy::of(tempfile::tempdir().unwrap().path());
    repository.write(
        "migrations/1_a.sql",
        "-- migrate:up\nCREATE TABLE t (id int, kind text, region text);\nCREATE INDEX i ON t (id) WHERE kind IN ('it''s', 'b') AND region IN ('x', 'y');\n-- migrate:down\n",
    );
    let refused = run(repository.path(), ["init"]);
    assert!(
        refused
            .could_not_check()
            .contains("several columns (kind, region); say which are the lanes with --column NAME"),
        "{}",
        refused.stderr
    );
    let written = run(repository.path(), ["init", "--column", "kind"]);
    assert_eq!(
        written.code,
        Some(0),
        "{}{}",
        written.stdout,
        written.stderr
    );
    let manifest = repository.text("laneset.toml");
    assert!(
        manifest.contains("lanes  = [\"it's\", \"b\"]\n"),
        "{manifest}"
    );
    assert!(
        manifest.contains("guard  = \"region IN ('x', 'y')\"\n"),
        "{manifest}"
    );
    assert!(manifest.contains("dir = \"migrations\"\n"), "{manifest}");
    assert!(
        manifest.contains("No query over these lanes was found"),
        "{manifest}"
    );
}

/// pg_dump writes each label with a cast to its enum.
#[test]
fn an_index_over_enums_is_found() {
    let server = Server::shared();
    let _session = server.database("init_enum");
    let repository = Copy::of(tempfile::tempdir().unwrap().path());
    repository.write(
        "db/migrations/20260101000000_runs.sql",
        "-- migrate:up\nCREATE SCHEMA ops;\nCREATE TYPE ops.lane AS ENUM ('sync', 'auth', 'late');\n\
         CREATE TYPE public.progress AS ENUM ('new', 'done');\n\
         CREATE TABLE public.runs (id int, lane ops.lane, progress public.progress);\n\
         CREATE INDEX idx_a ON public.runs (id) WHERE lane IN ('sync', 'auth') AND progress = 'new';\n\
         CREATE INDEX idx_b ON public.runs (id) WHERE lane = 'late';\n-- migrate:down\n",
    );
    let dbmate = Dbmate {
        server: &server,
        repository: &repository,
        database: "init_enum",
    };
    dbmate.run(&["--no-dump-schema", "up"]);
    repository.write("db/schema.sql", dbmate.dump());
    let unnamed = run(repository.path(), ["init"]);
    let said = unnamed.could_not_check();
    assert!(
        said.contains("choose one with --index NAME\n  idx_a on public.runs: lane IN ('sync', 'auth') AND progress = 'new'\n"),
        "{said}"
    );
    let written = run(repository.path(), ["init", "--index", "idx_a"]);
    assert_eq!(
        written.code,
        Some(0),
        "{}{}",
        written.stdout,
        written.stderr
    );
    let manifest = repository.text("laneset.toml");
    for line in [
        "lanes  = [\"sync\", \"auth\"]\n",
        "guard  = \"progress = 'new'\"\n",
        "enum = \"ops.lane\"\n",
    ] {
        assert!(manifest.contains(line), "{manifest}");
    }
    assert_settled(&repository);
    change(&repository, &["widen", "a", "late"]);
    dbmate.run(&["--no-dump-schema", "up"]);
    assert_eq!(
        dbmate.dump(),
        without_noise(&repository.text("db/schema.sql"))
    );
}
