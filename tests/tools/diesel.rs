//! Diesel, whose command line is `diesel_migrations`; over a driver that needs no libpq.

use diesel_async::{AsyncConnection, AsyncMigrationHarness, AsyncPgConnection};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use laneset::model::declaration::MigrationFormat;
use tokio::runtime::Builder;

use super::agreement::{Agreement, Made};
use super::story::{Place, Tool, widens_and_goes_back};
use crate::formats::repository;

struct Diesel;

enum Direction {
    Up,
    Down,
}

impl Diesel {
    fn run(place: &Place, direction: Direction) -> Result<(), String> {
        let migrations =
            FileBasedMigrations::from_path(place.folder()).map_err(|error| error.to_string())?;
        // The harness blocks in place, for which the runtime must have another thread.
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let run = async {
            let connection = AsyncPgConnection::establish(&place.url()).await.unwrap();
            let mut harness = AsyncMigrationHarness::new(connection);
            let outcome = match direction {
                Direction::Up => harness.run_pending_migrations(migrations).map(|_| ()),
                Direction::Down => harness.revert_last_migration(migrations).map(|_| ()),
            };
            outcome.map_err(|error| error.to_string())
        };
        runtime.block_on(run)
    }
}

impl Tool for Diesel {
    const FORMAT: MigrationFormat = MigrationFormat::Diesel;
    const APPLIED: &str =
        "SELECT version::text FROM __diesel_schema_migrations ORDER BY run_on, version";

    fn up(&self, place: &Place) -> Result<(), String> {
        Self::run(place, Direction::Up)
    }

    fn down(&self, place: &Place) -> Option<Result<(), String>> {
        Some(Self::run(place, Direction::Down))
    }
}

#[test]
fn it_applies_what_is_generated_and_takes_it_back() {
    widens_and_goes_back(&Diesel, &repository("diesel", "transactional"), 1);
}

#[test]
fn it_applies_what_is_built_concurrently_and_takes_it_back() {
    widens_and_goes_back(&Diesel, &repository("diesel", "concurrently"), 4);
}

const OTHER: &str =
    "DROP INDEX public.idx_t;\nCREATE INDEX idx_t ON public.t (id) WHERE run_type IN ('x');\n";

#[test]
fn what_it_makes_of_odd_folders_is_what_is_believed() {
    let concurrently = "CREATE INDEX CONCURRENTLY idx_u ON public.t (id);\n";
    let one = |path: &'static str, text: &'static str| vec![(path, text)];
    let settled = |settings: &'static str| {
        vec![
            ("3_c/up.sql", concurrently),
            ("3_c/metadata.toml", settings),
        ]
    };
    let cases = [
        ("diesel_text", one("10_c/up.sql", OTHER), Made::Refused),
        ("diesel_no_line", one("3/up.sql", OTHER), Made::Index("x")),
        ("diesel_no_version", one("_c/up.sql", OTHER), Made::Refused),
        (
            "diesel_hidden",
            one(".3_c/up.sql", OTHER),
            Made::Index("a b"),
        ),
        ("diesel_empty", one("3_c/up.sql", ""), Made::Refused),
        (
            "diesel_down_alone",
            one("3_c/down.sql", OTHER),
            Made::Refused,
        ),
        (
            "diesel_bom",
            one("3_c/up.sql", "\u{feff}DROP INDEX public.idx_t;\n"),
            Made::Refused,
        ),
        (
            "diesel_alone",
            settled("run_in_transaction = false\n"),
            Made::Index("a b"),
        ),
        (
            "diesel_settled",
            settled("run_in_transaction = true\n"),
            Made::Refused,
        ),
        // The setting is false where the file is there and does not speak of it.
        (
            "diesel_unsaid",
            settled("other = true\n"),
            Made::Index("a b"),
        ),
        // A file that it cannot read counts as none.
        (
            "diesel_no_toml",
            settled("run_in_transaction: false\n"),
            Made::Refused,
        ),
        (
            "diesel_no_bool",
            settled("run_in_transaction = 'false'\n"),
            Made::Refused,
        ),
    ];
    let mut agreement = Agreement::of(Diesel);
    for (database, files, expected) in cases {
        let repository = repository("diesel", "transactional");
        for (path, text) in files {
            repository.write(&format!("m/{path}"), text);
        }
        agreement.judge(database, &repository, &expected);
    }
    agreement.assert_whole();
}
