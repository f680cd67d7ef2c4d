//! Whatever bytes it is given, the program says what it could not read, and neither panics nor calls it clean.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use crate::program::{Copy, Run, check, finish, in_tests, laneset, laneset_as_anyone};

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
fn bytes_that_are_no_text_are_refused_with_file_and_line() {
    for path in FILES {
        for bytes in [&b"\xff"[..], b"\xc3", b"\xed\xa0\x80", b"\xfe\xff\0a"] {
            let copy = repository();
            let text = copy.text(path);
            let line = text.lines().count() + 1;
            copy.write(path, [text.as_bytes(), b"-- ", bytes, b"\n"].concat());
            let run = copy.check();
            let message = run.could_not_check();
            assert!(
                message.contains(&format!("{path}:{line}: not UTF-8 from byte")),
                "{message}"
            );
        }
    }
}

#[test]
fn a_conflict_that_was_left_is_named() {
    for path in [MIGRATION, SCHEMA, PATCHES, QUERY] {
        let copy = repository();
        let text = copy.text(path);
        let line = text.lines().count() + 1;
        let conflict = "<<<<<<< HEAD\n-- one\n=======\n-- other\n>>>>>>> main\n";
        copy.write(path, format!("{text}{conflict}"));
        let run = copy.check();
        let message = run.could_not_check();
        assert!(
            message.contains(&format!("{path}:{line}: an unresolved conflict")),
            "{message}"
        );
    }
    // A line of them is none.
    let copy = repository();
    copy.write(MIGRATION, format!("{}-- =======\n", copy.text(MIGRATION)));
    copy.check().clean();
}

#[test]
fn a_file_in_utf_16_is_refused() {
    for path in FILES {
        let copy = repository();
        let text = copy.text(path);
        let bytes: Vec<u8> = "\u{feff}"
            .encode_utf16()
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        copy.write(path, bytes);
        assert!(
            copy.check()
                .could_not_check()
                .contains(&format!("{path}:1: not UTF-8"))
        );
    }
}

#[test]
fn a_byte_order_mark_changes_nothing() {
    for path in FILES {
        let copy = repository();
        copy.write(path, format!("\u{feff}{}", copy.text(path)));
        let run = copy.check();
        if path == MIGRATION {
            // The directive is none to dbmate then.
            assert!(run.drift().found()[0].starts_with("missing-directive"));
            continue;
        }
        run.clean();
        assert_eq!(run.stdout, check(repository().path()).stdout, "{path}");
    }
}

#[test]
fn a_folder_where_a_file_should_be_is_named() {
    for path in FILES {
        let copy = repository();
        copy.remove(path);
        fs::create_dir(copy.file(path)).unwrap();
        let run = copy.check();
        if path == PATCHES {
            // A folder of patches is as good as a file of them, and this one is empty.
            assert_eq!(run.drift().found(), ["site-missing laneset.toml:14"]);
            continue;
        }
        if path == MIGRATION {
            // dbmate passes it over, and what it would have made is missing.
            assert_ne!(run.drift().found(), Vec::<String>::new());
            continue;
        }
        let message = run.could_not_check();
        assert!(
            message.contains(path) && message.contains("is a directory"),
            "{message}"
        );
    }
}

#[test]
fn a_file_where_a_folder_should_be_is_named() {
    let copy = repository();
    fs::remove_dir_all(copy.file("db/migrations")).unwrap();
    copy.write("db/migrations", "");
    assert!(
        copy.check()
            .could_not_check()
            .contains("db/migrations: is not a directory")
    );
}

#[test]
fn a_link_that_leads_to_itself_is_named() {
    for path in FILES.into_iter().chain(["db/migrations"]) {
        let copy = repository();
        let full = copy.file(path);
        if full.is_dir() {
            fs::remove_dir_all(&full).unwrap();
        } else {
            fs::remove_file(&full).unwrap();
        }
        symlink(full.file_name().unwrap(), &full).unwrap();
        let run = copy.check();
        let message = run.could_not_check();
        assert!(
            message.contains(&format!("{path} cannot be read: ")),
            "{message}"
        );
        assert_eq!(message.matches("os error").count(), 1, "{message}");
    }
}

#[test]
fn a_link_that_leads_nowhere_is_not_taken_for_a_file_that_is_not_there() {
    for path in FILES {
        let copy = repository();
        copy.remove(path);
        symlink("nowhere", copy.file(path)).unwrap();
        let run = copy.check();
        assert_ne!(run.code, Some(0), "{path}");
        ended_well(&run, path);
    }
}

#[test]
fn links_around_the_repository_are_not_followed_for_ever() {
    let copy = repository();
    symlink("..", copy.file("db/migrations/up")).unwrap();
    symlink(copy.path(), copy.file("src/again")).unwrap();
    copy.check().clean();
    // A link to a folder that is called like a migration is no migration, and dbmate would fail on it.
    symlink("..", copy.file("db/migrations/20270101_up.sql")).unwrap();
    assert!(
        copy.check()
            .could_not_check()
            .contains("db/migrations/20270101_up.sql: is a directory")
    );
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    for path in FILES {
        let copy = repository();
        copy.remove(path);
        let made = Command::new("mkfifo")
            .arg(copy.file(path))
            .status()
            .unwrap();
        assert!(made.success());
        // Without a writer, whoever opens the pipe waits for ever.
        let run = finish_within(laneset(copy.path()).arg("check"), Duration::from_secs(60));
        assert!(
            run.could_not_check()
                .contains("neither a file nor a link to one"),
            "{path}: {}",
            run.stderr
        );

        fs::remove_file(copy.file(path)).unwrap();
        symlink("/dev/zero", copy.file(path)).unwrap();
        copy.check().could_not_check();
    }
}

/// Runs a command that may never end by itself.
fn finish_within(command: &mut Command, most: Duration) -> Run {
    use std::io::Read;
    use std::process::Stdio;
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > most {
            child.kill().unwrap();
            panic!("{command:?} did not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let (mut stdout, mut stderr) = (String::new(), String::new());
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut stdout)
        .unwrap();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut stderr)
        .unwrap();
    let code = child.wait().unwrap().code();
    Run {
        code,
        stdout,
        stderr,
    }
}

#[test]
fn a_folder_that_cannot_be_listed_or_a_name_that_is_no_text_is_named() {
    use std::os::unix::ffi::OsStrExt;
    let copy = repository();
    let name = std::ffi::OsStr::from_bytes(b"20270101_\xff.sql");
    fs::write(copy.file("db/migrations").join(name), "-- migrate:up\n").unwrap();
    let run = copy.check();
    let message = run.could_not_check();
    assert!(
        message.contains("db/migrations/20270101_") && message.contains("its name is not UTF-8"),
        "{message}"
    );
}

#[test]
fn a_file_that_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let copy = repository();
    let check = || finish(laneset_as_anyone(copy.path()).arg("check"));
    assert_eq!(check().code, Some(0));
    for path in FILES {
        let allow = |mode| {
            fs::set_permissions(copy.file(path), fs::Permissions::from_mode(mode)).unwrap();
        };
        allow(0o000);
        let run = check();
        allow(0o644);
        let message = run.could_not_check();
        assert!(
            message.contains(&format!("{path} cannot be read: Permission denied")),
            "{message}"
        );
    }
}

#[test]
fn an_empty_file_has_nothing_of_what_was_declared() {
    let migration = [
        "migrations-drift db/migrations/20260401120000_messages.sql:9",
        "missing-directive db/migrations/20260409080000_messages_push.sql:1",
    ];
    for (path, found) in [
        (MIGRATION, &migration[..]),
        (SCHEMA, &["site-missing laneset.toml:14"]),
        (QUERY, &["site-missing laneset.toml:19"]),
    ] {
        for empty in ["", "\n", " \t\r\n\r\n"] {
            let copy = repository();
            copy.write(path, empty);
            assert_eq!(copy.check().drift().found(), found, "{path}");
        }
    }
    for path in [PATCHES, MANIFEST] {
        let copy = repository();
        copy.write(path, "");
        assert!(
            copy.check()
                .could_not_check()
                .contains(&format!("{path}:1:1"))
        );
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
fn a_line_of_fifty_megabytes_is_read_or_refused() {
    let long_text = "x".repeat(50_000_000);
    for (path, before, inserted) in [
        (
            SCHEMA,
            "SET lock_timeout",
            format!("COMMENT ON TABLE public.messages IS '{long_text}';\n"),
        ),
        (SCHEMA, "SET lock_timeout", format!("-- {long_text}\n")),
        (
            SCHEMA,
            "SET lock_timeout",
            format!("-- {}\n", "messages ".repeat(5_500_000)),
        ),
        (
            MIGRATION,
            "DROP INDEX public.idx_messages_unsent;\nCREATE INDEX idx_messages_unsent ON public.messages (queued_at)\n    WHERE sent_at IS NULL AND channel IN ('email', 'sms', 'push')",
            format!("INSERT INTO public.messages (channel) VALUES ('{long_text}');\n"),
        ),
        (
            PATCHES,
            "/** Run in order",
            format!("export const FILLER = '{long_text}';\n"),
        ),
        (
            QUERY,
            "export async function",
            format!("export const FILLER = \"{long_text}\";\n"),
        ),
    ] {
        let copy = repository();
        copy.edit(path, before, &format!("{inserted}{before}"));
        in_time(long(8), path, || {
            copy.check().clean();
        });
    }
}

#[test]
fn a_site_of_fifty_megabytes_is_not_clean() {
    for (path, site, padding) in [
        (MIGRATION, LANES, "id = 1 OR "),
        (QUERY, ARRAY, "id = 1 OR "),
    ] {
        let copy = repository();
        copy.edit(
            path,
            site,
            &format!("{}{site}", padding.repeat(50_000_000 / padding.len())),
        );
        in_time(long(8), path, || {
            let found = copy.check().drift().found();
            assert!(
                found.len() == 1 && found[0].starts_with("unreadable-site "),
                "{found:?}"
            );
        });
    }
    let copy = repository();
    copy.write(
        MANIFEST,
        format!("{}# {}", copy.text(MANIFEST), "x".repeat(50_000_000)),
    );
    assert!(copy.check().could_not_check().contains("is larger than"));
}

#[test]
fn source_of_millions_of_tokens_is_refused_rather_than_held_in_memory() {
    let copy = repository();
    let list = "1,".repeat(3_000_000);
    copy.write(
        QUERY,
        format!("{}\nexport const LIST = [{list}];\n", copy.text(QUERY)),
    );
    in_time(long(12), QUERY, || {
        let run = copy.check();
        let message = run.could_not_check();
        assert!(
            message.contains("src/deliver.ts:1:1: this file is too large, or too broken"),
            "{message}"
        );
    });
}

#[test]
fn nesting_is_followed_or_refused_and_never_overflows() {
    for depth in [30, 10_000, 100_000] {
        let (open, close) = ("(".repeat(depth), ")".repeat(depth));
        let blocks = format!(
            "DO $$ {}DROP INDEX public.idx_messages_unsent; {}$$;\n",
            "BEGIN ".repeat(depth),
            "END; ".repeat(depth)
        );
        for (path, from, to) in [
            (
                MIGRATION,
                LANES,
                LANES
                    .replace(';', &format!("{close};"))
                    .replace("channel", &format!("{open}channel")),
            ),
            (QUERY, ARRAY, format!("{open}{ARRAY}{close}")),
            (QUERY, ARRAY, format!("{}{ARRAY}", "NOT ".repeat(depth * 2))),
            (
                QUERY,
                "FROM messages",
                format!(
                    "FROM {}messages{}",
                    "(SELECT * FROM ".repeat(depth),
                    ") x".repeat(depth)
                ),
            ),
            (
                MIGRATION,
                "-- migrate:down",
                format!("{blocks}-- migrate:down"),
            ),
            (
                SCHEMA,
                "SET lock_timeout",
                format!(
                    "/*{}*/{}*/ SET lock_timeout",
                    "/*".repeat(depth),
                    "*/".repeat(depth)
                ),
            ),
            (
                PATCHES,
                "/** Run in order",
                format!("export const DEEP = {open}1{close};\n/** Run in order"),
            ),
        ] {
            let copy = repository();
            copy.edit(path, from, &to);
            in_time(long(4), path, || {
                let run = copy.check();
                ended_well(&run, path);
                let hides_site =
                    depth > 100 && (path == QUERY || to.contains("BEGIN") || from == LANES);
                assert!(!hides_site || run.code != Some(0), "{path} {depth}");
            });
        }
    }
}

#[test]
fn conditions_of_thousands_of_alternatives_are_compared_or_refused() {
    for count in [100, 2_000, 100_000] {
        let lanes = "email sms push ".repeat(count / 3 + 1);
        let tests: Vec<String> = lanes
            .split_whitespace()
            .map(|lane| format!("channel = '{lane}'"))
            .collect();
        let condition = format!("({})", tests.join(" OR "));
        for (path, site) in [
            (MIGRATION, "channel IN ('email', 'sms', 'push')"),
            (QUERY, ARRAY),
        ] {
            let copy = repository();
            copy.edit_after(
                path,
                if path == QUERY {
                    "nextUnsent"
                } else {
                    "migrate:up"
                },
                site,
                &condition,
            );
            in_time(long(3), &format!("{path} {count}"), || {
                let run = copy.check();
                if count < 10_000 {
                    run.clean();
                } else {
                    let found = run.drift().found();
                    assert!(
                        found.len() == 1 && found[0].starts_with("unreadable-site "),
                        "{found:?}"
                    );
                }
            });
        }
    }
}

#[test]
fn a_path_out_of_the_repository_is_refused() {
    for (from, to) in [
        ("\"src/deliver.ts\"", "\"../deliver.ts\""),
        ("\"src/deliver.ts\"", "\"/etc/passwd\""),
        ("\"src/db/patches.ts\"", "\"src/../../patches.ts\""),
    ] {
        let copy = repository();
        copy.edit(MANIFEST, from, to);
        let run = copy.check();
        assert!(
            run.could_not_check()
                .contains("must be a path inside the manifest's folder"),
            "{}",
            run.stderr
        );
    }
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
