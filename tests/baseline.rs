//! The baseline: what was there when laneset came may stay, and nothing else.

use crate::program::{Copy, Run, check, in_tests, marked, run};

const FILE: &str = ".laneset-baseline.toml";
const GO: &str = "internal/tasks/retry.go";
const WRONG: &str = "\"taskKind\" IN ('thumbnail', 'index', 'geocode', 'e-mail')";

fn red(rule: &str) -> Copy {
    Copy::of(&in_tests(&format!("rules/{rule}/red")))
}

fn write(copy: &Copy, reason: &str) -> Run {
    run(
        copy.path(),
        ["check", "--write-baseline", "--reason", reason],
    )
}

#[track_caller]
fn recorded(copy: &Copy, reason: &str) {
    let written = write(copy, reason);
    assert_eq!(
        written.code,
        Some(0),
        "{}{}",
        written.stdout,
        written.stderr
    );
}

#[test]
fn what_was_there_may_stay_and_what_is_new_fails() {
    let copy = red("query-drift");
    let before = check(copy.path()).drift();
    let written = write(&copy, "it's \"old\"");
    assert_eq!(written.code, Some(0), "{}", written.stdout);
    assert!(
        written.stdout.contains(
            "note: wrote .laneset-baseline.toml: 1 new, 0 kept, 0 taken out; commit it\n"
        ),
        "{}",
        written.stdout
    );
    assert!(
        written
            .stdout
            .ends_with("1 known finding in the baseline. No drift.\n"),
        "{}",
        written.stdout
    );
    let report = check(copy.path()).clean();
    let known = &report.0["suppressed"][0];
    assert_eq!(known["fingerprint"], before.findings()[0]["fingerprint"]);
    assert_eq!(known["suppression"]["kind"], "baseline");
    assert_eq!(known["suppression"]["reason"], "it's \"old\"");
    assert_eq!(known["suppression"]["path"], FILE);
    assert_eq!(known["suppression"]["line"], copy.line(FILE, "rule = "));
    // Lines move.
    copy.write(GO, format!("// a line\n\n{}", copy.text(GO)));
    check(copy.path()).clean();
    // Another lane is another finding.
    copy.edit(GO, "'e-mail'", "'mail'");
    let report = check(copy.path()).drift();
    assert_eq!(
        report.found(),
        [
            format!("unused-ignore {FILE}:{}", copy.line(FILE, "rule = ")),
            format!("query-drift {GO}:{}", copy.line(GO, "'mail'")),
        ]
    );
    assert_eq!(
        marked(copy.path(), &report.findings()[0]),
        "\"query-drift\""
    );
}

#[test]
fn an_entry_that_matches_nothing_is_reported_and_then_taken_out() {
    let copy = red("query-drift");
    recorded(&copy, "old");
    copy.edit(
        GO,
        WRONG,
        "\"taskKind\" IN ('thumbnail', 'index', 'geocode')",
    );
    let report = check(copy.path()).drift();
    let line = copy.line(FILE, "rule = ");
    assert_eq!(report.found(), [format!("unused-ignore {FILE}:{line}")]);
    assert!(
        report.messages()[0].contains("there is no such finding of query-drift"),
        "{:?}",
        report.messages()
    );
    // A rule that is not asked for is not judged, and its entries stay.
    for option in [["--ignore", "query-drift"], ["--select", "index-drift"]] {
        let arguments = ["check", "--write-baseline"];
        let written = run(copy.path(), arguments.into_iter().chain(option));
        assert_eq!(written.code, Some(0), "{}", written.stdout);
        assert!(copy.text(FILE).contains("query-drift"));
    }
    recorded(&copy, "x");
    check(copy.path()).clean();
    assert!(!copy.text(FILE).contains("query-drift"));
    let text = copy.text(FILE);
    recorded(&copy, "x");
    assert_eq!(copy.text(FILE), text);
}

#[test]
fn reasons_and_comments_stay_when_it_is_written_again() {
    let copy = red("query-drift");
    let written = run(copy.path(), ["check", "--write-baseline"]);
    assert_eq!(written.code, Some(0));
    assert!(
        copy.text(FILE)
            .contains("there when the baseline was written, on 2"),
        "{}",
        copy.text(FILE)
    );
    let text = copy.text(FILE);
    let (before, after) = text.split_once("reason = ").unwrap();
    let (_, after) = after.split_once('\n').unwrap();
    copy.write(FILE, format!("{before}reason = 'mine' # ask Ann\n{after}"));
    copy.write(
        "db/queries/more.sql",
        "SELECT 1 FROM work.\"Tasks\" WHERE status = 'failed' AND attempts < 5 AND \"taskKind\" IN ('thumbnail', 'index', 'geocode');\n",
    );
    check(copy.path()).drift();
    recorded(&copy, "theirs");
    let report = check(copy.path()).clean();
    let known = report.0["suppressed"].as_array().unwrap();
    let reasons: Vec<&str> = known
        .iter()
        .map(|it| it["suppression"]["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, ["theirs", "mine"]);
    assert!(copy.text(FILE).contains("reason = 'mine' # ask Ann\n"));
}

#[test]
fn of_findings_with_one_fingerprint_each_has_its_entry() {
    let copy = red("undeclared-copy");
    let path = "app/report.py";
    let times = |count: usize| {
        let query =
            "SELECT 1 FROM parcels WHERE delivered_at IS NULL AND carrier IN ('dhl', 'ups')";
        let lines = vec![format!("    db.execute(\"{query}\")\n"); count];
        format!("def count_open(db):\n{}", lines.concat())
    };
    let (one, two, three) = (times(1), times(2), times(3));
    copy.write(path, &two);
    let fingerprints = |report: &crate::program::Report, key: &str| -> Vec<String> {
        let all = report.0[key].as_array().cloned().unwrap_or_default();
        all.iter()
            .map(|it| it["fingerprint"].as_str().unwrap().to_owned())
            .collect()
    };
    let before = fingerprints(&check(copy.path()).drift(), "findings");
    assert_eq!(before.len(), 2, "{two}");
    assert_eq!(before[1], format!("{}-2", before[0]));
    recorded(&copy, "two of a kind");
    check(copy.path()).clean();
    copy.write(path, &three);
    let report = check(copy.path()).drift();
    assert_eq!(fingerprints(&report, "suppressed"), before);
    assert_eq!(
        fingerprints(&report, "findings"),
        [format!("{}-3", before[0])]
    );
    copy.write(path, &one);
    let report = check(copy.path()).drift();
    assert_eq!(report.found().len(), 1, "{:?}", report.found());
    assert!(report.found()[0].starts_with("unused-ignore .laneset-baseline.toml:"));
    recorded(&copy, "x");
    assert_eq!(copy.text(FILE).matches("[[finding]]").count(), 1);
}

#[test]
fn a_comment_comes_before_the_baseline() {
    let copy = red("query-drift");
    recorded(&copy, "old");
    let commented = format!("{WRONG} -- laneset: ignore query-drift reason=\"why\"");
    copy.edit(GO, WRONG, &commented);
    let report = check(copy.path()).drift();
    assert!(report.found()[0].starts_with("unused-ignore .laneset-baseline.toml:"));
    assert_eq!(report.0["suppressed"][0]["suppression"]["kind"], "comment");
    // What suppresses nothing is to be taken out, not recorded.
    copy.edit(GO, "ignore query-drift", "ignore index-drift");
    let written = write(&copy, "x");
    assert_eq!(written.code, Some(1), "{}", written.stdout);
    assert!(!copy.text(FILE).contains("unused-ignore"));
}

#[test]
fn what_cannot_be_read_is_no_baseline() {
    let copy = red("query-drift");
    recorded(&copy, "old");
    let text = copy.text(FILE);
    for (wrong, says) in [
        (
            text.replace("reason = \"old\"", "reason = \"\""),
            ":10: `reason` must not be empty",
        ),
        (
            text.replace("fingerprint", "finger"),
            "unknown field `finger`",
        ),
        (
            text.replace("version = 1", "version = 7"),
            "version 7 is not known",
        ),
        (
            text.replace("[[finding]]", "[[finding"),
            "the baseline cannot be read: .laneset-baseline.toml:",
        ),
    ] {
        copy.write(FILE, &wrong);
        for arguments in [
            &["check"][..],
            &["check", "--write-baseline"],
            &["generate"],
        ] {
            let ran = run(copy.path(), arguments);
            assert!(ran.could_not_check().contains(says), "{}", ran.stderr);
        }
        assert_eq!(copy.text(FILE), wrong);
    }
    copy.write(
        FILE,
        text.replace("rule = \"query-drift\"", "rule = \"qurey-drift\""),
    );
    check(copy.path()).clean();
    copy.write(
        FILE,
        text.replace("query-drift", "qurey-drift")
            .replace("fingerprint = \"", "fingerprint = \"0"),
    );
    let report = check(copy.path()).drift();
    assert!(report.messages()[0].contains("there is none called `qurey-drift`"));
    for arguments in [
        &["check", "--reason", "x"][..],
        &["check", "--write-baseline", "--reason", " "],
    ] {
        run(copy.path(), arguments).could_not_check();
    }
}

#[test]
fn machines_are_shown_what_the_baseline_knows() {
    let copy = red("query-drift");
    let written = run(
        copy.path(),
        ["check", "--write-baseline", "--output-format", "sarif"],
    );
    assert_eq!(written.code, Some(0));
    assert!(
        written
            .stderr
            .contains("note: wrote .laneset-baseline.toml")
    );
    let sarif: serde_json::Value = serde_json::from_str(&written.stdout).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "query-drift");
    assert_eq!(result["suppressions"][0]["kind"], "external");
    for format in ["github", "gitlab", "concise"] {
        let ran = run(copy.path(), ["check", "--output-format", format]);
        assert_eq!(ran.code, Some(0));
        assert!(!ran.stdout.contains("query-drift"), "{}", ran.stdout);
    }
}

#[test]
fn what_a_server_finds_is_recorded_and_is_no_matter_of_the_gate() {
    let copy = red("index-not-used");
    let select = ["--select", "index-not-used,unused-ignore"];
    let ran = |arguments: &[&str]| run(copy.path(), arguments.iter().copied().chain(select));
    assert_eq!(ran(&["verify"]).code, Some(1));
    let written = ran(&["verify", "--write-baseline"]);
    assert_eq!(
        written.code,
        Some(0),
        "{}{}",
        written.stdout,
        written.stderr
    );
    assert!(copy.text(FILE).contains("rule = \"index-not-used\""));
    assert_eq!(ran(&["verify"]).code, Some(0));
    let gate = run(
        copy.path(),
        ["check", "--select", "unused-ignore,query-drift"],
    );
    assert_eq!(gate.code, Some(0), "{}", gate.stdout);
    recorded(&copy, "x");
    assert!(copy.text(FILE).contains("rule = \"index-not-used\""));
    assert_eq!(ran(&["verify"]).code, Some(0));
}

/// What the baseline knows waits to be mended: `generate` does, and the entry goes with it.
#[test]
fn what_is_generated_takes_its_entry_along() {
    for rule in ["query-drift", "migrations-drift", "index-drift"] {
        let copy = red(rule);
        recorded(&copy, "old");
        let ran = run(copy.path(), ["generate"]);
        assert_eq!(ran.code, Some(0), "{rule}: {}{}", ran.stdout, ran.stderr);
        assert!(
            ran.stdout.contains("changed  .laneset-baseline.toml\n"),
            "{}",
            ran.stdout
        );
        assert!(!copy.text(FILE).contains("[[finding]]"), "{rule}");
        crate::generate::tools::assert_settled(&copy);
    }
}
