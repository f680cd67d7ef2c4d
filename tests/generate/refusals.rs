//! What is not written, and why.

use std::fs;

use walkdir::WalkDir;

use super::tools::{SET, assert_settled, change, names, reference_queue, refused, tree};
use crate::program::{check, run};

#[test]
fn what_makes_no_sense_is_refused_with_its_reason() {
    let repository = reference_queue();
    refused(
        &repository,
        &["widen", "heartbeat", "x"],
        "laneset.toml declares no lane set called \"heartbeat\"; did you mean `heartbeat-inflight`?",
    );
    refused(
        &repository,
        &["widen", SET, "sync", "insight"],
        "heartbeat-inflight holds \"sync\" already",
    );
    refused(
        &repository,
        &["widen", SET, "insight", "insight"],
        "the lane \"insight\" is named twice",
    );
    refused(
        &repository,
        &["narrow", SET, "insight"],
        "heartbeat-inflight does not hold \"insight\"; it holds \"sync\", \"action\", \"embed_backfill\", \"auth\"",
    );
    refused(
        &repository,
        &["narrow", SET, "sync"],
        "heartbeat-inflight retries \"sync\" after a reaping; take it out of `lanes` in [lane_set.heartbeat-inflight.reaper.retry] first",
    );
    refused(
        &repository,
        &["narrow", SET, "sync", "action", "embed_backfill", "auth"],
        "heartbeat-inflight would hold no lane",
    );
    refused(
        &repository,
        &["widen", SET],
        "required arguments were not provided",
    );
    refused(
        &repository,
        &["generate", "--git-base", "nowhere"],
        "git knows no commit called `nowhere`",
    );

    let manifest = repository.text("laneset.toml");
    let others = ["sync", "action", "embed_backfill", "auth"]
        .map(|lane| format!("{lane} = {{ file = \"a.ts\" }}\n"))
        .concat();
    let evidence = format!(
        "\n[lane_set.heartbeat-inflight.heartbeat]\ncall = \"heartbeat\"\n[lane_set.heartbeat-inflight.heartbeat.lanes]\n{others}"
    );
    repository.write(
        "a.ts",
        "export const run = (client) => client.heartbeat(1);\n",
    );
    repository.write("laneset.toml", format!("{manifest}{evidence}"));
    refused(
        &repository,
        &["widen", SET, "insight"],
        "nothing says that \"insight\" beats",
    );
    repository.write(
        "laneset.toml",
        format!("{manifest}{evidence}insight = {{ file = \"b.ts\" }}\n"),
    );
    refused(
        &repository,
        &["widen", SET, "insight"],
        "laneset.toml:55: the evidence that 'insight' beats is gone: b.ts does not exist, and would be timed out while it works",
    );
    repository.write(
        "b.ts",
        "export const run = (client) => client.heartbeats(1);\n",
    );
    refused(
        &repository,
        &["widen", SET, "insight"],
        "b.ts:1: the executor of 'insight' does not beat: b.ts calls heartbeat nowhere where that can run",
    );
    repository.write(
        "b.ts",
        "export const run = (client) => client.heartbeat(1);\n",
    );
    change(&repository, &["widen", SET, "insight"]);
}

#[cfg(unix)]
#[test]
fn when_one_file_cannot_be_written_none_is() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    let repository = reference_queue();
    fs::copy(
        repository.file("db/schema.sql"),
        outside.path().join("schema.sql"),
    )
    .unwrap();
    repository.remove("db/schema.sql");
    symlink(
        outside.path().join("schema.sql"),
        repository.file("db/schema.sql"),
    )
    .unwrap();
    refused(
        &repository,
        &["narrow", SET, "action"],
        "db/schema.sql leads out of the repository",
    );
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_stops_everything() {
    use std::os::unix::fs::PermissionsExt;
    let repository = reference_queue();
    for entry in WalkDir::new(repository.path()) {
        let entry = entry.unwrap();
        let mode = if entry.file_type().is_dir() {
            0o777
        } else {
            0o666
        };
        fs::set_permissions(entry.path(), fs::Permissions::from_mode(mode)).unwrap();
    }
    fs::set_permissions(
        repository.file("db/schema.sql"),
        fs::Permissions::from_mode(0o444),
    )
    .unwrap();
    let mut command = crate::program::laneset_as_anyone(repository.path());
    let before = tree(repository.path());
    let ran = crate::program::finish(command.args(["narrow", SET, "action"]));
    assert!(
        ran.could_not_check()
            .contains("db/schema.sql cannot be written; nothing was changed"),
        "{}",
        ran.stderr
    );
    assert_eq!(tree(repository.path()), before);
}

#[test]
fn what_cannot_be_generated_is_said_and_the_rest_is_written() {
    let repository = reference_queue();
    repository.write("src/reap.ts", "export const reap = (db, more) => db.query(`\n  DELETE FROM public.runs\n  WHERE status IN ('claimed', 'running') AND (run_type = 'sync' OR run_type IN ('action', 'embed_backfill', 'auth'))\n`);\n");
    let manifest = repository.text("laneset.toml");
    repository.write(
        "laneset.toml",
        format!("{manifest}\n[[lane_set.heartbeat-inflight.query]]\nfile = \"src/reap.ts\"\n"),
    );
    assert_settled(&repository);
    let ran = run(repository.path(), ["narrow", SET, "action"]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.stdout.contains("this cannot be generated:"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .contains("write the lanes 'sync', 'embed_backfill', 'auth' there by hand"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("query-drift"), "{}", ran.stdout);
    assert!(
        !ran.stdout.contains("run `laneset generate`"),
        "it has just said that it cannot: {}",
        ran.stdout
    );
    let report = check(repository.path()).drift();
    assert_eq!(report.found(), ["query-drift src/reap.ts:3"]);
}

#[test]
fn the_dump_waits_for_a_migration_that_cannot_be_planned() {
    let repository = reference_queue();
    let path = "db/migrations/20260518070000_runs_heartbeat_inflight_widen.sql";
    let text = repository.text(path).replace(
        "-- migrate:down",
        "DO $$ BEGIN IF random() > 0.5 THEN DROP INDEX idx_runs_heartbeat_inflight; END IF; END $$;\n-- migrate:down",
    );
    repository.write(path, text);
    let dump = repository.text("db/schema.sql");
    let ran = run(repository.path(), ["narrow", SET, "action"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stdout);
    assert!(
        ran.stdout
            .contains("so neither can the way back from a new one: it depends on a condition"),
        "{}",
        ran.stdout
    );
    assert_eq!(repository.text("db/schema.sql"), dump);
    assert_eq!(names(&repository, "db/migrations").len(), 7);
}
