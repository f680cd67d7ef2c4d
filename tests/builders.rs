//! Queries that are told to a query builder, as users of each builder write them: `green` means the declared rows, `red` one lane more.

use serde_json::{Value, json};

use crate::program::{Copy, Report, check, in_tests, run};

/// What becomes of the values.
#[derive(Debug, PartialEq, Eq)]
enum Values {
    /// The builder hands them to the server as parameters.
    Bound,
    /// It writes them into the SQL.
    Inlined,
}

const BUILDERS: [(&str, Values); 15] = [
    ("active_record.rb", Values::Bound),
    ("diesel.rs", Values::Bound),
    ("django.py", Values::Inlined),
    ("drizzle.ts", Values::Bound),
    ("ecto.ex", Values::Inlined),
    ("eloquent.php", Values::Bound),
    ("Exposed.kt", Values::Bound),
    ("goqu.go", Values::Inlined),
    ("Jooq.java", Values::Bound),
    ("knex.js", Values::Bound),
    ("kysely.ts", Values::Bound),
    ("prisma.ts", Values::Bound),
    ("sqlalchemy.py", Values::Bound),
    ("squirrel.go", Values::Bound),
    ("typeorm.ts", Values::Bound),
];

/// A repository with a builder's file, and a manifest that declares one of its functions.
fn repository(file: &str, within: &str, index: &str) -> Copy {
    let copy = Copy::of(&in_tests("builders"));
    let manifest = format!(
        "version = 1\n[schema]\nfile = \"schema.sql\"\n[lane_set.in-flight]\ntable = \"public.runs\"\ncolumn = \"run_type\"\n\
         lanes = [\"sync\", \"auth\"]\nguard = \"status IN ('claimed', 'running')\"\n{index}\
         [[lane_set.in-flight.query]]\nfile = \"{file}\"\nwithin = \"{within}\"\n"
    );
    copy.write("laneset.toml", &manifest);
    copy
}

const INDEX: &str = "[lane_set.in-flight.index]\nname = \"runs_in_flight\"\n";

/// What is found in that file: copies in the files of other builders are not asked for.
fn found<'a>(report: &'a Report, file: &str) -> Vec<&'a Value> {
    let findings = report.findings().iter();
    let asked = findings.filter(|it| it["rule"] != "undeclared-copy");
    let asked: Vec<&Value> = asked.collect();
    let is_its = |it: &&Value| it["path"] == file || it["rule"] == "site-missing";
    assert!(asked.iter().all(is_its), "{asked:?}");
    asked
}

#[test]
fn what_a_builder_is_told_is_read_as_a_where_clause() {
    for (file, values) in BUILDERS {
        let green = repository(file, "green", INDEX);
        let report = check(green.path()).report();
        let rules = found(&report, file).into_iter();
        let rules: Vec<&str> = rules.map(|it| it["rule"].as_str().unwrap()).collect();
        match values {
            Values::Bound => assert_eq!(rules, ["unprovable-query"], "{file}"),
            Values::Inlined => assert!(rules.is_empty(), "{file}: {rules:?}"),
        }
        // Without an index nothing is to be proved.
        let unindexed = repository(file, "green", "");
        let report = check(unindexed.path()).report();
        assert!(found(&report, file).is_empty(), "{file}");

        let red = repository(file, "red", INDEX);
        let report = check(red.path()).report();
        let found = found(&report, file);
        let [drift] = found.as_slice() else {
            panic!("{file}: {found:?}");
        };
        assert_eq!(drift["rule"], "query-drift", "{file}");
        assert_eq!(drift["extra"], json!(["action"]), "{file}");
        assert_eq!(drift["missing"], json!([]), "{file}");
        let message = drift["message"].as_str().unwrap();
        assert!(!message.contains("guard"), "{file}: {message}");
    }
}

/// The literal form that the help of `unprovable-query` asks for, with the columns as Drizzle's objects.
#[test]
fn columns_and_tables_that_a_template_takes_in_are_known_by_their_objects() {
    for (text, rules) in [
        (
            "db.execute(sql`SELECT id FROM ${runs} WHERE ${runs.status} IN ('claimed', 'running') AND ${runs.runType} IN ('sync', 'auth')`)",
            vec![],
        ),
        (
            "db.select().from(runs).where(and(sql`${runs.status} IN ('claimed', 'running') AND ${runs.runType} IN ('sync', 'auth')`, lt(runs.lastHeartbeatAt, cutoff)))",
            vec![],
        ),
        (
            "db.select().from(runs).where(sql`${runs.status} IN ('claimed', 'running') AND ${runs.runType} IN ('sync')`)",
            vec!["query-drift"],
        ),
    ] {
        let repository = repository("templates.ts", "stale", INDEX);
        let text = format!("export function stale(cutoff: Date) {{\n  return {text};\n}}\n");
        repository.write("templates.ts", &text);
        let report = check(repository.path()).report();
        let found = found(&report, "templates.ts").into_iter();
        let found: Vec<&str> = found.map(|it| it["rule"].as_str().unwrap()).collect();
        assert_eq!(found, rules, "{text}");
    }
}

/// `generate` writes the lanes of a list where the builder is given it.
#[test]
fn the_lanes_of_a_list_are_written_where_the_builder_is_given_it() {
    for (file, written) in [
        ("Jooq.java", "RUNS.RUN_TYPE.in(\"auth\", \"embed\")"),
        ("ecto.ex", "r.run_type in [\"auth\", \"embed\"]"),
        ("eloquent.php", "->whereIn('run_type', ['auth', 'embed'])"),
        ("prisma.ts", "runType: { in: ['auth', 'embed'] }"),
        ("squirrel.go", "\"run_type\": []string{\"auth\", \"embed\"}"),
    ] {
        let repository = repository(file, "green", "");
        let manifest = repository.text("laneset.toml");
        repository.write(
            "laneset.toml",
            manifest.replace("\"sync\", \"auth\"", "\"auth\", \"embed\""),
        );
        run(repository.path(), ["generate"]);
        let text = repository.text(file);
        assert!(text.contains(written), "{file}: {text}");
        let report = check(repository.path()).report();
        assert!(found(&report, file).is_empty(), "{file}");
    }
}

/// Queries as an adversary wrote them, by builder: `green` ones mean the declared rows, `red` ones others, or nobody can know.
#[test]
fn no_query_of_an_adversary_passes_and_no_right_one_is_refused() {
    let cases = std::fs::read_dir(in_tests("builders/cases")).unwrap();
    let mut paths: Vec<_> = cases.map(|it| it.unwrap().path()).collect();
    paths.sort();
    assert_eq!(paths.len(), BUILDERS.len());
    let mut count = 0;
    for path in paths {
        let builder = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let is_it = |(file, _): &&(&str, Values)| {
            let stem = file.split('.').next().unwrap();
            stem.eq_ignore_ascii_case(&builder)
        };
        let (file, _) = BUILDERS.iter().find(is_it).unwrap();
        let repository = repository(file, "f", "");
        let text = std::fs::read_to_string(&path).unwrap();
        for case in text.split("=== ").skip(1) {
            let (title, code) = case.split_once('\n').unwrap();
            let (name, verdict) = title.rsplit_once(": ").unwrap();
            repository.write(file, code);
            let report = check(repository.path()).report();
            let found = found(&report, file);
            let rules: Vec<&str> = found
                .iter()
                .map(|it| it["rule"].as_str().unwrap())
                .collect();
            match verdict {
                "green" => assert!(
                    rules.iter().all(|it| *it == "unprovable-query"),
                    "{builder}, {name}: {rules:?}\n{code}"
                ),
                "red" => assert!(!rules.is_empty(), "{builder}, {name}\n{code}"),
                other => panic!("{other}"),
            }
            count += 1;
        }
    }
    assert!(count > 300, "{count}");
}
