//! The reaper's generated statement on a real Postgres: what it reaps, what it retries, and what it leaves alone.

use std::path::Path;

use laneset::declare::parse::{Defaults, parse};
use laneset::read_sql::expression::read_predicate;
use laneset::render::reaper::statement;
use laneset::source::file::{RepoPath, SourceFile};

use super::server::{Server, Session, TextRow};

/// The reference queue: its tables by its migrations, and the statement of its manifest, with a batch of that size.
fn queue(server: &Server, name: &str, batch: u32) -> (Session, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut session = server.database(name);
    let mut migrations: Vec<_> = std::fs::read_dir(root.join("db/migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    migrations.sort();
    for path in migrations {
        let text = std::fs::read_to_string(path).unwrap();
        session
            .execute(text.split_once("\n-- migrate:down").unwrap().0)
            .unwrap();
    }
    session
        .execute("INSERT INTO organizations (id, name) VALUES ('o', 'o'); INSERT INTO feeds (id, organization_id, connector_key) SELECT n, 'o', 'c' FROM generate_series(1, 50) AS n")
        .unwrap();
    let manifest = std::fs::read_to_string(root.join("laneset.toml")).unwrap();
    let manifest = manifest.replace("statement =", &format!("batch = {batch}\nstatement ="));
    let file = SourceFile::new(RepoPath::new("laneset.toml"), manifest);
    let declaration = parse(
        file,
        &|text| read_predicate(text, None),
        &Defaults::default(),
    )
    .unwrap();
    let lane_set = &declaration.lane_sets[0];
    (
        session,
        statement(lane_set, lane_set.reaper.as_ref().unwrap()),
    )
}

/// A run: its lane, status, feed, attempts, and the seconds since its beat and its claim; none means NULL.
struct Run(
    &'static str,
    &'static str,
    Option<u32>,
    u32,
    Option<u32>,
    Option<u32>,
);

fn insert(session: &mut Session, runs: &[Run]) {
    for (index, Run(lane, status, feed, attempts, beat, claim)) in runs.iter().enumerate() {
        let ago = |seconds: &Option<u32>| {
            seconds.map_or("NULL".to_owned(), |seconds| {
                format!("now() - interval '{seconds} seconds'")
            })
        };
        let feed = feed.map_or("NULL".to_owned(), |feed| feed.to_string());
        let id = index + 1;
        session
            .execute(&format!(
                "INSERT INTO runs (id, organization_id, feed_id, run_type, status, attempts, last_heartbeat_at, claimed_at, created_at, payload) \
                 VALUES ({id}, 'o', {feed}, '{lane}', '{status}', {attempts}, {}, {}, now() - interval '1 day', '{{\"n\": {id}}}')",
                ago(beat),
                ago(claim)
            ))
            .unwrap();
    }
    session
        .execute("SELECT setval(pg_get_serial_sequence('runs', 'id'), 1000)")
        .unwrap();
}

/// One pass: `lane reaped created skipped` a row.
fn reap(session: &mut Session, statement: &str, stale_after: &str) -> Vec<String> {
    session.execute("DEALLOCATE ALL").unwrap();
    session
        .execute(&format!("PREPARE reap AS {statement}"))
        .unwrap();
    let rows = session
        .rows(&format!("EXECUTE reap('{stale_after}')"))
        .unwrap();
    rows.iter().map(|row| texts(&row[..4])).collect()
}

fn texts(row: &[Option<String>]) -> String {
    let words: Vec<&str> = row
        .iter()
        .map(|value| value.as_deref().unwrap_or("NULL"))
        .collect();
    words.join(" ")
}

fn statuses(session: &mut Session, condition: &str) -> Vec<String> {
    let rows: Vec<TextRow> = session
        .rows(&format!("SELECT id::text, status, coalesce(error_message, '-'), (completed_at IS NOT NULL)::text FROM runs WHERE {condition} ORDER BY id"))
        .unwrap();
    rows.iter().map(|row| texts(row)).collect()
}

#[test]
fn stale_rows_of_the_set_are_timed_out_and_nothing_else() {
    let server = Server::shared();
    let (mut session, statement) = queue(&server, "reap_stale", 1000);
    insert(
        &mut session,
        &[
            Run("sync", "running", Some(1), 0, Some(500), Some(600)),
            Run("auth", "claimed", None, 0, Some(500), Some(600)),
            Run("insight", "running", None, 0, Some(5000), Some(6000)),
            Run("action", "running", None, 0, Some(10), Some(6000)),
            Run("action", "pending", None, 0, None, None),
            Run("action", "completed", None, 0, Some(5000), Some(6000)),
            Run("action", "running", None, 0, None, Some(500)),
            Run("embed_backfill", "claimed", None, 0, None, Some(10)),
            Run("embed_backfill", "claimed", None, 0, None, None),
        ],
    );
    assert_eq!(
        reap(&mut session, &statement, "120 seconds"),
        [
            "action 1 0 0",
            "auth 1 0 0",
            "embed_backfill 1 0 0",
            "sync 1 1 0"
        ]
    );
    assert_eq!(
        statuses(&mut session, "id < 1000"),
        [
            "1 timeout worker_heartbeat_lost true",
            "2 timeout worker_heartbeat_lost true",
            "3 running - false",
            "4 running - false",
            "5 pending - false",
            "6 completed - false",
            "7 timeout worker_heartbeat_lost true",
            "8 claimed - false",
            "9 timeout worker_heartbeat_lost true",
        ]
    );
    let retry = session.rows("SELECT run_type, status, feed_id::text, attempts::text, payload::text, organization_id FROM runs WHERE id > 1000").unwrap();
    assert_eq!(
        retry.iter().map(|row| texts(row)).collect::<Vec<_>>(),
        ["sync pending 1 1 {\"n\": 1} o"]
    );
    assert_eq!(
        reap(&mut session, &statement, "120 seconds"),
        Vec::<String>::new()
    );
}

#[test]
fn one_retry_a_key_and_only_where_nobody_else_is_at_it() {
    let server = Server::shared();
    let (mut session, statement) = queue(&server, "reap_retry", 1000);
    session
        .execute("DROP INDEX idx_runs_active_sync_per_feed")
        .unwrap();
    insert(
        &mut session,
        &[
            Run("sync", "running", Some(1), 0, Some(500), Some(600)),
            Run("sync", "claimed", Some(1), 3, Some(400), Some(600)),
            Run("sync", "running", Some(2), 0, Some(500), Some(600)),
            Run("sync", "pending", Some(2), 0, None, None),
            Run("sync", "running", Some(3), 0, Some(500), Some(600)),
            Run("sync", "running", Some(3), 0, Some(5), Some(600)),
            Run("sync", "running", Some(4), 5, Some(500), Some(600)),
            Run("sync", "running", None, 0, Some(500), Some(600)),
            Run("sync", "running", Some(5), 4, Some(500), Some(600)),
            Run("action", "running", Some(6), 0, Some(500), Some(600)),
            Run("sync", "completed", Some(5), 0, Some(500), Some(600)),
        ],
    );
    // Reaped: two of feed 1, one each of 2, 3, 4, 5 and of none. Retried: feed 1 once, with the higher count, and feed 5.
    assert_eq!(
        reap(&mut session, &statement, "120 seconds"),
        ["action 1 0 0", "sync 7 2 5"]
    );
    let retries = session
        .rows("SELECT feed_id::text, attempts::text FROM runs WHERE id > 1000 ORDER BY feed_id")
        .unwrap();
    assert_eq!(
        retries.iter().map(|row| texts(row)).collect::<Vec<_>>(),
        ["1 4", "5 5"]
    );
}

#[test]
fn the_threshold_is_exact() {
    let server = Server::shared();
    let (mut session, statement) = queue(&server, "reap_threshold", 1000);
    session.execute("BEGIN").unwrap();
    insert(
        &mut session,
        &[
            Run("auth", "running", None, 0, Some(120), None),
            Run("auth", "running", None, 0, Some(121), None),
            Run("auth", "running", None, 0, None, Some(120)),
            Run("auth", "running", None, 0, None, Some(121)),
        ],
    );
    // `now()` is the transaction's.
    assert_eq!(
        reap(&mut session, &statement, "120 seconds"),
        ["auth 2 0 0"]
    );
    assert_eq!(
        statuses(&mut session, "status = 'running'"),
        ["1 running - false", "3 running - false"]
    );
    session.execute("COMMIT").unwrap();
}

#[test]
fn a_batch_is_a_limit_over_both_kinds() {
    let server = Server::shared();
    let (mut session, statement) = queue(&server, "reap_batch", 7);
    session
        .execute(
            "INSERT INTO runs (organization_id, run_type, status, last_heartbeat_at, claimed_at, created_at) \
             SELECT 'o', 'auth', 'running', CASE WHEN n % 2 = 0 THEN now() - interval '1 hour' END, now() - interval '2 hours', now() FROM generate_series(1, 20) AS n",
        )
        .unwrap();
    let passes: Vec<Vec<String>> = (0..4)
        .map(|_| reap(&mut session, &statement, "1 minute"))
        .collect();
    assert_eq!(
        passes,
        [
            vec!["auth 7 0 0"],
            vec!["auth 7 0 0"],
            vec!["auth 6 0 0"],
            vec![]
        ]
    );
}

#[test]
fn a_row_that_somebody_holds_or_has_just_changed_is_passed_over() {
    let server = Server::shared();
    let (mut session, statement) = queue(&server, "reap_locked", 1000);
    let mut worker = server.session("reap_locked");
    insert(
        &mut session,
        &[
            Run("auth", "running", None, 0, Some(500), Some(600)),
            Run("auth", "running", None, 0, Some(500), Some(600)),
            Run("auth", "running", None, 0, None, Some(600)),
        ],
    );
    worker
        .execute("BEGIN; UPDATE runs SET last_heartbeat_at = now() WHERE id IN (1, 3)")
        .unwrap();
    assert_eq!(
        reap(&mut session, &statement, "120 seconds"),
        ["auth 1 0 0"]
    );
    worker.execute("COMMIT").unwrap();
    assert_eq!(
        reap(&mut session, &statement, "120 seconds"),
        Vec::<String>::new()
    );
    assert_eq!(
        statuses(&mut session, "true"),
        [
            "1 running - false",
            "2 timeout worker_heartbeat_lost true",
            "3 running - false"
        ]
    );
}

/// The beat comes between the statement's snapshot and its lock: the lock waits for nothing, and sees the row as it is now.
#[test]
fn a_beat_between_the_look_and_the_lock_saves_the_run() {
    let server = Server::shared();
    let (mut session, statement) = queue(&server, "reap_between", 1000);
    insert(
        &mut session,
        &[
            Run("auth", "running", None, 0, Some(500), Some(600)),
            Run("auth", "running", None, 0, Some(500), Some(600)),
        ],
    );
    // A function in the guard's place lets a beat in while the statement runs, after its snapshot was taken.
    session
        .execute(
            "CREATE EXTENSION IF NOT EXISTS dblink;
             CREATE FUNCTION beat() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
                 PERFORM dblink_exec('dbname=' || current_database() || ' user=' || current_user || ' host=' || split_part(current_setting('unix_socket_directories'), ',', 1),
                     'UPDATE runs SET last_heartbeat_at = now() WHERE id = 1');
                 RETURN true;
             END $$;",
        )
        .unwrap();
    let statement = statement.replacen(
        "WITH beaten AS (",
        "WITH beat AS MATERIALIZED (SELECT beat() AS done), beaten AS (",
        1,
    );
    let statement = statement.replacen(
        "FROM public.runs AS run\n",
        "FROM public.runs AS run CROSS JOIN beat\n",
        1,
    );
    let statement = statement.replacen(
        "AND run.last_heartbeat_at < now()",
        "AND beat.done AND run.last_heartbeat_at < now()",
        1,
    );
    assert_eq!(
        reap(&mut session, &statement, "120 seconds"),
        ["auth 1 0 0"]
    );
    assert_eq!(
        statuses(&mut session, "status = 'running'"),
        ["1 running - false"]
    );
}

#[test]
fn passes_side_by_side_reap_each_row_once() {
    let server = Server::shared();
    let (mut session, statement) = queue(&server, "reap_together", 50);
    session
        .execute(
            "INSERT INTO runs (organization_id, run_type, status, last_heartbeat_at, created_at) \
             SELECT 'o', 'auth', 'running', now() - interval '1 hour', now() FROM generate_series(1, 400)",
        )
        .unwrap();
    let total: i64 = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let (server, statement) = (&server, &statement);
                scope.spawn(move || {
                    let mut session = server.session("reap_together");
                    let mut total = 0;
                    for _ in 0..40 {
                        for row in reap(&mut session, statement, "1 minute") {
                            total += row.split(' ').nth(1).unwrap().parse::<i64>().unwrap();
                        }
                    }
                    total
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap())
            .sum()
    });
    assert_eq!(total, 400);
    assert_eq!(
        session
            .value("SELECT count(*)::text FROM runs WHERE status = 'timeout'")
            .unwrap()
            .as_deref(),
        Some("400")
    );
}

#[test]
fn both_picks_are_ranges_of_the_partial_index() {
    let server = Server::shared();
    let (mut session, statement) = queue(&server, "reap_plan", 1000);
    session
        .execute(
            "INSERT INTO runs (organization_id, run_type, status, last_heartbeat_at, claimed_at, created_at) \
             SELECT 'o', 'auth', CASE WHEN n % 20 = 0 THEN 'running' ELSE 'completed' END, CASE WHEN n % 100 <> 0 THEN now() - n * interval '1 millisecond' END, now(), now() \
             FROM generate_series(1, 40000) AS n; ANALYZE runs",
        )
        .unwrap();
    session
        .execute(&format!("PREPARE reap AS {statement}"))
        .unwrap();
    for mode in ["force_custom_plan", "force_generic_plan"] {
        session
            .execute(&format!("SET plan_cache_mode = {mode}"))
            .unwrap();
        let plan: Vec<String> = session
            .rows("EXPLAIN EXECUTE reap('120 seconds')")
            .unwrap()
            .into_iter()
            .map(|row| row[0].clone().unwrap())
            .collect();
        let plan = plan.join("\n");
        let picks = &plan[..plan.find("CTE reaped").unwrap()];
        assert_eq!(
            picks.matches("idx_runs_heartbeat_inflight").count(),
            2,
            "{plan}"
        );
        assert!(
            picks.contains("Index Cond: (last_heartbeat_at < (now() - "),
            "{plan}"
        );
        assert!(
            picks.contains("Index Cond: (last_heartbeat_at IS NULL)"),
            "{plan}"
        );
        // What was picked is found again by its place, or among the live rows: never among all.
        assert!(!plan.contains("Seq Scan on runs"), "{plan}");
    }
}
