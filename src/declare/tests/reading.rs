//! Manifests that are read, in any spelling.

use super::*;

#[test]
fn the_manifest_of_the_design_is_read_whole() {
    let text = include_str!("whole.toml");
    let declaration = read(text).unwrap();
    assert_eq!(declaration.migrations.dir.path.as_str(), "db/migrations");
    let declared_at = declaration.migrations.dir.declared_at.unwrap();
    assert_eq!(
        declaration.location(declared_at).text(),
        "\"db/migrations\""
    );
    assert_eq!(
        declaration.migrations.format.as_ref().unwrap().value,
        MigrationFormat::Dbmate
    );
    let embedded = declaration.embedded.as_ref().unwrap();
    assert_eq!(embedded.path.value.as_str(), "embedded_patches");
    assert_eq!(
        embedded.mirror_since.as_ref().unwrap().value,
        "20260503000000"
    );

    let set = &declaration.lane_sets[0];
    assert_eq!(set.name.value, "heartbeat-inflight");
    assert_eq!(set.table.value.to_string(), "public.runs");
    assert_eq!(
        declaration.location(set.lanes.span).text(),
        "[\"sync\", \"auth\"]"
    );
    assert_eq!(
        set.guard.as_ref().unwrap().value.text,
        "status IN ('claimed', 'running')"
    );
    let index = set.index.as_ref().unwrap();
    assert_eq!(index.columns.value, ["last_heartbeat_at"]);
    assert_eq!(index.build, IndexBuild::Transactional);
    assert_eq!(
        set.queries[0].within.as_ref().unwrap().value,
        "reapStaleRuns"
    );
    let query = declaration.location(set.queries[0].span);
    assert!(query.text().starts_with("[[lane_set"), "{}", query.text());
    assert!(query.text().ends_with("\"r\""), "{}", query.text());
    assert_eq!(set.arrays[0].name.value, "HEARTBEAT_LANES");
    assert!(matches!(
        &set.admitted_by.as_ref().unwrap().value,
        AdmittedBy::Check(name) if name.as_str() == "runs_run_type_check"
    ));
    let heartbeat = set.heartbeat.as_ref().unwrap();
    let beats: Vec<String> = heartbeat
        .lanes
        .iter()
        .map(|beat| beat.lane.value.to_string())
        .collect();
    assert_eq!(beats, ["sync", "auth"], "in the order of the manifest");
    assert_eq!(
        declaration.covers[0].index.value.to_string(),
        "idx_documents_live"
    );
}

#[test]
fn the_reaper_of_the_design_is_read_and_its_defaults_are_the_same() {
    let written = read(include_str!("whole.toml")).unwrap();
    let written = written.lane_sets[0].reaper.as_ref().unwrap();
    let default = read(&with("[lane_set.x.reaper]\n")).unwrap();
    let default = default.lane_sets[0].reaper.as_ref().unwrap();
    assert_eq!(written.heartbeat_column, default.heartbeat_column);
    assert_eq!(written.claimed_column, default.claimed_column);
    assert_eq!(written.created_column, default.created_column);
    assert_eq!(written.completed_column, default.completed_column);
    assert_eq!(default.stale_after, Duration::from_secs(120));
    assert_eq!(written.stale_after, default.stale_after);
    assert_eq!(
        (written.every, written.batch),
        (default.every, default.batch)
    );
    let set: Vec<String> = written
        .set
        .iter()
        .map(|(column, value)| format!("{column}={value}"))
        .collect();
    assert_eq!(
        set,
        ["status=timeout", "error_message=worker_heartbeat_lost"],
        "in the order of the manifest"
    );
    assert_eq!(written.set, default.set);
    assert!(default.retry.is_none());
    let retry = written.retry.as_ref().unwrap();
    assert_eq!(retry.copy.len(), 2);
    assert_eq!(retry.max_attempts, Some(5));
}

#[test]
fn a_default_path_is_not_declared() {
    let declaration = read(&with("[migrations]\nformat = \"dbmate\"\n")).unwrap();
    assert_eq!(declaration.migrations.dir.path.as_str(), "db/migrations");
    assert_eq!(declaration.migrations.dir.declared_at, None);
    assert_eq!(declaration.schema.file.path.as_str(), "db/schema.sql");
    assert_eq!(declaration.schema.file.declared_at, None);

    let defaults = Defaults {
        migrations_dir: RepoPath::new("migrations"),
        ..Defaults::default()
    };
    let file = SourceFile::new(RepoPath::new("laneset.toml"), SMALL.into());
    let declaration = parse(file, &read_guard, &defaults).unwrap();
    assert_eq!(declaration.migrations.dir.path.as_str(), "migrations");
}

#[test]
fn this_repository_s_own_manifest_is_read() {
    let text = include_str!("../../../laneset.toml");
    assert_eq!(read(text).unwrap().lane_sets.len(), 1);
}

#[test]
fn a_column_keeps_its_letters_and_loses_quotes_of_its_own() {
    for written in ["\"runType\"", "'\"runType\"'"] {
        let declaration = read(&SMALL.replace("\"run_type\"", written)).unwrap();
        assert_eq!(declaration.lane_sets[0].column.value.as_str(), "runType");
    }
    let folded = read(&SMALL.replace("\"public.runs\"", "'Public.\"Runs\"'")).unwrap();
    assert_eq!(folded.lane_sets[0].table.value.to_string(), "public.Runs");
}

#[test]
fn lane_sets_keep_the_order_of_the_file() {
    let second = SMALL
        .replace("version = 1\n", "")
        .replace("lane_set.x", "lane_set.a");
    let declaration = read(&with(&second)).unwrap();
    let names: Vec<&str> = declaration
        .lane_sets
        .iter()
        .map(|set| set.name.value.as_str())
        .collect();
    assert_eq!(names, ["x", "a"]);
}

#[test]
fn lines_and_columns_hold_with_crlf_a_byte_order_mark_and_other_alphabets() {
    let crlf = with("description = \"Läufe 🚲\"\ngaurd = \"g\"\n").replace('\n', "\r\n");
    assert_problem(
        &crlf,
        "7:1: unknown key `gaurd` in [lane_set.x]; did you mean `guard`?",
        "gaurd",
    );
    assert_problem(
        &SMALL.replace("[\"a\", \"b\"]", "[\"läufe 🚲\", \"läufe 🚲\"]"),
        "5:21: the lane \"läufe 🚲\" is listed twice, first on line 5",
        "\"läufe 🚲\"",
    );
    assert!(read(&format!("\u{feff}{SMALL}")).is_ok());
    let marked = format!("\u{feff}{}", SMALL.replace("lanes", "lane"));
    let (_, under) = only_problem(&marked);
    assert_eq!(under, "lane");
}

#[test]
fn broken_text_is_refused_without_a_panic() {
    let whole = include_str!("whole.toml");
    for end in (0..whole.len()).step_by(7) {
        let file = SourceFile::new(RepoPath::new("laneset.toml"), whole[..end].to_owned());
        if let Err(error) = parse(Arc::clone(&file), &read_guard, &Defaults::default()) {
            assert!(error.to_string().starts_with("laneset.toml:"), "{error}");
        }
    }
}
