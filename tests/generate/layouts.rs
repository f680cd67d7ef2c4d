//! Lists as people write them, before and after a lane more and a lane less: nothing else moves.

use super::tools::change;
use crate::program::{Copy, run};

const MANIFEST: &str = "version = 1\n[lane_set.x]\ntable = \"runs\"\ncolumn = \"lane\"\nlanes = [\"a\", \"b\"]\n[lane_set.x.index]\nname = \"idx\"\n";

/// A repository whose one source file holds the lanes `a` and `b`.
fn repository(path: &str, text: &str, declared: &str) -> Copy {
    let repository = Copy::of(tempfile::tempdir().unwrap().path());
    repository.write(
        "db/migrations/1_runs.sql",
        "-- migrate:up\nCREATE TABLE runs (id int, lane text);\nCREATE INDEX idx ON runs (id) WHERE lane IN ('a', 'b');\n-- migrate:down\n",
    );
    repository.write("laneset.toml", format!("{MANIFEST}{declared}"));
    repository.write(path, text);
    repository
}

/// The file after `it's` came in, and after `a` went out.
#[track_caller]
fn follows(path: &str, declared: &str, [before, wide, narrow]: [&str; 3]) {
    let repository = repository(path, before, declared);
    change(&repository, &["widen", "x", "it's"]);
    assert_eq!(repository.text(path), wide);
    change(&repository, &["narrow", "x", "a"]);
    assert_eq!(repository.text(path), narrow);
}

fn array(path: &str, versions: [&str; 3]) {
    let declared = format!("[[lane_set.x.array]]\nfile = \"{path}\"\nname = \"LANES\"\n");
    follows(path, &declared, versions);
}

#[test]
fn arrays_follow_in_every_language() {
    array(
        "a.ts",
        [
            "export const LANES = ['a', \"b\"] as const; // é\n",
            "export const LANES = ['a', \"b\", 'it\\'s'] as const; // é\n",
            "export const LANES = [\"b\", 'it\\'s'] as const; // é\n",
        ],
    );
    array(
        "a.ts",
        [
            "const LANES: Lane[] = [\r\n  'a', // one, two\r\n  // of b\r\n  `b`,\r\n];\r\n",
            "const LANES: Lane[] = [\r\n  'a', // one, two\r\n  // of b\r\n  `b`,\r\n  'it\\'s',\r\n];\r\n",
            "const LANES: Lane[] = [\r\n  // of b\r\n  `b`,\r\n  'it\\'s',\r\n];\r\n",
        ],
    );
    array(
        "a.js",
        [
            "const A = 'a';\nconst LANES = new Set([A,'b']);\n",
            "const A = 'a';\nconst LANES = new Set([A,'b','it\\'s']);\n",
            "const A = 'a';\nconst LANES = new Set(['b','it\\'s']);\n",
        ],
    );
    array(
        "a.rs",
        [
            "pub const LANES: [&str; 2] = [\"a\", \"b\"];\n",
            "pub const LANES: [&str; 3] = [\"a\", \"b\", \"it's\"];\n",
            "pub const LANES: [&str; 2] = [\"b\", \"it's\"];\n",
        ],
    );
    array(
        "a.go",
        [
            "package p\n\nvar LANES = map[string]struct{}{\n\t\"a\": {}, // one\n\t\"b\": {},\n}\n",
            "package p\n\nvar LANES = map[string]struct{}{\n\t\"a\": {}, // one\n\t\"b\": {},\n\t\"it's\": {},\n}\n",
            "package p\n\nvar LANES = map[string]struct{}{\n\t\"b\": {},\n\t\"it's\": {},\n}\n",
        ],
    );
    array(
        "a.py",
        [
            "LANES = frozenset({'a', 'b'})  # end\n",
            "LANES = frozenset({'a', 'b', 'it\\'s'})  # end\n",
            "LANES = frozenset({'b', 'it\\'s'})  # end\n",
        ],
    );
}

#[test]
fn arrays_follow_in_the_languages_of_one_dialect() {
    for (path, form) in [
        ("a.rb", "LANES = [@].freeze # end\n"),
        (
            "A.java",
            "class A { static final Set<String> LANES = Set.of(@); }\n",
        ),
        ("A.java", "class A { static final String[] LANES = {@}; }\n"),
        ("a.kt", "val LANES = setOf(@) // end\n"),
        (
            "A.cs",
            "class A { static readonly string[] LANES = new[] { @ }; }\n",
        ),
        ("a.php", "<?php\nconst LANES = [@]; // end\n"),
        ("a.scala", "object A { val LANES = Seq(@) }\n"),
        ("a.swift", "let LANES: Set<String> = [@]\n"),
    ] {
        let versions = ["\"a\", \"b\"", "\"a\", \"b\", \"it's\"", "\"b\", \"it's\""];
        array(
            path,
            versions
                .map(|lanes| form.replace('@', lanes))
                .each_ref()
                .map(|it| it.as_str()),
        );
    }
    array(
        "a.rb",
        [
            "LANES = [\n  'a', # one\n  'b',\n]\n",
            "LANES = [\n  'a', # one\n  'b',\n  'it\\'s',\n]\n",
            "LANES = [\n  'b',\n  'it\\'s',\n]\n",
        ],
    );
}

/// What nobody declared is said, and left; it says nothing of whether the query was written well.
#[test]
fn a_copy_beside_a_declared_query_does_not_keep_it_from_being_written() {
    let declared = "[[lane_set.x.query]]\nfile = \"a.rb\"\nwithin = \"reap\"\n";
    let text = "LANES = %w[a b c].freeze\n# lane\ndef reap\n  q(<<~SQL)\n    UPDATE runs SET id = 0 WHERE lane IN ('a')\n  SQL\nend\n";
    let repository = repository("a.rb", text, declared);
    let said = run(repository.path(), ["generate"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stdout.contains("undeclared-copy"), "{said:?}");
    assert_eq!(
        repository.text("a.rb"),
        text.replace("IN ('a')", "IN ('a', 'b')")
    );
}

#[test]
fn words_and_symbols_are_written_without_quotes() {
    for (path, form, versions) in [
        ("a.rb", "LANES = %w[@].freeze\n", ["a b", "a b c", "b c"]),
        (
            "a.rb",
            "LANES = %i[\n  @\n]\n",
            ["a\n  b", "a\n  b\n  c", "b\n  c"],
        ),
        (
            "a.rb",
            "LANES = [@] # end\n",
            [":a, :b", ":a, :b, :c", ":b, :c"],
        ),
        (
            "a.ex",
            "defmodule A do\n  @lanes ~w(@)\n  def lanes, do: @lanes\nend\n",
            ["a b", "a b c", "b c"],
        ),
    ] {
        let name = if path == "a.ex" { "lanes" } else { "LANES" };
        let declared = format!("[[lane_set.x.array]]\nfile = \"{path}\"\nname = \"{name}\"\n");
        let [first, wider, narrower] = versions.map(|it| {
            // The attribute's own sign is no place for lanes.
            let form = form.replace("@lanes", "%lanes");
            form.replace('@', it).replace("%lanes", "@lanes")
        });
        let repository = repository(path, &first, &declared);
        change(&repository, &["widen", "x", "c"]);
        assert_eq!(repository.text(path), wider);
        change(&repository, &["narrow", "x", "a"]);
        assert_eq!(repository.text(path), narrower);
        let said = run(repository.path(), ["widen", "x", "two words"]);
        let is_word_list = form.contains("%w") || form.contains("%i") || form.contains("~w");
        assert_eq!(said.code, Some(i32::from(is_word_list)), "{said:?}");
    }
}

#[test]
fn maps_are_left_to_a_person() {
    let text = "<?php\nconst LANES = ['a' => true, 'b' => true];\n";
    let declared = "[[lane_set.x.array]]\nfile = \"a.php\"\nname = \"LANES\"\n";
    let repository = repository("a.php", text, declared);
    assert_eq!(run(repository.path(), ["check"]).code, Some(0), "{text}");
    let said = run(repository.path(), ["widen", "x", "c"]);
    assert_eq!(said.code, Some(1), "{text}: {said:?}");
    let by_hand = "write the lanes 'a', 'b', 'c' there by hand";
    assert!(said.stdout.contains(by_hand), "{said:?}");
    assert_eq!(repository.text("a.php"), text, "nothing is half written");
}

#[test]
fn a_tuple_of_one_stays_a_tuple_and_an_empty_array_is_left_to_a_person() {
    let declared = "[[lane_set.x.array]]\nfile = \"a.py\"\nname = \"LANES\"\n";
    let tuple = repository("a.py", "LANES = ('a', 'b')\n", declared);
    change(&tuple, &["narrow", "x", "a"]);
    assert_eq!(tuple.text("a.py"), "LANES = ('b',)\n");
}

fn query(path: &str, versions: [&str; 3]) {
    follows(
        path,
        &format!("[[lane_set.x.query]]\nfile = \"{path}\"\n"),
        versions,
    );
}

#[test]
fn conditions_follow_in_every_form() {
    query(
        "q.sql",
        [
            "DELETE FROM runs AS r WHERE r.lane IN ('a', 'b'); -- é\n",
            "DELETE FROM runs AS r WHERE r.lane IN ('a', 'b', 'it''s'); -- é\n",
            "DELETE FROM runs AS r WHERE r.lane IN ('b', 'it''s'); -- é\n",
        ],
    );
    query(
        "q.sql",
        [
            "DELETE FROM runs WHERE lane IN (\n      'a' -- one\n    , 'b'\n);\n",
            "DELETE FROM runs WHERE lane IN (\n      'a' -- one\n    , 'b'\n    , 'it''s'\n);\n",
            "DELETE FROM runs WHERE lane IN (\n      'b'\n    , 'it''s'\n);\n",
        ],
    );
    query(
        "q.sql",
        [
            "DELETE FROM runs WHERE (lane)::text = ANY ((ARRAY['a'::varchar, 'b'::varchar])::text[]);\n",
            "DELETE FROM runs WHERE (lane)::text = ANY ((ARRAY['a'::varchar, 'b'::varchar, 'it''s'::varchar])::text[]);\n",
            "DELETE FROM runs WHERE (lane)::text = ANY ((ARRAY['b'::varchar, 'it''s'::varchar])::text[]);\n",
        ],
    );
    query(
        "q.sql",
        [
            "DELETE FROM runs WHERE lane = ANY ('{a,b}');\n",
            "DELETE FROM runs WHERE lane = ANY ('{a,b,\"it''s\"}');\n",
            "DELETE FROM runs WHERE lane = ANY ('{b,\"it''s\"}');\n",
        ],
    );
    query(
        "q.sql",
        [
            "DELETE FROM runs WHERE (lane = 'a' OR lane = 'b');\n",
            "DELETE FROM runs WHERE (lane IN ('a', 'b', 'it''s'));\n",
            "DELETE FROM runs WHERE (lane IN ('b', 'it''s'));\n",
        ],
    );
    query(
        "q.sql",
        [
            "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$\n  DELETE FROM runs WHERE lane IN ('a', 'b');\n$$;\n",
            "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$\n  DELETE FROM runs WHERE lane IN ('a', 'b', 'it''s');\n$$;\n",
            "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$\n  DELETE FROM runs WHERE lane IN ('b', 'it''s');\n$$;\n",
        ],
    );
    query(
        "q.ts",
        [
            "db.query('DELETE FROM runs WHERE lane IN (\\'a\\', \\'b\\')');\n",
            "db.query('DELETE FROM runs WHERE lane IN (\\'a\\', \\'b\\', \\'it\\'\\'s\\')');\n",
            "db.query('DELETE FROM runs WHERE lane IN (\\'b\\', \\'it\\'\\'s\\')');\n",
        ],
    );
    query(
        "q.py",
        [
            "db.execute(f\"DELETE FROM runs WHERE lane IN ('a', 'b') AND id < {top}\")\n",
            "db.execute(f\"DELETE FROM runs WHERE lane IN ('a', 'b', 'it''s') AND id < {top}\")\n",
            "db.execute(f\"DELETE FROM runs WHERE lane IN ('b', 'it''s') AND id < {top}\")\n",
        ],
    );
}

#[test]
fn one_lane_alone_becomes_a_list() {
    let declared = "[[lane_set.x.query]]\nfile = \"q.sql\"\n";
    let repository = repository(
        "q.sql",
        "DELETE FROM runs WHERE lane IN ('a', 'b');\n",
        declared,
    );
    change(&repository, &["narrow", "x", "b"]);
    assert_eq!(
        repository.text("q.sql"),
        "DELETE FROM runs WHERE lane IN ('a');\n"
    );
    repository.write(
        "q.sql",
        "DELETE FROM runs WHERE lane = 'a'::text AND id > 0;\n",
    );
    change(&repository, &["widen", "x", "b"]);
    assert_eq!(
        repository.text("q.sql"),
        "DELETE FROM runs WHERE lane IN ('a'::text, 'b'::text) AND id > 0;\n"
    );
}
