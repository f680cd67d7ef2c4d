//! From any lane set to any other: what is generated leads there, and back again.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::sample::subsequence;

use super::hostile_names::migrate;
use super::tools::{change, names};
use crate::postgres::cases::runner;
use crate::postgres::server::{Server, Session};
use crate::program::Copy;

const LANES: [&str; 9] = [
    "sync",
    "auth",
    "it's",
    "a\"b",
    "é",
    "x'); DROP TABLE runs; --",
    "back\\slash",
    "two\nlines",
    "-- migrate:down",
];

/// A set of lanes, in any order.
fn lanes() -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(LANES.to_vec(), 1..=LANES.len()).prop_shuffle()
}

/// How a query or an array may be laid out; `@` stands for the list's elements in the first lane set, and `{,}` for what separates them.
const SOURCES: [(&str, &str, &str); 9] = [
    (
        "src/reap.ts",
        "export async function reap(sql) {\n  await sql`DELETE FROM runs WHERE state IN ('on') AND lane IN (@) -- é\n  `;\n}\n",
        ", ",
    ),
    (
        "src/reap.ts",
        "export const reap = (db) => db.query(\"DELETE FROM runs WHERE state = 'on' AND lane = ANY (ARRAY[@])\");\n",
        ",",
    ),
    (
        "src/reap.py",
        "def reap(db):\n    db.execute('''\n        DELETE FROM runs\n        WHERE state = 'on'\n          AND lane IN (\n            @\n          )\n    ''')\n",
        ",\n            ",
    ),
    (
        "src/reap.go",
        "package a\n\nfunc reap(db DB) {\n\tdb.Exec(\"DELETE FROM runs WHERE state = 'on' AND lane IN (@)\")\n}\n",
        ", ",
    ),
    (
        "src/reap.rs",
        "async fn reap(db: &Db) {\n    sqlx::query(\"DELETE FROM runs WHERE state = 'on' AND lane IN (@)\").execute(db).await;\n}\n",
        ", ",
    ),
    (
        "db/reap.sql",
        "-- name: reap\nDELETE FROM runs\nWHERE state = 'on'\n  AND lane IN (\n      @ -- the last one\n  );\n",
        "\n    , ",
    ),
    (
        "db/reap.sql",
        "DELETE FROM runs\r\nWHERE state = 'on' AND lane IN (\r\n\t@\r\n);\r\n",
        ",\r\n\t",
    ),
    (
        "db/reap.sql",
        "DELETE FROM runs WHERE state = 'on' AND lane = ANY ('{@}'::text[]);\n",
        "{}",
    ),
    (
        "src/lanes.ts",
        "/** Lanes. */\nexport const LANES = [\n  @,\n] as const; // end\n",
        ",\n  ",
    ),
];

/// The list of the first lane set, which holds nothing that a literal around it would escape.
fn source(index: usize) -> (&'static str, String) {
    let (path, text, separator) = SOURCES[index];
    let list = match separator {
        "{}" => "sync,auth".to_owned(),
        separator => ["'sync'", "'auth'"].join(separator),
    };
    (path, text.replace('@', &list))
}

/// A repository with two lanes, everything as it should be.
fn repository(source_index: usize, column_type: &str) -> Copy {
    let empty = tempfile::tempdir().unwrap();
    let repository = Copy::of(empty.path());
    let table = format!("CREATE TABLE public.runs (id bigint, lane {column_type}, state text);");
    repository.write(
        "db/migrations/20260101000000_runs.sql",
        format!("-- migrate:up\n{table}\n-- migrate:down\nDROP TABLE runs;\n"),
    );
    repository.write(
        "patches/20260101000000_runs.sql",
        table.replace("TABLE", "TABLE IF NOT EXISTS"),
    );
    let (path, text) = source(source_index);
    repository.write(path, text);
    let declared = match path {
        "src/lanes.ts" => {
            "[[lane_set.x.array]]\nfile = \"src/lanes.ts\"\nname = \"LANES\"\n".to_owned()
        }
        path => format!("[[lane_set.x.query]]\nfile = \"{path}\"\n"),
    };
    let manifest = format!(
        "version = 1\n[embedded]\npath = \"patches\"\n[lane_set.x]\ntable = \"public.runs\"\ncolumn = \"lane\"\nlanes = [\"sync\",\"auth\"]\n\
         guard = \"state = 'on'\"\n[lane_set.x.index]\nname = \"idx\"\ncolumns = [\"id\"]\n{declared}"
    );
    repository.write("laneset.toml", manifest);
    repository
}

/// Declares the lanes and generates.
fn declare(repository: &Copy, before: &[&str], after: &[&str]) {
    let list = |lanes: &[&str]| format!("lanes = {}", serde_json::to_string(lanes).unwrap());
    let manifest = repository.text("laneset.toml");
    assert!(manifest.contains(&list(before)), "{manifest}");
    repository.write(
        "laneset.toml",
        manifest.replace(&list(before), &list(after)),
    );
    change(repository, &["generate"]);
}

fn indexed(session: &mut Session) -> Vec<String> {
    let definition = "SELECT pg_get_expr(indpred, indrelid) FROM pg_index WHERE indexrelid = 'public.idx'::regclass";
    let definition = session.value(definition).unwrap().unwrap();
    let all = LANES.iter().filter(|lane| {
        let quoted = lane.replace('\'', "''");
        let asked = format!("SELECT ({definition})::text FROM (SELECT '{quoted}'::text AS lane, 'on' AS state) AS row");
        session.value(&asked).unwrap().as_deref() == Some("true")
    });
    all.map(|lane| (*lane).to_owned()).collect()
}

fn sorted(lanes: &[&str]) -> Vec<String> {
    LANES
        .iter()
        .filter(|lane| lanes.contains(lane))
        .map(|lane| (*lane).to_owned())
        .collect()
}

#[test]
fn generating_one_set_and_then_another_leaves_the_other_and_the_way_back() {
    let server = Server::shared();
    let number = Cell::new(0_u32);
    let cases = (
        lanes(),
        lanes(),
        0..SOURCES.len(),
        prop_oneof![Just("text"), Just("varchar(80)")],
    );
    runner("generate(A), generate(B)", 48)
        .run(&cases, |(first, second, source_index, column_type)| {
            number.set(number.get() + 1);
            let repository = repository(source_index, column_type);
            declare(&repository, &["sync", "auth"], &first);
            declare(&repository, &first, &second);
            let mut session = server.database(&format!("properties_{}", number.get()));
            migrate(&mut session, &repository, 0);
            prop_assert_eq!(indexed(&mut session), sorted(&second));
            let all = names(&repository, "db/migrations");
            if sorted(&first) == sorted(&second) {
                prop_assert_eq!(all.len(), 2);
                return Ok(());
            }
            let last = repository.text(&format!("db/migrations/{}", all.last().unwrap()));
            let (_, down) = last.split_once("\n-- migrate:down").unwrap();
            let down = down.split_once('\n').unwrap().1;
            session.execute(down).map_err(TestCaseError::fail)?;
            prop_assert_eq!(indexed(&mut session), sorted(&first));
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn what_stands_around_a_list_stays_byte_for_byte() {
    let cases = (
        subsequence(vec!["sync", "auth", "more", "é", "x-y"], 1..=5),
        0..SOURCES.len(),
    );
    runner("lists in place", 60)
        .run(&cases, |(wanted, source_index)| {
            let repository = repository(source_index, "text");
            let (path, text) = source(source_index);
            declare(&repository, &["sync", "auth"], &wanted);
            let (head, tail) = SOURCES[source_index].1.split_once('@').unwrap();
            let written = repository.text(path);
            prop_assert!(written.starts_with(head), "{written}");
            prop_assert!(
                written.ends_with(tail.trim_start_matches(" -- the last one")),
                "{written}"
            );
            // Back again: a lane that was there before is written as its neighbours are.
            declare(&repository, &wanted, &["sync", "auth"]);
            let mut lines: Vec<String> = repository
                .text(path)
                .lines()
                .map(|line| line.replace(" -- the last one", ""))
                .collect();
            let mut original: Vec<String> = text
                .lines()
                .map(|line| line.replace(" -- the last one", ""))
                .collect();
            for lines in [&mut lines, &mut original] {
                lines.iter_mut().for_each(|line| {
                    *line = line
                        .replace("'auth', 'sync'", "'sync', 'auth'")
                        .replace("'auth','sync'", "'sync','auth'")
                        .replace("auth,sync", "sync,auth")
                });
            }
            // What separates elements is forgotten where one is left.
            if wanted.contains(&"sync") && wanted.len() > 1 {
                prop_assert_eq!(lines, original);
            }
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}
