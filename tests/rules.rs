//! Every rule on every fixture: a small repository with one fault, and the same with the fault mended.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use laneset::rules::registry::{Command, RULES, Rule, find};
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::postgres::server::Server;
use crate::program::{Run, git, in_tests, marked, run};

/// What the finding of each red fixture marks, by hand.
const MARKED: [(&str, &str); 29] = [
    (
        "create-without-effect",
        "CREATE INDEX IF NOT EXISTS idx_leases_renewable ON public.leases (renewed_at)\n    WHERE holder_kind IN ('pod', 'cron', 'batch')",
    ),
    (
        "embedded-drift",
        "CREATE INDEX idx_messages_unsent ON public.messages (queued_at) WHERE sent_at IS NULL AND channel IN ('email', 'push')",
    ),
    (
        "index-drift",
        "CREATE INDEX queue_items_realtime ON public.queue_items USING btree (due_at) \
         WHERE (((phase)::text = ANY ((ARRAY['ready'::character varying, 'leased'::character varying])::text[])) \
         AND (NOT paused) AND (priority = ANY (ARRAY[0, 1])))",
    ),
    (
        "lane-not-admitted",
        "CREATE TYPE public.provider AS ENUM ('anthropic', 'openai', 'local')",
    ),
    (
        "migrations-drift",
        "CREATE INDEX idx_jobs_resumable ON public.jobs (checkpoint_at)\n    WHERE state = 'running' AND kind IN ('import', 'reindex', 'vacuum')",
    ),
    (
        "query-drift",
        "\"taskKind\" IN ('thumbnail', 'index', 'geocode', 'e-mail')",
    ),
    ("down-not-inverse", "DROP INDEX public.exports_deliverable"),
    (
        "embedded-not-idempotent",
        "CREATE INDEX notes_syncable ON public.notes (edited_at) WHERE origin IN ('phone', 'watch')",
    ),
    (
        "embedded-replay-drift",
        "DO $$ BEGIN\n  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'labels_format_check') THEN\n    \
         ALTER TABLE public.labels ADD CONSTRAINT labels_format_check CHECK (format IN ('zpl', 'pdf'));\n  END IF;\nEND $$",
    ),
    ("index-not-used", "\"sessions_renewable\""),
    ("invalid-index", "\"deliveries_retryable\""),
    ("lane-without-heartbeat", "exportPDF"),
    ("live-index-drift", "\"uploads_resumable\""),
    ("missing-directive", ""),
    ("migration-not-mirrored", ""),
    (
        "version-not-recorded",
        "INSERT INTO public.schema_migrations (version) VALUES",
    ),
    ("late-version", ""),
    (
        "edited-migration",
        "CREATE INDEX parcels_trackable ON public.parcels (scanned_at) WHERE service IN ('air', 'sea');",
    ),
    ("duplicate-version", ""),
    (
        "statements-without-transaction",
        "CREATE INDEX CONCURRENTLY photos_reviewable ON public.photos (taken_at) WHERE origin IN ('upload', 'import')",
    ),
    ("pending-migration", ""),
    ("unknown-migration", "\"sql\""),
    ("replay-drift", "currency"),
    ("query-not-covered", "run_type NOT IN ('insight')"),
    ("site-missing", "\"collect_unbilled\""),
    ("undeclared-copy", "carrier IN ('dhl', 'ups')"),
    ("unused-ignore", "query-drift"),
    ("unprovable-query", "source = ANY(${lanes})"),
    (
        "unreadable-site",
        "format('CREATE INDEX idx_deliveries_open ON public.deliveries (next_try_at) WHERE target = ANY (%L)', targets)",
    ),
];

const SECTIONS: [&str; 4] = ["## Why", "## Bad", "## Good", "## What to do"];

fn fixture(rule: &Rule, colour: &str) -> PathBuf {
    in_tests("rules").join(rule.id.as_str()).join(colour)
}

/// Where the rule's fixture is judged: where it lies; or, when its rule compares with what a base branch has (`base` beside `red` and
/// `green`), in a repository of its own that has that on `main` and the fixture on another branch.
struct Place(PathBuf, Option<TempDir>);

impl Place {
    fn of(rule: &Rule, colour: &str) -> Self {
        let (folder, base) = (fixture(rule, colour), fixture(rule, "base"));
        if !base.is_dir() {
            return Self(folder, None);
        }
        let repository = tempfile::tempdir().unwrap();
        let path = repository.path().to_owned();
        let commit = |from: &Path| {
            copy(from, &path);
            git(&path, &["add", "--all"]);
            git(&path, &["commit", "-qm", "all of it"]);
        };
        git(&path, &["init", "-q", "-b", "main"]);
        commit(&base);
        git(&path, &["switch", "-qc", "change"]);
        git(&path, &["rm", "-qr", "."]);
        commit(&folder);
        Self(path, Some(repository))
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in WalkDir::new(from).min_depth(1) {
        let entry = entry.unwrap();
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        match entry.file_type().is_dir() {
            true => fs::create_dir_all(target).unwrap(),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// What the rule's command says of a repository. The gate is asked for all rules: a fixture has the one fault and no other. What a server
/// finds out about a fault is more than one thing.
fn judged(rule: &Rule, folder: &Path, format: &str) -> Run {
    let mut arguments = typed(rule);
    arguments.extend(["--color", "never", "--output-format", format]);
    match rule.command() {
        Command::Check => run(folder, arguments),
        Command::Verify => {
            arguments.extend(["--select", rule.id.as_str()]);
            run(folder, arguments)
        }
        Command::VerifyLive => {
            let url = live_database(folder);
            arguments.extend(["--database-url", &url]);
            run(folder, arguments)
        }
    }
}

fn typed(rule: &Rule) -> Vec<&'static str> {
    rule.command().as_str().split(' ').collect()
}

/// A database that is as the fixture's `live.txt` says.
fn live_database(folder: &Path) -> String {
    static SERVER: OnceLock<Arc<Server>> = OnceLock::new();
    let server = SERVER.get_or_init(Server::shared);
    server
        .session("postgres")
        .execute("DROP DATABASE IF EXISTS live WITH (FORCE)")
        .unwrap();
    let script = fs::read_to_string(folder.join("live.txt")).unwrap();
    server.database("live").execute(&script).unwrap();
    server.database_url("live")
}

/// A report without the version of the machine's Postgres.
fn on_any_server(report: &str) -> String {
    let Some((before, after)) = report.split_once("on Postgres ") else {
        return report.to_owned();
    };
    let rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    format!("{before}on Postgres VERSION{rest}")
}

#[test]
fn every_rule_has_its_fixtures_and_every_fixture_its_rule() {
    let rules: BTreeSet<String> = RULES.iter().map(|rule| rule.id.to_string()).collect();
    let folders: BTreeSet<String> = fs::read_dir(in_tests("rules"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(folders, rules);
    assert_eq!(rules.len(), RULES.len(), "a rule is listed twice");
    let marked: BTreeSet<String> = MARKED.iter().map(|(rule, _)| (*rule).to_owned()).collect();
    assert_eq!(
        marked, rules,
        "what the finding marks is not said of each rule"
    );
    for rule in &RULES {
        for colour in ["red", "green"] {
            let manifest = fixture(rule, colour).join("laneset.toml");
            assert!(manifest.is_file(), "{}", manifest.display());
        }
    }
}

#[test]
fn a_red_fixture_gives_what_is_expected_and_nothing_else() {
    for rule in &RULES {
        let folder = fixture(rule, "red");
        let expected = fs::read_to_string(folder.join("expected.txt")).unwrap();
        let expected: Vec<&str> = expected.lines().collect();
        assert!(
            expected
                .iter()
                .all(|line| line.starts_with(rule.id.as_str()))
                && !expected.is_empty(),
            "{expected:?}"
        );
        let report = judged(rule, &Place::of(rule, "red").0, "json").drift();
        assert_eq!(report.found(), expected, "{}", folder.display());
        let level = report.findings()[0]["level"].as_str().unwrap();
        assert_eq!(level, rule.id.level().as_str());
    }
}

#[test]
fn a_green_fixture_gives_nothing() {
    for rule in &RULES {
        let folder = fixture(rule, "green");
        assert!(!folder.join("expected.txt").exists());
        let report = judged(rule, &Place::of(rule, "green").0, "json").clean();
        assert_eq!(report.0["checked"]["lane_sets"], 1, "{}", folder.display());
    }
}

#[test]
fn a_rule_that_is_left_out_finds_nothing_in_its_red_fixture() {
    for rule in RULES.iter().filter(|rule| rule.command() == Command::Check) {
        let place = Place::of(rule, "red");
        let ignored = run(
            &place.0,
            [
                "check",
                "--output-format",
                "json",
                "--ignore",
                rule.id.as_str(),
            ],
        );
        ignored.clean();
    }
}

#[test]
fn a_finding_marks_the_text_that_is_wrong() {
    for (id, text) in MARKED {
        let rule = find(id).unwrap();
        let Place(folder, _repository) = Place::of(rule, "red");
        let report = judged(rule, &folder, "json").drift();
        assert_eq!(marked(&folder, &report.findings()[0]), text, "{id}");
    }
}

#[test]
fn a_red_fixture_reads_well() {
    for rule in &RULES {
        let Place(folder, _repository) = Place::of(rule, "red");
        let shown = judged(rule, &folder, "full");
        assert_eq!((shown.code, shown.stderr.as_str()), (Some(1), ""));
        assert!(!shown.stdout.contains('\u{1b}'));
        insta::with_settings!({
            snapshot_path => in_tests("rules").join(rule.id.as_str()),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!("full", on_any_server(&shown.stdout));
        });
    }
}

#[test]
fn a_page_says_what_why_and_what_to_do() {
    for rule in &RULES {
        let page = rule.page;
        let name = rule.id.as_str();
        let mut lines = page.lines();
        assert_eq!(lines.next(), Some(format!("# {name}").as_str()));
        assert_eq!(lines.next(), Some(""));
        let what = lines.next().unwrap();
        assert!(!what.is_empty() && !what.starts_with('#'), "{name}: {what}");
        let headings: Vec<&str> = page
            .lines()
            .filter(|line| line.starts_with("## "))
            .collect();
        assert_eq!(headings, SECTIONS, "{name}");
        for section in page.split("\n## ").skip(1) {
            let (title, body) = section.split_once('\n').unwrap();
            assert!(body.trim().len() > 40, "{name}: {title} says nothing");
            let is_example = ["Bad", "Good"].contains(&title);
            assert!(
                !is_example || body.contains("```"),
                "{name}: {title} shows nothing"
            );
        }
        assert_eq!(page.matches("```").count() % 2, 0, "{name}");
        let count = page.lines().count();
        assert!((25..=60).contains(&count), "{name} has {count} lines");
        assert!(page.ends_with('\n'), "{name}");
        for command in page.split("`laneset ").skip(1) {
            let command = command.split([' ', '`']).next().unwrap();
            let help = run(&in_tests(""), [command, "--help"]);
            assert_eq!(help.code, Some(0), "{name} names the command {command}");
        }
    }
}

#[test]
fn explain_prints_the_page() {
    let here = in_tests("");
    for rule in &RULES {
        let explained = run(&here, ["explain", rule.id.as_str()]);
        assert_eq!((explained.code, explained.stderr.as_str()), (Some(0), ""));
        assert_eq!(explained.stdout, rule.page);
    }
}
