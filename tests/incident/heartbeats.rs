//! Executors that do not beat: the cause of the incident.

use super::incident;
use crate::program::{Copy, in_tests, run};

/// Where the executors beat, as the manifest says it.
const EVIDENCE: &str = r#"
[lane_set.heartbeat-inflight.heartbeat]
call = "heartbeat"
[lane_set.heartbeat-inflight.heartbeat.lanes]
sync = { file = "packages/connector-worker/src/daemon/executor.ts", within = "executeSyncRun" }
action = { file = "packages/connector-worker/src/daemon/executor.ts", within = "executeActionRun" }
embed_backfill = { file = "packages/connector-worker/src/daemon/executor.ts", within = "executeEmbedBackfillRun" }
auth = { file = "packages/connector-worker/src/daemon/executor.ts", within = "executeAuthRun" }
"#;

const EXECUTOR: &str = "packages/connector-worker/src/daemon/executor.ts";

/// The cause of it all, which no SQL shows.
#[test]
fn the_incident_before_its_fix_has_two_lanes_whose_executors_do_not_beat() {
    let copy = incident();
    let manifest = copy.text("laneset.toml");
    copy.write("laneset.toml", format!("{manifest}{EVIDENCE}"));
    let report = copy.check().clean();
    assert_eq!(report.0["checked"]["source_files"], 3);

    let source = copy.text(EXECUTOR);
    let silent = without_timer(
        &without_timer(&source, "executeActionRun"),
        "executeEmbedBackfillRun",
    );
    copy.write(EXECUTOR, silent);
    let report = copy.check().drift();
    let line = |name: &str| copy.line(EXECUTOR, &format!("function {name}("));
    assert_eq!(
        report.found(),
        [
            format!(
                "lane-without-heartbeat {EXECUTOR}:{}",
                line("executeActionRun")
            ),
            format!(
                "lane-without-heartbeat {EXECUTOR}:{}",
                line("executeEmbedBackfillRun")
            ),
        ]
    );
    let lanes: Vec<&serde_json::Value> =
        report.findings().iter().map(|it| &it["missing"]).collect();
    assert_eq!(
        lanes,
        [
            &serde_json::json!(["action"]),
            &serde_json::json!(["embed_backfill"])
        ]
    );
    let sites = report.0["lane_sets"][0]["sites"].as_array().unwrap();
    let executors: Vec<_> = (sites.iter())
        .filter(|it| it["role"] == "heartbeat")
        .map(|it| (it["lanes"].clone(), it["relation"].clone()))
        .collect();
    let beats = |lane: &str| (serde_json::json!([lane]), serde_json::json!("same"));
    let silent = (serde_json::json!([]), serde_json::json!("narrower"));
    assert_eq!(
        executors,
        [beats("sync"), silent.clone(), silent, beats("auth")]
    );
    let shown = run(copy.path(), ["check", "--color", "never"]).stdout;
    let mut of_action = shown.lines().filter(|line| line.starts_with(" action "));
    assert_eq!(
        of_action.next_back().map(|it| it.matches('✗').count()),
        Some(1),
        "{shown}"
    );
    let declared = copy.line("laneset.toml", "action = { file");
    for said in [
        "the executor of 'action' does not beat: executeActionRun calls heartbeat nowhere where that can run",
        "heartbeat-inflight declares this as the evidence that 'action' beats",
        &format!("laneset.toml:{declared}:1"),
    ] {
        assert!(shown.contains(said), "{said} is not in {shown}");
    }
}

/// The executor without the timer that beats.
fn without_timer(source: &str, executor: &str) -> String {
    let start = source.find(&format!("function {executor}(")).unwrap();
    let timer = start
        + source[start..]
            .find("  const heartbeatTimer = setInterval")
            .unwrap();
    let end = timer + source[timer..].find("}, 30000);\n").unwrap() + "}, 30000);\n".len();
    let rest = source[end..].replacen("    clearInterval(heartbeatTimer);\n", "", 1);
    format!("{}{rest}", &source[..timer])
}

#[test]
fn evidence_that_is_gone_is_found_and_a_lane_without_any_too() {
    let copy = incident();
    let manifest = copy.text("laneset.toml");
    let without_auth: String = EVIDENCE
        .lines()
        .filter(|line| !line.starts_with("auth"))
        .map(|line| format!("{line}\n"))
        .collect();
    copy.write("laneset.toml", format!("{manifest}{without_auth}"));
    copy.edit(
        EXECUTOR,
        "export async function executeActionRun(",
        "export async function executeAction(",
    );
    let report = copy.check().drift();
    assert_eq!(report.findings().len(), 2);
    let messages = report.messages();
    assert_eq!(
        messages,
        [
            "nothing says that the executor of 'auth' beats",
            "the evidence that 'action' beats is gone: in packages/connector-worker/src/daemon/executor.ts no function or constant is called `executeActionRun`; the nearest name is `executeAction`"
        ]
    );
    copy.remove(EXECUTOR);
    let said = run(copy.path(), ["check"]).stdout;
    assert!(said.contains("the evidence that 'sync' beats is gone: packages/connector-worker/src/daemon/executor.ts does not exist"), "{said}");
}

/// A language whose calls are not followed proves nothing, whatever stands there.
#[test]
fn an_executor_in_a_language_that_is_not_followed_is_a_finding() {
    let copy = incident();
    let manifest = copy.text("laneset.toml");
    let in_ruby = EVIDENCE.replace(
        "sync = { file = \"packages/connector-worker/src/daemon/executor.ts\"",
        "sync = { file = \"app/executor.rb\"",
    );
    copy.write("laneset.toml", format!("{manifest}{in_ruby}"));
    copy.write("app/executor.rb", "def executeSyncRun\n  heartbeat\nend\n");
    let report = copy.check().drift();
    let messages = report.messages();
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(
        messages[0].contains("Go and Python, not in Ruby"),
        "{messages:?}"
    );
}

/// `init` proposes what it finds, in comments; with these taken away the manifest declares the same evidence as by hand.
#[test]
fn the_evidence_that_init_proposes_is_that_of_the_executors() {
    let copy = incident();
    let source = copy.text(EXECUTOR);
    let propose = || {
        copy.remove("laneset.toml");
        let written = run(
            copy.path(),
            ["init", "--index", "idx_runs_heartbeat_inflight"],
        );
        assert_ne!(written.code, Some(2), "{written:?}");
        copy.text("laneset.toml")
    };
    let proposed = propose();
    for line in EVIDENCE.lines().filter(|line| line.contains(" = { file")) {
        assert!(
            proposed.contains(&format!("# {line}\n")),
            "{line}\n{proposed}"
        );
    }
    let (_, evidence) = proposed.split_once("fails the check.\n").unwrap();
    let evidence = evidence.replace("# ", "");
    copy.write("laneset.toml", format!("{proposed}\n{evidence}"));
    let report = crate::program::check(copy.path()).report();
    let found = report.found();
    let silent = found.iter().filter(|it| it.starts_with("lane-without"));
    assert_eq!(silent.count(), 0, "{found:?}");

    copy.write(EXECUTOR, without_timer(&source, "executeActionRun"));
    let proposed = propose();
    assert!(proposed.contains("# action: no function of that name was found to beat\n"));
    assert!(proposed.contains("# sync = { file"));
}

/// What a repository whose schema is elsewhere can declare: its executors alone.
#[test]
fn a_set_of_executors_alone_is_checked() {
    let copy = Copy::of(&in_tests("rules/lane-without-heartbeat/red"));
    copy.remove("db/schema.sql");
    let manifest = copy.text("laneset.toml");
    let (before, after) = manifest.split_once("[lane_set.beating.index]").unwrap();
    let after = &after[after.find("[lane_set.beating.heartbeat]").unwrap()..];
    copy.write("laneset.toml", format!("{before}{after}"));
    let report = copy.check().drift();
    let rules: Vec<&serde_json::Value> = report.findings().iter().map(|it| &it["rule"]).collect();
    assert!(!rules.is_empty());
    assert!(rules.iter().all(|it| *it == "lane-without-heartbeat"));
}
