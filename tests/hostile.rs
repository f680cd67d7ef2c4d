//! Whatever bytes it is given, the program says what it could not read, and neither panics nor calls it clean.

mod files;
mod sizes;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use crate::program::{Copy, Run, in_tests};

const MIGRATION: &str = "db/migrations/20260409080000_messages_push.sql";
const SCHEMA: &str = "db/schema.sql";
const PATCHES: &str = "src/db/patches.ts";
const QUERY: &str = "src/deliver.ts";
const MANIFEST: &str = "laneset.toml";
const FILES: [&str; 5] = [MIGRATION, SCHEMA, PATCHES, QUERY, MANIFEST];

/// The condition on the lanes in the newest migration.
const LANES: &str = "channel IN ('email', 'sms', 'push');\n\n-- migrate:down";
/// The same in the query.
const ARRAY: &str = "channel = ANY (ARRAY['email', 'sms', 'push'])";

/// A repository with every kind of file: migrations, a dump, patches and a query in TypeScript.
fn repository() -> Copy {
    Copy::of(&in_tests("rules/embedded-drift/green"))
}

/// Fails when a run ended in any other way than by an exit code of its own.
#[track_caller]
fn ended_well(run: &Run, what: &str) {
    let is_code = matches!(run.code, Some(0..=2));
    assert!(
        is_code && !run.stderr.contains("panicked"),
        "{what}: {run:#?}"
    );
    assert_eq!(
        run.code == Some(2),
        run.stdout.is_empty(),
        "{what}: {run:#?}"
    );
    assert!(
        run.code != Some(2) || run.stderr.starts_with("error: "),
        "{what}: {run:#?}"
    );
}

#[track_caller]
fn in_time(most: Duration, what: &str, work: impl FnOnce()) {
    let start = Instant::now();
    work();
    assert!(start.elapsed() < most, "{what} took {:?}", start.elapsed());
}

fn long(most: u64) -> Duration {
    // A machine that builds something else beside it may be slow.
    Duration::from_secs(most * 5)
}

#[test]
fn a_dump_that_is_cut_off_is_never_clean() {
    // pg_dump's own header, and a dump that dbmate took it from.
    for (fixture, step) in [
        ("rules/embedded-drift/green", 23),
        ("repos/incident", 3_001),
    ] {
        let copy = Copy::of(&in_tests(fixture));
        let whole = copy.text(SCHEMA);
        let end = whole.find("-- PostgreSQL database dump complete").unwrap();
        let cuts = (0..end).step_by(step).chain([end, end + 10]);
        for cut in cuts {
            copy.write(SCHEMA, &whole[..cut]);
            let run = copy.check();
            ended_well(&run, &format!("{fixture} cut at {cut}"));
            assert_ne!(run.code, Some(0), "{fixture} cut at {cut}");
            if cut > 200 {
                let message = run.could_not_check();
                assert!(
                    message.contains("db/schema.sql: ends before pg_dump's last line"),
                    "{message}"
                );
            }
        }
    }
}

#[test]
fn source_and_migrations_that_are_cut_off_are_never_clean_before_their_site_ends() {
    for (path, site) in [
        (MIGRATION, "channel IN ('email', 'sms', 'push')"),
        (PATCHES, "channel IN ('email', 'sms', 'push')\""),
        (QUERY, ARRAY),
        (MANIFEST, "columns = "),
    ] {
        let copy = repository();
        let whole = copy.text(path);
        let site_end = whole.find(site).unwrap() + site.len();
        for cut in (0..whole.len()).step_by(11).chain([site_end - 1]) {
            copy.write(path, &whole[..cut]);
            let run = copy.check();
            ended_well(&run, &format!("{path} cut at {cut}"));
            if cut < site_end {
                assert_ne!(run.code, Some(0), "{path} cut at {cut}");
            }
        }
    }
}

#[test]
fn a_nul_inside_a_site_is_not_passed_over() {
    for (path, lane) in [
        (MIGRATION, "'sms', 'push');\n\n-- migrate:down"),
        (SCHEMA, "'sms'::text, 'push'"),
        (PATCHES, "'sms', 'push')\""),
        (QUERY, "'sms', 'push'"),
    ] {
        let copy = repository();
        copy.edit(path, lane, &lane.replace("'push'", "'pu\0sh'"));
        let run = copy.check();
        assert_ne!(run.code, Some(0), "{path}");
        ended_well(&run, path);

        // Between statements it is white space at most.
        let copy = repository();
        copy.write(path, format!("{}\n\0\n", copy.text(path)));
        ended_well(&copy.check(), path);
    }
}

#[test]
fn what_begins_in_a_migration_and_does_not_end_is_named_with_its_place() {
    for (begun, what) in [
        ("'begun", "a string"),
        ("E'begun\\'", "a string"),
        ("\"begun", "a quoted name"),
        ("/* begun /* twice */", "a comment"),
        ("$$ begun", "a dollar-quoted string"),
        ("$a$ begun $$ $b$", "a dollar-quoted string"),
    ] {
        let copy = repository();
        copy.edit(
            MIGRATION,
            LANES,
            &format!("channel = {begun}\n\n-- migrate:down"),
        );
        let line = copy.line(MIGRATION, begun);
        let text = copy.text(MIGRATION);
        let start = text.find(begun).unwrap() + usize::from(begun.starts_with('E'));
        let column = start - text[..start].rfind('\n').unwrap();
        let run = copy.check();
        let message = run.could_not_check();
        assert!(
            message.contains(&format!(
                "{MIGRATION}:{line}:{column}: {what} begins here and does not end"
            )),
            "{message}"
        );
    }
    // The same in the dump and in a literal of the source.
    let copy = repository();
    copy.edit(SCHEMA, "SET lock_timeout = 0;", "SET lock_timeout = '0;");
    let message = copy.check();
    assert!(
        message.could_not_check().contains("does not end"),
        "{}",
        message.stderr
    );
    let copy = repository();
    copy.edit(QUERY, "'push'])", "'push])");
    assert_eq!(
        copy.check().drift().findings()[0]["rule"],
        "unreadable-site"
    );
}

#[test]
fn control_characters_of_a_file_do_not_reach_the_terminal() {
    let copy = repository();
    copy.edit(
        MIGRATION,
        LANES,
        "channel IN ('email', 'sms', 'pu\u{1b}[2Jsh\u{7}');\n\n-- migrate:down",
    );
    for format in ["full", "concise"] {
        let run = crate::program::run(
            copy.path(),
            ["check", "--output-format", format, "--color", "never"],
        );
        assert_eq!(run.code, Some(1));
        assert!(!run.stdout.contains(['\u{1b}', '\u{7}']), "{}", run.stdout);
    }
}

/// Cuts and inserts, by place and what goes there.
type Mutation = (prop::sample::Index, usize, String);

fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let inserted = prop::sample::select(
        [
            "",
            "'",
            "\"",
            "$$",
            "`",
            "(",
            ")",
            ";",
            "--",
            "/*",
            "*/",
            "\0",
            "\u{feff}",
            "é",
            "😀",
            "\r",
            "${",
            "}",
            "[",
            "\\",
            " OR ",
            " NOT ",
            "'push'",
            "{",
            "\n-- migrate:down\n",
        ]
        .map(str::to_owned)
        .to_vec(),
    );
    prop::collection::vec((any::<prop::sample::Index>(), 0_usize..20, inserted), 1..5)
}

fn mutated(text: &str, mutations: &[Mutation]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (place, length, inserted) in mutations {
        let start = place.index(bytes.len().max(1)).min(bytes.len());
        let end = (start + length).min(bytes.len());
        bytes.splice(start..end, inserted.bytes());
    }
    bytes
}

/// What stands in a fixture for its test: laneset reads neither.
const READ_BY_THE_TESTS_ALONE: [&str; 2] = ["expected.txt", "live.txt"];

fn fixture_files(fixture: &Path) -> Vec<String> {
    walkdir::WalkDir::new(fixture)
        .sort_by_file_name()
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| {
            entry.file_type().is_file()
                && !READ_BY_THE_TESTS_ALONE
                    .iter()
                    .any(|name| entry.path().ends_with(name))
        })
        .map(|entry| {
            entry
                .path()
                .strip_prefix(fixture)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_file_never_makes_it_panic(
        rule in prop::sample::select(laneset::rules::registry::RULES.map(|rule| rule.id.as_str()).to_vec()),
        file in any::<prop::sample::Index>(),
        mutations in mutations(),
    ) {
        let fixture = in_tests("rules").join(rule).join("green");
        let files = fixture_files(&fixture);
        let path = file.get(&files);
        let copy = Copy::of(&fixture);
        let text = copy.text(path);
        copy.write(path, mutated(&text, &mutations));
        let run = copy.check();
        ended_well(&run, path);
        // A file that is no text cannot be called clean, unless nothing declares it.
        if fs::read_to_string(copy.file(path)).is_err() {
            prop_assert_ne!(run.code, Some(0), "{}", path);
        }
    }

    #[test]
    fn a_damaged_list_of_lanes_is_never_clean(place in 0_usize..4, at in 0_usize..30, inserted in "[x'(;\u{1}-]{1,2}") {
        let (path, after, lanes) = [
            (MIGRATION, "migrate:up", "'email', 'sms', 'push'"),
            (SCHEMA, "CREATE INDEX idx_messages_unsent", "'email'::text, 'sms'::text, 'push'::text"),
            (PATCHES, "id: '20260409080000", "'email', 'sms', 'push'"),
            (QUERY, "nextUnsent", "'email', 'sms', 'push'"),
        ][place];
        // Inside the first lane's quotes.
        let at = 1 + at % 5;
        let damaged = format!("{}{inserted}{}", &lanes[..at + 1], &lanes[at + 1..]);
        let copy = repository();
        copy.edit_after(path, after, lanes, &damaged);
        let run = copy.check();
        ended_well(&run, path);
        prop_assert_ne!(run.code, Some(0), "{} in {}", damaged, path);
    }
}
