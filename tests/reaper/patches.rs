//! `laneset patches apply`: the embedded patches at boot.

use std::path::Path;

use crate::generate::tools::Pglite;
use crate::postgres::server::{Server, Session};
use crate::program::{Copy, Run, finish, laneset};

/// A repository with patches, and a database to bring up to date.
struct Embedded {
    repository: Copy,
    session: Session,
    url: String,
}

impl Embedded {
    /// The reference queue's patches.
    fn reference(database: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let embedded = Self::with(
            database,
            &std::fs::read_to_string(root.join("laneset.toml")).unwrap(),
        );
        for entry in std::fs::read_dir(root.join("embedded_patches")).unwrap() {
            let entry = entry.unwrap();
            let path = format!("embedded_patches/{}", entry.file_name().to_str().unwrap());
            embedded
                .repository
                .write(&path, std::fs::read(entry.path()).unwrap());
        }
        embedded
    }

    /// Patches of one's own.
    fn of(database: &str, patches: &[(&str, &str)]) -> Self {
        let manifest = "version = 1\n[embedded]\npath = \"patches\"\n[lane_set.x]\ntable = \"t\"\ncolumn = \"lane\"\nlanes = [\"a\"]\n";
        let embedded = Self::with(database, manifest);
        for (name, sql) in patches {
            embedded.repository.write(&format!("patches/{name}"), sql);
        }
        embedded
    }

    fn with(database: &str, manifest: &str) -> Self {
        let server = Server::shared();
        let empty = tempfile::tempdir().unwrap();
        let repository = Copy::of(empty.path());
        repository.write("laneset.toml", manifest);
        let session = server.database(database);
        let url = server.database_url(database);
        // The session keeps the server up.
        std::mem::forget(server);
        Self {
            repository,
            session,
            url,
        }
    }

    fn apply(&self, arguments: &[&str]) -> Run {
        let mut command = laneset(self.repository.path());
        finish(
            command
                .args(["patches", "apply"])
                .args(arguments)
                .env("DATABASE_URL", &self.url),
        )
    }

    fn value(&mut self, query: &str) -> String {
        self.session.value(query).unwrap().unwrap_or_default()
    }
}

#[test]
fn an_empty_database_is_built_and_the_next_boots_change_nothing() {
    let mut embedded = Embedded::reference("patches_boot");
    let first = embedded.apply(&[]);
    assert_eq!(
        (first.code, first.stderr.as_str()),
        (Some(0), ""),
        "{}",
        first.stdout
    );
    assert!(
        first
            .stdout
            .ends_with("Applied 7 patches to an empty database.\n"),
        "{}",
        first.stdout
    );
    let index = "SELECT oid::text FROM pg_class WHERE relname = 'idx_runs_heartbeat_inflight'";
    let oid = embedded.value(index);
    for _ in 0..2 {
        let again = embedded.apply(&[]);
        assert_eq!((again.code, again.stderr.as_str()), (Some(0), ""));
        assert!(
            again
                .stdout
                .ends_with("Applied 7 patches. None changed the schema. 1 rebuilt what was there, as at every boot.\n"),
            "{}",
            again.stdout
        );
        assert_eq!(embedded.value(index), oid, "nothing is rebuilt");
    }
    assert_eq!(
        embedded.value("SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory'"),
        "0"
    );
}

/// Where embedded patches really run.
#[test]
fn a_real_pglite_is_built_and_the_next_boots_change_nothing() {
    let mut embedded = Embedded::reference("patches_pglite");
    let data = tempfile::tempdir().unwrap();
    let pglite = Pglite::serve(data.path());
    embedded.url = pglite.url();
    for (boot, said) in [
        (1, "Applied 7 patches to an empty database."),
        (2, "Applied 7 patches. None changed the schema."),
        (3, "Applied 7 patches. None changed the schema."),
    ] {
        let run = embedded.apply(&[]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(run.stdout.contains(said), "boot {boot}: {}", run.stdout);
    }
}

#[test]
fn a_patch_that_changes_the_schema_is_said_loudly_and_by_object() {
    let mut embedded = Embedded::reference("patches_missed");
    embedded.apply(&[]);
    embedded
        .session
        .execute("DROP INDEX idx_runs_heartbeat_inflight; CREATE INDEX idx_runs_heartbeat_inflight ON runs (last_heartbeat_at) WHERE status IN ('claimed', 'running') AND run_type = 'sync'")
        .unwrap();
    let run = embedded.apply(&[]);
    assert_eq!(run.code, Some(0));
    assert!(
        run.stderr.contains("A PATCH CHANGED THE SCHEMA")
            && run
                .stderr
                .contains("20260518070000_runs_heartbeat_inflight_widen.sql"),
        "{}",
        run.stderr
    );
    assert!(
        run.stdout
            .contains("~ index public.idx_runs_heartbeat_inflight (altered)"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("1 changed the schema: a migration that should have done it is missing"),
        "{}",
        run.stdout
    );
    let json = embedded.apply(&["--json"]).stdout;
    let lines: Vec<serde_json::Value> = json
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 7);
    assert!(
        lines
            .iter()
            .flat_map(|line| line["changes"].as_array().unwrap())
            .all(|change| change["change"] == "rebuilt"),
        "{json}"
    );
}

#[test]
fn when_a_statement_fails_nothing_is_applied_and_it_is_named() {
    let mut embedded = Embedded::of(
        "patches_fail",
        &[
            ("1_good.sql", "CREATE TABLE IF NOT EXISTS t (lane text);\n"),
            (
                "2_bad.sql",
                "ALTER TABLE t ADD COLUMN IF NOT EXISTS a int;\n\n-- it refers to nothing\nCREATE INDEX i ON t (missing);\nCREATE TABLE u ();\n",
            ),
        ],
    );
    let run = embedded.apply(&[]);
    assert_eq!(run.code, Some(2));
    assert_eq!(
        run.stderr,
        "error: patches/2_bad.sql:4: patch 2_bad.sql: column \"missing\" does not exist (42703)\n"
    );
    assert_eq!(run.stdout, "");
    assert_eq!(
        embedded.value("SELECT count(*)::text FROM pg_class WHERE relname IN ('t', 'u')"),
        "0"
    );
}

#[test]
fn what_does_not_run_in_a_transaction_is_refused_before_anything_runs() {
    for (name, sql, said) in [
        (
            "commit",
            "CREATE TABLE t ();\nCOMMIT;\n",
            "patches/p.sql:2: every patch runs in a transaction already",
        ),
        (
            "cut_off",
            "CREATE TABLE t ();\nSELECT 'x;\n",
            "patches/p.sql:2:8:",
        ),
        (
            "concurrently",
            "CREATE TABLE t (a int);\nCREATE INDEX CONCURRENTLY i ON t (a);\n",
            "patches/p.sql:2: patch p.sql: CREATE INDEX CONCURRENTLY cannot run inside a transaction block (25001); a patch runs in a transaction",
        ),
    ] {
        let mut embedded = Embedded::of(&format!("patches_{name}"), &[("p.sql", sql)]);
        let run = embedded.apply(&[]);
        assert_eq!(run.code, Some(2), "{name}");
        assert!(run.stderr.contains(said), "{}", run.stderr);
        assert_eq!(
            embedded.value("SELECT count(*)::text FROM pg_class WHERE relname = 't'"),
            "0",
            "{name}"
        );
    }
}

/// Postgres wants a new enum value committed before an index names it.
#[test]
fn an_enum_value_may_be_used_by_a_later_patch() {
    let embedded = Embedded::of(
        "patches_enum",
        &[
            (
                "1.sql",
                "DO $$ BEGIN CREATE TYPE lane AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;\nCREATE TABLE IF NOT EXISTS t (lane lane);\n",
            ),
            ("2.sql", "ALTER TYPE lane ADD VALUE IF NOT EXISTS 'b';\n"),
            (
                "3.sql",
                "CREATE INDEX IF NOT EXISTS i ON t (lane) WHERE lane IN ('a', 'b');\n",
            ),
        ],
    );
    embedded.apply(&[]);
    let mut older = Embedded::of("patches_enum_older", &[]);
    for patch in ["1.sql", "2.sql", "3.sql"] {
        older.repository.write(
            &format!("patches/{patch}"),
            embedded.repository.text(&format!("patches/{patch}")),
        );
    }
    // The type is from an earlier boot, so that the value is new to it.
    older
        .session
        .execute("CREATE TYPE lane AS ENUM ('a'); CREATE TABLE t (lane lane)")
        .unwrap();
    for (boot, changed) in [(1, "2 changed"), (2, "None changed")] {
        let run = older.apply(&[]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(run.stdout.contains(changed), "boot {boot}: {}", run.stdout);
    }
}

#[test]
fn processes_that_boot_at_once_wait_for_one_another() {
    let embedded = Embedded::reference("patches_crowd");
    let runs: Vec<Run> = std::thread::scope(|scope| {
        let boots: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| {
                    let mut command = laneset(embedded.repository.path());
                    finish(
                        command
                            .args(["patches", "apply"])
                            .env("DATABASE_URL", &embedded.url),
                    )
                })
            })
            .collect();
        boots.into_iter().map(|boot| boot.join().unwrap()).collect()
    });
    assert!(runs.iter().all(|run| run.code == Some(0)), "{runs:#?}");
    let first = runs
        .iter()
        .filter(|run| run.stdout.ends_with("to an empty database.\n"))
        .count();
    let others = runs
        .iter()
        .filter(|run| run.stdout.contains("None changed the schema."))
        .count();
    assert_eq!((first, others), (1, 5));
}

#[test]
fn an_array_in_source_is_applied_unless_only_its_program_can() {
    let patches = |sql: &str| {
        format!(
            "export const patches = [\n  {{ id: 'first', sql: `CREATE TABLE IF NOT EXISTS t (lane text)` }},\n  {{ id: 'second', sql: `{sql}` }},\n];\n"
        )
    };
    let mut embedded = Embedded::of("patches_array", &[]);
    let manifest = embedded
        .repository
        .text("laneset.toml")
        .replace("\"patches\"", "\"patches.ts\"");
    embedded.repository.write("laneset.toml", manifest);
    embedded.repository.write(
        "patches.ts",
        patches("COMMENT ON TABLE t IS 'it\\'s'; CREATE INDEX IF NOT EXISTS i ON t (lane)"),
    );
    let run = embedded.apply(&[]);
    assert!(run.stderr.contains("patches.ts:3:"), "{}", run.stderr);
    embedded.repository.write(
        "patches.ts",
        patches("CREATE INDEX IF NOT EXISTS i ON t (lane)"),
    );
    let run = embedded.apply(&[]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("changed    second"), "{}", run.stdout);
    assert_eq!(
        embedded.value("SELECT count(*)::text FROM pg_class WHERE relname = 'i'"),
        "1"
    );
    embedded.repository.write(
        "patches.ts",
        patches("CREATE INDEX IF NOT EXISTS ${name} ON t (lane)"),
    );
    let run = embedded.apply(&[]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr
            .contains("patches.ts:3: the program puts something into this SQL"),
        "{}",
        run.stderr
    );
}
