//! `check --fix`: what can be mended without a decision is, and nothing else.

use std::fs;

use laneset::rules::registry::{Command, find};

use crate::generate::tools::{assert_settled, files};
use crate::program::{Copy, Report, check, finish, in_tests, laneset, run};

fn red(rule: &str) -> Copy {
    Copy::of(&in_tests(&format!("rules/{rule}/red")))
}

fn fix(copy: &Copy, options: &[&str]) -> crate::program::Run {
    let arguments = ["check", "--fix", "--output-format", "json"];
    run(copy.path(), arguments.iter().chain(options))
}

/// The fingerprints of the findings that are fixable, or are not.
fn fingerprints(report: &Report, is_fixable: bool) -> Vec<String> {
    let findings = report.findings().iter();
    let chosen = findings.filter(|it| it["fixable"] == is_fixable);
    chosen.map(|it| it["fingerprint"].to_string()).collect()
}

#[test]
fn what_is_said_to_be_fixable_is_gone_and_nothing_else_came_up() {
    let mut fixed = Vec::new();
    for entry in fs::read_dir(in_tests("rules")).unwrap() {
        let entry = entry.unwrap();
        let rule = entry.file_name().into_string().unwrap();
        let repository = Copy::of(&entry.path().join("red"));
        let before = check(repository.path()).report();
        let ran = fix(&repository, &[]);
        let after = ran.report();
        assert_eq!(fingerprints(&after, true), Vec::<String>::new(), "{rule}");
        assert_eq!(
            fingerprints(&after, false),
            fingerprints(&before, false),
            "{rule}: {}",
            ran.stderr
        );
        let is_left = !after.findings().is_empty();
        assert_eq!(ran.code, Some(i32::from(is_left)), "{rule}: {}", ran.stderr);
        let written = files(&repository);
        let again = fix(&repository, &[]);
        assert_eq!(again.report().found(), after.found(), "{rule}");
        assert_eq!(files(&repository), written, "{rule}: written twice");
        if !fingerprints(&before, true).is_empty() {
            assert!(ran.stderr.contains("Fixed 1 finding.\n"), "{}", ran.stderr);
            if find(&rule).unwrap().command() == Command::Check {
                fixed.push(rule);
            }
        } else {
            assert_eq!(ran.stderr.matches("Fixed").count(), 0, "{}", ran.stderr);
        }
    }
    fixed.sort();
    assert_eq!(
        fixed,
        [
            "create-without-effect",
            "embedded-drift",
            "index-drift",
            "migrations-drift",
            "query-drift"
        ]
    );
}

#[test]
fn a_copy_that_lacks_nothing_but_its_declaration_is_declared() {
    let copy = red("undeclared-copy");
    let exact =
        "SELECT 1 FROM parcels WHERE delivered_at IS NULL AND carrier IN ('ups', 'gls', 'dhl')";
    copy.write(
        "app/report.py",
        format!(
            "def count_open(db):\n    db.execute(\"{exact}\")\n    db.execute(\"{exact}\")\n\n\
             CARRIERS = ['dhl', 'gls', 'ups']\n"
        ),
    );
    copy.write("db/queries/open.sql", format!("{exact};\n"));
    let before = check(copy.path()).drift();
    assert_eq!(before.found().len(), 4, "{:?}", before.found());
    assert_eq!(fingerprints(&before, true).len(), 4);
    let manifest = copy.text("laneset.toml");
    let report = fix(&copy, &[]).clean();
    assert_eq!(report.0["checked"]["queries"], 4);
    let added = "\n[[lane_set.tracked.query]]\nfile = \"app/report.py\"\nwithin = \"count_open\"\n\
                 \n[[lane_set.tracked.array]]\nfile = \"app/report.py\"\nname = \"CARRIERS\"\n\
                 \n[[lane_set.tracked.query]]\nfile = \"db/queries/open.sql\"\n";
    assert_eq!(copy.text("laneset.toml"), format!("{manifest}{added}"));
    assert_settled(&copy);
}

#[test]
fn a_copy_that_means_something_else_is_left_to_a_person() {
    for other in [
        // One lane less.
        "db.execute(\"SELECT 1 FROM parcels WHERE delivered_at IS NULL AND carrier IN ('dhl', 'ups')\")",
        // Another guard.
        "db.execute(\"SELECT 1 FROM parcels WHERE delivered_at IS NOT NULL AND carrier IN ('dhl', 'ups', 'gls')\")",
        // No name to declare it by.
        "track(['dhl', 'ups', 'gls'])",
    ] {
        let copy = red("undeclared-copy");
        copy.write(
            "app/report.py",
            format!("def report(db, carrier):\n    {other}\n"),
        );
        let before = check(copy.path()).drift();
        assert_eq!(before.found(), ["undeclared-copy app/report.py:2"]);
        assert_eq!(before.findings()[0]["fixable"], false, "{other}");
        let there = files(&copy);
        assert_eq!(fix(&copy, &[]).drift().found(), before.found());
        assert_eq!(files(&copy), there);
    }
}

#[test]
fn a_diff_is_what_would_be_written() {
    let copy = red("migrations-drift");
    let before = files(&copy);
    let shown = run(copy.path(), ["check", "--fix", "--diff"]);
    assert_eq!(shown.code, Some(1), "{}", shown.stderr);
    assert!(
        shown.stderr.contains("Would fix 1 finding; 0 left.\n"),
        "{}",
        shown.stderr
    );
    assert_eq!(files(&copy), before);
    // A format that the environment asks for is one of reports.
    let mut beside = laneset(copy.path());
    beside.args(["check", "--fix", "--diff"]);
    let beside = finish(beside.env("LANESET_OUTPUT_FORMAT", "json"));
    assert_eq!((beside.code, &beside.stdout), (shown.code, &shown.stdout));
    assert!(
        shown
            .stdout
            .contains("\n--- /dev/null\n+++ b/db/migrations/"),
        "{}",
        shown.stdout
    );
    assert!(!shown.stdout.contains("Checked"));
    fix(&copy, &[]).clean();
    let nothing = run(copy.path(), ["check", "--fix", "--diff"]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (Some(0), ""));
    for arguments in [
        &["check", "--diff"][..],
        &["check", "--fix", "--write-baseline"],
        &["verify", "--fix"],
    ] {
        run(copy.path(), arguments).could_not_check();
    }
}

#[test]
fn only_what_the_selected_rules_find_is_mended() {
    let copy = red("query-drift");
    copy.edit(
        "laneset.toml",
        "[\"thumbnail\", ",
        "[\"thumbnail\", \"resize\", ",
    );
    let before = check(copy.path()).drift();
    let rules: Vec<&str> = before
        .findings()
        .iter()
        .map(|it| it["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["migrations-drift", "index-drift", "query-drift"]);
    // The dump is what the migrations lead to, and they stay.
    let there = files(&copy);
    let ran = fix(&copy, &["--select", "index-drift"]);
    assert_eq!(ran.drift().findings()[0]["fixable"], false);
    assert_eq!(files(&copy), there);
    let report = fix(&copy, &["--ignore", "index-drift,migrations-drift"]).clean();
    assert_eq!(report.0["checked"]["queries"], 1);
    let left = check(copy.path()).drift();
    assert_eq!(left.findings().len(), 2, "{:?}", left.found());
    fix(&copy, &[]).clean();
    assert_settled(&copy);
}

/// What would reap live runs, or index rows that cannot be, waits for whoever declared the lane.
#[test]
fn a_lane_of_which_nobody_decided_is_brought_nowhere() {
    let copy = red("lane-without-heartbeat");
    let before = check(copy.path()).drift();
    let lane = before.findings()[0]["missing"][0].as_str().unwrap();
    let site = before.0["lane_sets"][0]["sites"]
        .as_array()
        .unwrap()
        .clone();
    let index = site.iter().find(|it| it["role"] == "index").unwrap();
    let path = index["path"].as_str().unwrap();
    let text = copy.text(path);
    let without: String = text
        .lines()
        .enumerate()
        .map(|(number, line)| match number + 1 == index["line"] {
            true => line.replace(&format!("'{lane}'"), "'other'") + "\n",
            false => format!("{line}\n"),
        })
        .collect();
    assert_ne!(without, text);
    copy.write(path, without);
    let drifted = check(copy.path()).drift();
    assert_eq!(drifted.findings().len(), 2, "{:?}", drifted.found());
    let there = files(&copy);
    let ran = run(copy.path(), ["check", "--fix"]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(files(&copy), there, "{}", ran.stdout);
    let said = format!("is not mended: whether the lane {lane} belongs there is undecided\n");
    assert!(ran.stdout.contains(&said), "{}", ran.stdout);
    // Whoever says that it may stay has decided.
    let ignore = ["--ignore", "lane-without-heartbeat"];
    assert_eq!(fix(&copy, &ignore).drift().findings()[0]["fixable"], false);
}

#[test]
fn of_a_query_with_other_lanes_and_another_guard_nothing_is_mended() {
    let copy = red("query-drift");
    copy.edit("internal/tasks/retry.go", "attempts < 5", "attempts < 9");
    let before = check(copy.path()).drift();
    assert_eq!(before.findings()[0]["fixable"], false);
    let there = files(&copy);
    let ran = run(copy.path(), ["check", "--fix"]);
    assert_eq!(ran.code, Some(1));
    assert!(!ran.stdout.contains("fixable"), "{}", ran.stdout);
    assert_eq!(files(&copy), there);
}

#[test]
fn what_is_excused_is_left_and_an_entry_for_nothing_goes() {
    let copy = red("query-drift");
    let recorded = run(copy.path(), ["check", "--write-baseline"]);
    assert_eq!(recorded.code, Some(0));
    let there = files(&copy);
    fix(&copy, &[]).clean();
    assert_eq!(files(&copy), there);
    // Somebody mends it by hand.
    copy.edit("internal/tasks/retry.go", ", 'e-mail'", "");
    let before = check(copy.path()).drift();
    assert_eq!(before.findings()[0]["rule"], "unused-ignore");
    assert_eq!(before.findings()[0]["fixable"], true);
    fix(&copy, &[]).clean();
    assert!(!copy.text(".laneset-baseline.toml").contains("[[finding]]"));
}

#[test]
fn what_can_be_mended_is_counted_and_what_cannot_is_left() {
    let copy = red("query-drift");
    copy.write(
        "internal/tasks/count.go",
        "package tasks\n\nvar q = `SELECT 1 FROM work.\"Tasks\" WHERE \"taskKind\" IN ('thumbnail', 'index')`\n",
    );
    let shown = run(copy.path(), ["check"]);
    assert!(
        shown
            .stdout
            .contains("\n1 fixable with `laneset check --fix`.\nFound 1 error, 1 warning. "),
        "{}",
        shown.stdout
    );
    let ran = run(copy.path(), ["check", "--fix"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stdout.starts_with(
            "changed  internal/tasks/retry.go\nFixed 1 finding.\n\nwarning[undeclared-copy]"
        ),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("\nFound 1 warning. Checked "),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains("fixable"), "{}", ran.stdout);
    let quiet = run(copy.path(), ["check", "--fix", "--quiet", "--exit-zero"]);
    assert_eq!(quiet.code, Some(0));
}

/// Of more than 100 values the planner proves an identical list alone (Postgres, `predtest.c`): to declare another order would be another
/// finding.
#[test]
fn what_would_bring_something_up_is_left_and_the_rest_is_mended() {
    let copy = Copy::of(tempfile::tempdir().unwrap().path());
    let lanes: Vec<String> = (0..101).map(|number| format!("lane{number}")).collect();
    let listed = |quote: char, lanes: &[String]| {
        let quoted = lanes.iter().map(|lane| format!("{quote}{lane}{quote}"));
        quoted.collect::<Vec<_>>().join(", ")
    };
    copy.write(
        "db/migrations/20260101000000_runs.sql",
        format!(
            "-- migrate:up\nCREATE TABLE public.runs (id bigint, lane text);\n\
             CREATE INDEX idx_runs ON public.runs (id) WHERE lane IN ({});\n\n-- migrate:down\nDROP TABLE public.runs;\n",
            listed('\'', &lanes)
        ),
    );
    copy.write(
        "laneset.toml",
        format!(
            "version = 1\n\n[lane_set.x]\ntable = \"public.runs\"\ncolumn = \"lane\"\nlanes = [{}]\n\n\
             [lane_set.x.index]\nname = \"idx_runs\"\ncolumns = [\"id\"]\n",
            listed('"', &lanes)
        ),
    );
    check(copy.path()).clean();
    let query = |lanes: &[String]| {
        format!(
            "SELECT id FROM public.runs WHERE lane IN ({});\n",
            listed('\'', lanes)
        )
    };
    let turned: Vec<String> = lanes.iter().rev().cloned().collect();
    copy.write("queries/alike.sql", query(&lanes));
    copy.write("queries/turned.sql", query(&turned));
    let before = check(copy.path()).drift();
    let found = before.findings().iter();
    let found: Vec<String> = found
        .map(|it| format!("{} {} {}", it["rule"], it["path"], it["fixable"]).replace('"', ""))
        .collect();
    let alike = "undeclared-copy queries/alike.sql true";
    assert_eq!(found, [alike, "undeclared-copy queries/turned.sql false"]);
    let left = fix(&copy, &[]).drift();
    assert_eq!(left.found(), ["undeclared-copy queries/turned.sql:1"]);
    assert!(
        copy.text("laneset.toml")
            .ends_with("file = \"queries/alike.sql\"\n")
    );
}
