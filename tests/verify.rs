//! `laneset verify`, on throwaway servers and on one that is lent.

mod dumps;
mod embedded;
mod engines;
mod live;
mod queries;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::generate::tools::reference_queue;
use crate::postgres::server::Server;
use crate::program::{Copy, Run, finish, laneset};

/// A repository, and a folder for temporary files alone, in which anything that is left shows.
struct Verified {
    repository: Copy,
    temporary: tempfile::TempDir,
}

impl Verified {
    fn reference() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        // The server runs as another user than root, and must find its folder.
        let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o777);
        std::fs::set_permissions(temporary.path(), everybody).unwrap();
        Self {
            repository: reference_queue(),
            temporary,
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = laneset(self.repository.path());
        command
            .arg("verify")
            .args(arguments)
            .env("TMPDIR", self.temporary.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        finish(&mut self.command(arguments))
    }

    fn add_migration(&self, up: &str) {
        let down = if up.contains("-- migrate:down") {
            ""
        } else {
            "-- migrate:down\n"
        };
        let text = format!("-- migrate:up\nSELECT 1;\n{up}\n{down}");
        self.repository
            .write("db/migrations/20260601000000_new.sql", text);
    }

    /// Nothing is left in the folder for temporary files, at the latest in a moment.
    #[track_caller]
    fn assert_nothing_is_left(&self) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !is_empty(self.temporary.path()) {
            assert!(Instant::now() < deadline, "something is left");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().next().is_none()
}

#[test]
fn the_reference_queue_leads_where_it_should_and_nothing_is_left() {
    let verified = Verified::reference();
    let run = verified.run(&[]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    assert!(
        run.stdout
            .contains(": the migrations, db/schema.sql, three boots of the patches\n"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .ends_with("Checked 1 lane set: 7 migrations, 7 patches, 1 query. No drift.\n"),
        "{}",
        run.stdout
    );
    verified.assert_nothing_is_left();
}

/// Columns and indexes are as many as before: only the catalogs show it.
#[test]
fn a_patch_that_makes_a_dropped_constraint_again_is_found() {
    let verified = Verified::reference();
    let make = "ALTER TABLE public.runs ADD CONSTRAINT runs_attempts_check CHECK (attempts >= 0)";
    verified.repository.write(
        "embedded_patches/20260530000000_attempts.sql",
        format!("DO $$ BEGIN\n  {make};\nEXCEPTION WHEN duplicate_object THEN NULL;\nEND $$;\n"),
    );
    let run = verified.run(&["--output-format", "json"]);
    assert_eq!(
        run.drift().found(),
        ["embedded-replay-drift embedded_patches/20260530000000_attempts.sql:1"]
    );
}

/// The settings of a session change how Postgres spells what is there, and not what is there.
#[test]
fn a_way_down_that_sets_the_search_path_is_inverse() {
    let verified = Verified::reference();
    let set = "SET search_path TO public, pg_catalog; SET datestyle TO German;";
    verified.add_migration(&format!(
        "{set}\n-- migrate:down\nSET search_path TO pg_catalog;\nSELECT 1;"
    ));
    let report = verified.run(&["--output-format", "json"]).clean();
    assert_eq!(report.0["checked"]["migrations"], 8);
}

#[test]
fn a_statement_that_postgres_refuses_is_named_and_ends_with_2() {
    let verified = Verified::reference();
    verified.add_migration("ALTER TABLE public.runs ADD COLUMN status text;");
    let run = verified.run(&[]);
    assert_eq!(run.code, Some(2));
    let (place, said) = run.stderr.split_once(" refuses this: ").unwrap();
    assert!(
        place.starts_with("error: db/migrations/20260601000000_new.sql:3: Postgres 1"),
        "{place}"
    );
    assert_eq!(
        said,
        "column \"status\" of relation \"runs\" already exists (42701)\n"
    );
    verified.add_migration("COPY public.runs FROM STDIN;");
    let run = verified.run(&[]);
    let said = "refuses this: rows that stand in the file or go to the client are not replayed";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    verified.add_migration("CREATE EXTENSION no_such_extension;");
    let run = verified.run(&[]);
    assert!(
        run.stderr.contains(" refuses this: extension \"no_such_extension\" is not available (0A000); install the package that brings it"),
        "{}",
        run.stderr
    );
    verified.assert_nothing_is_left();
}

#[test]
fn a_statement_that_hangs_ends_at_the_limit() {
    let verified = Verified::reference();
    verified.add_migration("SELECT pg_sleep(600);");
    let run = verified.run(&["--statement-timeout", "1"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains(
            " refuses this: canceling statement due to statement timeout (57014); --statement-timeout"
        ),
        "{}",
        run.stderr
    );
    verified.assert_nothing_is_left();
}

/// However it ends, in whatever moment.
#[test]
fn nothing_is_left_after_a_signal_or_a_kill() {
    let verified = Verified::reference();
    verified.add_migration("SELECT pg_sleep(600);");
    for (signal, after) in [
        ("-INT", 3000),
        ("-TERM", 3000),
        ("-KILL", 3000),
        ("-INT", 100),
        ("-KILL", 100),
    ] {
        let mut running = verified
            .command(&[])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        while is_empty(verified.temporary.path()) {
            assert!(Instant::now() < deadline, "it does not begin");
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(after));
        let pid = running.id().to_string();
        Command::new("kill").args([signal, &pid]).status().unwrap();
        let status = running.wait().unwrap();
        let expected = if signal == "-KILL" { None } else { Some(2) };
        assert_eq!(status.code(), expected, "{signal}");
        verified.assert_nothing_is_left();
    }
}

#[test]
fn a_lent_server_gets_its_databases_dropped_and_no_other_touched() {
    let verified = Verified::reference();
    let server = Server::shared();
    let mut session = server.database("lent");
    session
        .execute("CREATE ROLE lender LOGIN CREATEDB PASSWORD 'secret'")
        .unwrap();
    let folder = server.folder().display();
    let url = format!("postgres:///lent?host={folder}&user=lender&password=secret&sslmode=disable");
    let databases = "SELECT count(*)::text FROM pg_database WHERE datname LIKE 'laneset_verify%'";
    for (is_interrupted, code) in [(false, 0), (true, 2)] {
        if is_interrupted {
            verified.add_migration("SELECT pg_sleep(600);");
        }
        let mut command = verified.command(&["--shadow", "--database-url", &url]);
        let running = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        if is_interrupted {
            let deadline = Instant::now() + Duration::from_secs(20);
            while session.value(databases).unwrap().unwrap() != "3" {
                assert!(Instant::now() < deadline, "it does not begin");
                std::thread::sleep(Duration::from_millis(20));
            }
            std::thread::sleep(Duration::from_millis(500));
            let pid = running.id().to_string();
            Command::new("kill").args(["-INT", &pid]).status().unwrap();
        }
        let output = running.wait_with_output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(!said.contains("secret"), "{said}");
        assert_eq!(session.value(databases).unwrap().unwrap(), "0");
    }
    let tables = "SELECT count(*)::text FROM pg_class WHERE relnamespace = 'public'::regnamespace";
    assert_eq!(session.value(tables).unwrap().unwrap(), "0");
    assert!(is_empty(verified.temporary.path()), "it made no cluster");
}

#[test]
fn what_cannot_be_verified_is_said_and_ends_with_2() {
    let verified = Verified::reference();
    for (arguments, said) in [
        (
            ["--pg-version", "7"].as_slice(),
            "no Postgres 7 was found on this machine, only",
        ),
        (
            &[
                "--shadow",
                "--database-url",
                "postgres://x:secret@127.0.0.1:1/y",
            ],
            "the server cannot be used",
        ),
        (&["--shadow"], "--database-url"),
        (&["--select", "query-drift"], "leave no rule"),
    ] {
        let mut command = verified.command(arguments);
        let run = finish(command.env_remove("DATABASE_URL"));
        assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.stdout);
        assert!(run.stderr.contains(said), "{}", run.stderr);
        assert!(!run.stderr.contains("secret"), "{}", run.stderr);
    }
    // What the manifest names must be there, and something must be.
    std::fs::remove_dir_all(verified.repository.file("db")).unwrap();
    let run = verified.run(&[]);
    assert!(
        run.stderr
            .contains("db/migrations: no such file or directory"),
        "{}",
        run.stderr
    );
    let bare = "version = 1\n[lane_set.x]\ntable = \"t\"\ncolumn = \"c\"\nlanes = [\"a\"]\n";
    verified.repository.write("laneset.toml", bare);
    let run = verified.run(&[]);
    assert!(run.stderr.contains("nothing to verify"), "{}", run.stderr);
    assert_eq!(run.code, Some(2));
}

/// Migrations are applied on different days.
#[test]
fn what_a_migration_sets_for_its_session_ends_with_it() {
    let verified = Verified::reference();
    verified.repository.write(
        "db/migrations/20260101000000_elsewhere.sql",
        "-- migrate:up\nCREATE SCHEMA elsewhere;\nSET search_path = elsewhere;\n-- migrate:down\nDROP SCHEMA elsewhere;\n",
    );
    verified.repository.write(
        "db/migrations/20260102000000_role.sql",
        "-- migrate:up\nCREATE ROLE nothing_allowed;\nSET ROLE nothing_allowed;\n-- migrate:down\n",
    );
    let run = verified.run(&["--output-format", "json"]);
    let found = run.report().found();
    assert_eq!(found, ["replay-drift db/schema.sql:1"], "{}", run.stderr);
    verified.add_migration("GRANT SELECT ON public.runs TO nobody_here;");
    let run = verified.run(&[]);
    assert!(
        run.stderr
            .contains("role \"nobody_here\" does not exist (42704); make the role"),
        "{}",
        run.stderr
    );
}
