//! dbmate, from npm.

use laneset::model::declaration::MigrationFormat;

use super::agreement::{Agreement, Made};
use super::story::{Place, Tool, from_npm, succeed, widens_and_goes_back};
use crate::formats::repository;

struct Dbmate;

impl Dbmate {
    fn run(place: &Place, command: &str) -> Result<(), String> {
        let mut program = from_npm("dbmate");
        program
            .args(["--no-dump-schema", "--migrations-dir", "m", command])
            .current_dir(place.repository.path())
            .env("DATABASE_URL", place.url());
        succeed(&mut program)
    }
}

impl Tool for Dbmate {
    const FORMAT: MigrationFormat = MigrationFormat::Dbmate;
    const APPLIED: &str = "SELECT version FROM schema_migrations ORDER BY version";

    fn up(&self, place: &Place) -> Result<(), String> {
        Self::run(place, "migrate")
    }

    fn down(&self, place: &Place) -> Option<Result<(), String>> {
        Some(Self::run(place, "rollback"))
    }
}

#[test]
fn it_applies_what_is_generated_and_takes_it_back() {
    widens_and_goes_back(&Dbmate, &repository("dbmate", "transactional"), 1);
}

#[test]
fn it_applies_what_is_built_concurrently_and_takes_it_back() {
    widens_and_goes_back(&Dbmate, &repository("dbmate", "concurrently"), 4);
}

const UP: &str =
    "DROP INDEX public.idx_t;\nCREATE INDEX idx_t ON public.t (id) WHERE run_type IN ('x');\n";
const DOWN: &str =
    "DROP INDEX public.idx_t;\nCREATE INDEX idx_t ON public.t (id) WHERE run_type IN ('a', 'b');\n";

#[test]
fn what_it_makes_of_odd_files_is_what_is_believed() {
    let marked = |up: &str, down: &str| format!("{up}\n{UP}{down}\n{DOWN}");
    let usual = marked("-- migrate:up", "-- migrate:down");
    let taken = Made::Index("x");
    let passed_over = Made::Index("a b");
    let refused = Made::Refused;
    let cases = [
        ("none", "11_c.sql", UP.to_owned(), &refused),
        (
            "no_down",
            "11_c.sql",
            format!("-- migrate:up\n{UP}"),
            &refused,
        ),
        (
            "indented_up",
            "11_c.sql",
            marked(" -- migrate:up", "-- migrate:down"),
            &refused,
        ),
        (
            "indented_down",
            "11_c.sql",
            marked("-- migrate:up", " -- migrate:down"),
            &refused,
        ),
        (
            "upper_up",
            "11_c.sql",
            marked("-- Migrate:up", "-- migrate:down"),
            &refused,
        ),
        (
            "upper_down",
            "11_c.sql",
            marked("-- migrate:up", "-- migrate:Down"),
            &refused,
        ),
        (
            "no_blank",
            "11_c.sql",
            marked("--migrate:up", "--migrate:down"),
            &taken,
        ),
        (
            "tabs",
            "11_c.sql",
            marked("--\t migrate:up", "--\tmigrate:down\t"),
            &taken,
        ),
        (
            "hard_blank",
            "11_c.sql",
            marked("--\u{a0}migrate:up", "-- migrate:down"),
            &refused,
        ),
        (
            "three_dashes",
            "11_c.sql",
            marked("--- migrate:up", "-- migrate:down"),
            &refused,
        ),
        (
            "words",
            "11_c.sql",
            marked("-- migrate:up it comes", "-- migrate:down it goes"),
            &taken,
        ),
        (
            "longer_up",
            "11_c.sql",
            marked("-- migrate:upwards", "-- migrate:down"),
            &refused,
        ),
        (
            "longer_down",
            "11_c.sql",
            marked("-- migrate:up", "-- migrate:downwards"),
            &refused,
        ),
        (
            "comments",
            "11_c.sql",
            format!("-- a\n\n -- b\n{usual}"),
            &taken,
        ),
        (
            "hard_line",
            "11_c.sql",
            format!("\u{a0}\n{usual}"),
            &refused,
        ),
        ("tab_line", "11_c.sql", format!("\u{b}\n{usual}"), &refused),
        ("block", "11_c.sql", format!("/* a */\n{usual}"), &refused),
        (
            "before",
            "11_c.sql",
            format!("SELECT 1;\n{usual}"),
            &refused,
        ),
        ("bom", "11_c.sql", format!("\u{feff}{usual}"), &refused),
        (
            "bom_comment",
            "11_c.sql",
            format!("\u{feff}-- a\n{usual}"),
            &refused,
        ),
        ("crlf", "11_c.sql", usual.replace('\n', "\r\n"), &taken),
        ("cr", "11_c.sql", usual.replace('\n', "\r"), &refused),
        (
            "down_first",
            "11_c.sql",
            format!("-- migrate:down\n{DOWN}-- migrate:up\n{UP}"),
            &refused,
        ),
        (
            "up_twice",
            "11_c.sql",
            format!("-- migrate:up\n{usual}"),
            &refused,
        ),
        (
            "down_twice",
            "11_c.sql",
            format!("{usual}-- migrate:down\n"),
            &refused,
        ),
        ("pairs", "11_c.sql", format!("{usual}{usual}"), &refused),
        (
            "in_block",
            "11_c.sql",
            usual.replace(UP, &format!("{UP}/*\n-- migrate:down\n*/\n")),
            &refused,
        ),
        (
            "in_line",
            "11_c.sql",
            usual.replace(UP, &format!("{UP}SELECT 1; -- migrate:down\n")),
            &taken,
        ),
        ("no_name", "11.sql", usual.clone(), &taken),
        ("no_line", "11c.sql", usual.clone(), &taken),
        ("no_number", "c.sql", usual.clone(), &passed_over),
        ("hidden", ".11_c.sql", usual.clone(), &passed_over),
        ("upper", "11_c.SQL", usual.clone(), &passed_over),
        ("below", "12/11_c.sql", usual.clone(), &passed_over),
        ("folder", "11_c.sql/a", String::new(), &passed_over),
        ("twice", "10_c.sql", usual.clone(), &refused),
    ];
    let mut agreement = Agreement::of(Dbmate);
    for (name, file, text, expected) in cases {
        let repository = repository("dbmate", "transactional");
        let path = format!("m/{file}");
        std::fs::create_dir_all(repository.file(&path).parent().unwrap()).unwrap();
        repository.write(&path, text);
        let database = format!("dbmate_{name}");
        agreement.judge(&database, &repository, expected);
    }
    agreement.assert_whole();
}
