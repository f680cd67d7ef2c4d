//! `--output-format github`: the annotations, read back as the runner does, and the job's summary.

use std::process::Command;

use super::odd_names::{self, MIGRATION, PATH, SHOWN};
use super::{green, red};
use crate::program::{Copy, finish, in_tests, laneset, run};

/// A workflow command as the runner reads it (`ActionCommand.cs`).
#[derive(Debug)]
struct Annotation {
    command: String,
    properties: Vec<(String, String)>,
    message: String,
}

impl Annotation {
    fn read(line: &str) -> Self {
        let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (command, properties) = head.split_once(' ').unwrap();
        let properties = properties.split(',').map(|property| {
            let (name, value) = property.split_once('=').unwrap();
            (
                name.to_owned(),
                unescaped(value, &[("%3A", ":"), ("%2C", ",")]),
            )
        });
        Self {
            command: command.to_owned(),
            properties: properties.collect(),
            message: unescaped(message, &[]),
        }
    }

    fn all(stdout: &str) -> Vec<Self> {
        stdout.lines().map(Self::read).collect()
    }

    fn properties(&self) -> Vec<(&str, &str)> {
        let properties = self.properties.iter();
        properties
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }
}

fn unescaped(text: &str, more: &[(&str, &str)]) -> String {
    let mut text = text.replace("%0D", "\r").replace("%0A", "\n");
    for (from, to) in more {
        text = text.replace(from, to);
    }
    text.replace("%25", "%")
}

/// A check as a step of a workflow makes it, with the file for the job's summary.
fn in_actions(copy: &Copy) -> Command {
    let mut command = laneset(copy.path());
    command
        .arg("check")
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", copy.file("summary.md"));
    command
}

#[test]
fn a_finding_is_an_annotation_at_its_line() {
    let copy = red();
    let shown = run(copy.path(), ["check", "--output-format", "github"]);
    assert_eq!((shown.code, shown.stderr.as_str()), (Some(1), ""));
    let [annotation] = &Annotation::all(&shown.stdout)[..] else {
        panic!("{}", shown.stdout)
    };
    assert_eq!(annotation.command, "error");
    // The statement has two lines, and columns are only for one.
    assert_eq!(
        annotation.properties(),
        [
            ("file", MIGRATION),
            ("line", "5"),
            ("endLine", "6"),
            ("title", "laneset migrations-drift"),
        ]
    );
    let lines: Vec<&str> = annotation.message.lines().collect();
    assert!(lines[0].contains("idx_jobs_resumable"), "{lines:?}");
    assert_eq!(&lines[1..3], ["missing: export", "extra: vacuum"]);
    assert!(lines.last().unwrap().starts_with("help: "), "{lines:?}");
}

#[test]
fn a_clean_tree_has_no_annotation() {
    let copy = green();
    let shown = run(copy.path(), ["check", "--output-format", "github"]);
    assert_eq!(
        (shown.code, shown.stdout.as_str(), shown.stderr.as_str()),
        (Some(0), "", "")
    );
}

#[test]
fn a_warning_is_annotated_as_one() {
    let copy = Copy::of(&in_tests("rules/unprovable-query/red"));
    let shown = run(copy.path(), ["check", "--output-format", "github"]);
    assert_eq!(shown.code, Some(1));
    let annotations = Annotation::all(&shown.stdout);
    assert!(!annotations.is_empty());
    for annotation in annotations {
        assert_eq!(annotation.command, "warning");
    }
}

#[test]
fn odd_names_come_back_whole_from_an_annotation() {
    let copy = odd_names::repository();
    let shown = run(copy.path(), ["check", "--output-format", "github"]);
    assert_eq!(shown.code, Some(1));
    let annotations = Annotation::all(&shown.stdout);
    assert_eq!(annotations.len(), 2, "{}", shown.stdout);
    assert!(
        annotations[0]
            .message
            .contains(&format!("\nextra: {SHOWN}\n")),
        "{}",
        annotations[0].message
    );
    assert_eq!(
        annotations[1].properties(),
        [
            ("file", PATH),
            ("line", "10"),
            ("col", "15"),
            ("endLine", "10"),
            ("endColumn", "45"),
            ("title", "laneset query-drift"),
        ]
    );
}

#[test]
fn paths_are_from_the_root_of_the_repository() {
    let copy = Copy::of(&in_tests("rules/migrations-drift"));
    let shown = run(
        &copy.file("red/src"),
        ["check", "--output-format", "github"],
    );
    let annotations = Annotation::all(&shown.stdout);
    assert_eq!(
        annotations[0].properties()[0],
        ("file", &*format!("red/{MIGRATION}"))
    );
}

#[test]
fn in_actions_annotations_stand_beside_the_human_report() {
    let copy = red();
    let shown = finish(&mut in_actions(&copy));
    assert_eq!(shown.code, Some(1));
    let lines: Vec<&str> = shown.stdout.lines().collect();
    assert_eq!(Annotation::read(lines[0]).command, "error");
    assert!(lines[1].starts_with("error[migrations-drift]"), "{lines:?}");
    assert!(lines.last().unwrap().starts_with("Found 1 error."));
    assert!(copy.text("summary.md").contains("migrations-drift"));
    // The report in a file leaves the annotations where the runner reads them.
    let shown = finish(in_actions(&copy).args(["-o", "report.txt"]));
    assert_eq!(Annotation::all(&shown.stdout).len(), 1);
    assert!(
        copy.text("report.txt")
            .starts_with("error[migrations-drift]")
    );
}

#[test]
fn whoever_chooses_a_format_gets_that_alone() {
    let copy = red();
    for format in ["full", "concise", "json", "gitlab", "junit", "sarif"] {
        let chosen = finish(in_actions(&copy).args(["--output-format", format]));
        let by_variable = finish(in_actions(&copy).env("LANESET_OUTPUT_FORMAT", format));
        for shown in [chosen, by_variable] {
            assert_eq!(shown.code, Some(1));
            assert!(
                !shown.stdout.contains("::error "),
                "{format}: {}",
                shown.stdout
            );
        }
    }
    let elsewhere = finish(in_actions(&copy).env("GITHUB_ACTIONS", "false"));
    assert!(!elsewhere.stdout.contains("::error "));
    assert!(!copy.file("summary.md").exists());
}

#[test]
fn the_job_has_a_summary_with_lanes_by_sites() {
    let copy = red();
    copy.write("summary.md", "An earlier step.\n");
    finish(in_actions(&copy).args(["--output-format", "github"]));
    let summary = copy.text("summary.md");
    let lines: Vec<&str> = summary.lines().collect();
    assert_eq!(&lines[..2], ["An earlier step.", "## laneset"]);
    let cells = |lane: &str| -> Vec<&str> {
        let row = format!("| <code>{lane}</code> | ");
        let row = lines.iter().find_map(|line| line.strip_prefix(&row));
        row.unwrap_or_else(|| panic!("{lane} in {summary}"))
            .trim_end_matches(" |")
            .split(" | ")
            .collect()
    };
    // Migrations, schema dump, query.
    assert_eq!(cells("import"), ["✓", "✓", "✓"]);
    assert_eq!(cells("export"), ["✗", "✓", "✓"]);
    assert_eq!(cells("vacuum"), ["✗", "·", "·"]);
    assert!(lines.last().unwrap().starts_with("Found 1 error."));
}

#[test]
fn a_clean_job_has_a_summary_too() {
    let copy = green();
    let shown = finish(&mut in_actions(&copy));
    assert_eq!(shown.code, Some(0));
    assert!(shown.stdout.starts_with("Checked 1 lane set"));
    let summary = copy.text("summary.md");
    assert!(
        !summary.contains('✗') || summary.contains("✗ wrong"),
        "{summary}"
    );
    assert!(summary.ends_with(" No drift.\n"), "{summary}");
    assert!(!summary.contains("| rule |"), "{summary}");
}

#[test]
fn nothing_of_the_repository_is_markup_in_the_summary() {
    let copy = odd_names::repository();
    finish(&mut in_actions(&copy));
    let summary = copy.text("summary.md");
    let tables = summary.lines().filter(|line| line.starts_with('|'));
    for row in tables {
        let bars = row.matches('|').count();
        assert_eq!(
            bars, 5,
            "three sites or three columns beside the first: {row}"
        );
        let tags = row
            .replace("<code>", "")
            .replace("</code>", "")
            .replace("<br>", "");
        assert!(!tags.contains(['<', '>', '`']), "{row}");
    }
    assert_eq!(
        summary
            .lines()
            .filter(|line| line.contains("::error::"))
            .count(),
        0
    );
}

#[test]
fn a_summary_that_cannot_be_written_changes_no_verdict() {
    let copy = green();
    let shown = finish(in_actions(&copy).env("GITHUB_STEP_SUMMARY", copy.file("none/summary.md")));
    assert_eq!(shown.code, Some(0));
    assert!(
        shown.stderr.starts_with("note: the job's summary "),
        "{}",
        shown.stderr
    );
}
