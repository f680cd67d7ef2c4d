//! The reference queue in a database of its own, and its reaper.

use std::path::Path;
use std::sync::Arc;

use laneset::declare::parse::{Defaults, parse};
use laneset::model::declaration::LaneSet;
use laneset::read_sql::expression::read_predicate;
use laneset::reaper::configuration::Reaper;
use laneset::reaper::connect::{connect, options};
use laneset::reaper::sweep::{Bounds, Sweep, reap_stale_runs};
use laneset::source::file::{RepoPath, SourceFile};
use sqlx::postgres::PgConnection;
use tokio::runtime::{Builder, Runtime};

use crate::postgres::server::{Server, Session};

/// The queue's database, with an organization `o` and fifty feeds.
pub struct Queue {
    pub server: Arc<Server>,
    pub session: Session,
    pub url: String,
    pub runtime: Runtime,
    pub lane_set: LaneSet,
}

impl Queue {
    pub fn new(database: &str) -> Self {
        let server = Server::shared();
        let mut session = server.database(database);
        build(&mut session);
        let runtime = Builder::new_multi_thread()
            .worker_threads(4)
            .enable_all()
            .build()
            .unwrap();
        Self {
            url: server.database_url(database),
            server,
            session,
            runtime,
            lane_set: lane_set(&[]),
        }
    }

    pub fn reaper(&self) -> Reaper {
        Reaper::of(&self.lane_set).unwrap()
    }

    /// One pass of the library, to its end.
    pub fn sweep(&self, reaper: &Reaper) -> Sweep {
        self.on_connection(async |connection| {
            reap_stale_runs(connection, reaper, &Bounds::none())
                .await
                .unwrap()
        })
    }

    /// Does something on a connection of its own, as the program would make it.
    pub fn on_connection<T>(&self, work: impl AsyncFnOnce(&mut PgConnection) -> T) -> T {
        self.runtime.block_on(async {
            let options = options(&self.url, "test").unwrap();
            let mut connection = connect(&options).await.unwrap();
            work(&mut connection).await
        })
    }

    pub fn execute(&mut self, script: &str) {
        self.session.execute(script).unwrap();
    }

    pub fn value(&mut self, query: &str) -> String {
        self.session.value(query).unwrap().unwrap_or_default()
    }

    /// Live runs that have been silent for so long: `lane`, `feed` (an expression), how many.
    pub fn silent(&mut self, lane: &str, feed: &str, seconds: u32, count: u32) {
        self.execute(&format!(
            "INSERT INTO runs (organization_id, feed_id, run_type, status, claimed_by, last_heartbeat_at, claimed_at, created_at) \
             SELECT 'o', {feed}, '{lane}', 'running', 'w' || n, now() - interval '{seconds} seconds', now() - interval '1 hour', now() - interval '1 day' \
             FROM generate_series(1, {count}) AS n"
        ));
    }

    /// How many runs meet a condition.
    pub fn count(&mut self, condition: &str) -> u64 {
        let count = self.value(&format!(
            "SELECT count(*)::text FROM runs WHERE {condition}"
        ));
        count.parse().unwrap()
    }
}

/// The reference queue's tables, by its migrations.
pub fn build(session: &mut Session) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("db/migrations");
    let entries = std::fs::read_dir(folder).unwrap();
    let mut migrations: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    migrations.sort();
    for path in migrations {
        let text = std::fs::read_to_string(path).unwrap();
        let up = text.split_once("\n-- migrate:down").unwrap().0;
        session.execute(up).unwrap();
    }
    session
        .execute("INSERT INTO organizations (id, name) VALUES ('o', 'o'); INSERT INTO feeds (id, organization_id, connector_key) SELECT n, 'o', 'c' FROM generate_series(1, 50) AS n")
        .unwrap();
}

/// The reference queue's lane set, with more lines in its `[…reaper]`.
pub fn lane_set(more: &[&str]) -> LaneSet {
    let file = SourceFile::new(RepoPath::new("laneset.toml"), manifest(more));
    let read = |text: &str| read_predicate(text, None);
    let mut declaration = parse(file, &read, &Defaults::default()).unwrap();
    declaration.lane_sets.remove(0)
}

/// The reference queue's manifest, with more lines in its `[…reaper]`.
pub fn manifest(more: &[&str]) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("laneset.toml");
    let manifest = std::fs::read_to_string(path).unwrap();
    let more: String = more.iter().map(|line| format!("{line}\n")).collect();
    let with = manifest.replace("statement =", &format!("{more}statement ="));
    assert!(with.len() == manifest.len() + more.len());
    with
}
