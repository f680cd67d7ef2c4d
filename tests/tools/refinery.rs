//! refinery, whose command line is this crate.

use laneset::model::declaration::MigrationFormat;
use refinery_core::tokio_postgres::{NoTls, connect};
use refinery_core::{Runner, load_sql_migrations};
use tokio::runtime::Builder;

use super::agreement::{Agreement, Made};
use super::story::{Place, Tool, widens_and_goes_back};
use crate::formats::repository;

struct Refinery;

impl Tool for Refinery {
    const FORMAT: MigrationFormat = MigrationFormat::Refinery;
    const APPLIED: &str = "SELECT version::text FROM refinery_schema_history ORDER BY applied_on, refinery_schema_history.version";

    fn up(&self, place: &Place) -> Result<(), String> {
        let migrations = load_sql_migrations(place.folder()).map_err(|error| error.to_string())?;
        let run = async {
            let (mut client, connection) = connect(&place.url(), NoTls).await.unwrap();
            let connection = tokio::spawn(connection);
            let outcome = Runner::new(&migrations).run_async(&mut client).await;
            drop(client);
            connection.await.unwrap().unwrap();
            outcome.map(|_| ()).map_err(|error| error.to_string())
        };
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run)
    }

    fn down(&self, _: &Place) -> Option<Result<(), String>> {
        None
    }
}

#[test]
fn it_applies_what_is_generated() {
    widens_and_goes_back(&Refinery, &repository("refinery", "transactional"), 1);
}

const OTHER: &str =
    "DROP INDEX public.idx_t;\nCREATE INDEX idx_t ON public.t (id) WHERE run_type IN ('x');\n";

#[test]
fn what_it_makes_of_odd_files_is_what_is_believed() {
    let cases = [
        (
            "refinery_deep",
            "sub/deeper/V11__c.sql",
            OTHER,
            Made::Index("x"),
        ),
        (
            "refinery_hidden",
            ".sub/V11__c.sql",
            OTHER,
            Made::Index("x"),
        ),
        ("refinery_late", "U11__c.sql", OTHER, Made::Index("x")),
        ("refinery_twice", "V10__c.sql", OTHER, Made::Refused),
        ("refinery_twice_late", "U10__b.sql", OTHER, Made::Refused),
        ("refinery_zeros", "V0011__c.sql", OTHER, Made::Index("x")),
        ("refinery_part", "V11.1__c.sql", OTHER, Made::Refused),
        ("refinery_line", "V11_1__c.sql", OTHER, Made::Index("a b")),
        ("refinery_lower", "v11__c.sql", OTHER, Made::Index("a b")),
        ("refinery_dash", "V11__c-d.sql", OTHER, Made::Index("a b")),
        ("refinery_dot", "V11__c.up.sql", OTHER, Made::Index("a b")),
        ("refinery_letters", "V11__é.sql", OTHER, Made::Index("x")),
        (
            "refinery_bom",
            "V11__c.sql",
            "\u{feff}DROP INDEX public.idx_t;\n",
            Made::Refused,
        ),
    ];
    let mut agreement = Agreement::of(Refinery);
    for (database, path, text, expected) in cases {
        let repository = repository("refinery", "transactional");
        repository.write(&format!("m/{path}"), text);
        agreement.judge(database, &repository, &expected);
    }
    agreement.assert_whole();
}
