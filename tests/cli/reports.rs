//! Which report is written where, and what people are told last.

use super::{FOUND, green, red};
use crate::program::{finish, laneset, run};

const FORMATS: [&str; 7] = [
    "full", "concise", "json", "github", "gitlab", "junit", "sarif",
];

#[test]
fn the_format_may_stand_in_the_environment() {
    let copy = red();
    let mut command = laneset(copy.path());
    command.arg("check").env("LANESET_OUTPUT_FORMAT", "json");
    assert_eq!(finish(&mut command).drift().found(), [FOUND]);
    let mut command = laneset(copy.path());
    command
        .args(["check", "--output-format", "concise"])
        .env("LANESET_OUTPUT_FORMAT", "json");
    assert!(finish(&mut command).stdout.starts_with("db/migrations/"));
    let mut command = laneset(copy.path());
    command.arg("check").env("LANESET_OUTPUT_FORMAT", "yaml");
    finish(&mut command).could_not_check();
}

#[test]
fn the_last_line_counts_what_was_checked() {
    let copy = green();
    let shown = run(copy.path(), ["check"]);
    assert_eq!(
        shown.stdout,
        "Checked 1 lane set: 2 migrations, 1 query, 1 source file; searched 1 file for copies. No drift.\n"
    );
    let verbose = run(copy.path(), ["check", "-v"]);
    assert_eq!(verbose.code, Some(0));
    assert!(verbose.stdout.contains("reindex"), "{}", verbose.stdout);
    assert!(
        verbose.stdout.ends_with("No drift.\n"),
        "{}",
        verbose.stdout
    );
    let copy = red();
    for format in ["full", "concise"] {
        let shown = run(copy.path(), ["check", "--output-format", format]);
        assert_eq!(
            shown.stdout.lines().last(),
            Some(
                "Found 1 error. Checked 1 lane set: 2 migrations, 1 query, 1 source file; searched 1 file for copies."
            )
        );
    }
}

#[test]
fn concise_is_a_line_a_finding() {
    let copy = red();
    let shown = run(copy.path(), ["check", "--output-format", "concise"]);
    assert_eq!(shown.code, Some(1));
    let lines: Vec<&str> = shown.stdout.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(
        lines[0].starts_with(
            "db/migrations/20260308090000_reindex_is_resumable.sql:5:1: error[migrations-drift] "
        ),
        "{}",
        lines[0]
    );
}

#[test]
fn a_report_may_go_to_a_file() {
    let copy = red();
    for (option, format) in [("-o", "json"), ("--output-file", "full")] {
        let shown = run(
            copy.path(),
            ["check", "--output-format", format, option, "report.out"],
        );
        assert_eq!((shown.code, shown.stdout.as_str()), (Some(1), ""));
        let report = copy.text("report.out");
        assert!(
            report.contains("migrations-drift") && !report.contains('\u{1b}'),
            "{report}"
        );
    }
    let refused = run(copy.path(), ["check", "-o", "no/such/folder/report"]);
    let message = refused.could_not_check();
    assert!(
        message.contains("no/such/folder/report cannot be written"),
        "{message}"
    );
}

#[test]
fn two_runs_print_the_same_bytes() {
    let copy = red();
    for format in FORMATS {
        let print = || run(copy.path(), ["check", "--output-format", format]).stdout;
        assert_eq!(print(), print());
    }
}

#[test]
fn a_report_replaces_a_file_whole_and_keeps_what_it_was() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let copy = red();
    copy.write("real.json", "x".repeat(1_000_000));
    let permissions = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(copy.file("real.json"), permissions).unwrap();
    symlink("real.json", copy.file("link.json")).unwrap();
    let shown = run(
        copy.path(),
        ["check", "--output-format", "json", "-o", "link.json"],
    );
    assert_eq!((shown.code, shown.stdout.as_str()), (Some(1), ""));
    assert!(copy.file("link.json").is_symlink());
    let report: serde_json::Value = serde_json::from_str(&copy.text("real.json")).unwrap();
    assert_eq!(report["status"], "drift");
    let mode = copy
        .file("real.json")
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
    let left = std::fs::read_dir(copy.path()).unwrap().map(Result::unwrap);
    let left = left.filter(|entry| entry.file_name().to_string_lossy().contains(".laneset-"));
    assert_eq!(left.count(), 0);
}

#[test]
fn a_report_that_cannot_be_made_leaves_the_file_as_it_was() {
    let copy = red();
    copy.write("report.json", "of yesterday");
    copy.write("db/schema.sql", b"\xff");
    let arguments = ["check", "--output-format", "json", "-o", "report.json"];
    run(copy.path(), arguments).could_not_check();
    assert_eq!(copy.text("report.json"), "of yesterday");
}

#[test]
fn a_report_may_go_to_what_is_no_file() {
    let copy = red();
    let arguments = ["check", "--output-format", "json", "-o", "/dev/stdout"];
    run(copy.path(), arguments).drift();
}

#[test]
fn help_tells_of_every_format() {
    for command in ["check", "verify"] {
        let help = run(green().path(), [command, "--help"]).stdout;
        for format in FORMATS {
            let told = help
                .lines()
                .find(|line| line.contains(&format!("- {format}:")));
            assert!(told.is_some(), "{format} in {help}");
        }
        assert!(help.contains("[default: full"), "{help}");
    }
}
