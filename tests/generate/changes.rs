//! `generate`, `widen` and `narrow` as their users meet them: what is written, what is refused, in which order to deploy.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use walkdir::WalkDir;

use super::tools::{assert_settled, change, names, reference_queue};
use crate::program::{Copy, check, run};

const SET: &str = "heartbeat-inflight";

/// Every file's bytes, by path.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = WalkDir::new(folder).into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap();
            (path.display().to_string(), fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// The tree without the time in the names of what was generated.
fn timeless(tree: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, String> {
    let names: Vec<String> = tree.keys().cloned().collect();
    let stamps = names.iter().filter_map(|name| {
        let stamp = name.rsplit('/').next()?.get(..14)?;
        (stamp.starts_with("202611") || stamp.starts_with("2027")).then(|| stamp.to_owned())
    });
    let stamps: Vec<String> = stamps.collect();
    let without = |text: &str| {
        stamps.iter().fold(text.to_owned(), |text, stamp| {
            text.replace(stamp.as_str(), "TIME")
        })
    };
    let files = tree.into_iter();
    files
        .map(|(path, bytes)| (without(&path), without(&String::from_utf8(bytes).unwrap())))
        .collect()
}

#[test]
fn a_diff_is_what_would_be_written_and_git_takes_it() {
    let (shown, written) = (reference_queue(), reference_queue());
    let before = tree(shown.path());
    let arguments = ["narrow", SET, "action", "auth"];
    let diff = run(shown.path(), arguments.iter().chain(&["--diff"]));
    assert_eq!(diff.code, Some(0), "{}", diff.stderr);
    assert_eq!(tree(shown.path()), before, "a diff writes nothing");
    assert!(
        diff.stderr
            .contains("Would change 6 files. With that, every site agrees"),
        "{}",
        diff.stderr
    );
    let checked = run(shown.path(), arguments.iter().chain(&["--check"]));
    assert_eq!(checked.code, Some(1), "{}", checked.stderr);
    assert_eq!(tree(shown.path()), before);

    let mut git = Command::new("git")
        .args(["apply", "-"])
        .current_dir(shown.path())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut git.stdin.take().unwrap(), diff.stdout.as_bytes()).unwrap();
    assert!(git.wait().unwrap().success(), "{}", diff.stdout);
    change(&written, &arguments);
    assert_eq!(timeless(tree(shown.path())), timeless(tree(written.path())));
    assert_settled(&shown);
}

#[test]
fn the_manifest_keeps_its_comments_and_the_order_of_deployment_is_said() {
    let repository = reference_queue();
    let before = repository.text("laneset.toml");
    let narrowed = change(&repository, &["narrow", SET, "embed_backfill"]);
    let expected = before.replace(
        "\"sync\", \"action\", \"embed_backfill\", \"auth\"",
        "\"sync\", \"action\", \"auth\"",
    );
    assert_eq!(repository.text("laneset.toml"), expected);
    let order = |text: &str| {
        (
            text.find("the code (the queries)").unwrap(),
            text.find("the migration and the patch").unwrap(),
        )
    };
    let (code, index) = order(&narrowed.stdout);
    assert!(
        code < index,
        "narrowing ships the query first: {}",
        narrowed.stdout
    );
    let widened = change(&repository, &["widen", SET, "embed_backfill"]);
    let (code, index) = order(&widened.stdout);
    assert!(
        index < code,
        "widening ships the index first: {}",
        widened.stdout
    );
}

#[track_caller]
fn refused(repository: &Copy, arguments: &[&str], said: &str) {
    let before = tree(repository.path());
    let ran = run(repository.path(), arguments);
    assert!(
        ran.could_not_check().contains(said),
        "{arguments:?}: {}",
        ran.stderr
    );
    assert_eq!(tree(repository.path()), before, "nothing is written");
}

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

#[test]
fn integers_are_lanes_too() {
    let empty = tempfile::tempdir().unwrap();
    let repository = Copy::of(empty.path());
    repository.write("db/migrations/1_t.sql", "-- migrate:up\nCREATE TABLE t (id int, kind bigint);\nCREATE INDEX i ON t (id) WHERE kind IN (0, 1);\n-- migrate:down\n");
    repository.write("q.sql", "DELETE FROM t WHERE kind IN (0, 1);\n");
    repository.write("laneset.toml", "version = 1\n[lane_set.x]\ntable = \"t\"\ncolumn = \"kind\"\nlanes = [0, 1]\n[lane_set.x.index]\nname = \"i\"\n[[lane_set.x.query]]\nfile = \"q.sql\"\n");
    change(&repository, &["widen", "x", "-7", "3000000000"]);
    assert_eq!(
        repository.text("q.sql"),
        "DELETE FROM t WHERE kind IN (0, 1, -7, 3000000000);\n"
    );
    assert_eq!(
        names(&repository, "db/migrations"),
        ["1_t.sql", "2_widen_x.sql"]
    );
    refused(
        &repository,
        &["widen", "x", "two"],
        "\"two\" is no integer, and the lanes of x are",
    );
}

/// The lanes of the index and of the query, as `check` reports them.
fn lanes(repository: &Copy) -> [Vec<String>; 2] {
    let report = check(repository.path()).clean();
    let sites = report.0["lane_sets"][0]["sites"]
        .as_array()
        .unwrap()
        .clone();
    ["index", "query"].map(|role| {
        let site = sites.iter().find(|site| site["role"] == role).unwrap();
        let lanes = site["lanes"].as_array().unwrap().iter();
        let mut lanes: Vec<String> = lanes
            .map(|lane| lane.as_str().unwrap().to_owned())
            .collect();
        lanes.sort();
        lanes
    })
}

#[test]
fn a_split_change_is_two_states_that_are_each_clean() {
    let repository = reference_queue();
    let manifest = repository.text("laneset.toml");
    let (two, four) = (
        ["auth", "sync"],
        ["action", "auth", "embed_backfill", "sync"],
    );

    // Narrow: the queries first.
    let first = change(
        &repository,
        &["narrow", SET, "action", "embed_backfill", "--split"],
    );
    assert!(
        first
            .stdout
            .contains("run `laneset narrow heartbeat-inflight action embed_backfill` for step 2"),
        "{}",
        first.stdout
    );
    assert_eq!(lanes(&repository), [four.to_vec(), two.to_vec()]);
    assert_eq!(
        names(&repository, "db/migrations").len(),
        7,
        "the index stays"
    );
    refused(
        &repository,
        &["narrow", SET, "auth"],
        "heartbeat-inflight is being changed already",
    );
    refused(
        &repository,
        &["widen", SET, "insight"],
        "heartbeat-inflight is being changed already",
    );
    change(&repository, &["narrow", SET, "embed_backfill", "action"]);
    assert_eq!(lanes(&repository), [two.to_vec(), two.to_vec()]);

    // Widen: the index first.
    let queries = repository.text("db/queries/reap_stale_runs.sql");
    change(
        &repository,
        &["widen", SET, "action", "embed_backfill", "--split"],
    );
    assert_eq!(lanes(&repository), [four.to_vec(), two.to_vec()]);
    assert_eq!(
        repository.text("db/queries/reap_stale_runs.sql"),
        queries,
        "the query stays"
    );
    let migrations = names(&repository, "db/migrations");
    change(&repository, &["widen", SET, "action", "embed_backfill"]);
    assert_eq!(lanes(&repository), [four.to_vec(), four.to_vec()]);
    assert_eq!(
        names(&repository, "db/migrations"),
        migrations,
        "the index was there already"
    );
    let sorted = |text: &str| {
        let mut words: Vec<String> = text
            .split(['"', ',', ' ', '\n'])
            .map(str::to_owned)
            .collect();
        words.sort();
        words
    };
    assert_eq!(
        sorted(&repository.text("laneset.toml")),
        sorted(&manifest),
        "no trace of the split is left"
    );

    // A widening that is given up.
    change(&repository, &["widen", SET, "insight", "--split"]);
    change(&repository, &["narrow", SET, "insight"]);
    assert_eq!(lanes(&repository), [four.to_vec(), four.to_vec()]);
}

/// The second step has one half of the change, whichever way it goes.
#[test]
fn the_second_step_of_a_split_says_what_is_in_it() {
    let (index, code) = (
        "Only the migration and the patch (the index) are in this change",
        "Only the code (the queries) is in this change",
    );
    for (first, second, said) in [
        ("widen", "widen", code),
        ("widen", "narrow", index),
        ("narrow", "narrow", index),
        ("narrow", "widen", code),
    ] {
        let repository = reference_queue();
        let lane = if first == "widen" {
            "insight"
        } else {
            "action"
        };
        change(&repository, &[first, SET, lane, "--split"]);
        let before = tree(repository.path());
        let finished = change(&repository, &[second, SET, lane]).stdout;
        assert!(finished.contains(said), "{first}, {second}: {finished}");
        for wrong in [
            "Both are in this change",
            "Rollout order",
            "--split",
            "  1. ",
        ] {
            assert!(!finished.contains(wrong), "{first}, {second}: {finished}");
        }
        let after = tree(repository.path());
        let migrations = |tree: &BTreeMap<String, Vec<u8>>| {
            tree.keys()
                .filter(|path| path.starts_with("db/migrations"))
                .count()
        };
        let query = "db/queries/reap_stale_runs.sql";
        assert_eq!(
            (
                migrations(&before) < migrations(&after),
                before[query] != after[query]
            ),
            (said == index, said == code),
            "{first}, {second}: what is said is what was done"
        );
    }
}

#[test]
fn a_set_between_braces_outlives_its_split() {
    let empty = tempfile::tempdir().unwrap();
    let repository = Copy::of(empty.path());
    let manifest = "version = 1\n\n[lane_set]\nx = { table = \"runs\", column = \"kind\", lanes = [\"a\", \"b\"], query = [{ file = \"q.sql\" }] }\n";
    repository.write("laneset.toml", manifest);
    repository.write("q.sql", "SELECT 1 FROM runs WHERE kind IN ('a', 'b');\n");
    change(&repository, &["narrow", "x", "b", "--split"]);
    assert!(repository.text("laneset.toml").contains("query_lanes"));
    change(&repository, &["narrow", "x", "b"]);
    assert_eq!(
        repository.text("laneset.toml"),
        manifest.replace(", \"b\"", "")
    );
    assert!(repository.text("q.sql").contains("kind IN ('a');"));
}

#[test]
fn drift_of_a_query_beside_a_split_is_told_by_the_lanes_that_it_should_have() {
    let repository = reference_queue();
    change(
        &repository,
        &["narrow", SET, "action", "embed_backfill", "--split"],
    );
    let path = "db/queries/reap_stale_runs.sql";
    let text = repository.text(path);
    repository.write(
        path,
        text.replace(
            "run_type IN ('sync', 'auth')",
            "run_type IN ('sync', 'auth', 'action')",
        ),
    );
    let report = check(repository.path()).drift();
    let finding = &report.findings()[0];
    assert_eq!(finding["rule"], "query-drift");
    assert_eq!(finding["extra"][0], "action");
    assert_eq!(finding["missing"].as_array().unwrap().len(), 0);
    let full = run(repository.path(), ["check"]).stdout;
    assert!(
        full.contains("heartbeat-inflight declares the lanes 'sync', 'auth' for its queries"),
        "{full}"
    );
}

#[test]
fn line_ends_and_modes_stay_as_they_are() {
    let repository = reference_queue();
    for path in [
        "laneset.toml",
        "db/schema.sql",
        "db/queries/reap_stale_runs.sql",
    ] {
        let text = repository.text(path).replace('\n', "\r\n");
        repository.write(path, text);
    }
    for folder in ["db/migrations", "embedded_patches"] {
        for name in names(&repository, folder) {
            let path = format!("{folder}/{name}");
            let text = repository.text(&path).replace('\n', "\r\n");
            repository.write(&path, text);
        }
    }
    change(&repository, &["narrow", SET, "action"]);
    change(&repository, &["widen", SET, "action"]);
    for (path, bytes) in tree(repository.path()) {
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(
            text.matches('\n').count(),
            text.matches("\r\n").count(),
            "{path}"
        );
    }
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
fn a_version_follows_those_of_the_base_branch() {
    let repository = reference_queue();
    fs::remove_dir(repository.file(".git")).unwrap();
    let git = |arguments: &[&str]| {
        let who = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        let output = Command::new("git")
            .args(who)
            .args(arguments)
            .current_dir(repository.path())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "one"]);
    git(&["switch", "-qc", "side"]);
    git(&["switch", "-q", "main"]);
    repository.write(
        "db/migrations/20991231235959_theirs.sql",
        "-- migrate:up\n-- migrate:down\n",
    );
    git(&["add", "."]);
    git(&["commit", "-qm", "two"]);
    git(&["switch", "-q", "side"]);
    change(&repository, &["narrow", SET, "action"]);
    let last = names(&repository, "db/migrations").pop().unwrap();
    assert_eq!(last, "20991231235960_narrow_heartbeat_inflight.sql");
}

#[test]
fn a_manifest_alone_is_generated_from_nothing_but_its_migrations() {
    let repository = reference_queue();
    repository.remove("db/schema.sql");
    fs::remove_dir_all(repository.file("embedded_patches")).unwrap();
    let manifest = repository.text("laneset.toml");
    let manifest = manifest.replace("[schema]\nfile = \"db/schema.sql\"\n", "");
    repository.write(
        "laneset.toml",
        manifest.replace("[embedded]\npath = \"embedded_patches\"\n", ""),
    );
    change(&repository, &["narrow", SET, "action"]);
    assert_eq!(names(&repository, "db"), ["migrations", "queries"]);
}

#[test]
fn a_patch_that_drops_the_index_at_every_boot_is_named() {
    let repository = reference_queue();
    let quiet = change(&repository, &["narrow", SET, "action"]);
    assert!(!quiet.stdout.contains("at every boot"), "{}", quiet.stdout);
    let path = "embedded_patches/20260518020000_runs_heartbeat_inflight_narrow.sql";
    repository.write(
        path,
        "-- By hand.\nDROP INDEX IF EXISTS public.idx_runs_heartbeat_inflight;\n",
    );
    let another = "embedded_patches/20260517120000_runs_heartbeat_inflight.sql";
    let text = repository.text(another);
    repository.write(
        another,
        format!("DROP INDEX IF EXISTS public.idx_runs_heartbeat_inflight;\n{text}"),
    );
    // At every change, as long as they are there, and behind the patches of laneset.
    for command in ["widen", "narrow"] {
        let told = change(&repository, &[command, SET, "action"]);
        for place in [format!("{path}:2"), format!("{another}:1")] {
            let note = format!("note: {place} drops idx_runs_heartbeat_inflight at every boot");
            assert!(told.stdout.contains(&note), "{note}: {}", told.stdout);
        }
    }
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

#[test]
fn a_generated_statement_that_was_edited_is_drift_and_mended() {
    let path = "db/queries/reap_stale_runs.sql";
    for (before, after) in [
        (
            "AND run_type IN ('sync', 'action', 'embed_backfill', 'auth')\n      AND run.last_heartbeat_at <",
            "AND run_type IN ('sync', 'auth')\n      AND run.last_heartbeat_at <",
        ),
        ("attempts < 5", "attempts < 50"),
        (
            "ORDER BY reaped.laneset_lane;\n",
            "ORDER BY reaped.laneset_lane;\n-- more\n",
        ),
    ] {
        let repository = reference_queue();
        let text = repository.text(path);
        assert!(text.contains(before), "{text}");
        repository.write(path, text.replacen(before, after, 1));
        let report = check(repository.path()).drift();
        assert_eq!(report.findings().len(), 1, "{:?}", report.found());
        assert_eq!(report.findings()[0]["rule"], "query-drift");
        assert_eq!(report.findings()[0]["fixable"], true);
        change(&repository, &["generate"]);
        assert_eq!(repository.text(path), text);
    }
}
