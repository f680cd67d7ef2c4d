//! A throwaway Postgres cluster: in a temporary folder, on a socket only, gone when this process is, however that ends.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use tempfile::TempDir;
use thiserror::Error;

use super::binaries::Binaries;
use super::owner::Owner;

/// Makes the cluster, starts its server, says so, and waits for the end of its input, which comes when the process that started it ends,
/// however it ends; then it stops the server and removes the cluster. Its arguments are the folder of the binaries, the cluster's, the
/// superuser and the configuration.
const GUARDIAN: &str = r#"
trap '' PIPE
if "$1/initdb" --username="$3" --auth=trust --no-sync --encoding=UTF8 --locale=C -D "$2/data" >"$2/log" 2>&1; then
  printf '%s' "$4" >>"$2/data/postgresql.auto.conf"
  "$1/postgres" -D "$2/data" >"$2/log" 2>&1 &
  server=$!
  for _ in $(seq 1200); do
    if [ -S "$2/.s.PGSQL.5432" ] && grep -q 'ready to accept' "$2/log"; then echo ready; break; fi
    kill -0 $server || break
    sleep 0.02
  done
fi
exec >&-
cat >/dev/null
if [ -n "$server" ]; then
  kill -INT $server
  wait $server
fi
rm -rf "$2/data" "$2/log"
rmdir "$2"
"#;

/// The superuser of a cluster.
pub const USER: &str = "laneset";

/// A running cluster. It ends when it is dropped.
#[derive(Debug)]
pub struct Cluster {
    folder: TempDir,
    owner: Owner,
    guardian: Child,
}

/// Why there is no cluster.
#[derive(Debug, Error)]
pub enum ClusterError {
    #[error("a throwaway Postgres cannot be set up: {0}")]
    Io(#[from] io::Error),
    #[error("the throwaway Postgres does not start: {0}")]
    Start(String),
}

impl Cluster {
    /// Makes a cluster and starts it. `settings` are lines of postgresql.conf, beside those that make it fast and not durable.
    ///
    /// # Errors
    /// When it does not start; what Postgres said is in the error.
    pub fn start(binaries: &Binaries, settings: &str) -> Result<Self, ClusterError> {
        let folder = TempDir::with_prefix("laneset-")?;
        let owner = Owner::of(folder.path())?;
        owner.take(folder.path())?;
        let configuration = format!(
            "listen_addresses = ''\nunix_socket_directories = '{}'\nfsync = off\nfull_page_writes = off\n\
             synchronous_commit = off\nautovacuum = off\n{settings}",
            folder.path().display()
        );
        let mut guardian = owner
            .command(Path::new("/bin/sh"))
            .args(["-c", GUARDIAN, "guardian"])
            .args([&binaries.folder, folder.path()])
            .args([USER, &configuration])
            .current_dir("/")
            // Ctrl-C is for this process; the guardian sees that it has ended.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut said = String::new();
        if let Some(output) = guardian.stdout.take() {
            BufReader::new(output).read_line(&mut said)?;
        }
        let cluster = Self {
            folder,
            owner,
            guardian,
        };
        if said == "ready\n" {
            Ok(cluster)
        } else {
            Err(ClusterError::Start(cluster.log()))
        }
    }

    /// How to reach a database of it.
    pub fn options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new()
            .socket(self.folder.path())
            .username(USER)
            .database(database)
            .disable_statement_logging()
    }

    /// The folder of its socket.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A program that runs as the server does, and may write into its folder.
    pub fn beside(&self, program: &Path) -> Command {
        self.owner.command(program)
    }

    /// What the server has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guardian.stdin.take());
        // What matters is that it has ended.
        let _ = self.guardian.wait();
    }
}
