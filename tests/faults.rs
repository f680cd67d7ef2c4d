//! Repositories that once made the gate say what is not so, each named for its fault. Where a statement's effect is in question,
//! Postgres 15 was asked what it leaves behind; the answer stands in the case.

mod changed_texts;
mod dynamic;
mod patches;
mod queries;
mod replay;
mod types;
mod words;

use std::fs;

use tempfile::TempDir;

use crate::program::check;

const LANES: &str = "status IN ('claimed', 'running') AND run_type IN ('sync', 'auth')";
const WIDE: &str = "status IN ('claimed', 'running') AND run_type IN ('sync', 'auth', 'watcher')";
const MANIFEST: &str = "version = 1\n\
    [lane_set.hb]\n\
    table = \"public.runs\"\n\
    column = \"run_type\"\n\
    lanes = [\"sync\", \"auth\"]\n\
    guard = \"status IN ('claimed', 'running')\"\n";
const INDEX: &str = "[lane_set.hb.index]\nname = \"idx_hb\"\n";

/// dbmate wants a way down, and the gate one that leads back. What is in question here are ways up: each has an empty way down, and behind
/// them all is a migration that does nothing.
const DOWN: &str = "\n-- migrate:down\n";
const LAST: &str = "db/migrations/999999_last.sql";

/// A repository of these files. `LANES` and `WIDE` in them stand for the declared condition and for one with a lane more.
fn repository(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.replace("LANES", LANES).replace("WIDE", WIDE)).unwrap();
    };
    for (path, text) in files {
        match text.starts_with("-- migrate:up") && !text.contains(DOWN) {
            true => {
                write(path, &format!("{text}{DOWN}"));
                write(LAST, &format!("-- migrate:up{DOWN}"));
            }
            false => write(path, text),
        }
    }
    folder
}

/// The rules that fire, in their order.
fn rules(files: &[(&str, &str)]) -> Vec<String> {
    let folder = repository(files);
    let run = check(folder.path());
    let report = run.report();
    let findings = report.findings().iter();
    findings
        .map(|finding| finding["rule"].as_str().unwrap().to_owned())
        .collect()
}

fn rules_of_migrations(migrations: &[&str]) -> Vec<String> {
    let manifest = format!("{MANIFEST}{INDEX}");
    let table = "-- migrate:up\nCREATE TABLE runs (id bigint PRIMARY KEY, run_type text, status text, feed_id bigint, beat timestamptz);";
    let texts: Vec<(String, String)> = migrations
        .iter()
        .enumerate()
        .map(|(number, text)| {
            (
                format!("db/migrations/{}_m.sql", number + 2),
                format!("-- migrate:up\n{text}\n"),
            )
        })
        .collect();
    let mut files = vec![
        ("laneset.toml", manifest.as_str()),
        ("db/migrations/1_m.sql", table),
    ];
    files.extend(
        texts
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str())),
    );
    rules(&files)
}

fn rules_of_patches(source: &str) -> Vec<String> {
    let manifest = format!("{MANIFEST}{INDEX}[embedded]\npath = \"src/patches.ts\"\n");
    rules(&[("laneset.toml", &manifest), ("src/patches.ts", source)])
}

fn rules_of_query(path: &str, source: &str) -> Vec<String> {
    let manifest =
        format!("{MANIFEST}[[lane_set.hb.query]]\nfile = \"{path}\"\nwithin = \"reap\"\n");
    rules(&[("laneset.toml", &manifest), (path, source)])
}

/// Every case gives the rules, and without its last piece the repository is clean or at least not red for the same reason.
fn assert_each(cases: &[(&str, &[&str], &str)]) {
    for (fault, migrations, rule) in cases {
        assert_eq!(rules_of_migrations(migrations), [*rule], "{fault}");
    }
}

const GOOD: &str = "CREATE INDEX idx_hb ON runs (beat) WHERE LANES;";
const BAD: &str = "CREATE INDEX idx_hb ON runs (beat) WHERE WIDE;";
