//! Keys, types and syntax that are refused.

use super::*;

#[test]
fn what_is_not_toml_is_said_with_its_line() {
    let (shown, _) = only_problem("version = 1\n[lane_set.x\ntable = \"runs\"\n");
    assert!(shown.starts_with("2:12: this is not TOML: "), "{shown}");
    let (shown, under) = only_problem(&with("lanes = [\"c\"]\n"));
    assert_eq!(shown, "6:1: this is not TOML: duplicate key");
    assert_eq!(under, "lanes");
}

#[test]
fn an_unknown_key_names_the_nearest() {
    assert_problem(
        &SMALL.replace("lanes =", "lane ="),
        "5:1: unknown key `lane` in [lane_set.x]; did you mean `lanes`?",
        "lane",
    );
}

#[test]
fn an_unknown_key_far_from_any_lists_what_is_valid() {
    assert_problem(
        &with("[schema]\nwhereabouts = \"x\"\n"),
        "7:1: unknown key `whereabouts` in [schema]; valid here: `file`",
        "whereabouts",
    );
}

#[test]
fn every_unknown_key_is_reported_at_once_in_the_order_of_the_file() {
    let text = with(
        "gaurd = \"status = 'a'\"\n[[lane_set.x.query]]\nfile = \"a\"\nwithn = \"f\"\n[lane_set.x.heartbeat]\ncall = \"c\"\nlanes = { a = { file = \"f\", in = \"g\" } }\n[migration]\ndir = \"d\"\n",
    );
    let shown: Vec<String> = problems(&text).iter().map(Problem::to_string).collect();
    assert_eq!(
        shown,
        [
            "laneset.toml:6:1: unknown key `gaurd` in [lane_set.x]; did you mean `guard`?",
            "laneset.toml:9:1: unknown key `withn` in [[lane_set.x.query]]; did you mean `within`?",
            "laneset.toml:12:29: unknown key `in` in [lane_set.x.heartbeat.lanes.a]; valid here: `file`, `within`",
            "laneset.toml:13:2: unknown key `migration` at the top level; did you mean `migrations`?",
        ]
    );
}

#[test]
fn a_wrong_type_says_what_is_expected_and_what_was_found() {
    let small = |from: &str, to: &str| SMALL.replace(from, to);
    assert_problem(
        &small("\"run_type\"", "7"),
        "4:10: `column` must be a string, but it is the integer 7",
        "7",
    );
    assert_problem(
        &small("[\"a\", \"b\"]", "\"a\""),
        "5:9: `lanes` must be an array of integers or strings, but it is the string \"a\"",
        "\"a\"",
    );
    assert_problem(
        &small("\"b\"", "true"),
        "5:15: `lanes` must be an integer or a string, but it is the boolean true",
        "true",
    );
    assert_problem(
        &small("[\"a\", \"b\"]", "[99999999999999999999]"),
        "5:10: `lanes` must be an integer or a string, but it is the integer 99999999999999999999, which does not fit 64 bits",
        "99999999999999999999",
    );
    assert_problem(
        &with("[lane_set.x.query]\nfile = \"a\"\n"),
        "6:1: `query` must be an array of tables, but it is a table",
        "[lane_set.x.query]",
    );
    assert_problem(
        &with("[[lane_set.x.index]]\nname = \"a\"\n"),
        "6:1: `index` must be a table, but it is an array",
        "[[lane_set.x.index]]",
    );
    assert_problem(
        &with("[lane_set.x.reaper]\nbatch = -1\n"),
        "7:9: `batch` must be an integer from 1 to 4294967295, but it is the integer -1",
        "-1",
    );
    assert_problem(
        &with("[embedded]\npath = \"p\"\nmirror_since = 2026-05-03\n"),
        "8:16: `mirror_since` must be a string, but it is a date or time",
        "2026-05-03",
    );
}

#[test]
fn a_required_key_that_is_missing_is_named() {
    let line = |number: usize| SMALL.lines().nth(number - 1).unwrap();
    for (number, key) in [(3, "table"), (4, "column"), (5, "lanes")] {
        assert_problem(
            &SMALL.replace(&format!("{}\n", line(number)), ""),
            &format!("2:1: the required key `{key}` is missing in [lane_set.x]"),
            "[lane_set.x]",
        );
    }
    assert_problem(
        &SMALL.replace("version = 1\n", ""),
        "1:1: the required key `version` is missing at the top level",
        "",
    );
}

#[test]
fn another_version_is_all_that_is_said() {
    let shown =
        "1:11: version 2 is not known to this laneset, which reads version 1; install a newer one";
    assert_problem(&SMALL.replace("= 1", "= 2"), shown, "2");
    let newer = SMALL.replace("= 1", "= 2").replace("lanes", "tracks");
    assert_problem(&newer, shown, "2");
}

#[test]
fn a_manifest_that_declares_nothing_is_refused() {
    assert_problem(
        "version = 1\n",
        "1:1: nothing to check: declare a [lane_set.NAME] or a [[cover]]",
        "",
    );
    let cover = "version = 1\n[[cover]]\nindex = \"i\"\nquery = { file = \"f\" }\n";
    assert_eq!(read(cover).unwrap().covers.len(), 1);
}

#[test]
fn unknown_formats_and_builds_name_the_nearest() {
    assert_problem(
        &with("[migrations]\nformat = \"dbmat\"\n"),
        "7:10: unknown format \"dbmat\"; did you mean `dbmate`?",
        "\"dbmat\"",
    );
    assert_problem(
        &with("[lane_set.x.index]\nname = \"i\"\nbuild = \"online\"\n"),
        "8:9: unknown build \"online\"; valid here: `transactional`, `concurrently`",
        "\"online\"",
    );
    for (name, format) in MigrationFormat::ALL {
        let text = with(&format!("[migrations]\nformat = \"{name}\"\n"));
        assert_eq!(
            read(&text).unwrap().migrations.format.unwrap().value,
            format
        );
    }
    let text = with("[lane_set.x.index]\nname = \"i\"\nbuild = \"concurrently\"\n");
    let index = read(&text).unwrap().lane_sets.remove(0).index.unwrap();
    assert_eq!(index.build, IndexBuild::Concurrently);
}

#[test]
fn control_characters_of_a_key_are_shown_as_escapes() {
    let (shown, _) = only_problem(&with("\"\\u001b[31m\" = 1\n"));
    assert!(
        shown.starts_with("6:1: unknown key `\\u{1b}[31m` in [lane_set.x]; valid here: "),
        "{shown}"
    );
}
