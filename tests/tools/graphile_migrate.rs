//! graphile-migrate, from npm. Its own `commit` makes the migrations that laneset goes on after.

use laneset::model::declaration::MigrationFormat;
use sha1::{Digest, Sha1};

use super::agreement::{Agreement, Made};
use super::story::{Place, Tool, from_npm, succeed, widens_and_goes_back};
use crate::postgres::server::Server;
use crate::program::Copy;

struct GraphileMigrate;

impl GraphileMigrate {
    fn run(place: &Place, arguments: &[&str]) -> Result<(), String> {
        let mut program = from_npm("graphile-migrate");
        program
            .args(arguments)
            .current_dir(place.repository.path())
            .env("DATABASE_URL", place.url())
            .env("SHADOW_DATABASE_URL", place.server.database_url("shadow"))
            .env("ROOT_DATABASE_URL", place.server.database_url("postgres"));
        succeed(&mut program)
    }
}

impl Tool for GraphileMigrate {
    const FORMAT: MigrationFormat = MigrationFormat::GraphileMigrate;
    const APPLIED: &str =
        "SELECT filename FROM graphile_migrate.migrations ORDER BY date, filename";

    fn up(&self, place: &Place) -> Result<(), String> {
        Self::run(place, &["migrate"])
    }

    fn down(&self, _: &Place) -> Option<Result<(), String>> {
        None
    }
}

/// Two migrations that the tool has committed itself.
fn committed(database: &str, build: &str) -> Copy {
    let repository = crate::formats::repository("graphile-migrate", build);
    let server = Server::shared();
    drop(server.database(database));
    if server
        .session("postgres")
        .value("SELECT 1 FROM pg_database WHERE datname = 'shadow'")
        .unwrap()
        .is_none()
    {
        drop(server.database("shadow"));
    }
    let place = Place {
        repository: &repository,
        server: &server,
        database,
    };
    repository.write(".gmrc", "{ \"migrationsFolder\": \"./m\" }\n");
    let texts = [crate::formats::TABLE, crate::formats::INDEX];
    for (text, message) in texts.into_iter().zip(["The table", "And its index"]) {
        repository.write("m/current.sql", text);
        GraphileMigrate::run(&place, &["commit", "--message", message]).unwrap();
    }
    repository
}

#[test]
fn it_applies_what_is_generated() {
    let repository = committed("gm_once", "transactional");
    widens_and_goes_back(&GraphileMigrate, &repository, 1);
}

#[test]
fn it_applies_what_is_built_concurrently() {
    let repository = committed("gm_steps", "concurrently");
    widens_and_goes_back(&GraphileMigrate, &repository, 4);
}

const OTHER: &str =
    "DROP INDEX public.idx_t;\nCREATE INDEX idx_t ON public.t (id) WHERE run_type IN ('x');\n";

/// The hash that a committed migration says is its own.
fn hash_of(committed: &str) -> &str {
    let line = committed
        .lines()
        .find_map(|line| line.strip_prefix("--! Hash: "));
    line.unwrap()
}

fn sealed(previous: &str, headers: &str, body: &str) -> String {
    let mut digest = Sha1::new();
    digest.update(format!("{previous}\n{}\n", body.trim()));
    let bytes = digest.finalize();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("--! Previous: {previous}\n--! Hash: sha1:{hex}\n{headers}\n{body}")
}

#[test]
fn what_it_makes_of_odd_files_is_what_is_believed() {
    let names = ["000001-the-table.sql", "000002-and-its-index.sql"];
    let start = committed("gm_odd", "transactional");
    let [first, second] = names.map(|name| start.text(&format!("m/committed/{name}")));
    let newest = hash_of(&second);
    let other = sealed(newest, "", OTHER);
    let concurrently = "CREATE INDEX CONCURRENTLY idx_u ON public.t (id);\n";
    let alone = |line: &str| sealed(newest, "", &format!("{line}\n{concurrently}"));
    let cases = [
        ("gm_next", "000003.sql", other.clone(), Made::Index("x")),
        (
            "gm_named",
            "000003-A_name.sql",
            sealed(newest, "--! Message: a name\n", OTHER),
            Made::Index("x"),
        ),
        ("gm_short", "3.sql", other.clone(), Made::Index("x")),
        ("gm_line", "000003_c.sql", other.clone(), Made::Index("a b")),
        (
            "gm_twice",
            "000002-c.sql",
            sealed(hash_of(&first), "", OTHER),
            Made::Refused,
        ),
        (
            "gm_not_behind",
            "000003.sql",
            sealed(hash_of(&first), "", OTHER),
            Made::Refused,
        ),
        (
            "gm_changed",
            "000003.sql",
            other.replace("'x'", "'y'"),
            Made::Refused,
        ),
        (
            "gm_excused",
            "000003.sql",
            sealed(newest, "--! AllowInvalidHash\n", OTHER).replace("'x'", "'y'"),
            Made::Index("y"),
        ),
        (
            "gm_excused_right",
            "000003.sql",
            sealed(newest, "--! AllowInvalidHash\n", OTHER),
            Made::Refused,
        ),
        (
            "gm_two_headers",
            "000003.sql",
            sealed(newest, "--! Message: a\n--! Message: b\n", OTHER),
            Made::Refused,
        ),
        (
            "gm_no_line",
            "000003.sql",
            other.replacen("\n\n", "\n", 1),
            Made::Refused,
        ),
        (
            "gm_crlf",
            "000003.sql",
            other.replace('\n', "\r\n"),
            Made::Refused,
        ),
        (
            "gm_bom",
            "000003.sql",
            format!("\u{feff}{other}"),
            Made::Refused,
        ),
        ("gm_bare", "000003.sql", OTHER.to_owned(), Made::Refused),
        (
            "gm_alone",
            "000003.sql",
            alone("--! no-transaction"),
            Made::Index("a b"),
        ),
        (
            "gm_alone_close",
            "000003.sql",
            alone("--!no-transaction, please"),
            Made::Index("a b"),
        ),
        (
            "gm_alone_other",
            "000003.sql",
            alone("--! no-transactions"),
            Made::Refused,
        ),
    ];
    let mut agreement = Agreement::of(GraphileMigrate);
    for (database, path, text, expected) in cases {
        let repository = crate::formats::repository("graphile-migrate", "transactional");
        repository.write(".gmrc", start.text(".gmrc"));
        for (name, text) in names.into_iter().zip([&first, &second]) {
            repository.write(&format!("m/committed/{name}"), text);
        }
        repository.write(&format!("m/committed/{path}"), text);
        agreement.judge(database, &repository, &expected);
    }
    agreement.assert_whole();
}
