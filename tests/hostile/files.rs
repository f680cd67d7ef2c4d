//! Files that are no text, no files, or not to be read.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::{Duration, Instant};

use super::{FILES, MANIFEST, MIGRATION, PATCHES, QUERY, SCHEMA, ended_well, repository};
use crate::program::{Run, check, finish, laneset, laneset_as_anyone};

#[test]
fn bytes_that_are_no_text_are_refused_with_file_and_line() {
    for path in FILES {
        for bytes in [&b"\xff"[..], b"\xc3", b"\xed\xa0\x80", b"\xfe\xff\0a"] {
            let copy = repository();
            let text = copy.text(path);
            let line = text.lines().count() + 1;
            copy.write(path, [text.as_bytes(), b"-- ", bytes, b"\n"].concat());
            let run = copy.check();
            let message = run.could_not_check();
            assert!(
                message.contains(&format!("{path}:{line}: not UTF-8 from byte")),
                "{message}"
            );
        }
    }
}

#[test]
fn a_conflict_that_was_left_is_named() {
    for path in [MIGRATION, SCHEMA, PATCHES, QUERY] {
        let copy = repository();
        let text = copy.text(path);
        let line = text.lines().count() + 1;
        let conflict = "<<<<<<< HEAD\n-- one\n=======\n-- other\n>>>>>>> main\n";
        copy.write(path, format!("{text}{conflict}"));
        let run = copy.check();
        let message = run.could_not_check();
        assert!(
            message.contains(&format!("{path}:{line}: an unresolved conflict")),
            "{message}"
        );
    }
    // A line of them is none.
    let copy = repository();
    copy.write(MIGRATION, format!("{}-- =======\n", copy.text(MIGRATION)));
    copy.check().clean();
}

#[test]
fn a_file_in_utf_16_is_refused() {
    for path in FILES {
        let copy = repository();
        let text = copy.text(path);
        let bytes: Vec<u8> = "\u{feff}"
            .encode_utf16()
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        copy.write(path, bytes);
        assert!(
            copy.check()
                .could_not_check()
                .contains(&format!("{path}:1: not UTF-8"))
        );
    }
}

#[test]
fn a_byte_order_mark_changes_nothing() {
    for path in FILES {
        let copy = repository();
        copy.write(path, format!("\u{feff}{}", copy.text(path)));
        let run = copy.check();
        if path == MIGRATION {
            // The directive is none to dbmate then.
            assert!(run.drift().found()[0].starts_with("missing-directive"));
            continue;
        }
        run.clean();
        assert_eq!(run.stdout, check(repository().path()).stdout, "{path}");
    }
}

#[test]
fn a_folder_where_a_file_should_be_is_named() {
    for path in FILES {
        let copy = repository();
        copy.remove(path);
        fs::create_dir(copy.file(path)).unwrap();
        let run = copy.check();
        if path == PATCHES {
            // A folder of patches is as good as a file of them, and this one is empty.
            assert_eq!(run.drift().found(), ["site-missing laneset.toml:14"]);
            continue;
        }
        if path == MIGRATION {
            // dbmate passes it over, and what it would have made is missing.
            assert_ne!(run.drift().found(), Vec::<String>::new());
            continue;
        }
        let message = run.could_not_check();
        assert!(
            message.contains(path) && message.contains("is a directory"),
            "{message}"
        );
    }
}

#[test]
fn a_file_where_a_folder_should_be_is_named() {
    let copy = repository();
    fs::remove_dir_all(copy.file("db/migrations")).unwrap();
    copy.write("db/migrations", "");
    assert!(
        copy.check()
            .could_not_check()
            .contains("db/migrations: is not a directory")
    );
}

#[test]
fn a_link_that_leads_to_itself_is_named() {
    for path in FILES.into_iter().chain(["db/migrations"]) {
        let copy = repository();
        let full = copy.file(path);
        if full.is_dir() {
            fs::remove_dir_all(&full).unwrap();
        } else {
            fs::remove_file(&full).unwrap();
        }
        symlink(full.file_name().unwrap(), &full).unwrap();
        let run = copy.check();
        let message = run.could_not_check();
        assert!(
            message.contains(&format!("{path} cannot be read: ")),
            "{message}"
        );
        assert_eq!(message.matches("os error").count(), 1, "{message}");
    }
}

#[test]
fn a_link_that_leads_nowhere_is_not_taken_for_a_file_that_is_not_there() {
    for path in FILES {
        let copy = repository();
        copy.remove(path);
        symlink("nowhere", copy.file(path)).unwrap();
        let run = copy.check();
        assert_ne!(run.code, Some(0), "{path}");
        ended_well(&run, path);
    }
}

#[test]
fn links_around_the_repository_are_not_followed_for_ever() {
    let copy = repository();
    symlink("..", copy.file("db/migrations/up")).unwrap();
    symlink(copy.path(), copy.file("src/again")).unwrap();
    copy.check().clean();
    // A link to a folder that is called like a migration is no migration, and dbmate would fail on it.
    symlink("..", copy.file("db/migrations/20270101_up.sql")).unwrap();
    assert!(
        copy.check()
            .could_not_check()
            .contains("db/migrations/20270101_up.sql: is a directory")
    );
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    for path in FILES {
        let copy = repository();
        copy.remove(path);
        let made = Command::new("mkfifo")
            .arg(copy.file(path))
            .status()
            .unwrap();
        assert!(made.success());
        // Without a writer, whoever opens the pipe waits for ever.
        let run = finish_within(laneset(copy.path()).arg("check"), Duration::from_secs(60));
        assert!(
            run.could_not_check()
                .contains("neither a file nor a link to one"),
            "{path}: {}",
            run.stderr
        );

        fs::remove_file(copy.file(path)).unwrap();
        symlink("/dev/zero", copy.file(path)).unwrap();
        copy.check().could_not_check();
    }
}

/// Runs a command that may never end by itself.
fn finish_within(command: &mut Command, most: Duration) -> Run {
    use std::io::Read;
    use std::process::Stdio;
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > most {
            child.kill().unwrap();
            panic!("{command:?} did not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let (mut stdout, mut stderr) = (String::new(), String::new());
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut stdout)
        .unwrap();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut stderr)
        .unwrap();
    let code = child.wait().unwrap().code();
    Run {
        code,
        stdout,
        stderr,
    }
}

#[test]
fn a_folder_that_cannot_be_listed_or_a_name_that_is_no_text_is_named() {
    use std::os::unix::ffi::OsStrExt;
    let copy = repository();
    let name = std::ffi::OsStr::from_bytes(b"20270101_\xff.sql");
    fs::write(copy.file("db/migrations").join(name), "-- migrate:up\n").unwrap();
    let run = copy.check();
    let message = run.could_not_check();
    assert!(
        message.contains("db/migrations/20270101_") && message.contains("its name is not UTF-8"),
        "{message}"
    );
}

#[test]
fn a_file_that_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let copy = repository();
    let check = || finish(laneset_as_anyone(copy.path()).arg("check"));
    assert_eq!(check().code, Some(0));
    for path in FILES {
        let allow = |mode| {
            fs::set_permissions(copy.file(path), fs::Permissions::from_mode(mode)).unwrap();
        };
        allow(0o000);
        let run = check();
        allow(0o644);
        let message = run.could_not_check();
        assert!(
            message.contains(&format!("{path} cannot be read: Permission denied")),
            "{message}"
        );
    }
}

#[test]
fn an_empty_file_has_nothing_of_what_was_declared() {
    let migration = [
        "migrations-drift db/migrations/20260401120000_messages.sql:9",
        "missing-directive db/migrations/20260409080000_messages_push.sql:1",
    ];
    for (path, found) in [
        (MIGRATION, &migration[..]),
        (SCHEMA, &["site-missing laneset.toml:14"]),
        (QUERY, &["site-missing laneset.toml:19"]),
    ] {
        for empty in ["", "\n", " \t\r\n\r\n"] {
            let copy = repository();
            copy.write(path, empty);
            assert_eq!(copy.check().drift().found(), found, "{path}");
        }
    }
    for path in [PATCHES, MANIFEST] {
        let copy = repository();
        copy.write(path, "");
        assert!(
            copy.check()
                .could_not_check()
                .contains(&format!("{path}:1:1"))
        );
    }
}

#[test]
fn a_path_out_of_the_repository_is_refused() {
    for (from, to) in [
        ("\"src/deliver.ts\"", "\"../deliver.ts\""),
        ("\"src/deliver.ts\"", "\"/etc/passwd\""),
        ("\"src/db/patches.ts\"", "\"src/../../patches.ts\""),
    ] {
        let copy = repository();
        copy.edit(MANIFEST, from, to);
        let run = copy.check();
        assert!(
            run.could_not_check()
                .contains("must be a path inside the manifest's folder"),
            "{}",
            run.stderr
        );
    }
}
