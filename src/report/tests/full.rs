//! The report for people.

use std::time::{Duration, Instant};

use super::*;
use crate::report::full::{problem, write};
use crate::report::look::{Color, Look, ShowMatrix};

fn shown(outcome: &Outcome) -> String {
    written(|writer| write(outcome, &Look::default(), writer))
}

/// The report of one finding over a span, without its summary.
fn shown_alone(location: Location, text: &str) -> String {
    let outcome = Outcome {
        findings: vec![finding(
            RuleId::IndexDrift,
            remark(location, text),
            "the index holds more lanes than declared",
        )],
        ..Outcome::default()
    };
    shown(&outcome)
}

/// The text that stands above the first row of `^`, cut to where the marks are.
fn underlined(report: &str) -> String {
    let lines: Vec<&str> = report.lines().collect();
    let row = lines.iter().position(|line| line.contains('^')).unwrap();
    let marks = lines[row];
    let start = marks.chars().position(|c| c == '^').unwrap();
    let length = marks.matches('^').count();
    lines[row - 1].chars().skip(start).take(length).collect()
}

#[test]
fn findings_show_both_ends_then_lanes_by_sites_then_the_summary() {
    let mut outcome = red();
    outcome.sort();
    let report = shown(&outcome);
    insta::assert_snapshot!(report, @r#"
    error[index-drift]: the index idx_runs_heartbeat_inflight holds more lanes than declared
     --> db/schema.sql:3:157
      |
    3 | ...AND (run_type = ANY (ARRAY['sync'::text, 'action'::text, 'embed_backfill'::text, 'auth'::t...
      |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ wider than declared
      |
     ::: laneset.toml:6:10
      |
    6 | lanes  = ["sync", "auth"]
      |          ---------------- declared here
      |
      = extra: action, embed_backfill
      =     here: status IN ('claimed', 'running') AND run_type IN ('sync', 'action',
                                                                            ---------
                  'embed_backfill', 'auth')
                  -----------------
      = declared: status IN ('claimed', 'running') AND run_type IN ('sync', 'auth')
      = help: run `laneset generate`

    warning[unprovable-query]: the planner cannot prove that this query may use the index
     --> src/reaper.ts:3:9
      |
    3 |   WHERE status IN ('claimed', 'running')
      |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error[query-drift]: the query lacks the lane auth
     --> src/reaper.ts:4:9
      |
    4 |     AND run_type IN ('sync')
      |         ^^^^^^^^^^^^^^^^^^^^ `auth` is not here
      |
     ::: laneset.toml:6:10
      |
    6 | lanes  = ["sync", "auth"]
      |          ---------------- declared here
      |
      = missing: auth

    heartbeat-inflight on public.runs.run_type
                    │     migrations    │   embedded   │    query    │     index    │     check
                    │ 20260517120000…:3 │ patches.ts:1 │ reaper.ts:4 │ schema.sql:3 │ schema.sql:1
    ────────────────┼───────────────────┼──────────────┼─────────────┼──────────────┼──────────────
     sync           │         ✓         │       ?      │      ✓      │       ✓      │       ✓
     auth           │         ✓         │       ?      │      ✗      │       ✓      │       ✓
     action         │         ·         │       ?      │      ·      │       ✗      │       ·
     embed_backfill │         ·         │       ?      │      ·      │       ✗      │       ·
    ✓ as declared   · not declared   ✗ wrong   ? unknown

    note: the heartbeat of lane auth was not checked
    3 fixable with `laneset check --fix`.
    Found 2 errors, 1 warning. Checked 1 lane set: 83 migrations, 41 patches, 1 query, 212 source files.
    "#);
    assert!(report.contains("--> db/schema.sql:3:157"));
    let column = SCHEMA.lines().nth(2).unwrap().find("(run_type").unwrap() + 1;
    assert_eq!(column, 157, "counted by hand");
    assert!(underlined(&report).starts_with("(run_type = ANY (ARRAY['sync'"));
    assert!(report.lines().all(|line| line.chars().count() <= 100));
    assert!(!report.contains('\u{1b}'), "plain means plain");
    assert_eq!(report.matches("declared here").count(), 2);
    assert!(report.ends_with("Found 2 errors, 1 warning. Checked 1 lane set: 83 migrations, 41 patches, 1 query, 212 source files.\n"));
}

#[test]
fn a_clean_check_is_one_line_and_shows_the_matrix_when_asked() {
    let clean =
        "Checked 1 lane set: 83 migrations, 41 patches, 1 query, 212 source files. No drift.\n";
    assert_eq!(shown(&green()), clean);
    let look = Look {
        matrix: ShowMatrix::Always,
        columns: 60,
        ..Look::default()
    };
    let report = written(|writer| write(&green(), &look, writer));
    insta::assert_snapshot!(report, @r"
    heartbeat-inflight on public.runs.run_type
          │           migrations           │     embedded
          │ 20260517120000_runs_heartbe…:3 │ src/patches.ts:1
    ──────┼────────────────────────────────┼──────────────────
     sync │                ✓               │         ✓
     auth │                ✓               │         ✓

          │      query      │      index      │      check
          │ src/reaper.ts:4 │ db/schema.sql:3 │ db/schema.sql:1
    ──────┼─────────────────┼─────────────────┼─────────────────
     sync │        ✓        │        ✓        │        ✓
     auth │        ✓        │        ✓        │        ✓
    ✓ as declared   · not declared   ✗ wrong

    Checked 1 lane set: 83 migrations, 41 patches, 1 query, 212 source files. No drift.
    ");
    assert!(
        report
            .lines()
            .rev()
            .skip(1)
            .all(|line| line.chars().count() <= 60)
    );
    assert!(report.ends_with(clean));
}

#[test]
fn the_matrix_says_of_each_lane_at_each_site_what_is_wrong() {
    let look = Look {
        columns: 200,
        ..Look::default()
    };
    let report = written(|writer| write(&red(), &look, writer));
    let row = |lane: &str| -> Vec<char> {
        let line = report
            .lines()
            .find(|line| line.starts_with(&format!(" {lane} ")))
            .unwrap();
        line.split('│')
            .skip(1)
            .map(|cell| cell.trim().chars().next().unwrap())
            .collect()
    };
    // Migrations, patches that could not be read, query, index, constraint.
    assert_eq!(row("sync"), ['✓', '?', '✓', '✓', '✓']);
    assert_eq!(row("auth"), ['✓', '?', '✗', '✓', '✓']);
    assert_eq!(row("action"), ['·', '?', '·', '✗', '·']);
    assert!(!report.contains(" insight "), "a constraint may admit more");
}

#[test]
fn colours_are_written_only_when_asked_for() {
    let look = Look {
        color: Color::Always,
        ..Look::default()
    };
    let coloured = written(|writer| write(&red(), &look, writer));
    assert!(coloured.contains("\u{1b}[32m✓\u{1b}[0m"));
    let plain = anstream::adapter::strip_str(&coloured).to_string();
    assert_eq!(plain, shown(&red()), "colours change nothing else");
}

#[test]
fn a_statement_of_many_lines_is_marked_on_its_first_line() {
    let statement = format!(
        "CREATE INDEX i ON runs (a)\n{}  WHERE b;",
        "  -- more\n".repeat(300)
    );
    let patch = file("a.sql", &format!("SELECT 1;\n\n{statement}\n"));
    let report = shown_alone(at(&patch, &statement), "here");
    assert_eq!(underlined(&report), "CREATE INDEX i ON runs (a)");
    assert!(report.contains("--> a.sql:3:1"), "{report}");
    assert_eq!(report.matches("-- more").count(), 0);

    let short = "CREATE INDEX i\n  ON runs (a)\n  WHERE b";
    let patch = file("a.sql", &format!("SELECT 1;\n{short};\n"));
    let report = shown_alone(at(&patch, short), "here");
    assert!(
        report.contains("WHERE b") && report.contains("--> a.sql:2:1"),
        "{report}"
    );
}

#[test]
fn a_line_of_fifty_megabytes_is_shown_in_part_and_at_once() {
    let filler = "é".repeat(12_500_000);
    let text = format!("SELECT 1;\n{filler}run_type IN ('sync'){filler}\n");
    let dump = file("dump.sql", &text);
    let location = at(&dump, "run_type IN ('sync')");
    let started = Instant::now();
    let report = shown_alone(location, "here");
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(underlined(&report), "run_type IN ('sync')");
    assert!(report.contains("--> dump.sql:2:12500001"), "{report}");
    assert!(report.len() < 1000, "{}", report.len());

    let whole = Location::new(&dump, Span::new(0, text.len()));
    assert!(shown_alone(whole, "all of it").len() < 1000);
}

#[test]
fn escape_sequences_of_the_source_do_not_reach_the_terminal() {
    let evil = "a\u{1b}]0;title\u{7}\u{9b}2J\u{202e}b";
    let dump = file("db/\u{1b}[31m.sql", &format!("{evil} = 1\n"));
    let mut outcome = red();
    outcome.findings = vec![Finding {
        missing: lanes(&[evil]),
        help: Some(evil.into()),
        disagreement: Some(Disagreement {
            here: evil.into(),
            declared: "b".into(),
        }),
        ..finding(RuleId::IndexDrift, remark(at(&dump, "= 1"), evil), evil)
    }];
    outcome.lane_sets[0].name = evil.into();
    outcome.lane_sets[0].lanes = lanes(&[evil]);
    outcome.notes = vec![evil.into()];
    let concise = written(|writer| crate::report::concise::write(&outcome, Color::Never, writer));
    for report in [shown(&outcome), concise] {
        let raw: Vec<char> = report
            .chars()
            .filter(|c| c.is_control() && *c != '\n' || *c == '\u{202e}')
            .collect();
        assert!(raw.is_empty(), "{raw:?} in {report}");
    }
    assert_eq!(underlined(&shown(&outcome)), "= 1");
}

#[test]
fn spans_hold_with_crlf_tabs_and_other_alphabets() {
    let dump = file("a.sql", "-- größe 🚲\r\n\tétat = 'läuft'\r\nSELECT 1;\r\n");
    let report = shown_alone(at(&dump, "'läuft'"), "here");
    assert_eq!(underlined(&report), "'läuft'");
    assert!(report.contains("--> a.sql:2:9"), "{report}");
    assert!(!report.contains('␍'), "{report}");
}

#[test]
fn ends_near_each_other_share_a_snippet() {
    let patches = file(
        "a.sql",
        "CREATE INDEX i ON runs (a);\n\nCREATE INDEX IF NOT EXISTS i ON runs (b);\n",
    );
    let findings = vec![Finding {
        related: vec![remark(at(&patches, "CREATE INDEX i"), "made here")],
        ..finding(
            RuleId::CreateWithoutEffect,
            remark(at(&patches, "CREATE INDEX IF NOT EXISTS i"), "does nothing"),
            "the index i exists already",
        )
    }];
    let report = shown(&Outcome {
        findings,
        ..Outcome::default()
    });
    insta::assert_snapshot!(report, @r"
    error[create-without-effect]: the index i exists already
     --> a.sql:3:1
      |
    1 | CREATE INDEX i ON runs (a);
      | -------------- made here
    2 |
    3 | CREATE INDEX IF NOT EXISTS i ON runs (b);
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ does nothing

    1 fixable with `laneset check --fix`.
    Found 1 error. Checked 0 lane sets: 0 migrations, 0 patches, 0 queries, 0 source files.
    ");
    assert_eq!(report.matches("a.sql").count(), 1);
    assert!(
        report.contains("--> a.sql:3:1"),
        "the culprit leads: {report}"
    );
}

#[test]
fn empty_files_and_spans_past_the_end_are_shown_without_a_panic() {
    let empty = file("empty.sql", "");
    let short = file("short.sql", "é");
    for location in [
        Location::top(&empty),
        Location::new(&empty, Span::new(5, 9)),
        Location::new(&short, Span::new(1, 1)),
        Location::new(&short, Span::new(2, 2)),
        Location::new(&short, Span::new(9, 3)),
    ] {
        assert!(shown_alone(location, "here").contains(".sql:1:"));
    }
}

#[test]
fn a_problem_of_the_manifest_shows_its_line() {
    let manifest = file("laneset.toml", &MANIFEST.replace("lanes", "lane"));
    let message = "unknown key `lane` in [lane_set.heartbeat-inflight]; did you mean `lanes`?";
    let report = problem(&at(&manifest, "lane "), message, &Look::default());
    insta::assert_snapshot!(report, @r#"
    error: unknown key `lane` in [lane_set.heartbeat-inflight]; did you mean `lanes`?
     --> laneset.toml:6:1
      |
    6 | lane  = ["sync", "auth"]
      | ^^^^
    "#);
    assert_eq!(underlined(&report), "lane");
}
