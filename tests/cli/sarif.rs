//! `--output-format sarif`, held to the schema that OASIS gives.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::odd_names::{self, MIGRATION, PATH, SHOWN};
use super::{green, red};
use crate::program::{Copy, Run, in_tests, marked, run};

/// The schema of SARIF 2.1.0 that the crate is made from: it comes with its source.
fn schema() -> &'static jsonschema::Validator {
    static SCHEMA: OnceLock<jsonschema::Validator> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let listed = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--locked", "--offline"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
        let mut packages = listed["packages"].as_array().unwrap().iter();
        let package = packages
            .find(|package| package["name"] == "serde-sarif")
            .unwrap();
        let manifest = PathBuf::from(package["manifest_path"].as_str().unwrap());
        let text = fs::read_to_string(manifest.with_file_name("src/schema.json")).unwrap();
        // Its pattern for languages closes a bracket that it did not open, which ECMA 262 refuses; nothing here has a language.
        let text = text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
        let schema: Value = serde_json::from_str(&text).unwrap();
        let title = schema["title"].as_str().unwrap();
        assert!(title.contains("(SARIF) Version 2.1.0"), "{title}");
        let options = jsonschema::options().should_validate_formats(true);
        options.build(&schema).unwrap()
    })
}

/// The one run of a log that the schema takes.
#[track_caller]
fn valid_run(shown: &Run) -> Value {
    let log: Value = serde_json::from_str(&shown.stdout).unwrap();
    let errors: Vec<String> = schema()
        .iter_errors(&log)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log["runs"].as_array().unwrap().len(), 1);
    log["runs"][0].clone()
}

fn sarif(copy: &Copy) -> Run {
    run(copy.path(), ["check", "--output-format", "sarif"])
}

#[test]
fn the_schema_refuses_what_is_no_sarif() {
    let shown = sarif(&red());
    let mut log: Value = serde_json::from_str(&shown.stdout).unwrap();
    for (pointer, value) in [
        ("/version", json!("2.0.0")),
        ("/runs/0/columnKind", json!("bytes")),
        ("/runs/0/results/0/level", json!("fatal")),
        (
            "/runs/0/results/0/locations/0/physicalLocation/region/startLine",
            json!(0),
        ),
        (
            "/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri",
            json!("a b"),
        ),
    ] {
        let was = std::mem::replace(log.pointer_mut(pointer).unwrap(), value);
        assert!(!schema().is_valid(&log), "{pointer}");
        *log.pointer_mut(pointer).unwrap() = was;
    }
    assert!(schema().is_valid(&log));
}

#[test]
fn a_finding_is_a_result_with_both_its_ends() {
    let copy = red();
    let shown = sarif(&copy);
    assert_eq!((shown.code, shown.stderr.as_str()), (Some(1), ""));
    let run = valid_run(&shown);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let [result] = &run["results"].as_array().unwrap()[..] else {
        panic!("{}", shown.stdout)
    };
    assert_eq!(result["ruleId"], "migrations-drift");
    assert_eq!(result["level"], "error");
    let text = result["message"]["text"].as_str().unwrap();
    assert!(text.starts_with("index idx_jobs_resumable, "), "{text}");
    assert_eq!(
        result["locations"][0]["physicalLocation"],
        json!({
            "artifactLocation": { "uri": MIGRATION, "uriBaseId": "%SRCROOT%" },
            "region": { "startLine": 5, "startColumn": 1, "endLine": 6, "endColumn": 72 },
        })
    );
    let declared = &result["relatedLocations"][0];
    assert_eq!(
        declared["physicalLocation"]["artifactLocation"]["uri"],
        "laneset.toml"
    );
    let region = &declared["physicalLocation"]["region"];
    let place = json!({
        "path": "laneset.toml",
        "line": region["startLine"], "column": region["startColumn"],
        "end_line": region["endLine"], "end_column": region["endColumn"],
    });
    assert_eq!(
        marked(copy.path(), &place),
        r#"["import", "export", "reindex"]"#
    );
    let report = copy.check().drift();
    let print = &report.findings()[0]["fingerprint"];
    assert_eq!(
        result["partialFingerprints"],
        json!({ "laneset/v1": print })
    );
}

#[test]
fn rules_bring_their_pages_and_levels() {
    let run = valid_run(&sarif(&red()));
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "laneset");
    assert_eq!(driver["semanticVersion"], env!("CARGO_PKG_VERSION"));
    let rules = driver["rules"].as_array().unwrap();
    for rule in rules {
        let id = rule["id"].as_str().unwrap();
        let page = crate::program::run(&in_tests(""), ["explain", id]).stdout;
        assert_eq!(rule["help"]["markdown"], page.as_str());
        assert_eq!(rule["help"]["text"], page.as_str());
        let known = laneset::rules::registry::find(id).unwrap();
        assert_eq!(
            rule["defaultConfiguration"]["level"],
            known.id.level().as_str()
        );
        assert_eq!(rule["shortDescription"]["text"], known.summary);
    }
    let index = run["results"][0]["ruleIndex"].as_u64().unwrap();
    assert_eq!(
        rules[usize::try_from(index).unwrap()]["id"],
        "migrations-drift"
    );
}

#[test]
fn a_clean_run_says_that_it_was_made() {
    let shown = sarif(&green());
    assert_eq!(shown.code, Some(0));
    let run = valid_run(&shown);
    assert_eq!(run["results"], json!([]));
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    assert!(run["tool"]["driver"]["rules"].as_array().unwrap().len() > 5);
}

#[test]
fn what_was_not_checked_is_a_notification() {
    let shown = run(
        &in_tests("repos/incident"),
        ["check", "--output-format", "sarif"],
    );
    let run = valid_run(&shown);
    let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(notification["level"], "note");
    let text = notification["message"]["text"].as_str().unwrap();
    assert_eq!(
        text,
        "the migrations were not compared with the base branch: this is no git repository"
    );
}

#[test]
fn a_warning_is_a_result_of_that_level() {
    let run = valid_run(&sarif(&Copy::of(&in_tests("rules/unprovable-query/red"))));
    assert_eq!(run["results"][0]["level"], "warning");
}

#[test]
fn odd_names_come_back_whole_from_a_uri() {
    let copy = odd_names::repository();
    let run = valid_run(&sarif(&copy));
    let results = run["results"].as_array().unwrap();
    let text = results[0]["message"]["text"].as_str().unwrap();
    assert!(text.contains(&format!("\nextra: {SHOWN}\n")), "{text}");
    let physical = &results[1]["locations"][0]["physicalLocation"];
    let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
    assert_eq!(uri, "src/a%2Cb%3Ac%2541%26%3Cd%3E%20%C3%BC.rs");
    assert_eq!(percent_decode_str(uri).decode_utf8().unwrap(), PATH);
    assert_eq!(physical["region"]["startLine"], 10);
    assert_eq!(physical["region"]["startColumn"], 15);
}

#[test]
fn uris_are_from_the_root_of_the_repository() {
    let copy = Copy::of(&in_tests("rules/migrations-drift"));
    let shown = run(&copy.file("red"), ["check", "--output-format", "sarif"]);
    let run = valid_run(&shown);
    let uri = &run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, &format!("red/{MIGRATION}"));
}

#[test]
fn columns_count_characters() {
    let copy = red();
    let query = "AND j.kind IN ('import', 'export', 'reindex')";
    copy.edit(
        "src/resume.rs",
        query,
        "AND 'ü🚲' <> '' AND j.kind IN ('import', 'reindex')",
    );
    let run = valid_run(&sarif(&copy));
    let results = run["results"].as_array().unwrap().iter();
    let mut drift = results.filter(|result| result["ruleId"] == "query-drift");
    let region = &drift.next().unwrap()["locations"][0]["physicalLocation"]["region"];
    let line = copy
        .text("src/resume.rs")
        .lines()
        .nth(9)
        .unwrap()
        .to_owned();
    let at = |key: &str| usize::try_from(region[key].as_u64().unwrap()).unwrap();
    let (start, end) = (at("startColumn"), at("endColumn"));
    let shown: String = line.chars().skip(start - 1).take(end - start).collect();
    assert_eq!(shown, "j.kind IN ('import', 'reindex')");
}
