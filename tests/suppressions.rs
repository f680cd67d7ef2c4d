//! Comments that say of a finding why it may stay, and those that only look like it.

use crate::program::{Copy, Run, in_tests, run};

const GO: &str = "internal/tasks/retry.go";
const WRONG: &str = "\t\t\t\tAND \"taskKind\" IN ('thumbnail', 'index', 'geocode', 'e-mail')";

fn red() -> Copy {
    Copy::of(&in_tests("rules/query-drift/red"))
}

fn excused(run: &Run) -> Vec<String> {
    let report = run.report();
    let all = report.0["suppressed"].as_array().cloned();
    let all = all.unwrap_or_default();
    all.iter()
        .map(|it| {
            let (rule, kind) = (&it["rule"], &it["suppression"]["kind"]);
            let (line, reason) = (&it["suppression"]["line"], &it["suppression"]["reason"]);
            format!("{rule} {kind} {line} {reason}").replace('"', "")
        })
        .collect()
}

#[test]
fn a_comment_on_the_line_or_alone_above_it_suppresses() {
    for (with, line) in [
        (
            format!("\t\t\t\t-- laneset: ignore query-drift reason=\"why\"\n{WRONG}"),
            16,
        ),
        (
            format!("{WRONG} -- laneset:ignore query-drift reason='why'"),
            16,
        ),
        (
            format!("{WRONG} /* laneset: ignore index-drift, query-drift reason=\"why\" */"),
            16,
        ),
        (
            format!(
                "\t\t\t\t/* laneset: ignore query-drift reason=\"why\" */\n\t\t\t\t-- laneset: ignore late reason=\"x\"\n{WRONG}"
            ),
            16,
        ),
    ] {
        let copy = red();
        copy.edit(GO, WRONG, &with);
        let run = run(
            copy.path(),
            [
                "check",
                "--output-format",
                "json",
                "--ignore",
                "unused-ignore",
            ],
        );
        run.clean();
        assert_eq!(excused(&run), [format!("query-drift comment {line} why")]);
    }
}

#[test]
fn a_comment_of_the_source_suppresses_where_the_literal_begins_on_its_line() {
    let copy = red();
    copy.write(
        GO,
        "package tasks\n\n// RetryFailed retries.\nfunc RetryFailed() string {\n\t// laneset: ignore query-drift reason=\"why\"\n\
         \treturn `SELECT id FROM work.\"Tasks\" WHERE status = 'failed' AND attempts < 5 AND \"taskKind\" IN ('index')`\n}\n",
    );
    copy.check().clean();
    copy.edit(GO, "// laneset: ignore", "// see laneset: ignore");
    assert_eq!(
        copy.check().drift().found(),
        ["query-drift internal/tasks/retry.go:6"]
    );
}

#[test]
fn what_is_no_comment_there_suppresses_nothing() {
    for with in [
        // Two lines above.
        format!("\t\t\t\t-- laneset: ignore query-drift reason=\"why\"\n\n{WRONG}"),
        // Behind another condition on the line above: that line is meant.
        format!("\t\t\t\tAND true -- laneset: ignore query-drift reason=\"why\"\n{WRONG}"),
        // A string of the SQL.
        format!("\t\t\t\tAND note <> '\n-- laneset: ignore query-drift reason=\"why\"'\n{WRONG}"),
        format!("{WRONG} AND note <> '-- laneset: ignore query-drift reason=\"why\"'"),
        // Another rule, another case.
        format!("\t\t\t\t-- laneset: ignore Query-drift reason=\"why\"\n{WRONG}"),
        // A dollar-quoted text of its own.
        format!(
            "\t\t\t\tAND note <> $$\n-- laneset: ignore query-drift reason=\"why\"\n$$ {WRONG}"
        ),
    ] {
        let copy = red();
        copy.edit(GO, WRONG, &with);
        let report = copy.check().drift();
        let found = report.found();
        assert!(
            found.iter().any(|it| it.starts_with("query-drift")),
            "{with}: {found:?}"
        );
        assert!(excused(&copy.check()).is_empty(), "{with}");
    }
    let copy = red();
    copy.edit(
        GO,
        "\tresult, err",
        "\tnote := `\n-- laneset: ignore query-drift reason=\"why\"`; result, err",
    );
    assert_eq!(
        copy.check().drift().found(),
        ["query-drift internal/tasks/retry.go:17"]
    );
}

#[test]
fn a_suppression_that_says_too_little_is_a_finding_beside_the_other() {
    for (directive, says) in [
        ("query-drift", "it gives no reason"),
        ("query-drift reason=\"\"", "its reason is empty"),
        ("reason=\"why\"", "it names no rule"),
        ("query-drift because why", "it gives no reason"),
        ("query-drift reason=why", "its reason stands in no quotes"),
        (
            "qurey-drift reason=\"why\"",
            "there is none called `qurey-drift`",
        ),
        (
            "unused-ignore reason=\"why\"",
            "unused-ignore cannot be suppressed",
        ),
    ] {
        let copy = red();
        copy.edit(
            GO,
            WRONG,
            &format!("\t\t\t\t-- laneset: ignore {directive}\n{WRONG}"),
        );
        let report = copy.check().drift();
        assert_eq!(
            report.found(),
            [
                "unused-ignore internal/tasks/retry.go:16",
                "query-drift internal/tasks/retry.go:17"
            ],
            "{directive}"
        );
        assert!(
            report.messages()[0].contains(says),
            "{:?}",
            report.messages()
        );
    }
    let copy = red();
    copy.edit(
        GO,
        WRONG,
        &format!("\t\t\t\t-- laneset: ignore qurey-drift reason=\"x\"\n{WRONG}"),
    );
    let shown = run(copy.path(), ["check"]).stdout;
    assert!(shown.contains("did you mean `query-drift`?"), "{shown}");
}

#[test]
fn one_of_several_rules_may_be_unused() {
    let copy = red();
    copy.edit(
        GO,
        WRONG,
        &format!("\t\t\t\t-- laneset: ignore query-drift, index-drift reason=\"why\"\n{WRONG}"),
    );
    let report = copy.check().drift();
    assert_eq!(report.found(), ["unused-ignore internal/tasks/retry.go:16"]);
    assert_eq!(
        crate::program::marked(copy.path(), &report.findings()[0]),
        "index-drift"
    );
    // What was not asked for is not judged, and what verify judges first is left to it.
    for ignored in ["index-drift", "unused-ignore"] {
        run(
            copy.path(),
            ["check", "--output-format", "json", "--ignore", ignored],
        )
        .clean();
    }
    copy.edit(GO, "query-drift, index-drift", "query-drift, replay-drift");
    copy.check().clean();
}

#[test]
fn the_manifest_the_dump_and_migrations_hold_suppressions_too() {
    let copy = Copy::of(&in_tests("rules/site-missing/red"));
    let line = copy.check().report().findings()[0]["line"]
        .as_u64()
        .unwrap();
    let text = copy.text("laneset.toml");
    let mut lines: Vec<&str> = text.lines().collect();
    lines.insert(
        line as usize - 1,
        "# laneset: ignore site-missing reason=\"it comes next week\"",
    );
    copy.write("laneset.toml", lines.join("\r\n"));
    copy.check().clean();
    copy.write(
        "laneset.toml",
        lines
            .join("\n")
            .replace("# laneset", "description = \"# laneset"),
    );
    run(copy.path(), ["check"]).could_not_check();
    for rule in [
        "index-drift",
        "migrations-drift",
        "create-without-effect",
        "unreadable-site",
    ] {
        let copy = Copy::of(&in_tests(&format!("rules/{rule}/red")));
        let report = copy.check().drift();
        let finding = &report.findings()[0];
        let path = finding["path"].as_str().unwrap();
        let line = finding["line"].as_u64().unwrap();
        let comment = format!("-- laneset: ignore {rule} reason=\"known since the audit\"");
        let text = copy.text(path);
        let mut lines: Vec<&str> = text.lines().collect();
        lines.insert(line as usize - 1, &comment);
        copy.write(path, lines.join("\n"));
        let run = copy.check();
        run.clean();
        assert_eq!(excused(&run).len(), 1);
    }
}

#[test]
fn a_searched_file_is_judged_and_one_that_is_not_read_is_not() {
    let copy = Copy::of(&in_tests("rules/undeclared-copy/green"));
    let stale = "# laneset: ignore undeclared-copy reason=\"why\"\nx = 1\n";
    copy.write("app/other.py", stale);
    copy.write("app/tests/test_other.py", stale);
    copy.write("README.md", stale);
    assert_eq!(
        copy.check().drift().found(),
        ["unused-ignore app/other.py:1"]
    );
}

#[test]
fn what_is_suppressed_is_counted_and_shown_to_machines() {
    let copy = Copy::of(&in_tests("rules/unused-ignore/green"));
    let shown = run(copy.path(), ["check"]);
    assert_eq!(shown.code, Some(0));
    assert!(
        shown.stdout.ends_with("1 finding suppressed. No drift.\n"),
        "{}",
        shown.stdout
    );
    let sarif = run(copy.path(), ["check", "--output-format", "sarif"]);
    let sarif: serde_json::Value = serde_json::from_str(&sarif.stdout).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["suppressions"][0]["kind"], "inSource");
    assert_eq!(
        result["suppressions"][0]["justification"],
        "e-mails are retried until the outbox is drained"
    );
    assert_eq!(
        result["suppressions"][0]["location"]["physicalLocation"]["region"]["startLine"],
        16
    );
    for format in ["github", "gitlab", "concise"] {
        let run = run(copy.path(), ["check", "--output-format", format]);
        assert_eq!(run.code, Some(0));
        assert!(!run.stdout.contains("query-drift"), "{}", run.stdout);
    }
}
