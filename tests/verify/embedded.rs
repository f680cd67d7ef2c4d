//! The embedded patches where they run in production, on PGlite, and on the schema of the last release.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::Verified;
use crate::generate::tools::{change, names};

/// The folder whose `node_modules` has PGlite.
fn tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ci/tools")
}

impl Verified {
    /// As a repository that uses PGlite has it.
    fn with_pglite() -> Self {
        let verified = Self::reference();
        let modules = verified.repository.file("node_modules");
        std::os::unix::fs::symlink(tools().join("node_modules"), modules).unwrap();
        verified
    }

    fn add_patch(&self, sql: &str) {
        self.repository
            .write("embedded_patches/20270101000000_new.sql", sql);
    }

    fn git(&self, arguments: &[&str]) {
        let who = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        let mut command = Command::new("git");
        command.args(who).args(arguments);
        let output = command
            .current_dir(self.repository.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }
}

#[test]
fn patches_run_on_the_pglite_that_the_repository_has() {
    let verified = Verified::with_pglite();
    let run = verified.run(&[]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    let on_pglite = run.stdout.lines().any(|line| {
        line.starts_with("note: replayed on PGlite 0.")
            && line.ends_with(": three boots of the patches")
    });
    assert!(on_pglite, "{}", run.stdout);
    verified.assert_nothing_is_left();
    let run = verified.run(&["--no-pglite"]);
    assert!(!run.stdout.contains("PGlite"), "{}", run.stdout);
}

/// It has no timers, and its extensions come from npm.
#[test]
fn what_pglite_cannot_do_is_named() {
    let verified = Verified::reference();
    let pglite = tools();
    let pglite = ["--pglite", pglite.to_str().unwrap()];
    verified.add_patch("SELECT 1;\nSELECT pg_sleep(600);");
    let run = verified.run(&[&pglite[..], &["--statement-timeout", "1"]].concat());
    let said = run.could_not_check();
    let start = "error: embedded_patches/20270101000000_new.sql:2: PGlite 0.";
    assert!(said.starts_with(start), "{said}");
    assert!(
        said.contains("does not come to the end of this within 1 s"),
        "{said}"
    );
    verified.assert_nothing_is_left();

    verified.add_patch("CREATE EXTENSION vector;");
    let run = verified.run(&pglite);
    let said = run.could_not_check();
    assert!(
        said.contains("extension \"vector\" is not available (0A000); the npm package @electric-sql/pglite-pgvector brings it"),
        "{said}"
    );

    // One that comes with it is loaded.
    verified.add_patch("CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\";");
    let run = verified.run(&[&pglite[..], &["--output-format", "json"]].concat());
    let found = run.drift().found();
    assert_eq!(
        found,
        ["embedded-replay-drift embedded_patches/20270101000000_new.sql:1"]
    );

    let run = verified.run(&["--pglite", "/"]);
    let said = run.could_not_check();
    assert!(
        said.starts_with("error: /: there is no npm package @electric-sql/pglite"),
        "{said}"
    );
}

/// Node is amidst a statement that does not end, and hears nothing.
#[test]
fn pglite_is_gone_after_a_kill() {
    let verified = Verified::with_pglite();
    verified.add_patch("SELECT pg_sleep(600);");
    let mut running = verified
        .command(&[])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_secs(8));
    let pid = running.id().to_string();
    Command::new("kill").args(["-KILL", &pid]).status().unwrap();
    running.wait().unwrap();
    verified.assert_nothing_is_left();
}

/// A migration widens what is declared, and its patch is forgotten: only a database of the last release shows it.
#[test]
fn a_migration_without_its_patch_is_found_from_the_base_branch() {
    let verified = Verified::reference();
    verified.git(&["init", "-q", "-b", "main"]);
    verified.git(&["add", "."]);
    verified.git(&["commit", "-qm", "one"]);
    verified.git(&["switch", "-qc", "side"]);
    change(
        &verified.repository,
        &["widen", "heartbeat-inflight", "export", "--admit"],
    );
    let run = verified.run(&["--output-format", "json"]);
    run.clean();
    assert!(
        run.stderr
            .contains("three boots of the patches, the patches on the dump of main"),
        "{}",
        run.stderr
    );
    // Patches that know nothing of it, which a boot on the dump of today does not show.
    for name in names(&verified.repository, "embedded_patches") {
        verified
            .repository
            .remove(&format!("embedded_patches/{name}"));
    }
    verified.add_patch("SELECT 1;");
    let run = verified.run(&[
        "--output-format",
        "json",
        "--select",
        "embedded-replay-drift",
    ]);
    let report = run.drift();
    let messages = report.messages();
    let not_reached = |object: &str| {
        format!(
            "from db/schema.sql of main the patches do not lead to the {object} that db/schema.sql has now"
        )
    };
    assert_eq!(
        messages,
        [
            not_reached("constraint runs_run_type_check on public.runs"),
            not_reached("index public.idx_runs_heartbeat_inflight")
        ],
        "{}",
        run.stderr
    );
}

/// What `mirror_since` does not ask for is only told.
#[test]
fn what_else_is_not_mirrored_is_told_or_found_as_declared() {
    let verified = Verified::reference();
    verified.git(&["init", "-q", "-b", "main"]);
    verified.git(&["add", "."]);
    verified.git(&["commit", "-qm", "one"]);
    let dump = verified.repository.text("db/schema.sql");
    let more = dump.replace(
        "    attempts integer",
        "    priority integer,\n    attempts integer",
    );
    assert_ne!(dump, more);
    verified.repository.write("db/schema.sql", more);
    verified.add_migration("ALTER TABLE public.runs ADD COLUMN priority integer;");
    let only = ["--select", "embedded-replay-drift"];
    let run = verified.run(&only);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    assert!(
        run.stdout.contains("note: the patches do not lead to column public.runs.priority from the base branch's dump; `mirror_since`"),
        "{}",
        run.stdout
    );
    let manifest = verified.repository.text("laneset.toml");
    let declared = manifest.replace(
        "[embedded]\n",
        "[embedded]\nmirror_since = \"20260601000000\"\n",
    );
    verified.repository.write("laneset.toml", declared);
    let run = verified.run(&[&only[..], &["--output-format", "json"]].concat());
    assert_eq!(
        run.drift().found(),
        ["embedded-replay-drift db/schema.sql:70"]
    );
}
