//! Behind pgbouncer in transaction mode: a session is nobody's, and what is left in it is left for all.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sqlx::Executor;

use super::queue::{Queue, lane_set, manifest};
use crate::program::laneset;

/// pgbouncer with a pool of two before one database.
struct Pooler {
    child: Child,
    url: String,
}

impl Pooler {
    fn start(queue: &Queue, database: &str) -> Self {
        let folder = queue.server.folder().join(database);
        std::fs::create_dir(&folder).unwrap();
        let socket = queue.server.folder().display().to_string();
        let settings = format!(
            "[databases]\n{database} = host={socket} user=laneset\n\
             [pgbouncer]\nlisten_addr =\nlisten_port = 6432\nunix_socket_dir = {}\nauth_type = any\npool_mode = transaction\n\
             default_pool_size = 2\nlogfile = {}/log\n",
            folder.display(),
            folder.display()
        );
        std::fs::write(folder.join("pgbouncer.ini"), settings).unwrap();
        let mut own = Command::new("chown");
        assert!(
            own.args(["-R", "--reference"])
                .arg(queue.server.folder())
                .arg(&folder)
                .status()
                .unwrap()
                .success()
        );
        let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"]
            .iter()
            .map(Path::new)
            .find(|path| path.exists());
        let program = program.expect(
            "pgbouncer is not there: `bash ci/setup.sh` installs it, and `ci/test.sh` does both",
        );
        let child = queue
            .server
            .beside(program)
            .arg(folder.join("pgbouncer.ini"))
            .current_dir(&folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let socket = folder.join(".s.PGSQL.6432");
        for _ in 0..200 {
            if socket.exists() {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(
            socket.exists(),
            "{}",
            std::fs::read_to_string(folder.join("log")).unwrap_or_default()
        );
        Self {
            child,
            url: format!(
                "postgres:///{database}?host={}&port=6432&user=laneset&sslmode=disable",
                folder.display()
            ),
        }
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn locks(queue: &mut Queue) -> u64 {
    queue
        .value("SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory'")
        .parse()
        .unwrap()
}

/// A `laneset reap --once` that is killed in the middle of its statement.
fn kill_in_the_middle(queue: &mut Queue, url: &str) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("laneset.toml"),
        manifest(&["grace = \"1ms\""]),
    )
    .unwrap();
    let mut reap = laneset(folder.path())
        .args(["reap", "--once"])
        .env("DATABASE_URL", url)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while locks(queue) == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    reap.kill().unwrap();
    reap.wait().unwrap();
}

#[test]
fn a_reaper_that_is_killed_in_the_middle_leaves_no_lock_behind() {
    let mut queue = Queue::new("pooled");
    queue.lane_set = lane_set(&["batch = 5"]);
    queue.silent("auth", "NULL", 300, 40);
    queue.execute(
        "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.01); RETURN NEW; END $$; \
         CREATE TRIGGER dawdle BEFORE UPDATE ON runs FOR EACH ROW EXECUTE FUNCTION dawdle()",
    );
    let pooler = Pooler::start(&queue, "pooled");
    kill_in_the_middle(&mut queue, &pooler.url);
    // Postgres notices when the statement ends.
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(locks(&mut queue), 0);
    queue.url.clone_from(&pooler.url);
    let reaper = queue.reaper();
    let sweeps: Vec<_> = (0..4).map(|_| queue.sweep(&reaper)).collect();
    assert!(sweeps.iter().all(|sweep| sweep.acquired));
    assert_eq!(queue.count("status = 'timeout'"), 40);
    assert_eq!(locks(&mut queue), 0);
}

/// The mutant of the test above: a lock of the session, as many reapers take it.
#[test]
fn a_session_lock_stays_behind_in_the_pool() {
    let mut queue = Queue::new("pooled_session");
    let pooler = Pooler::start(&queue, "pooled_session");
    let direct = std::mem::replace(&mut queue.url, pooler.url.clone());
    queue.on_connection(async |connection| {
        connection
            .execute("SELECT pg_try_advisory_lock(42)")
            .await
            .unwrap();
        // It ends without having let go: the program was killed.
    });
    queue.url = direct;
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(locks(&mut queue), 1, "and no reaper will ever reap again");
}
