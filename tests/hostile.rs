//! Whatever bytes stand in the repository: what cannot be read is named, with exit 2, and nothing panics.

use std::fs;

use crate::program::{Copy, check, in_tests};

const DUMP: &str = "db/schema.sql";
const NEWEST: &str = "db/migrations/20260518070000_runs_heartbeat_inflight_widen.sql";

fn incident() -> Copy {
    Copy::of(&in_tests("repos/incident"))
}

#[test]
fn a_dump_that_is_cut_off_is_named() {
    let whole = incident().text(DUMP);
    for share in [10, 3, 2] {
        let copy = incident();
        copy.write(DUMP, &whole.as_bytes()[..whole.len() / share]);
        let run = check(copy.path());
        assert!(run.could_not_check().contains(DUMP));
    }
}

#[test]
fn bytes_that_are_not_text_are_named_with_their_line() {
    for path in [DUMP, NEWEST] {
        let copy = incident();
        let lines = copy.text(path).lines().count();
        let mut bytes = copy.text(path).into_bytes();
        bytes.push(0xFF);
        copy.write(path, bytes);
        let place = format!("{path}:{}: not UTF-8", lines + 1);
        assert!(check(copy.path()).could_not_check().contains(&place));
    }
}

#[test]
fn a_folder_or_a_link_to_itself_in_place_of_a_file_is_named() {
    let copy = incident();
    copy.remove(DUMP);
    fs::create_dir(copy.file(DUMP)).unwrap();
    assert!(
        check(copy.path())
            .could_not_check()
            .contains("is a directory")
    );

    let copy = incident();
    copy.remove(DUMP);
    std::os::unix::fs::symlink("schema.sql", copy.file(DUMP)).unwrap();
    assert!(check(copy.path()).could_not_check().contains(DUMP));
}

#[test]
fn a_string_that_does_not_end_is_named_with_its_place() {
    let copy = incident();
    copy.write(NEWEST, "-- migrate:up\nSELECT 'runs");
    let place = format!("{NEWEST}:2:8: a string begins here and does not end");
    assert!(check(copy.path()).could_not_check().contains(&place));
}

#[test]
fn a_line_of_fifty_megabytes_is_read() {
    let copy = incident();
    let line = format!("{}\n-- {}\n", copy.text(DUMP), "runs ".repeat(10_000_000));
    copy.write(DUMP, line);
    check(copy.path()).clean();
}
