//! `widen --admit`: a lane that the column refuses is let in first, everywhere.

use super::tools::{
    Dbmate, boots, change, names, reference_queue, reference_queue_with_an_array, without_noise,
};
use crate::postgres::server::Server;
use crate::program::{Copy, run};

const INDEX: &str = "public.idx_runs_heartbeat_inflight";

#[test]
fn a_lane_that_the_constraint_refuses_is_refused_without_admit() {
    let repository = reference_queue();
    let before = repository.text("laneset.toml");
    let refused = run(repository.path(), ["widen", "heartbeat-inflight", "report"]);
    let said = refused.could_not_check();
    assert!(said.contains("db/migrations/20260509140000_runs_more_run_types.sql:7: the constraint runs_run_type_check does not admit \"report\"; add --admit"), "{said}");
    assert_eq!(repository.text("laneset.toml"), before);
}

/// Real dbmate takes it up and down, in every build mode.
#[test]
fn the_constraint_is_extended_in_migrations_and_in_the_dump() {
    for build in ["transactional", "concurrently"] {
        let server = Server::shared();
        let repository = reference_queue();
        let manifest = repository.text("laneset.toml");
        let columns = "columns = [\"last_heartbeat_at\"]\n";
        repository.write(
            "laneset.toml",
            manifest.replace(columns, &format!("{columns}build = \"{build}\"\n")),
        );
        let database = format!("admit_{build}");
        let mut session = server.database(&database);
        let dbmate = Dbmate {
            server: &server,
            repository: &repository,
            database: &database,
        };
        dbmate.run(&["--no-dump-schema", "up"]);
        let before = dbmate.dump();
        repository.write("db/schema.sql", &before);
        let count = names(&repository, "db/migrations").len();
        change(
            &repository,
            &["widen", "heartbeat-inflight", "report", "it's", "--admit"],
        );
        change(
            &repository,
            &["widen", "heartbeat-inflight", "é", "--admit"],
        );
        dbmate.run(&["--no-dump-schema", "up"]);
        assert_eq!(
            dbmate.dump(),
            without_noise(&repository.text("db/schema.sql"))
        );
        session.execute("INSERT INTO organizations (id, name) VALUES ('o', 'o'); INSERT INTO runs (organization_id, run_type) VALUES ('o', 'it''s')").unwrap();
        session.execute("DELETE FROM runs").unwrap();
        for _ in count..names(&repository, "db/migrations").len() {
            dbmate.run(&["--no-dump-schema", "rollback"]);
        }
        assert_eq!(dbmate.dump(), before);
    }
}

/// The incident's own crash: a patch that was safe once refused the rows of a later lane at the second boot.
#[test]
fn a_boot_with_rows_in_the_new_lane_is_survived() {
    let repository = reference_queue();
    let data = tempfile::tempdir().unwrap();
    let data = data.path().join("data");
    let patches = repository.file("embedded_patches");
    boots(&data, 1, INDEX, &patches);
    change(
        &repository,
        &["widen", "heartbeat-inflight", "report", "--admit"],
    );
    fill(&repository, "report");
    let first = boots(&data, 2, INDEX, &patches);
    assert_eq!(first[0]["oid"], first[1]["oid"]);
    repository.remove("embedded_patches/99999999999999_rows.sql");
    change(
        &repository,
        &["widen", "heartbeat-inflight", "it's", "--admit"],
    );
    fill(&repository, "it''s");
    let second = boots(&data, 3, INDEX, &patches);
    assert_eq!(second[0]["oid"], second[2]["oid"]);
    assert!(
        second[2]["predicate"].as_str().unwrap().contains("'it''s'"),
        "{second:?}"
    );
}

/// What a template literal reads for itself, in the list of a constraint that a person wrote there and in the new patches.
#[test]
fn hostile_lanes_are_let_in_by_an_array_of_patches() {
    let repository = reference_queue_with_an_array();
    let hostile = ["a`b", "\\d", "${x}", "it's \"x\"", "two\nlines", "%s"];
    let mut arguments = vec!["widen", "heartbeat-inflight", "--admit", "--"];
    arguments.extend(hostile);
    change(&repository, &arguments);
    let module = repository.text("patches.mjs");
    assert!(
        module.contains(r"'a\`b', '\\d', '\${x}', 'it''s"),
        "{module}"
    );
    let rows = hostile.map(|lane| format!("('o', '{}')", lane.replace('\'', "''")));
    let rows = serde_json::to_string(&format!(
        "DELETE FROM public.runs; INSERT INTO public.organizations (id, name) VALUES ('o', 'o') ON CONFLICT DO NOTHING; \
         INSERT INTO public.runs (organization_id, run_type) VALUES {};",
        rows.join(", ")
    ));
    let last = format!(
        "  {{ id: 'rows', apply: (db) => db.exec({}) }},\n];\n",
        rows.unwrap()
    );
    let end = module.rfind("];").unwrap();
    repository.write("patches.mjs", format!("{}{last}", &module[..end]));
    let data = tempfile::tempdir().unwrap();
    let data = data.path().join("data");
    let booted = boots(&data, 3, INDEX, &repository.file("patches.mjs"));
    assert_eq!(booted[0]["oid"], booted[2]["oid"]);
    let predicate = booted[2]["predicate"].as_str().unwrap();
    for lane in hostile {
        let stored = format!("'{}'::text", lane.replace('\'', "''"));
        assert!(predicate.contains(&stored), "{lane:?} in {predicate}");
    }
}

/// A last patch that puts a row in.
fn fill(repository: &Copy, lane: &str) {
    let sql = format!(
        "INSERT INTO public.organizations (id, name) VALUES ('o', 'o') ON CONFLICT DO NOTHING;\n\
         INSERT INTO public.runs (organization_id, run_type) VALUES ('o', '{lane}');\n"
    );
    repository.write("embedded_patches/99999999999999_rows.sql", sql);
}

#[test]
fn an_enum_gets_further_labels() {
    let server = Server::shared();
    let empty = tempfile::tempdir().unwrap();
    let repository = Copy::of(empty.path());
    let table = "CREATE TYPE public.lane AS ENUM ('a', 'b');\nCREATE TABLE public.runs (id bigint, lane public.lane, state text);\n";
    repository.write(
        "db/migrations/20260101000000_runs.sql",
        format!("-- migrate:up\n{table}\n-- migrate:down\n"),
    );
    repository.write(
        "patches/20260101000000_runs.sql",
        "DO $$ BEGIN CREATE TYPE public.lane AS ENUM ('a', 'b'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;\n\
         CREATE TABLE IF NOT EXISTS public.runs (id bigint, lane public.lane, state text);\n",
    );
    repository.write(
        "laneset.toml",
        "version = 1\n[embedded]\npath = \"patches\"\n[lane_set.x]\ntable = \"public.runs\"\ncolumn = \"lane\"\nlanes = [\"a\"]\n\
         [lane_set.x.index]\nname = \"idx\"\ncolumns = [\"id\"]\n[lane_set.x.admitted_by]\nenum = \"public.lane\"\n",
    );
    let mut session = server.database("admit_enum");
    let dbmate = Dbmate {
        server: &server,
        repository: &repository,
        database: "admit_enum",
    };
    dbmate.run(&["--no-dump-schema", "up"]);
    repository.write("db/schema.sql", dbmate.dump());
    change(&repository, &["generate"]);
    let refused = run(repository.path(), ["widen", "x", "it's"]);
    assert!(
        refused
            .could_not_check()
            .contains("the enum public.lane does not admit \"it's\"")
    );
    change(&repository, &["widen", "x", "b", "it's", "--admit"]);
    dbmate.run(&["--no-dump-schema", "up"]);
    assert_eq!(
        dbmate.dump(),
        without_noise(&repository.text("db/schema.sql"))
    );
    let predicate = "SELECT pg_get_expr(indpred, indrelid) FROM pg_index WHERE indexrelid = 'public.idx'::regclass";
    let predicate = session.value(predicate).unwrap().unwrap();
    assert_eq!(
        predicate,
        "(lane = ANY (ARRAY['a'::lane, 'b'::lane, 'it''s'::lane]))"
    );
    let data = tempfile::tempdir().unwrap();
    let booted = boots(
        &data.path().join("data"),
        3,
        "public.idx",
        &repository.file("patches"),
    );
    assert_eq!(booted[0]["predicate"], predicate);
    assert_eq!(booted[0]["oid"], booted[2]["oid"]);
}
