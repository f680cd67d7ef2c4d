//! Prisma's engine, from npm, fed as `prisma migrate deploy` feeds it.

use std::path::Path;
use std::process::Command;

use laneset::model::declaration::MigrationFormat;

use super::agreement::{Agreement, Made};
use super::story::{Place, Tool, succeed, widens_and_goes_back};
use crate::formats::{INDEX, TABLE, repository};

struct Prisma;

impl Tool for Prisma {
    const FORMAT: MigrationFormat = MigrationFormat::Prisma;
    const APPLIED: &str = "SELECT migration_name FROM _prisma_migrations ORDER BY started_at";

    fn up(&self, place: &Place) -> Result<(), String> {
        let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("ci/tools");
        assert!(
            tools
                .join("node_modules/@prisma/schema-engine-wasm")
                .exists(),
            "Prisma's engine is not there: `bash ci/setup.sh` installs it, and `ci/test.sh` does both"
        );
        let mut node = Command::new("node");
        node.arg(tools.join("prisma.mjs"))
            .arg(place.url())
            .arg(place.folder());
        succeed(&mut node)
    }

    fn down(&self, _: &Place) -> Option<Result<(), String>> {
        None
    }
}

#[test]
fn it_applies_what_is_generated() {
    widens_and_goes_back(&Prisma, &repository("prisma", "transactional"), 1);
}

#[test]
fn it_applies_what_is_built_concurrently() {
    widens_and_goes_back(&Prisma, &repository("prisma", "concurrently"), 4);
}

const OTHER: &str =
    "DROP INDEX public.idx_t;\nCREATE INDEX idx_t ON public.t (id) WHERE run_type IN ('x');\n";

#[test]
fn what_it_makes_of_odd_folders_is_what_is_believed() {
    let cases = [
        // It sorts as a dictionary does, and there the line comes before the digit.
        (
            "prisma_short",
            vec![
                ("2026_c/migration.sql", TABLE),
                ("20260102000000_b/migration.sql", INDEX),
                ("202601_d/migration.sql", OTHER),
            ],
            Made::Refused,
        ),
        (
            "prisma_line",
            vec![
                ("1_z/migration.sql", TABLE),
                ("10_a/migration.sql", INDEX),
                ("100_a/migration.sql", OTHER),
            ],
            Made::Index("x"),
        ),
        (
            "prisma_case",
            vec![
                ("1_a/migration.sql", TABLE),
                ("2_b/migration.sql", INDEX),
                ("2_C/migration.sql", OTHER),
            ],
            Made::Index("x"),
        ),
        (
            "prisma_dash",
            vec![
                ("1_a/migration.sql", TABLE),
                ("2-b/migration.sql", OTHER),
                ("2_c/migration.sql", INDEX),
            ],
            Made::Index("x"),
        ),
        (
            "prisma_no_number",
            vec![
                ("1_a/migration.sql", TABLE),
                ("2_b/migration.sql", INDEX),
                ("c/migration.sql", OTHER),
            ],
            Made::Index("x"),
        ),
        (
            "prisma_loose",
            vec![
                ("1_a/migration.sql", TABLE),
                ("2_b/migration.sql", INDEX),
                ("3_c.sql", OTHER),
            ],
            Made::Index("a b"),
        ),
        (
            "prisma_hidden",
            vec![
                ("1_a/migration.sql", TABLE),
                ("2_b/migration.sql", INDEX),
                (".3_c/migration.sql", OTHER),
            ],
            Made::Refused,
        ),
        (
            "prisma_deep",
            vec![
                ("1_a/migration.sql", TABLE),
                ("2_b/migration.sql", INDEX),
                ("2_b/3_c/migration.sql", OTHER),
            ],
            Made::Index("a b"),
        ),
        (
            "prisma_incomplete",
            vec![
                ("1_a/migration.sql", TABLE),
                ("2_b/migration.sql", INDEX),
                ("3_c/notes.md", "Nothing yet."),
            ],
            Made::Refused,
        ),
        (
            "prisma_beside",
            vec![
                ("1_a/migration.sql", TABLE),
                ("2_b/migration.sql", INDEX),
                ("2_b/notes.md", "Nothing more."),
            ],
            Made::Index("a b"),
        ),
    ];
    let mut agreement = Agreement::of(Prisma);
    for (database, files, expected) in cases {
        let repository = repository("prisma", "transactional");
        std::fs::remove_dir_all(repository.file("m")).unwrap();
        for (path, text) in files {
            repository.write(&format!("m/{path}"), text);
        }
        agreement.judge(database, &repository, &expected);
    }
    agreement.assert_whole();
}
