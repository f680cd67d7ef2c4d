//! Queries and lists of lanes in each language, as its users write them: `green` means the declared rows, `red` one lane more.

use serde_json::json;

use crate::program::{Copy, check, in_tests, run};

/// The file, its two functions, and what the lanes are bound to.
const LANGUAGES: [(&str, [&str; 2], Option<&str>); 15] = [
    ("Reaper.cs", ["Green", "Red"], Some("Lanes")),
    ("Reaper.java", ["green", "red"], Some("LANES")),
    ("Reaper.kt", ["green", "red"], Some("LANES")),
    ("Reaper.scala", ["green", "red"], Some("Lanes")),
    ("Reaper.swift", ["green", "red"], Some("lanes")),
    ("Runs.tsx", ["green", "red"], Some("LANES")),
    ("reaper.ex", ["green", "red"], Some("lanes")),
    ("reaper.go", ["Green", "Red"], Some("Lanes")),
    ("reaper.js", ["green", "red"], Some("LANES")),
    ("reaper.php", ["green", "red"], Some("LANES")),
    ("reaper.py", ["green", "red"], Some("LANES")),
    ("reaper.rb", ["green", "red"], Some("LANES")),
    ("reaper.rs", ["green", "red"], Some("LANES")),
    ("reaper.sql", ["green", "red"], None),
    ("reaper.ts", ["green", "red"], Some("LANES")),
];

const MANIFEST: &str = "version = 1\n[schema]\nfile = \"schema.sql\"\n[lane_set.in-flight]\ntable = \"public.runs\"\n\
    column = \"run_type\"\nlanes = [\"sync\", \"auth\"]\nguard = \"status IN ('claimed', 'running')\"\n";
const INDEX: &str = "[lane_set.in-flight.index]\nname = \"runs_in_flight\"\n";

/// A repository with one language's file alone, and a manifest that declares these functions of it and its list.
fn repository(file: &str, within: &[&str], list: Option<&str>) -> Copy {
    let copy = Copy::of(&in_tests("languages"));
    for (other, ..) in LANGUAGES.iter().filter(|(other, ..)| *other != file) {
        std::fs::remove_file(copy.file(other)).unwrap();
    }
    let mut manifest = format!("{MANIFEST}{INDEX}");
    for within in within {
        manifest.push_str(&format!(
            "[[lane_set.in-flight.query]]\nfile = \"{file}\"\nwithin = \"{within}\"\n"
        ));
    }
    if let Some(name) = list {
        manifest.push_str(&format!(
            "[[lane_set.in-flight.array]]\nfile = \"{file}\"\nname = \"{name}\"\n"
        ));
    }
    copy.write("laneset.toml", &manifest);
    copy
}

#[test]
fn a_query_is_read_in_every_language() {
    for (file, [green, red], list) in LANGUAGES {
        let clean = repository(file, &[green], list);
        // The other query nearly repeats the lanes, and nobody declared it.
        let report = check(clean.path()).report();
        let line = clean.line(file, "action");
        let rules: Vec<&str> = (report.findings().iter())
            .map(|it| it["rule"].as_str().unwrap())
            .collect();
        assert_eq!(rules, ["undeclared-copy"], "{file}: {:?}", report.found());
        assert_eq!(report.findings()[0]["extra"], json!(["action"]), "{file}");

        let drifted = repository(file, &[green, red], list);
        let report = check(drifted.path()).report();
        let [drift] = report.findings().as_slice() else {
            panic!("{file}: {:?}", report.found());
        };
        assert_eq!(drift["rule"], "query-drift", "{file}");
        assert_eq!(drift["extra"], json!(["action"]), "{file}");
        assert_eq!(drift["missing"], json!([]), "{file}");
        assert_eq!(drift["line"], line, "{file}");
    }
}

/// What `generate` writes is what the gate wants, and takes the lane out of the source.
#[test]
fn a_query_is_mended_in_every_language() {
    for (file, [green, red], list) in LANGUAGES {
        let drifted = repository(file, &[green, red], list);
        assert_eq!(run(drifted.path(), ["generate"]).code, Some(0), "{file}");
        check(drifted.path()).clean();
        assert!(!drifted.text(file).contains("action"), "{file}");
    }
}

#[test]
fn a_list_that_lacks_a_lane_is_reported_and_mended_in_every_language() {
    for (file, queries, list) in LANGUAGES {
        let Some(name) = list else { continue };
        let copy = repository(file, &queries, list);
        let manifest = copy.text("laneset.toml").replace(INDEX, "");
        let wider = manifest.replace("[\"sync\", \"auth\"]", "[\"sync\", \"auth\", \"action\"]");
        copy.write("laneset.toml", wider);
        let found = check(copy.path()).report().found();
        let text = copy.text(file);
        let line = text.lines().position(|line| line.contains(name)).unwrap() + 1;
        let expected = format!("query-drift {file}:{line}");
        assert!(found.contains(&expected), "{file}: {found:?}");
        assert_eq!(run(copy.path(), ["generate"]).code, Some(0), "{file}");
        check(copy.path()).clean();
    }
}
