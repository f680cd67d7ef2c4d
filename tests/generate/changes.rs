//! `generate`, `widen` and `narrow` as their users meet them: what is written, what is refused, in which order to deploy.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};

use super::tools::{SET, assert_settled, change, names, reference_queue, refused, tree};
use crate::program::{Copy, check, run};

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
