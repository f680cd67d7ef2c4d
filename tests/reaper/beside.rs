//! The program beside a queue.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::queue::{Queue, manifest};
use crate::program::{Run, finish, laneset};

/// A queue, and a folder with nothing but its manifest: the reaper runs beside a service, where no migrations are.
pub(super) struct Beside {
    pub(super) queue: Queue,
    pub(super) folder: tempfile::TempDir,
}

impl Beside {
    pub(super) fn new(database: &str, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("laneset.toml"), manifest(more)).unwrap();
        Self {
            queue: Queue::new(database),
            folder,
        }
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, &[("DATABASE_URL", &self.queue.url)])
    }

    pub(super) fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
        finish(
            laneset(self.folder.path())
                .args(arguments)
                .envs(variables.iter().copied()),
        )
    }

    pub(super) fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let run = self.run(arguments);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
        serde_json::from_str(&run.stdout).unwrap()
    }

    pub(super) fn start(&self, arguments: &[&str]) -> Service {
        Service::start(self.folder.path(), &self.queue.url, arguments)
    }
}

/// The server of these tests has just started: what looks like an outage is not one.
pub(super) const NO_GRACE: &str = "grace = \"1ms\"";

/// `laneset reap` as a service.
pub(super) struct Service {
    pub(super) child: Child,
    pub(super) lines: BufReader<std::process::ChildStdout>,
}

impl Service {
    pub(super) fn start(folder: &Path, url: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_laneset"))
            .arg("reap")
            .args(arguments)
            .current_dir(folder)
            .env("DATABASE_URL", url)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// What the next tick did.
    pub(super) fn tick(&mut self) -> serde_json::Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    pub(super) fn signal(&self, name: &str) {
        let process = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", name, &process])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Waits for its end; gives its code and its log.
    pub(super) fn end(mut self) -> (Option<i32>, String) {
        let mut log = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut log)
            .unwrap();
        (self.child.wait().unwrap().code(), log)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
