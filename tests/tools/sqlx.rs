//! sqlx, whose command line is this crate's `Migrator`.

use laneset::model::declaration::MigrationFormat;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Connection, PgConnection};
use tokio::runtime::{Builder, Runtime};

use super::agreement::{Agreement, Made};
use super::story::{Place, Tool, widens_and_goes_back};
use crate::formats::{INDEX, TABLE, repository};
use crate::program::Copy;

struct Sqlx;

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

async fn connected(place: &Place<'_>) -> Result<(Migrator, PgConnection), MigrateError> {
    let migrator = Migrator::new(place.folder()).await?;
    let connection = PgConnection::connect(&place.url()).await.unwrap();
    Ok((migrator, connection))
}

impl Tool for Sqlx {
    const FORMAT: MigrationFormat = MigrationFormat::Sqlx;
    const APPLIED: &str = "SELECT version::text FROM _sqlx_migrations ORDER BY installed_on";

    fn up(&self, place: &Place) -> Result<(), String> {
        let run = async {
            let (migrator, mut connection) = connected(place).await?;
            migrator.run(&mut connection).await
        };
        runtime().block_on(run).map_err(|error| error.to_string())
    }

    /// As `sqlx migrate revert`: down to the version before the newest that is applied.
    fn down(&self, place: &Place) -> Option<Result<(), String>> {
        let second = "SELECT version::text FROM _sqlx_migrations AS applied ORDER BY applied.version DESC OFFSET 1 LIMIT 1";
        let second = place.session().value(second).unwrap().unwrap();
        let undo = async {
            let (migrator, mut connection) = connected(place).await?;
            migrator
                .undo(&mut connection, second.parse().unwrap())
                .await
        };
        Some(runtime().block_on(undo).map_err(|error| error.to_string()))
    }
}

/// The story in pairs, a way down beside each way up.
fn pairs(build: &str) -> Copy {
    let repository = repository("sqlx", build);
    for (name, up, down) in [
        ("9_a", TABLE, "DROP TABLE public.t;\n"),
        ("10_b", INDEX, "DROP INDEX public.idx_t;\n"),
    ] {
        repository.remove(&format!("m/{name}.sql"));
        repository.write(&format!("m/{name}.up.sql"), up);
        repository.write(&format!("m/{name}.down.sql"), down);
    }
    repository
}

#[test]
fn it_applies_what_is_generated_and_takes_it_back() {
    widens_and_goes_back(&Sqlx, &pairs("transactional"), 1);
}

#[test]
fn it_applies_what_is_built_concurrently_and_takes_it_back() {
    widens_and_goes_back(&Sqlx, &pairs("concurrently"), 4);
}

const OTHER: &str =
    "DROP INDEX public.idx_t;\nCREATE INDEX idx_t ON public.t (id) WHERE run_type IN ('x');\n";

#[test]
fn what_it_makes_of_odd_files_is_what_is_believed() {
    let concurrently = "CREATE INDEX CONCURRENTLY idx_u ON public.t (id);\n";
    let alone = format!("-- no-transaction\n{concurrently}");
    let cases = [
        (
            "sqlx_zeros",
            "0011_c.sql",
            OTHER.to_owned(),
            Made::Index("x"),
        ),
        ("sqlx_twice", "010_c.sql", OTHER.to_owned(), Made::Refused),
        (
            "sqlx_twice_up",
            "10_b.up.sql",
            OTHER.to_owned(),
            Made::Refused,
        ),
        (
            "sqlx_both",
            "11_c.up.sql",
            OTHER.to_owned(),
            Made::Index("x"),
        ),
        ("sqlx_plus", "+11_c.sql", OTHER.to_owned(), Made::Index("x")),
        ("sqlx_minus", "-11_c.sql", OTHER.to_owned(), Made::Refused),
        ("sqlx_no_number", "c_d.sql", OTHER.to_owned(), Made::Refused),
        (
            "sqlx_no_line",
            "11.sql",
            OTHER.to_owned(),
            Made::Index("a b"),
        ),
        (
            "sqlx_upper",
            "11_c.SQL",
            OTHER.to_owned(),
            Made::Index("a b"),
        ),
        ("sqlx_hidden", ".11_c.sql", OTHER.to_owned(), Made::Refused),
        (
            "sqlx_down_alone",
            "11_c.down.sql",
            OTHER.to_owned(),
            Made::Index("a b"),
        ),
        (
            "sqlx_crlf",
            "11_c.sql",
            OTHER.replace('\n', "\r\n"),
            Made::Index("x"),
        ),
        (
            "sqlx_bom",
            "11_c.sql",
            format!("\u{feff}{OTHER}"),
            Made::Refused,
        ),
        ("sqlx_alone", "11_c.sql", alone.clone(), Made::Index("a b")),
        (
            "sqlx_alone_late",
            "11_c.sql",
            format!("\n{alone}"),
            Made::Refused,
        ),
        (
            "sqlx_alone_bom",
            "11_c.sql",
            format!("\u{feff}{alone}"),
            Made::Refused,
        ),
    ];
    let mut agreement = Agreement::of(Sqlx);
    for (database, path, text, expected) in cases {
        let repository = repository("sqlx", "transactional");
        repository.write(&format!("m/{path}"), text);
        agreement.judge(database, &repository, &expected);
    }
    agreement.assert_whole();
}
