//! Values that are refused for what they mean.

use super::*;
use crate::model::site::Role;

#[test]
fn lanes_are_some_once_each_and_of_one_kind() {
    let lanes = |list: &str| SMALL.replace("[\"a\", \"b\"]", list);
    assert_problem(&lanes("[]"), "5:9: `lanes` must not be empty", "[]");
    assert_problem(
        &lanes("['a', '']"),
        "5:15: `a lane` must not be empty",
        "''",
    );
    assert_problem(
        &lanes("[\n 'a',\n 'b',\n 'a',\n]"),
        "8:2: the lane \"a\" is listed twice, first on line 6",
        "'a'",
    );
    assert_problem(
        &lanes("[\"a\", 1]"),
        "5:15: lanes are all strings or all integers, but 1 is an integer and the first lane is a string",
        "1",
    );
    let integers = read(&lanes("[0, 0x10]")).unwrap();
    assert_eq!(
        integers.lane_sets[0].lanes.value,
        [Value::Integer(0), Value::Integer(16)]
    );
}

#[test]
fn names_that_are_no_names_are_refused() {
    assert_problem(
        &SMALL.replace("public.runs", "db.public.runs"),
        "3:9: `table` is not a name: \"db.public.runs\" is not of the form `name` or `schema.name`",
        "\"db.public.runs\"",
    );
    assert_problem(
        &with("[lane_set.x.index]\nname = \"\"\n"),
        "7:8: `name` is not a name: it is empty",
        "\"\"",
    );
    assert_problem(
        &with("[lane_set.x.admitted_by]\nenum = \"run type\"\n"),
        "7:8: `enum` is not a name: \"run type\" is not of the form `name` or `schema.name`",
        "\"run type\"",
    );
    assert_problem(
        &SMALL.replace("lane_set.x", "lane_set.\"\""),
        "2:11: a lane set's name must not be empty",
        "\"\"",
    );
    let (shown, _) = only_problem(&SMALL.replace("\"run_type\"", "\"runs.run_type\""));
    assert!(
        shown.starts_with("4:10: `column` is not a name: it stands without"),
        "{shown}"
    );
}

#[test]
fn a_guard_is_read_and_does_not_name_the_column() {
    assert_problem(
        &with("guard = \"nonsense\"\n"),
        "6:9: the guard cannot be read: expected an operator after `nonsense`",
        "\"nonsense\"",
    );
    assert_problem(
        &with("guard = \"run_type = 'a'\"\n"),
        "6:9: the guard must not name the governed column `run_type`: which of its values count is what `lanes` says",
        "\"run_type = 'a'\"",
    );
    assert_problem(
        &with("guard = ' '\n"),
        "6:9: `guard` must not be empty",
        "' '",
    );
}

#[test]
fn what_admits_is_a_check_or_an_enum() {
    let header = "[lane_set.x.admitted_by]";
    assert_problem(
        &with(&format!("{header}\n")),
        "6:1: [admitted_by] names neither a `check` nor an `enum`",
        header,
    );
    assert_problem(
        &with(&format!("{header}\ncheck = \"c\"\nenum = \"e\"\n")),
        "6:1: [admitted_by] names a `check` or an `enum`, not both",
        header,
    );
}

#[test]
fn durations_and_counts_are_more_than_nothing() {
    let reaper = |line: &str| with(&format!("[lane_set.x.reaper]\n{line}\n"));
    for (written, milliseconds) in [("120s", 120_000), ("500ms", 500), ("1h30m", 5_400_000)] {
        let declaration = read(&reaper(&format!("stale_after = \"{written}\""))).unwrap();
        let reaper = declaration.lane_sets[0].reaper.as_ref().unwrap();
        assert_eq!(reaper.stale_after, Duration::from_millis(milliseconds));
    }
    let (shown, under) = only_problem(&reaper("every = \"soon\""));
    assert!(
        shown.starts_with("7:9: `every` is not a duration such as \"120s\", \"2m\" or \"1h30m\": "),
        "{shown}"
    );
    assert_eq!(under, "\"soon\"");
    assert_problem(
        &reaper("every = \"0s\""),
        "7:9: `every` must be more than zero",
        "\"0s\"",
    );
    assert_problem(
        &reaper("batch = 0"),
        "7:9: `batch` must be more than zero",
        "0",
    );
}

#[test]
fn retried_lanes_are_of_the_set_and_evidence_may_come_before_a_lane() {
    assert_problem(
        &with("[lane_set.x.reaper.retry]\nlanes = [\"c\"]\nkey = [\"k\"]\n"),
        "7:10: \"c\" is not a lane of this set; its lanes are a, b",
        "\"c\"",
    );
    let early = with("[lane_set.x.heartbeat]\ncall = \"beat\"\nlanes = { c = { file = \"f\" } }\n");
    let early = read(&early).unwrap();
    let heartbeat = early.lane_sets[0].heartbeat.as_ref().unwrap();
    assert_eq!(heartbeat.lanes[0].lane.value, Value::Text("c".into()));
    assert_problem(
        &with("[lane_set.x.reaper.retry]\nlanes = [\"a\"]\nkey = [\"k\"]\nmax_attempts = 3\n"),
        "6:1: `attempts_column` and `max_attempts` go together, but `attempts_column` is missing",
        "[lane_set.x.reaper.retry]",
    );
    let text = with("[lane_set.x.heartbeat]\ncall = \"beat\"\nlanes.0 = { file = \"f\" }\n")
        .replace("[\"a\", \"b\"]", "[0, 1]");
    let declaration = read(&text).unwrap();
    let heartbeat = declaration.lane_sets[0].heartbeat.as_ref().unwrap();
    assert_eq!(heartbeat.lanes[0].lane.value, Value::Integer(0));
}

#[test]
fn a_path_stays_inside_the_manifest_s_folder() {
    let query = |file: &str| with(&format!("[[lane_set.x.query]]\nfile = \"{file}\"\n"));
    assert_problem(
        &query("/src/a.ts"),
        "7:8: `file` must be a path inside the manifest's folder: it is absolute",
        "\"/src/a.ts\"",
    );
    assert_problem(
        &query("src/../../a.ts"),
        "7:8: `file` must be a path inside the manifest's folder: `..` leads out of it",
        "\"src/../../a.ts\"",
    );
    let declaration = read(&query("./src/../a.ts")).unwrap();
    assert_eq!(
        declaration.lane_sets[0].queries[0].file.value.as_str(),
        "a.ts"
    );
}

#[test]
fn two_sets_that_declare_one_index_are_refused() {
    let index = "index = { name = \"i\" }\n";
    let second = SMALL
        .replace("version = 1\n", "")
        .replace("lane_set.x", "lane_set.a");
    assert_problem(
        &with(&format!("{index}{second}{index}")),
        "11:18: the index `i` is declared twice, first by the lane set `x` on line 6",
        "\"i\"",
    );
    let elsewhere = second.replace("public.", "audit.");
    assert_eq!(
        read(&with(&format!("{index}{elsewhere}{index}")))
            .unwrap()
            .lane_sets
            .len(),
        2,
        "another schema, another index"
    );
}

#[test]
fn query_lanes_are_some_of_the_set_s_lanes() {
    let listed = |lanes: &str| {
        with("").replace(
            "lanes = [\"a\", \"b\"]\n",
            &format!("lanes = [\"a\", \"b\"]\nquery_lanes = {lanes}\n"),
        )
    };
    let declaration = read(&listed("[\"b\"]")).unwrap();
    let lane_set = &declaration.lane_sets[0];
    assert_eq!(
        lane_set.lanes_of(Role::Query).value,
        [Value::Text("b".into())]
    );
    assert_eq!(
        lane_set.lanes_of(Role::Array).value,
        [Value::Text("b".into())]
    );
    assert_eq!(lane_set.lanes_of(Role::Index).value.len(), 2);
    assert_problem(
        &listed("[\"c\"]"),
        "6:16: \"c\" is not a lane of this set; its lanes are a, b",
        "\"c\"",
    );
    assert_problem(
        &listed("[\"b\", \"a\"]"),
        "6:15: `query_lanes` lists every lane of the set; it is there for what queries do not name yet, or no longer: take it out",
        "[\"b\", \"a\"]",
    );
    assert_problem(&listed("[]"), "6:15: `query_lanes` must not be empty", "[]");
}

#[test]
fn a_lane_without_a_text_in_postgres_is_refused() {
    let text = with("").replace("\"b\"", "\"b\\u0000\"");
    assert_problem(
        &text,
        "5:15: a lane holds a NUL character, which no text of Postgres does",
        "\"b\\u0000\"",
    );
}
