//! Real PGlite boots through the generated patches: one rebuild in all.

use std::collections::BTreeSet;

use super::tools::{boots, change, reference_queue, reference_queue_with_an_array};
use crate::program::Copy;

const INDEX: &str = "public.idx_runs_heartbeat_inflight";

/// A database that has booted with two lanes boots three times with four.
fn boots_with_one_rebuild(repository: &Copy, patches: &str) {
    let data = tempfile::tempdir().unwrap();
    let data = data.path().join("data");
    let patches = repository.file(patches);
    change(
        repository,
        &["narrow", "heartbeat-inflight", "action", "embed_backfill"],
    );
    let before = boots(&data, 2, INDEX, &patches);
    assert_eq!(before[0]["oid"], before[1]["oid"]);
    let lists =
        |boot: &serde_json::Value, lane: &str| boot["predicate"].as_str().unwrap().contains(lane);
    assert!(
        lists(&before[0], "'auth'") && !lists(&before[0], "'action'"),
        "{before:?}"
    );

    change(
        repository,
        &["widen", "heartbeat-inflight", "action", "embed_backfill"],
    );
    let after = boots(&data, 3, INDEX, &patches);
    assert!(
        lists(&after[0], "'action'") && lists(&after[2], "'embed_backfill'"),
        "{after:?}"
    );
    let all = before.iter().chain(&after);
    let builds: BTreeSet<String> = all
        .map(|boot| format!("{}/{}", boot["oid"], boot["file"]))
        .collect();
    assert_eq!(builds.len(), 2, "one rebuild in all: {builds:?}");

    // Back to where it was before: older patches do not wake up.
    change(
        repository,
        &["narrow", "heartbeat-inflight", "embed_backfill", "action"],
    );
    let back = boots(&data, 2, INDEX, &patches);
    assert_eq!(back[0]["oid"], back[1]["oid"]);
    assert_eq!(back[0]["predicate"], before[0]["predicate"]);
}

#[test]
fn a_folder_of_patches() {
    // How migrations build the index is nothing to the patches.
    let repository = reference_queue();
    let manifest = repository.text("laneset.toml");
    let columns = "columns = [\"last_heartbeat_at\"]\n";
    let manifest = manifest.replace(columns, &format!("{columns}build = \"concurrently\"\n"));
    repository.write("laneset.toml", manifest);
    boots_with_one_rebuild(&repository, "embedded_patches");
}

#[test]
fn an_array_of_patches_in_javascript() {
    let repository = reference_queue_with_an_array();
    boots_with_one_rebuild(&repository, "patches.mjs");
    let module = repository.text("patches.mjs");
    assert_eq!(
        module.matches("DO $laneset$").count(),
        1,
        "older patches rest:\n{module}"
    );
    assert_eq!(
        module.matches("// How it is run.").count(),
        7,
        "comments are of their own patch"
    );
}
