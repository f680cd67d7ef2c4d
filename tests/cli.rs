//! The command line: where the manifest is found, what the options do, what stands on which stream, and the exit codes.

mod github;
mod gitlab;
mod hosts;
mod json;
mod junit;
mod manifests;
mod odd_names;
mod reports;
mod sarif;

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::program::{Copy, finish, in_tests, laneset, run};

/// The red fixture that the tests below run on: one error, in a migration.
const RULE: &str = "migrations-drift";
const FOUND: &str = "migrations-drift db/migrations/20260308090000_reindex_is_resumable.sql:5";

fn red() -> Copy {
    Copy::of(&in_tests("rules/migrations-drift/red")).on_a_branch()
}

fn green() -> Copy {
    Copy::of(&in_tests("rules/migrations-drift/green")).on_a_branch()
}

/// Writes a manifest of these lines over the green fixture's, and checks.
fn with_manifest(text: &str) -> crate::program::Run {
    let copy = green();
    copy.write("laneset.toml", text);
    run(copy.path(), ["check"])
}

const SET: &str = "version = 1\n[lane_set.resumable]\ntable = \"public.jobs\"\ncolumn = \"kind\"\n";

#[test]
fn nothing_to_check_is_not_green() {
    let no_site = with_manifest(&format!("{SET}lanes = [\"import\"]\n"));
    let message = no_site.could_not_check();
    assert!(
        message.contains("nothing to check: lane set `resumable` has no site"),
        "{message}"
    );
    assert!(message.contains("laneset.toml:2:"), "{message}");

    // An index is declared, but the default paths where it would be do not exist.
    let copy = Copy::of(&in_tests("rules/migrations-drift/green"));
    fs::remove_dir_all(copy.file("db")).unwrap();
    copy.write(
        "laneset.toml",
        format!("{SET}lanes = [\"import\"]\n[lane_set.resumable.index]\nname = \"i\"\n"),
    );
    assert!(
        run(copy.path(), ["check"])
            .could_not_check()
            .contains("nothing to check")
    );

    for empty in ["", "version = 1\n"] {
        with_manifest(empty).could_not_check();
    }
    let copy = red();
    let none_left = run(copy.path(), ["check", "--select", RULE, "--ignore", RULE]);
    assert!(
        none_left.could_not_check().contains("leave no rule"),
        "{}",
        none_left.stderr
    );
}

#[test]
fn rules_are_selected_and_ignored_by_name() {
    let copy = red();
    let json = |arguments: &[&str]| {
        run(
            copy.path(),
            [&["check", "--output-format", "json"], arguments].concat(),
        )
    };
    assert_eq!(json(&["--select", RULE]).drift().found(), [FOUND]);
    assert_eq!(
        json(&["--select", "index-drift,migrations-drift"])
            .drift()
            .found(),
        [FOUND]
    );
    assert_eq!(
        json(&["--select", "index-drift", "--select", RULE])
            .drift()
            .found(),
        [FOUND]
    );
    json(&["--select", "index-drift"]).clean();
    json(&["--ignore", RULE]).clean();
    json(&["--ignore", "index-drift, migrations-drift"]).clean();
    for option in ["--select", "--ignore"] {
        let unknown = json(&[option, "migration-drift"]);
        let message = unknown.could_not_check();
        assert!(
            message.contains("no rule `migration-drift`; did you mean `migrations-drift`?"),
            "{message}"
        );
    }
}

#[test]
fn exit_zero_forgives_drift_and_nothing_else() {
    let copy = red();
    let forgiven = run(
        copy.path(),
        ["check", "--exit-zero", "--output-format", "json"],
    );
    assert_eq!(forgiven.code, Some(0));
    assert_eq!(forgiven.report().found(), [FOUND]);
    copy.write("db/schema.sql", b"\xff");
    run(copy.path(), ["check", "--exit-zero"]).could_not_check();
}

#[test]
fn quiet_says_nothing_of_what_is_well() {
    let copy = green();
    let quiet = run(copy.path(), ["check", "-q"]);
    assert_eq!(
        (quiet.code, quiet.stdout.as_str(), quiet.stderr.as_str()),
        (Some(0), "", "")
    );
    let copy = red();
    let quiet = run(copy.path(), ["check", "--quiet"]);
    assert_eq!(quiet.code, Some(1));
    assert!(quiet.stdout.contains("error[migrations-drift]"));
    // For machines there is always a report.
    let copy = green();
    run(copy.path(), ["check", "-q", "--output-format", "json"]).clean();
    run(copy.path(), ["check", "-q", "-v"]).could_not_check();
}

#[test]
fn a_check_writes_nothing() {
    let copy = red();
    let listed = || -> Vec<_> {
        walkdir::WalkDir::new(copy.path())
            .sort_by_file_name()
            .into_iter()
            .map(|entry| {
                let entry = entry.unwrap();
                let metadata = entry.metadata().unwrap();
                (
                    entry.path().to_owned(),
                    metadata.len(),
                    metadata.modified().unwrap(),
                )
            })
            .collect()
    };
    let before = listed();
    run(copy.path(), ["check"]);
    assert_eq!(listed(), before);
}

#[test]
fn a_pipe_that_is_closed_early_is_no_error() {
    // More output than a pipe holds, so that the writer meets the closed end.
    let copy = red();
    for arguments in [
        &["check", "--output-format", "full"][..],
        &["man"],
        &["completions", "bash"],
        &["rules"],
        &["explain", RULE],
    ] {
        let mut child = laneset(copy.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut stderr = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut stderr)
            .unwrap();
        assert_eq!(
            (child.wait().unwrap().code(), stderr.as_str()),
            (Some(0), ""),
            "{arguments:?}"
        );
    }
}

#[test]
fn colours_stand_where_they_are_wanted() {
    let copy = red();
    let has_colour = |arguments: &[&str], variable: Option<(&str, &str)>| {
        let mut command = laneset(copy.path());
        command.arg("check").args(arguments).envs(variable);
        let shown = finish(&mut command);
        assert_eq!(shown.code, Some(1));
        shown.stdout.contains("\u{1b}[")
    };
    for format in ["full", "concise"] {
        let format = ["--output-format", format];
        assert!(has_colour(
            &[&format[..], &["--color", "always"]].concat(),
            None
        ));
        assert!(!has_colour(
            &[&format[..], &["--color", "never"]].concat(),
            None
        ));
        assert!(!has_colour(&format, None), "a pipe is no terminal");
        assert!(!has_colour(&format, Some(("NO_COLOR", "1"))));
        assert!(!has_colour(
            &[&format[..], &["--color", "never"]].concat(),
            Some(("CLICOLOR_FORCE", "1"))
        ));
    }
    assert!(
        !has_colour(&["--output-format", "json", "--color", "always"], None),
        "JSON never has any"
    );
}

#[test]
fn the_rules_are_listed() {
    let here = in_tests("");
    let listed = run(&here, ["rules"]);
    assert_eq!(listed.code, Some(0));
    let rules = &laneset::rules::registry::RULES;
    assert_eq!(listed.stdout.lines().count(), rules.len());
    for (line, rule) in listed.stdout.lines().zip(rules) {
        assert!(
            line.starts_with(rule.id.as_str()) && line.ends_with(rule.summary),
            "{line}"
        );
    }
    let json: Value =
        serde_json::from_str(&run(&here, ["rules", "--output-format", "json"]).stdout).unwrap();
    let names: Vec<&str> = json
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["rule"].as_str().unwrap())
        .collect();
    let expected: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(names, expected);
    assert_eq!(json[0]["level"], "error");
    assert_eq!(json[7]["level"], "warning");
}

#[test]
fn a_rule_that_is_not_there_is_not_explained() {
    let unknown = run(&in_tests(""), ["explain", "index-drfit"]);
    let message = unknown.could_not_check();
    assert!(
        message.contains("no rule `index-drfit`; did you mean `index-drift`?"),
        "{message}"
    );
    run(&in_tests(""), ["explain"]).could_not_check();
}

#[test]
fn shells_and_man_are_served() {
    let here = in_tests("");
    for (shell, mark) in [
        ("bash", "complete -F _laneset"),
        ("zsh", "#compdef laneset"),
        ("fish", "complete -c laneset"),
    ] {
        let script = run(&here, ["completions", shell]);
        assert_eq!((script.code, script.stderr.as_str()), (Some(0), ""));
        assert!(script.stdout.contains(mark), "{shell}");
        assert!(
            script.stdout.contains("exit-zero"),
            "{shell} knows no option of check"
        );
    }
    run(&here, ["completions", "tcsh"]).could_not_check();
    let page = run(&here, ["man"]);
    assert_eq!((page.code, page.stderr.as_str()), (Some(0), ""));
    assert!(page.stdout.contains(".TH"));
    for word in ["check", "explain", "completions", "exit\\-zero"] {
        assert!(page.stdout.contains(word), "{word}");
    }
}

#[test]
fn usage_errors_exit_with_two_and_help_with_none() {
    let here = in_tests("");
    for arguments in [
        &[][..],
        &["chekc"],
        &["check", "--no-such-option"],
        &["check", "extra"],
        &["check", "--output-format", "xml"],
    ] {
        run(&here, arguments).could_not_check();
    }
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["check", "--help"],
        &["help"],
    ] {
        let shown = run(&here, arguments);
        assert_eq!(
            (shown.code, shown.stderr.as_str()),
            (Some(0), ""),
            "{arguments:?}"
        );
        assert!(shown.stdout.contains("laneset"));
    }
    assert_eq!(
        run(&here, ["--version"]).stdout,
        format!("laneset {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn the_project_governs_itself() {
    let report = crate::program::check(Path::new(env!("CARGO_MANIFEST_DIR"))).clean();
    assert_eq!(report.0["checked"]["lane_sets"], 1);
    assert!(report.0["checked"]["patches"].as_u64().unwrap() >= 7);
}
