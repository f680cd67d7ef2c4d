//! Repositories to change, and the real programs that ci/setup.sh installs from npm.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use walkdir::WalkDir;

use crate::postgres::server::{Server, binaries};
use crate::program::{Copy, Run, check, finish, run};

/// The lane set of the reference queue.
pub const SET: &str = "heartbeat-inflight";

/// The reference queue of this repository: its manifest and everything that the manifest names.
pub fn reference_queue() -> Copy {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = Copy::of(&root.join("db"));
    let empty = tempfile::tempdir().unwrap();
    let repository = Copy::of(empty.path());
    for (from, to) in [
        (copy.path(), "db"),
        (&root.join("embedded_patches"), "embedded_patches"),
    ] {
        for entry in walkdir::WalkDir::new(from) {
            let entry = entry.unwrap();
            let relative = entry.path().strip_prefix(from).unwrap();
            if entry.file_type().is_file() {
                let path = format!("{to}/{}", relative.display());
                repository.write(&path, std::fs::read(entry.path()).unwrap());
            }
        }
    }
    repository.write(
        "laneset.toml",
        std::fs::read(root.join("laneset.toml")).unwrap(),
    );
    repository
}

/// The reference queue with its patches in a JavaScript array, `patches.mjs`.
pub fn reference_queue_with_an_array() -> Copy {
    let repository = reference_queue();
    let mut module = String::from("// Every patch runs at every boot.\nexport default [\n");
    for name in names(&repository, "embedded_patches") {
        let id = name.trim_end_matches(".sql");
        let sql = repository.text(&format!("embedded_patches/{name}"));
        module.push_str(&format!(
            "  {{\n    id: '{id}',\n    // How it is run.\n    async apply(db) {{\n      await db.exec(`\n{}\n      `);\n    }},\n  }},\n",
            sql.trim_end()
        ));
    }
    module.push_str("];\n");
    repository.write("patches.mjs", module);
    let manifest = repository.text("laneset.toml");
    repository.write(
        "laneset.toml",
        manifest.replace("\"embedded_patches\"", "\"patches.mjs\""),
    );
    repository
}

/// Runs a command that is to succeed and to leave a clean repository that a second `generate` does not touch.
#[track_caller]
pub fn change(repository: &Copy, arguments: &[&str]) -> Run {
    let changed = run(repository.path(), arguments);
    assert_eq!(
        changed.code,
        Some(0),
        "{arguments:?}: {}{}",
        changed.stdout,
        changed.stderr
    );
    assert_settled(repository);
    changed
}

/// Nothing drifts, and there is nothing to generate.
#[track_caller]
pub fn assert_settled(repository: &Copy) {
    check(repository.path()).clean();
    let again = run(repository.path(), ["generate", "--check"]);
    assert_eq!(again.code, Some(0), "{}{}", again.stdout, again.stderr);
    assert_eq!(again.stdout, "", "a second generate would change something");
}

/// Every file of the repository, with what it holds.
pub fn files(repository: &Copy) -> BTreeMap<PathBuf, Vec<u8>> {
    let walk = walkdir::WalkDir::new(repository.path()).into_iter();
    let files = walk
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let bytes = std::fs::read(entry.path()).unwrap();
            (entry.into_path(), bytes)
        })
        .collect()
}

/// The files of a folder of the repository, by name.
pub fn names(repository: &Copy, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(repository.file(folder)).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn tools() -> PathBuf {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("ci/tools");
    assert!(
        tools.join("node_modules/.bin/dbmate").exists(),
        "dbmate and PGlite are not there: `bash ci/setup.sh` installs them, and `ci/test.sh` does both"
    );
    tools
}

/// dbmate on a database of the shared cluster, with the repository's migrations.
pub struct Dbmate<'a> {
    pub server: &'a Server,
    pub repository: &'a Copy,
    pub database: &'a str,
}

impl Dbmate<'_> {
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> Run {
        let path = format!(
            "{}:{}",
            binaries().unwrap().display(),
            std::env::var("PATH").unwrap_or_default()
        );
        let ran = finish(
            Command::new(tools().join("node_modules/.bin/dbmate"))
                .args(["--url", &self.server.url(self.database)])
                .args([
                    "--migrations-dir",
                    "db/migrations",
                    "--schema-file",
                    "dumped.sql",
                ])
                .args(arguments)
                .current_dir(self.repository.path())
                .env("PATH", path),
        );
        assert_eq!(
            ran.code,
            Some(0),
            "dbmate {arguments:?}: {}{}",
            ran.stdout,
            ran.stderr
        );
        ran
    }

    /// What dbmate dumps, without the noise that POSTGRES.md lists.
    #[track_caller]
    pub fn dump(&self) -> String {
        self.run(&["dump"]);
        let dumped = self.repository.text("dumped.sql");
        self.repository.remove("dumped.sql");
        without_noise(&dumped)
    }
}

/// A dump without what differs from one program's version to the next.
pub fn without_noise(dump: &str) -> String {
    const NOISE: [&str; 5] = [
        "\\restrict",
        "\\unrestrict",
        "-- Dumped from database version",
        "-- Dumped by pg_dump version",
        "SET transaction_timeout",
    ];
    let lines = dump
        .lines()
        .filter(|line| !NOISE.iter().any(|noise| line.starts_with(noise)));
    lines.map(|line| format!("{line}\n")).collect()
}

/// Boots PGlite in that folder, and gives the index's line of each boot.
#[track_caller]
pub fn boots(data: &Path, count: u32, index: &str, patches: &Path) -> Vec<serde_json::Value> {
    let ran = finish(
        Command::new("node")
            .arg(tools().join("boot.mjs"))
            .arg(data)
            .arg(count.to_string())
            .args([index])
            .arg(patches),
    );
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let lines = ran.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// PGlite as a server, until it is dropped.
pub struct Pglite {
    node: Child,
    port: u16,
}

impl Pglite {
    /// Serves the database of that folder, at a port that was free.
    pub fn serve(data: &Path) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut node = Command::new("node")
            .arg(tools().join("serve.mjs"))
            .arg(data)
            .arg(port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let output = node.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut said).unwrap();
        assert_eq!(said, "ready\n");
        Self { node, port }
    }

    pub fn url(&self) -> String {
        let port = self.port;
        format!("postgres://postgres@127.0.0.1:{port}/postgres?sslmode=disable")
    }
}

impl Drop for Pglite {
    fn drop(&mut self) {
        // Its input ends, and so does it.
        drop(self.node.stdin.take());
        let _ = self.node.wait();
    }
}

/// Every file's bytes, by path.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = WalkDir::new(folder).into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap();
            (path.display().to_string(), fs::read(entry.path()).unwrap())
        })
        .collect()
}

#[track_caller]
pub fn refused(repository: &Copy, arguments: &[&str], said: &str) {
    let before = tree(repository.path());
    let ran = run(repository.path(), arguments);
    assert!(
        ran.could_not_check().contains(said),
        "{arguments:?}: {}",
        ran.stderr
    );
    assert_eq!(tree(repository.path()), before, "nothing is written");
}
