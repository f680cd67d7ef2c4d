//! Hostile names and values are names and values: what is generated runs on Postgres and says what was meant.

use std::path::Path;

use super::tools::{change, names};
use crate::postgres::server::{Server, Session};
use crate::program::Copy;

const TABLE: &str = "CREATE SCHEMA \"Job Queue\";\nCREATE TABLE \"Job Queue\".\"My \"\"Runs\"\"\" (\n    id bigint PRIMARY KEY,\n    \
                     \"order\" {type},\n    \"select\" text,\n    \"Beat\" timestamptz,\n    claimed_at timestamptz,\n    \
                     created_at timestamptz,\n    completed_at timestamptz,\n    status text,\n    error_message text\n);\n";

const MANIFEST: &str = "version = 1\n\n[embedded]\npath = \"patches\"\n\n[lane_set.\"the set's é\"]\ntable = '\"Job Queue\".\"My \"\"Runs\"\"\"'\n\
                        column = \"order\"\nlanes = {lanes}\nguard = \"\\\"select\\\" IN ('a', 'it''s')\"\n\n\
                        [lane_set.\"the set's é\".index]\nname = \"Idx \\\\ Beat\"\ncolumns = ['\"Beat\" DESC', \"id\"]\n\n\
                        [lane_set.\"the set's é\".reaper]\nheartbeat_column = \"Beat\"\n";

const HOSTILE: [&str; 10] = [
    "it's",
    "a\"b",
    "é",
    "x'); DROP TABLE runs; --",
    "back\\slash",
    "$laneset$",
    "two\n-- migrate:down\nlines",
    "${x} `y` %s {z}",
    "NULL",
    "-- comment /* */",
];

/// A repository whose table holds the lanes in a column of that type; nothing is generated yet.
fn repository(column_type: &str, lanes: &[&str]) -> Copy {
    let empty = tempfile::tempdir().unwrap();
    let repository = Copy::of(empty.path());
    let table = TABLE.replace("{type}", column_type);
    let migration =
        format!("-- migrate:up\n{table}\n-- migrate:down\nDROP SCHEMA \"Job Queue\" CASCADE;\n");
    repository.write("db/migrations/20260101000000_table.sql", migration);
    let table = table
        .replace("CREATE SCHEMA", "CREATE SCHEMA IF NOT EXISTS")
        .replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS");
    repository.write("patches/20260101000000_table.sql", table);
    let lanes = serde_json::to_string(lanes).unwrap();
    repository.write("laneset.toml", MANIFEST.replace("{lanes}", &lanes));
    repository
}

/// Runs the up sections of the migrations from `first` on, as dbmate does.
pub fn migrate(session: &mut Session, repository: &Copy, first: usize) {
    for name in names(repository, "db/migrations").split_off(first) {
        let text = repository.text(&format!("db/migrations/{name}"));
        let (up, _) = text.split_once("\n-- migrate:down").unwrap();
        let run = session.execute(up);
        run.unwrap_or_else(|error| panic!("{name}: {error}\n{up}"));
    }
}

fn patch(session: &mut Session, folder: &Path) {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        session
            .execute(&text)
            .unwrap_or_else(|error| panic!("{}: {error}\n{text}", path.display()));
    }
}

/// The lanes among `all` that Postgres finds in the index: it is asked for a row of each, and uses nothing else.
fn indexed(session: &mut Session, all: &[&str]) -> Vec<String> {
    session
        .execute("SET enable_seqscan = off; SET enable_bitmapscan = off; DELETE FROM \"Job Queue\".\"My \"\"Runs\"\"\"")
        .unwrap();
    let definition = session
        .value("SELECT pg_get_expr(indpred, indrelid) FROM pg_index WHERE indexrelid = '\"Job Queue\".\"Idx \\ Beat\"'::regclass")
        .unwrap()
        .unwrap();
    let mut found = Vec::new();
    for lane in all {
        let quoted = lane.replace('\'', "''");
        let holds = format!(
            "SELECT count(*)::text FROM (SELECT '{quoted}' AS \"order\", 'it''s' AS \"select\") AS row WHERE {}",
            definition.replace("::queue.lane", "")
        );
        if session.value(&holds).unwrap().as_deref() == Some("1") {
            found.push((*lane).to_owned());
        }
    }
    found
}

fn widens_to_everything(server: &Server, column_type: &str) {
    let repository = repository(column_type, &["plain"]);
    let name = format!("hostile_{}", column_type.split(['(', ' ']).next().unwrap());
    let (mut migrated, mut patched) = (
        server.database(&format!("{name}_migrated")),
        server.database(&format!("{name}_patched")),
    );
    change(&repository, &["generate"]);
    migrate(&mut migrated, &repository, 0);
    patch(&mut patched, &repository.file("patches"));
    let mut arguments = vec!["widen", "the set's é", "--"];
    arguments.extend(HOSTILE);
    change(&repository, &arguments);
    migrate(&mut migrated, &repository, 2);
    let mut all = vec!["plain"];
    all.extend(HOSTILE);
    all.push("other");
    let expected = &all[..all.len() - 1];
    let oid = "SELECT '\"Job Queue\".\"Idx \\ Beat\"'::regclass::oid::text";
    patch(&mut patched, &repository.file("patches"));
    let after_first_boot = patched.value(oid).unwrap();
    patch(&mut patched, &repository.file("patches"));
    assert_eq!(
        patched.value(oid).unwrap(),
        after_first_boot,
        "a second boot rebuilds nothing"
    );
    for session in [&mut migrated, &mut patched] {
        assert_eq!(indexed(session, &all), expected);
        assert_eq!(
            session
                .value("SELECT to_regclass('\"Job Queue\".\"My \"\"Runs\"\"\"')::text")
                .unwrap()
                .as_deref(),
            Some("\"Job Queue\".\"My \"\"Runs\"\"\"")
        );
    }

    // The reaper's statement is SQL as well.
    let statement = repository.text("db/queries/reap_the_set_s_é.sql");
    let prepared = format!("PREPARE reap AS {statement}");
    migrated
        .execute(&prepared)
        .unwrap_or_else(|error| panic!("{error}\n{statement}"));
    migrated
        .execute("INSERT INTO \"Job Queue\".\"My \"\"Runs\"\"\" (id, \"order\", \"select\", \"Beat\") VALUES (1, 'it''s', 'a', now() - interval '1 day'), (2, 'other', 'a', now() - interval '1 day')")
        .unwrap();
    let reaped = migrated.rows("EXECUTE reap('1 hour')").unwrap();
    assert_eq!(reaped.len(), 1, "{reaped:?}");

    change(
        &repository,
        &["narrow", "the set's é", "plain", "$laneset$", "NULL"],
    );
    migrate(&mut migrated, &repository, 3);
    let kept: Vec<&str> = expected
        .iter()
        .copied()
        .filter(|lane| !["plain", "$laneset$", "NULL"].contains(lane))
        .collect();
    assert_eq!(indexed(&mut migrated, &all), kept);
}

#[test]
fn lanes_are_text() {
    widens_to_everything(&Server::shared(), "text");
}

#[test]
fn lanes_are_varchar() {
    widens_to_everything(&Server::shared(), "character varying(60)");
}
