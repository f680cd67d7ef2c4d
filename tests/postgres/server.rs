//! A throwaway Postgres cluster: in a temporary folder, on a socket only, gone with the last test that uses it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// Waits for the end of its input, which comes when the test process ends, however it ends; then stops the server and removes
/// the cluster. Its first argument is the folder of the binaries, its second the cluster's.
const GUARDIAN: &str = r#"
"$1/postgres" -D "$2/data" >"$2/log" 2>&1 &
server=$!
for _ in $(seq 600); do
  if [ -S "$2/.s.PGSQL.5432" ] && grep -q 'ready to accept' "$2/log"; then echo ready; break; fi
  kill -0 $server || break
  sleep 0.05
done
cat >/dev/null
kill -INT $server
wait $server
rm -rf "$2/data" "$2/log"
"#;

/// A running cluster.
pub struct Server {
    folder: TempDir,
    guardian: Child,
}

static RUNNING: Mutex<Weak<Server>> = Mutex::new(Weak::new());

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
        let binaries = binaries().unwrap_or_else(|| {
            panic!("no Postgres was found on PATH, by pg_config or under /usr/lib/postgresql; `ci/test.sh` installs one and runs the tests")
        });
        let folder = TempDir::with_prefix("laneset-").expect("a temporary folder");
        let owner = Owner::of(folder.path());
        owner.take(folder.path());
        let data = folder.path().join("data");
        let initdb = owner
            .command(&binaries.join("initdb"))
            .args(["--username=laneset", "--auth=trust", "--no-sync"])
            .args(["--encoding=UTF8", "--locale=C"])
            .arg(&data)
            .current_dir(folder.path())
            .output()
            .expect("initdb runs");
        let complaint = String::from_utf8_lossy(&initdb.stderr);
        assert!(initdb.status.success(), "initdb: {complaint}");
        let settings = format!(
            "listen_addresses = ''\nunix_socket_directories = '{}'\nfsync = off\nfull_page_writes = off\n\
             synchronous_commit = off\nautovacuum = off\nmax_connections = 40\n",
            folder.path().display()
        );
        let configuration = data.join("postgresql.auto.conf");
        fs::write(&configuration, settings).expect("the configuration is written");
        owner.take(&configuration);
        let mut guardian = owner
            .command(Path::new("/bin/sh"))
            .args(["-c", GUARDIAN, "guardian"])
            .args([&binaries, folder.path()])
            .current_dir(folder.path())
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell runs");
        let mut said = String::new();
        let output = guardian.stdout.take().expect("a pipe");
        BufReader::new(output)
            .read_line(&mut said)
            .expect("a line of text");
        let server = Self { folder, guardian };
        assert_eq!(said, "ready\n", "{}", server.log());
        server
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
        let folder = self.folder.path().display();
        format!("postgres://laneset@/{database}?socket={folder}&sslmode=disable")
    }

    /// How laneset finds a database of this cluster.
    pub fn database_url(&self, database: &str) -> String {
        let folder = self.folder.path().display();
        format!("postgres:///{database}?host={folder}&user=laneset&sslmode=disable")
    }

    /// The folder of its socket.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A program that runs as the server does, and may write into its folder.
    pub fn beside(&self, program: &Path) -> Command {
        Owner::of(self.folder.path()).command(program)
    }

    pub fn session(&self, database: &str) -> Session {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let options = PgConnectOptions::new()
            .socket(self.folder.path())
            .username("laneset")
            .database(database)
            .disable_statement_logging();
        let connection = runtime
            .block_on(PgConnection::connect_with(&options))
            .unwrap_or_else(|error| panic!("{error}\n{}", self.log()));
        Session {
            runtime,
            connection,
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.guardian.stdin.take());
        // What matters is that it has ended.
        let _ = self.guardian.wait();
    }
}

/// Whom the server runs as: Postgres refuses to run as root.
struct Owner {
    user: u32,
    group: u32,
}

impl Owner {
    /// The owner of a folder; for root, who owns what this process makes, another user.
    fn of(folder: &Path) -> Self {
        let owner = fs::metadata(folder).expect("the folder is there");
        if owner.uid() != 0 {
            return Owner {
                user: owner.uid(),
                group: owner.gid(),
            };
        }
        let passwd = fs::read_to_string("/etc/passwd").expect("/etc/passwd");
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| Self::named(&passwd, name))
            .expect("a user called postgres or nobody")
    }

    fn named(passwd: &str, name: &str) -> Option<Self> {
        let line = passwd
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        let numbers: Vec<u32> = line
            .split(':')
            .skip(2)
            .take(2)
            .map(|field| field.parse().ok())
            .collect::<Option<_>>()?;
        let [user, group] = numbers[..] else {
            return None;
        };
        Some(Owner { user, group })
    }

    fn take(&self, path: &Path) {
        chown(path, Some(self.user), Some(self.group)).expect("root gives files away");
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.uid(self.user).gid(self.group);
        command
    }
}

/// The folder of the newest binaries: those on `PATH` first, then what `pg_config` names, then Debian's.
pub fn binaries() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).collect::<Vec<_>>();
    let named = Command::new("pg_config").arg("--bindir").output().ok();
    let named = named.map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    let mut debian: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    debian.sort();
    let debian = debian.into_iter().rev().map(|(_, folder)| folder);
    on_path
        .into_iter()
        .chain(named)
        .chain(debian)
        .find(|folder| is_program(&folder.join("initdb")) && is_program(&folder.join("postgres")))
}

fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
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
