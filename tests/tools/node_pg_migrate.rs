//! node-pg-migrate, from npm.

use laneset::model::declaration::MigrationFormat;

use super::agreement::{Agreement, Made};
use super::story::{Place, Tool, from_npm, succeed, widens_and_goes_back};
use crate::formats::repository;

struct NodePgMigrate;

impl NodePgMigrate {
    fn run(place: &Place, direction: &str) -> Result<(), String> {
        let mut program = from_npm("node-pg-migrate");
        program
            .args([direction, "--migrations-dir", "m"])
            .current_dir(place.repository.path())
            .env("DATABASE_URL", place.url());
        succeed(&mut program)
    }
}

impl Tool for NodePgMigrate {
    const FORMAT: MigrationFormat = MigrationFormat::NodePgMigrate;
    const APPLIED: &str = "SELECT name::text FROM pgmigrations ORDER BY id";

    fn up(&self, place: &Place) -> Result<(), String> {
        Self::run(place, "up")
    }

    fn down(&self, place: &Place) -> Option<Result<(), String>> {
        Some(Self::run(place, "down"))
    }
}

#[test]
fn it_applies_what_is_generated_and_takes_it_back() {
    widens_and_goes_back(
        &NodePgMigrate,
        &repository("node-pg-migrate", "transactional"),
        1,
    );
}

const INDEX: &str =
    "DROP INDEX public.idx_t;\nCREATE INDEX idx_t ON public.t (id) WHERE run_type IN ('x');\n";
/// The way back to what was before.
const BACK: &str =
    "DROP INDEX public.idx_t;\nCREATE INDEX idx_t ON public.t (id) WHERE run_type IN ('a', 'b');\n";

#[test]
fn what_it_makes_of_odd_files_is_what_is_believed() {
    let marked = |up: &str, down: &str| format!("{up}\n{INDEX}{down}\n{BACK}");
    let cases = [
        ("npm_bare", "11_c.SQL", INDEX.to_owned(), Made::Index("x")),
        ("npm_no_number", "c.sql", INDEX.to_owned(), Made::Refused),
        (
            "npm_hidden",
            ".11_c.sql",
            INDEX.to_owned(),
            Made::Index("a b"),
        ),
        (
            "npm_lower",
            "11_c.sql",
            marked("--up   migration of it", "  -- - DOWN MIGRATION"),
            Made::Index("x"),
        ),
        (
            "npm_down_first",
            "11_c.sql",
            format!("-- Down Migration\n{BACK}-- Up Migration\n{INDEX}"),
            Made::Index("x"),
        ),
        (
            "npm_down_alone",
            "11_c.sql",
            format!("{INDEX}-- Down Migration\nDROP INDEX public.idx_t;\n"),
            Made::NoIndex,
        ),
        (
            "npm_before_up",
            "11_c.sql",
            format!(
                "SELECT nonsense;\n{}",
                marked("-- Up Migration", "-- Down Migration")
            ),
            Made::Index("x"),
        ),
        (
            "npm_crlf",
            "11_c.sql",
            marked("-- Up Migration", "-- Down Migration").replace('\n', "\r\n"),
            Made::Index("x"),
        ),
        (
            "npm_bom",
            "11_c.sql",
            format!("\u{feff}{}", marked("-- Up Migration", "-- Down Migration")),
            Made::Refused,
        ),
        // Of two with one number both run, in the order of their names, where neither case nor punctuation counts.
        ("npm_twice", "10_Z.sql", INDEX.to_owned(), Made::Index("x")),
        (
            "npm_twice_dash",
            "10-c.sql",
            INDEX.to_owned(),
            Made::Index("x"),
        ),
        (
            "npm_twice_first",
            "10-A.sql",
            INDEX.to_owned(),
            Made::Refused,
        ),
        // Seventeen digits are a time, and its milliseconds are the number: 8, before 9, and 11, after 10.
        (
            "npm_time",
            "19700101000000008_c.sql",
            INDEX.to_owned(),
            Made::Refused,
        ),
        (
            "npm_time_late",
            "19700101000000011_c.sql",
            INDEX.to_owned(),
            Made::Index("x"),
        ),
    ];
    let mut agreement = Agreement::of(NodePgMigrate);
    for (database, path, text, expected) in cases {
        let repository = repository("node-pg-migrate", "transactional");
        repository.write(&format!("m/{path}"), text);
        agreement.judge(database, &repository, &expected);
    }
    agreement.assert_whole();
}
