//! What is suppressed by a comment stays as it is, whatever is generated.

use super::tools::{assert_settled, files, reference_queue};
use crate::program::{Copy, check, in_tests, run};

/// The red fixture of a rule, with a comment above its finding, and the finding's place.
fn suppressed(rule: &str) -> (Copy, String) {
    let copy = Copy::of(&in_tests(&format!("rules/{rule}/red")));
    let finding = check(copy.path()).drift().findings()[0].clone();
    let (path, line) = (
        finding["path"].as_str().unwrap(),
        finding["line"].as_u64().unwrap(),
    );
    comment_above(&copy, path, line as usize, rule);
    check(copy.path()).clean();
    (copy, format!("{path}:{}", line + 1))
}

fn comment_above(copy: &Copy, path: &str, line: usize, rule: &str) {
    let text = copy.text(path);
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mark = if path.ends_with(".ts") { "//" } else { "--" };
    let comment = format!("{mark} laneset: ignore {rule} reason=\"with the next release\"\n");
    lines.insert(line - 1, &comment);
    copy.write(path, lines.concat());
}

#[test]
fn a_suppressed_place_is_left_alone_and_said() {
    for rule in [
        "query-drift",
        "index-drift",
        "migrations-drift",
        "create-without-effect",
        "embedded-drift",
    ] {
        let (copy, place) = suppressed(rule);
        let before = files(&copy);
        let ran = run(copy.path(), ["generate"]);
        assert_eq!(ran.code, Some(0), "{rule}: {}{}", ran.stdout, ran.stderr);
        assert_eq!(files(&copy), before, "{rule}: {}", ran.stdout);
        let said = format!("note: {place} stays as it is: {rule} is suppressed there\n");
        assert!(ran.stdout.contains(&said), "{}", ran.stdout);
    }
}

#[test]
fn beside_a_suppressed_place_the_others_are_written() {
    let (copy, _) = suppressed("query-drift");
    copy.edit(
        "laneset.toml",
        "lanes  = [\"thumbnail\"",
        "lanes  = [\"new\", \"thumbnail\"",
    );
    let before = copy.text("internal/tasks/retry.go");
    let ran = run(copy.path(), ["generate"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("Changed "), "{}", ran.stdout);
    assert_eq!(copy.text("internal/tasks/retry.go"), before);
    assert_settled(&copy);
}

/// A dump that names a migration and does not show its effect would be taken for the whole truth.
#[test]
fn a_suppressed_dump_does_not_name_the_migration_either() {
    let copy = reference_queue();
    let line = copy.line("db/schema.sql", "CREATE INDEX idx_runs_heartbeat_inflight");
    comment_above(&copy, "db/schema.sql", line, "index-drift");
    let before = copy.text("db/schema.sql");
    let ran = run(
        copy.path(),
        ["narrow", "heartbeat-inflight", "embed_backfill"],
    );
    assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(copy.text("db/schema.sql"), before);
    // Which is said, for the dump is older than the migration.
    let report = check(copy.path()).drift();
    let rules: Vec<&serde_json::Value> = report.findings().iter().map(|it| &it["rule"]).collect();
    assert_eq!(rules, ["version-not-recorded"]);
}

/// The patches and the dump are what the migrations lead to.
#[test]
fn what_follows_from_a_suppressed_migration_is_left_too() {
    let copy = reference_queue();
    let report = check(copy.path()).clean();
    let sites = report.0["lane_sets"][0]["sites"].as_array().unwrap();
    let site = sites.iter().find(|it| it["role"] == "migrations").unwrap();
    let path = site["path"].as_str().unwrap();
    comment_above(
        &copy,
        path,
        site["line"].as_u64().unwrap() as usize,
        "migrations-drift",
    );
    let (dump, migrations) = (copy.text("db/schema.sql"), files(&copy).len());
    let ran = run(
        copy.path(),
        ["narrow", "heartbeat-inflight", "embed_backfill"],
    );
    assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(copy.text("db/schema.sql"), dump);
    assert_eq!(files(&copy).len(), migrations, "{}", ran.stdout);
    let left: Vec<String> = check(copy.path()).drift().found();
    assert!(
        left.iter().any(|it| it.starts_with("index-drift")),
        "{left:?}"
    );
    assert!(
        !left.iter().any(|it| it.starts_with("query-drift")),
        "{left:?}"
    );
}
