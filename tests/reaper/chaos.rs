//! Workers, reapers and connections are killed, stopped and resumed at random, and what must hold is checked all along, by the table's own
//! trigger. `LANESET_CHAOS_SECONDS` says how long (30), `LANESET_SEED` with which numbers; the seed is printed.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::queue::{Queue, manifest};

/// Writes down every change of a run, and what is wrong with it.
const AUDIT: &str = "
CREATE TABLE audit (
    transaction bigint NOT NULL DEFAULT txid_current(), at timestamptz NOT NULL DEFAULT clock_timestamp(),
    run bigint NOT NULL, lane text NOT NULL, feed bigint, attempts int NOT NULL, before text, after text NOT NULL, wrong text
);
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong text;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status IN ('completed', 'failed', 'timeout', 'cancelled') THEN
        wrong := 'a terminal run was changed';
    ELSIF TG_OP = 'UPDATE' AND NEW.status = 'timeout'
        AND COALESCE(OLD.last_heartbeat_at, OLD.claimed_at, OLD.created_at) >= now() - interval '2 seconds' THEN
        wrong := 'a live run was reaped';
    END IF;
    IF TG_OP = 'INSERT' OR NEW.status <> OLD.status OR wrong IS NOT NULL THEN
        INSERT INTO audit (run, lane, feed, attempts, before, after, wrong)
        VALUES (NEW.id, NEW.run_type, NEW.feed_id, NEW.attempts, CASE WHEN TG_OP = 'UPDATE' THEN OLD.status END, NEW.status, wrong);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON runs FOR EACH ROW EXECUTE FUNCTION audit();
-- Without the unique index the reaper alone has to see to it that a feed has one active sync.
DROP INDEX idx_runs_active_sync_per_feed;
";

/// Feeds with two active syncs at one moment.
const TWICE: &str = "SELECT count(*)::text FROM (SELECT 1 FROM runs WHERE run_type = 'sync' AND status IN ('pending', 'claimed', 'running') GROUP BY feed_id HAVING count(*) > 1) AS twice";

/// Reaped syncs without their one successor, made by the same transaction, but for those that had no attempt left.
const WITHOUT_SUCCESSOR: &str = "
SELECT count(*)::text FROM audit AS reaped
WHERE reaped.after = 'timeout' AND reaped.lane = 'sync' AND (reaped.attempts < 5)::int <> (
    SELECT count(*) FROM audit AS retry
    WHERE retry.transaction = reaped.transaction AND retry.before IS NULL AND retry.feed = reaped.feed AND retry.attempts = reaped.attempts + 1
)";

/// A process that may be stopped, resumed and killed.
struct Process {
    child: Child,
    resume_at: Option<Instant>,
}

impl Process {
    fn signal(&self, name: &str) {
        // It may have ended by itself.
        let _ = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .stderr(Stdio::null())
            .status();
    }

    fn stop(&mut self, length: Duration) {
        self.signal("STOP");
        self.resume_at = Some(Instant::now() + length);
    }

    fn resume(&mut self) {
        self.signal("CONT");
        self.resume_at = None;
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Everything that is alive.
struct World {
    queue: Queue,
    folder: tempfile::TempDir,
    random: fastrand::Rng,
    workers: Vec<Process>,
    reapers: Vec<Process>,
    started: u32,
}

impl World {
    fn new(database: &str, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = [
            "stale_after = \"2s\"",
            "every = \"300ms\"",
            "grace = \"1ms\"",
            "max_share = 1.0",
            "worker = { beat_every = \"400ms\" }",
        ];
        std::fs::write(folder.path().join("laneset.toml"), manifest(&settings)).unwrap();
        let mut queue = Queue::new(database);
        queue.execute(AUDIT);
        Self {
            queue,
            folder,
            random: fastrand::Rng::with_seed(seed),
            workers: Vec::new(),
            reapers: Vec::new(),
            started: 0,
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.random.usize(0..bound)
    }

    fn spawn(&self, command: &mut Command) -> Process {
        let child = command
            .current_dir(self.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Process {
            child,
            resume_at: None,
        }
    }

    fn start_worker(&mut self) {
        self.started += 1;
        let name = format!("worker-{}", self.started);
        let mut command = Command::new(worker());
        command.arg("laneset.toml").args([
            &self.queue.url,
            &name,
            &(u64::from(self.started) * 7919).to_string(),
        ]);
        let worker = self.spawn(&mut command);
        self.workers.push(worker);
    }

    fn start_reaper(&mut self) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_laneset"));
        command
            .args(["reap", "--json"])
            .env("DATABASE_URL", &self.queue.url);
        let reaper = self.spawn(&mut command);
        self.reapers.push(reaper);
    }

    /// Work for everybody: a sync of each feed that has none under way, and some other lanes.
    fn produce(&mut self) {
        self.queue.execute(
            "INSERT INTO runs (organization_id, feed_id, run_type) SELECT 'o', feeds.id, 'sync' FROM feeds WHERE feeds.id <= 12 AND NOT EXISTS (
                 SELECT 1 FROM runs WHERE run_type = 'sync' AND feed_id = feeds.id AND status IN ('pending', 'claimed', 'running'));
             INSERT INTO runs (organization_id, run_type) SELECT 'o', 'auth' WHERE (SELECT count(*) FROM runs WHERE status = 'pending') < 20",
        );
    }

    fn mischief(&mut self) {
        let length = Duration::from_millis(300 + self.below(4000) as u64);
        match self.below(10) {
            0..=2 => {
                let victim = self.below(self.workers.len());
                drop(self.workers.swap_remove(victim));
                self.start_worker();
            }
            3..=5 => {
                let victim = self.below(self.workers.len());
                self.workers[victim].stop(length);
            }
            6 => {
                let victim = self.below(self.reapers.len());
                drop(self.reapers.swap_remove(victim));
                self.start_reaper();
            }
            7 => {
                let victim = self.below(self.reapers.len());
                self.reapers[victim].stop(length);
            }
            _ => self.queue.execute(
                "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE datname = current_database() \
                 AND application_name IN ('worker', 'laneset reap') ORDER BY random() LIMIT 2) AS unlucky",
            ),
        }
    }

    fn resume(&mut self, now: Instant) {
        let all = self.workers.iter_mut().chain(&mut self.reapers);
        for process in all.filter(|process| process.resume_at.is_some_and(|at| at <= now)) {
            process.resume();
        }
    }

    fn number(&mut self, query: &str) -> u64 {
        self.queue.value(query).parse().unwrap()
    }

    /// What is wrong so far; nothing, of a good reaper.
    fn wrong(&mut self) -> Vec<String> {
        let mut wrong: Vec<String> = self
            .queue
            .session
            .rows("SELECT DISTINCT wrong FROM audit WHERE wrong IS NOT NULL ORDER BY 1")
            .unwrap()
            .into_iter()
            .flatten()
            .flatten()
            .collect();
        if self.number(TWICE) > 0 {
            wrong.push("a feed has two active syncs".to_owned());
        }
        if self.number(WITHOUT_SUCCESSOR) > 0 {
            wrong.push("a reaped sync has no successor, or two".to_owned());
        }
        wrong
    }

    /// Goes on for so long, or until something is wrong.
    fn rage(&mut self, length: Duration) -> Vec<String> {
        let end = Instant::now() + length;
        while Instant::now() < end {
            self.produce();
            self.mischief();
            let calm = Duration::from_millis(100 + self.below(250) as u64);
            std::thread::sleep(calm);
            self.resume(Instant::now());
            let wrong = self.wrong();
            if !wrong.is_empty() {
                return wrong;
            }
        }
        Vec::new()
    }
}

/// The worker of `tests/worker.rs`, which cargo builds beside the program.
fn worker() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_laneset"));
    let worker = program.with_file_name("examples").join("worker");
    assert!(
        worker.exists(),
        "cargo builds it with the tests: `cargo build --example worker`"
    );
    worker
}

fn variable(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

fn seed() -> u64 {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let seed = variable("LANESET_SEED", u64::from(now.subsec_nanos()));
    println!("LANESET_SEED={seed}");
    seed
}

#[test]
fn whatever_happens_no_live_run_is_reaped_and_every_dead_one_is() {
    let mut world = World::new("chaos", seed());
    for _ in 0..3 {
        world.start_reaper();
    }
    for _ in 0..8 {
        world.start_worker();
    }
    let length = Duration::from_secs(variable("LANESET_CHAOS_SECONDS", 30));
    assert_eq!(world.rage(length), Vec::<String>::new());

    // Everybody dies; the reapers go on.
    world.resume(Instant::now() + length);
    world.workers.clear();
    let died = Instant::now();
    while world.number("SELECT count(*)::text FROM runs WHERE status IN ('claimed', 'running')") > 0
    {
        let allowed = Duration::from_secs(2) + Duration::from_millis(300) + Duration::from_secs(2);
        assert!(
            died.elapsed() < allowed,
            "a dead run is still there after threshold, tick and a sweep"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(world.wrong(), Vec::<String>::new());
    // It was no idle run.
    for (what, condition) in [
        ("ended", "after = 'completed'"),
        ("failed", "after = 'failed'"),
        ("reaped", "after = 'timeout'"),
        ("retried", "before IS NULL AND attempts > 0"),
    ] {
        let count = world.number(&format!(
            "SELECT count(*)::text FROM audit WHERE {condition}"
        ));
        println!("{what}: {count}");
        assert!(count > 0, "nothing was {what}");
    }
}

/// The mutant: a reaper that reads ids first and updates them later, and locks nothing.
#[test]
fn a_reaper_with_two_reads_is_found_out() {
    let mut world = World::new("chaos_mutant", seed());
    for _ in 0..8 {
        world.start_worker();
    }
    world.start_reaper();
    let mut session = world.queue.server.session("chaos_mutant");
    let mutant = std::thread::spawn(move || {
        let read = "SELECT string_agg(id::text, ',') FROM runs WHERE status = 'running' AND COALESCE(last_heartbeat_at, claimed_at) < now() - interval '2 seconds'";
        let end = Instant::now() + Duration::from_secs(60);
        while Instant::now() < end {
            let Ok(ids) = session.value(read) else { return };
            std::thread::sleep(Duration::from_millis(200));
            if let Some(ids) = ids {
                let update = format!("UPDATE runs SET status = 'timeout' WHERE id IN ({ids})");
                if session.execute(&update).is_err() {
                    return;
                }
            }
        }
    });
    let wrong = world.rage(Duration::from_secs(60));
    assert!(!wrong.is_empty(), "the mutant was not found out");
    world.queue.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
    mutant.join().unwrap();
}
