//! `laneset verify --live`: a database that others use is looked at, and only that.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::generate::tools::{change, reference_queue};
use crate::postgres::server::{Server, Session};
use crate::program::{Copy, Run, finish, laneset};

/// The reference queue, and a database that has its schema and its migrations.
struct Live {
    repository: Copy,
    server: Arc<Server>,
    database: &'static str,
    session: Session,
}

impl Live {
    fn reference(database: &'static str) -> Self {
        let server = Server::shared();
        let repository = reference_queue();
        let mut session = server.database(database);
        let dump = repository.text("db/schema.sql");
        let script: String = dump
            .lines()
            .filter(|line| !line.starts_with('\\'))
            .map(|line| format!("{line}\n"))
            .collect();
        session.execute(&script).unwrap();
        session.execute("RESET ALL").unwrap();
        Self {
            repository,
            server,
            database,
            session,
        }
    }

    fn url(&self) -> String {
        self.server.database_url(self.database)
    }

    fn run_as(&self, url: &str, arguments: &[&str]) -> Run {
        let mut command = laneset(self.repository.path());
        command.args(["verify", "--live"]).args(arguments);
        finish(command.env("DATABASE_URL", url))
    }

    fn run(&self) -> Run {
        self.run_as(&self.url(), &["--output-format", "json"])
    }

    #[track_caller]
    fn change(&mut self, sql: &str) {
        self.session.execute(sql).unwrap();
    }
}

const INDEX: &str = "public.idx_runs_heartbeat_inflight";

/// It has the right to read, and no other; the server gives out no transaction number, which every write needs.
#[test]
fn a_role_that_may_only_read_is_enough_and_nothing_is_written() {
    let mut live = Live::reference("live_read");
    live.change(
        "CREATE ROLE onlooker LOGIN PASSWORD 'secret'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO onlooker;
         INSERT INTO public.organizations VALUES ('o', 'o');
         INSERT INTO public.runs (organization_id, run_type, status) VALUES ('o', 'sync', 'running'), ('o', 'insight', 'running'), ('o', 'insight', 'completed');
         ANALYZE public.runs",
    );
    let next = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text";
    let before = live.session.value(next).unwrap();
    let url = live
        .url()
        .replace("user=laneset", "user=onlooker&password=secret");
    let run = live.run_as(&url, &["--output-format", "json"]);
    let report = run.clean();
    assert_eq!(live.session.value(next).unwrap(), before);
    let facts = &report.0["live"][0];
    assert_eq!(facts["lane_set"], "heartbeat-inflight");
    assert_eq!(facts["index"], INDEX);
    assert_eq!(facts["valid"], true);
    assert_eq!(facts["size_bytes"], 16384);
    assert!(facts["scans"].as_i64().is_some(), "{facts}");
    let notes: Vec<&str> = run.stderr.lines().collect();
    assert!(
        notes[0].starts_with("note: looked at database live_read on Postgres 1")
            && notes[0].ends_with(" as onlooker"),
        "{notes:?}"
    );
    assert_eq!(
        notes[2],
        "note: public.runs: 1 row has a lane that is in no set under the guard of heartbeat-inflight: insight 1"
    );
    assert!(!format!("{run:?}").contains("secret"));

    // What it may not read is said: of the rows as a note, of the migrations as what it is, a gate that cannot tell.
    live.change("REVOKE SELECT ON public.runs, public.schema_migrations FROM onlooker");
    let run = live.run_as(&url, &["--output-format", "json"]);
    let report = run.drift();
    let message = &report.findings()[0]["message"];
    assert_eq!(
        message,
        "which migrations the live database has cannot be told: permission denied for table schema_migrations"
    );
    assert!(
        run.stderr
            .contains("were not counted for heartbeat-inflight: permission denied for table runs"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_index_that_is_missing_other_or_invalid_is_found() {
    let mut live = Live::reference("live_index");
    live.run().clean();
    live.change(&format!("DROP INDEX {INDEX}"));
    let message = |run: Run| {
        run.drift().findings()[0]["message"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        message(live.run()),
        "the live database has no index idx_runs_heartbeat_inflight on public.runs"
    );

    live.change("CREATE INDEX idx_runs_heartbeat_inflight ON public.runs (last_heartbeat_at) WHERE status IN ('claimed', 'running') AND run_type IN ('sync', 'insight', 'auth')");
    let report = live.run().drift();
    assert_eq!(report.found(), ["live-index-drift laneset.toml:28"]);
    let finding = &report.findings()[0];
    assert_eq!(
        finding["missing"],
        serde_json::json!(["action", "embed_backfill"])
    );
    assert_eq!(finding["extra"], serde_json::json!(["insight"]));

    // As declared, in another order and other words, and beside it one that CREATE INDEX CONCURRENTLY left.
    live.change(
        "DROP INDEX public.idx_runs_heartbeat_inflight;
         CREATE INDEX idx_runs_heartbeat_inflight ON public.runs (last_heartbeat_at)
         WHERE (run_type = 'auth' OR run_type = ANY ('{sync,action,embed_backfill}')) AND (status = 'running' OR status = 'claimed')",
    );
    live.run().clean();
    live.change(
        "INSERT INTO public.organizations VALUES ('o', 'o'); INSERT INTO public.runs (organization_id, run_type) VALUES ('o', 'sync'), ('o', 'sync')",
    );
    let unique = "CREATE UNIQUE INDEX CONCURRENTLY runs_once ON public.runs (organization_id)";
    assert!(live.session.execute(unique).is_err());
    let run = live.run();
    assert_eq!(run.drift().found(), ["invalid-index laneset.toml:28"]);
    let said = message(run);
    assert!(
        said.starts_with("the live database has index public.runs_once invalid"),
        "{said}"
    );
}

/// The repository is one lane ahead, and so is the database then, of another commit.
#[test]
fn migrations_that_only_one_of_both_has_are_found() {
    let mut live = Live::reference("live_migrations");
    change(
        &live.repository,
        &["widen", "heartbeat-inflight", "export", "--admit"],
    );
    let report = live.run().drift();
    let rules: Vec<&str> = report
        .findings()
        .iter()
        .map(|it| it["rule"].as_str().unwrap())
        .collect();
    let pending = rules
        .iter()
        .filter(|rule| **rule == "pending-migration")
        .count();
    assert!(pending > 0, "{rules:?}");
    let others: Vec<&&str> = rules
        .iter()
        .filter(|rule| **rule != "pending-migration")
        .collect();
    assert_eq!(others, [&"live-index-drift", &"lane-not-admitted"]);
    let refused = report
        .findings()
        .iter()
        .find(|it| it["rule"] == "lane-not-admitted")
        .unwrap();
    assert_eq!(refused["missing"], serde_json::json!(["export"]));
    assert_eq!(
        refused["message"],
        "the live database has CHECK constraint runs_run_type_check on public.runs, which does not admit export"
    );

    live.change("INSERT INTO public.schema_migrations VALUES ('20990101000000')");
    let report = live.run().drift();
    let unknown = report
        .findings()
        .iter()
        .find(|it| it["rule"] == "unknown-migration")
        .unwrap();
    assert_eq!(unknown["level"], "warning");
    assert_eq!(
        unknown["message"],
        "the live database has applied migration 20990101000000, which has no file here"
    );
    live.change("DROP TABLE public.schema_migrations");
    let said = live.run().stdout;
    assert!(
        said.contains("the live database has no table schema_migrations: none of the"),
        "{said}"
    );
}

#[test]
fn a_lane_that_the_live_enum_lacks_is_found() {
    let live = Live::reference("live_enum");
    std::fs::remove_dir_all(live.repository.file("db/migrations")).unwrap();
    let mut session = live.server.database("live_enum_only");
    session
        .execute(
            "CREATE TYPE lane AS ENUM ('sync', 'action'); CREATE TABLE public.runs (run_type lane)",
        )
        .unwrap();
    live.repository.write(
        "laneset.toml",
        "version = 1\n[lane_set.x]\ntable = \"public.runs\"\ncolumn = \"run_type\"\nlanes = [\"sync\", \"auth\"]\n\
         [lane_set.x.admitted_by]\nenum = \"public.lane\"\n[lane_set.y]\ntable = \"public.runs\"\ncolumn = \"run_type\"\nlanes = [\"sync\"]\n\
         [lane_set.y.admitted_by]\ncheck = \"no_such_check\"\n",
    );
    let url = live.server.database_url("live_enum_only");
    let report = live.run_as(&url, &["--output-format", "json"]).drift();
    let messages = report.messages();
    assert_eq!(
        messages,
        [
            "the live database has enum public.lane, which does not admit auth",
            "the live database has no CHECK constraint no_such_check on public.runs"
        ]
    );
    let elsewhere = live.server.database_url("postgres");
    let said = live.run_as(&elsewhere, &[]).stdout;
    assert!(
        said.contains("error[site-missing]: the live database has no table public.runs"),
        "{said}"
    );
}

/// Names that need quotes, a table in parts, and conditions that only Postgres can compare: a time, a function.
#[test]
fn odd_names_and_conditions_are_no_drift() {
    let live = Live::reference("live_odd");
    std::fs::remove_dir_all(live.repository.file("db/migrations")).unwrap();
    let mut session = live.server.database("live_odd_only");
    session
        .execute(
            r#"CREATE SCHEMA "Arch ive";
            CREATE DOMAIN needed AS text NOT NULL;
            CREATE TABLE "Arch ive"."Run s" (id bigint, "Run Type" varchar(6), state text, deleted_at timestamptz, d needed,
                CONSTRAINT "Odd check" CHECK ("Run Type" IN ('sy''nc', 'au"th', 'longer than it') AND state <> 'q'));
            CREATE INDEX "Idx Odd" ON "Arch ive"."Run s" (id) WHERE lower(state) = 'x' AND deleted_at IS NULL AND "Run Type" IN ('au"th', 'sy''nc');
            CREATE TABLE parted (id bigint, kind int, at timestamptz, CONSTRAINT parted_kind CHECK (kind BETWEEN 0 AND 1)) PARTITION BY RANGE (id);
            CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100);
            CREATE INDEX parted_idx ON parted (at) WHERE kind IN (0, 1) AND at > '2026-01-01'"#,
        )
        .unwrap();
    let manifest = r#"version = 1
[lane_set.a]
table = '"Arch ive"."Run s"'
column = '"Run Type"'
lanes = ["sy'nc", 'au"th']
guard = "lower(state) = 'x' AND deleted_at IS NULL"
[lane_set.a.index]
name = '"Idx Odd"'
[lane_set.a.admitted_by]
check = '"Odd check"'
[lane_set.p]
table = "public.parted"
column = "kind"
lanes = [0, 1]
guard = "at > '2026-01-01'"
[lane_set.p.index]
name = "parted_idx"
[lane_set.p.admitted_by]
check = "parted_kind"
"#;
    live.repository.write("laneset.toml", manifest);
    let url = live.server.database_url("live_odd_only");
    let run = live.run_as(&url, &[]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    assert!(
        run.stdout
            .ends_with("Checked 2 lane sets: 2 live indexes. No drift.\n"),
        "{}",
        run.stdout
    );

    // Longer than the column, and beyond the range; and a time that is another.
    let wider = manifest
        .replace("'au\"th']", "'au\"th', \"longer than it\"]")
        .replace("[0, 1]", "[0, 1, 2]")
        .replace("at > '2026-01-01'", "at > '2026-01-02'");
    live.repository.write("laneset.toml", wider);
    let report = live.run_as(&url, &["--output-format", "json"]).drift();
    let refused = report.findings().iter();
    let refused: Vec<&serde_json::Value> = refused
        .filter(|finding| finding["rule"] == "lane-not-admitted")
        .map(|finding| &finding["missing"][0])
        .collect();
    assert_eq!(
        refused,
        [&serde_json::json!("longer than it"), &serde_json::json!(2)]
    );
    let drifted = report.findings().iter();
    let drifted = drifted.filter(|finding| finding["rule"] == "live-index-drift");
    assert_eq!(drifted.count(), 2);
}

/// Others wait for no look, and a look waits for nobody long.
#[test]
fn a_table_that_is_locked_ends_the_look_in_seconds() {
    let mut live = Live::reference("live_locked");
    live.change("BEGIN; LOCK TABLE public.runs IN ACCESS EXCLUSIVE MODE");
    let start = Instant::now();
    let run = live.run();
    assert_eq!(
        run.could_not_check(),
        "error: the database cannot be looked at: canceling statement due to lock timeout (55P03)\n"
    );
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "the lock's own timeout is 2 s"
    );
}

#[test]
fn a_secret_is_never_shown() {
    let live = Live::reference("live_secret");
    let folder = live.server.folder().display().to_string();
    for url in [
        "postgres://app:hunter2@127.0.0.1:1/app".to_owned(),
        "postgres://app:hunter2@no-such-host.invalid/app".to_owned(),
        "postgres://app:hunter2@127.0.0.1:port/app".to_owned(),
        format!(
            "postgres:///no_such_database?host={folder}&user=laneset&password=hunter2&sslmode=disable"
        ),
        format!(
            "postgres:///live_secret?host={folder}&user=nobody&password=hunter2&sslmode=disable"
        ),
        "app:hunter2@127.0.0.1".to_owned(),
        "postgres://app:hunter2@127.0.0.1/app?sslmode=hunter2".to_owned(),
    ] {
        let run = live.run_as(&url, &["--verbose"]);
        let said = run.could_not_check();
        assert!(!said.contains("hunter2"), "{url}: {said}");
        assert!(said.starts_with("error: "), "{url}: {said}");
    }
    let help = live.run_as("postgres://app:hunter2@127.0.0.1/app", &["--help"]);
    assert!(!help.stdout.contains("hunter2"), "{}", help.stdout);
}
