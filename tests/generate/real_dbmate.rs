//! The real dbmate applies what is generated, dumps what was foretold, and takes it back.

use super::tools::{Dbmate, change, names, reference_queue, without_noise};
use crate::postgres::server::{Server, Session};
use crate::program::Copy;

const INDEX: &str = "public.idx_runs_heartbeat_inflight";

/// The index's predicate as the server has it, whether it is valid, and how many relations there are whose names begin as its does.
fn stored(session: &mut Session) -> [String; 3] {
    let row = session
        .rows(&format!(
            "SELECT pg_get_expr(indpred, indrelid), indisvalid::text, (SELECT count(*)::text FROM pg_class WHERE relname LIKE \
             'idx\\_runs\\_heartbeat\\_inflight%') FROM pg_index WHERE indexrelid = '{INDEX}'::regclass"
        ))
        .unwrap()
        .remove(0);
    row.into_iter()
        .map(Option::unwrap)
        .collect::<Vec<_>>()
        .try_into()
        .unwrap()
}

fn expected(lanes: &[&str]) -> [String; 3] {
    let lanes: Vec<String> = lanes.iter().map(|lane| format!("'{lane}'::text")).collect();
    let predicate = format!(
        "((status = ANY (ARRAY['claimed'::text, 'running'::text])) AND (run_type = ANY (ARRAY[{}])))",
        lanes.join(", ")
    );
    [predicate, "true".to_owned(), "1".to_owned()]
}

/// A repository narrowed to two lanes, whose dump is dbmate's own.
fn narrowed(server: &Server, build: &str) -> Copy {
    let repository = reference_queue();
    let manifest = repository.text("laneset.toml");
    let columns = "columns = [\"last_heartbeat_at\"]\n";
    let manifest = manifest.replace(columns, &format!("{columns}build   = \"{build}\"\n"));
    repository.write("laneset.toml", manifest);
    let database = format!("{build}_start");
    server.database(&database);
    let dbmate = Dbmate {
        server,
        repository: &repository,
        database: &database,
    };
    dbmate.run(&["--no-dump-schema", "up"]);
    let dumped = dbmate.dump();
    repository.write("db/schema.sql", dumped);
    change(
        &repository,
        &["narrow", "heartbeat-inflight", "action", "embed_backfill"],
    );
    repository
}

fn widens_and_goes_back(build: &str, steps: usize) {
    let server = Server::shared();
    let repository = narrowed(&server, build);
    let (older, before) = (
        names(&repository, "db/migrations"),
        repository.text("db/schema.sql"),
    );
    let queries = repository.text("db/queries/reap_stale_runs.sql");

    // A database that lives through it: narrowed, then widened.
    let (alive, fresh) = (format!("{build}_alive"), format!("{build}_fresh"));
    let mut session = server.database(&alive);
    let on = |database| Dbmate {
        server: &server,
        repository: &repository,
        database,
    };
    on(&alive).run(&["--no-dump-schema", "up"]);
    assert_eq!(stored(&mut session), expected(&["sync", "auth"]));
    assert_eq!(on(&alive).dump(), without_noise(&before));

    change(
        &repository,
        &["widen", "heartbeat-inflight", "embed_backfill", "action"],
    );
    let newer = names(&repository, "db/migrations");
    assert_eq!(newer.len(), older.len() + steps, "{newer:?}");
    assert!(
        newer[..older.len()] == older,
        "old migrations stay as they were"
    );
    let four = expected(&["sync", "auth", "embed_backfill", "action"]);
    let after = without_noise(&repository.text("db/schema.sql"));
    assert_ne!(after, without_noise(&before));
    assert_ne!(repository.text("db/queries/reap_stale_runs.sql"), queries);

    // An empty database gets everything at once.
    let mut empty = server.database(&fresh);
    for (database, session) in [(&alive, &mut session), (&fresh, &mut empty)] {
        on(database).run(&["--no-dump-schema", "up"]);
        assert_eq!(stored(session), four);
        assert_eq!(on(database).dump(), after, "dbmate dumps what was foretold");
        for _ in 0..steps {
            on(database).run(&["--no-dump-schema", "rollback"]);
        }
        assert_eq!(stored(session), expected(&["sync", "auth"]));
        assert_eq!(on(database).dump(), without_noise(&before));
        on(database).run(&["--no-dump-schema", "up"]);
        assert_eq!(stored(session), four);
    }
}

#[test]
fn in_one_transaction() {
    widens_and_goes_back("transactional", 1);
}

#[test]
fn concurrently_in_steps_of_one_statement() {
    widens_and_goes_back("concurrently", 4);
}

/// `CREATE INDEX CONCURRENTLY` that was interrupted leaves an invalid index behind.
fn leave_invalid(session: &mut Session, name: &str) {
    let create =
        format!("CREATE INDEX {name} ON public.runs (last_heartbeat_at) WHERE status = 'none'");
    session.execute(&create).unwrap();
    let invalidate = format!(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'public.{name}'::regclass"
    );
    session.execute(&invalidate).unwrap();
}

#[test]
fn an_interrupted_build_is_cleared_away() {
    let server = Server::shared();
    let repository = narrowed(&server, "concurrently");
    change(&repository, &["widen", "heartbeat-inflight", "action"]);
    let mut session = server.database("interrupted");
    let dbmate = Dbmate {
        server: &server,
        repository: &repository,
        database: "interrupted",
    };
    let last: Vec<String> = names(&repository, "db/migrations").split_off(11);
    assert_eq!(last.len(), 4, "{last:?}");
    let hidden: Vec<(String, String)> = last
        .iter()
        .map(|name| {
            let path = format!("db/migrations/{name}");
            let text = repository.text(&path);
            repository.remove(&path);
            (path, text)
        })
        .collect();
    dbmate.run(&["--no-dump-schema", "up"]);
    leave_invalid(&mut session, "idx_runs_heartbeat_inflight_new");
    for (path, text) in &hidden {
        repository.write(path, text);
    }
    dbmate.run(&["--no-dump-schema", "up"]);
    assert_eq!(stored(&mut session), expected(&["sync", "auth", "action"]));

    // Interrupted on the way down: the index of the right name is invalid, and migrating up again mends it.
    dbmate.run(&["--no-dump-schema", "rollback"]);
    leave_invalid(&mut session, "idx_runs_heartbeat_inflight");
    dbmate.run(&["--no-dump-schema", "up"]);
    assert_eq!(stored(&mut session), expected(&["sync", "auth", "action"]));
    for _ in 0..4 {
        dbmate.run(&["--no-dump-schema", "rollback"]);
    }
    assert_eq!(stored(&mut session), expected(&["sync", "auth"]));
}

#[test]
fn a_first_index_is_built_in_either_way() {
    for (build, steps) in [("transactional", 1), ("concurrently", 2)] {
        let server = Server::shared();
        let repository = reference_queue();
        for name in names(&repository, "db/migrations").split_off(4) {
            repository.remove(&format!("db/migrations/{name}"));
        }
        for name in names(&repository, "embedded_patches").split_off(4) {
            repository.remove(&format!("embedded_patches/{name}"));
        }
        let manifest = repository.text("laneset.toml");
        let columns = "columns = [\"last_heartbeat_at\"]\n";
        let manifest = manifest.replace(columns, &format!("{columns}build   = \"{build}\"\n"));
        repository.write("laneset.toml", manifest);
        let database = format!("first_{build}");
        let mut session = server.database(&database);
        let dbmate = Dbmate {
            server: &server,
            repository: &repository,
            database: &database,
        };
        dbmate.run(&["--no-dump-schema", "up"]);
        let before = dbmate.dump();
        repository.write("db/schema.sql", &before);
        change(&repository, &["generate"]);
        assert_eq!(names(&repository, "db/migrations").len(), 4 + steps);
        dbmate.run(&["--no-dump-schema", "up"]);
        assert_eq!(
            stored(&mut session),
            expected(&["sync", "action", "embed_backfill", "auth"])
        );
        assert_eq!(
            dbmate.dump(),
            without_noise(&repository.text("db/schema.sql"))
        );
        for _ in 0..steps {
            dbmate.run(&["--no-dump-schema", "rollback"]);
        }
        assert_eq!(dbmate.dump(), before);
    }
}
