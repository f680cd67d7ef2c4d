//! PGlite, which is where embedded patches run in production: the npm package, and a database of it that is served by Node.

use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use tempfile::TempDir;
use thiserror::Error;

/// The program that serves a database.
const DRIVER: &str = include_str!("pglite.mjs");

/// Starts Node, notes when that ends by itself, and waits for the end of its own input, which comes when the process that started it ends,
/// however it ends; then it ends Node, which may be amidst a statement, and removes the folder, its first argument.
const GUARDIAN: &str = r#"
folder=$1
shift
"$@" </dev/null >/dev/null 2>"$folder/log" &
node=$!
exec 3<&0
{ cat <&3 >/dev/null; kill -KILL $node; } &
wait $node
: >"$folder/ended"
wait
rm -rf "$folder"
"#;

/// PGlite takes some seconds to begin, and a machine may have much else to do.
const LONGEST_START: Duration = Duration::from_secs(120);

/// The npm package `@electric-sql/pglite`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Absolute.
    folder: PathBuf,
    /// As its `package.json` says.
    pub version: String,
}

/// Why there is no PGlite to use.
#[derive(Debug, Error)]
pub enum PGliteError {
    #[error("{}: there is no npm package @electric-sql/pglite; --pglite names its folder, or one with a node_modules that has it", .0.display())]
    NoPackage(PathBuf),
    #[error("PGlite cannot be set up: {0}")]
    Io(#[from] io::Error),
    #[error(
        "PGlite {version} does not start; --no-pglite replays the patches on Postgres. It says: {said}"
    )]
    Start { version: String, said: String },
}

impl Package {
    /// The package in that folder, or in its `node_modules`.
    ///
    /// # Errors
    /// When it is not there.
    pub fn at(folder: &Path) -> Result<Self, PGliteError> {
        let inside = folder.join("node_modules/@electric-sql/pglite");
        let mut found = [folder, &inside].into_iter().filter_map(Self::read);
        found
            .next()
            .ok_or_else(|| PGliteError::NoPackage(folder.to_owned()))
    }

    /// The package that a program in that folder would get: of the nearest `node_modules` that has it, up to the repository's root.
    pub fn above(folder: &Path) -> Option<Self> {
        let folder = fs::canonicalize(folder).ok()?;
        for folder in folder.ancestors() {
            if let Ok(package) = Self::at(folder) {
                return Some(package);
            }
            if folder.join(".git").exists() {
                break;
            }
        }
        None
    }

    fn read(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join("package.json")).ok()?;
        let package: serde_json::Value = serde_json::from_str(&text).ok()?;
        if package["name"] != "@electric-sql/pglite" {
            return None;
        }
        Some(Self {
            folder: fs::canonicalize(folder).ok()?,
            version: package["version"].as_str()?.to_owned(),
        })
    }
}

/// Whether Node is on this machine.
pub fn has_node() -> bool {
    let asked = Command::new("node").arg("--version").output();
    asked.is_ok_and(|output| output.status.success())
}

/// A PGlite database, in memory. It ends when it is dropped.
#[derive(Debug)]
pub struct Instance {
    folder: TempDir,
    guardian: Child,
    version: String,
}

impl Instance {
    /// Starts one, which then takes seconds to be there.
    ///
    /// # Errors
    /// What the system says.
    pub fn start<'a>(
        package: &Package,
        extensions: impl Iterator<Item = &'a String>,
    ) -> Result<Self, PGliteError> {
        let folder = TempDir::with_prefix("laneset-pglite-")?;
        let driver = folder.path().join("pglite.mjs");
        fs::write(&driver, DRIVER)?;
        let guardian = Command::new("/bin/sh")
            .args(["-c", GUARDIAN, "guardian"])
            .arg(folder.path())
            .arg("node")
            .arg(&driver)
            .arg(&package.folder)
            .arg(Self::socket(folder.path()))
            .args(extensions)
            .current_dir("/")
            // Ctrl-C is for this process; the guardian sees that it has ended.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Self {
            folder,
            guardian,
            version: package.version.clone(),
        })
    }

    fn socket(folder: &Path) -> PathBuf {
        folder.join(".s.PGSQL.5432")
    }

    /// Connects as soon as it is there. It serves one connection after the other.
    ///
    /// # Errors
    /// When it does not come; what Node said is in the error.
    pub async fn connect(&self) -> Result<PgConnection, PGliteError> {
        let options = PgConnectOptions::new()
            .socket(self.folder.path())
            .username("postgres")
            .database("postgres")
            .ssl_mode(PgSslMode::Disable)
            .disable_statement_logging();
        let deadline = Instant::now() + LONGEST_START;
        loop {
            let refused = match options.connect().await {
                Ok(connection) => return Ok(connection),
                Err(error) => error,
            };
            let is_over = self.folder.path().join("ended").exists() || Instant::now() > deadline;
            if is_over || !matches!(refused, sqlx::Error::Io(_)) {
                let said = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
                let complaint = said.lines().find(|line| line.contains("Error"));
                return Err(PGliteError::Start {
                    version: self.version.clone(),
                    said: complaint.map_or_else(|| refused.to_string(), str::to_owned),
                });
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        drop(self.guardian.stdin.take());
        // What matters is that it has ended.
        let _ = self.guardian.wait();
    }
}
