//! Alembic, from PyPI. Its revisions are programs; what laneset reads is the SQL that they print, and what it writes a revision can run.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::story::{Place, succeed};
use crate::formats::repository;
use crate::postgres::server::{Server, binaries};
use crate::program::{Copy, check, finish, run};

const ENVIRONMENT: &str = "from alembic import context
context.configure(dialect_name=\"postgresql\")
with context.begin_transaction():
    context.run_migrations()
";
const TABLE: &str = "op.execute(\"CREATE TABLE public.t (id bigint, run_type text)\")";
const DROP_TABLE: &str = "op.drop_table(\"t\", schema=\"public\")";
const INDEX: &str = "op.create_index(\"idx_t\", \"t\", [\"id\"], schema=\"public\", postgresql_where=text(\"run_type IN ('a', 'b')\"))";
const DROP_INDEX: &str = "op.drop_index(\"idx_t\", table_name=\"t\", schema=\"public\")";
/// The texts of files, each outside of any transaction.
const ALL_OF: &str = "with op.get_context().autocommit_block():
        for path in [PATHS]:
            op.execute(open(path).read())";

fn revision(project: &TempDir, id: &str, before: Option<&str>, up: &str, down: &str) {
    let before = before.map_or("None".to_owned(), |before| format!("'{before}'"));
    let text = format!(
        "from alembic import op\nfrom sqlalchemy import text\nrevision = '{id}'\ndown_revision = {before}\n\ndef upgrade():\n    \
         {up}\n\ndef downgrade():\n    {down}\n"
    );
    std::fs::write(
        project.path().join(format!("alembic/versions/{id}.py")),
        text,
    )
    .unwrap();
}

/// What alembic prints of revisions, instead of running them.
#[track_caller]
fn printed(project: &TempDir, arguments: &[&str]) -> String {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("ci/tools/venv/bin/alembic");
    assert!(
        program.exists(),
        "alembic is not there: `bash ci/setup.sh` installs it, and `ci/test.sh` does both"
    );
    let mut alembic = Command::new(program);
    let ran = finish(
        alembic
            .args(arguments)
            .arg("--sql")
            .current_dir(project.path()),
    );
    assert_eq!(ran.code, Some(0), "{ran:?}");
    ran.stdout
}

/// Runs a script as its user does, statement by statement.
#[track_caller]
fn psql(place: &Place, file: &Path) {
    let mut psql = Command::new(binaries().unwrap().join("psql"));
    psql.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"])
        .args(["--dbname", &place.url(), "--file"])
        .arg(file);
    succeed(&mut psql).unwrap();
}

/// A project of two revisions, and a repository with what alembic prints of each. They stand apart: a revision is a program that names lanes,
/// and that laneset has not been told of.
fn printing(build: &str) -> (TempDir, Copy) {
    let project = tempfile::tempdir().unwrap();
    let file = |name: &str| project.path().join(name);
    std::fs::create_dir_all(file("alembic/versions")).unwrap();
    std::fs::write(
        file("alembic.ini"),
        "[alembic]\nscript_location = alembic\n",
    )
    .unwrap();
    std::fs::write(file("alembic/env.py"), ENVIRONMENT).unwrap();
    revision(&project, "r1", None, TABLE, DROP_TABLE);
    revision(&project, "r2", Some("r1"), INDEX, DROP_INDEX);
    let repository = repository("plain", build);
    std::fs::remove_dir_all(repository.file("m")).unwrap();
    repository.write("m/0001_r1.sql", printed(&project, &["upgrade", "r1"]));
    repository.write("m/0002_r2.sql", printed(&project, &["upgrade", "r1:r2"]));
    (project, repository)
}

/// A third revision that runs what laneset wrote, and its way back; printed and run for real.
fn follows_what_is_generated(build: &str, steps: usize) {
    let (project, repository) = printing(build);
    let server = Server::shared();
    let database = format!("alembic_{build}");
    drop(server.database(&database));
    let place = Place {
        repository: &repository,
        server: &server,
        database: &database,
    };
    check(repository.path()).clean();
    for name in ["0001_r1.sql", "0002_r2.sql"] {
        psql(&place, &repository.file(&format!("m/{name}")));
    }
    place.assert_stored(&["a", "b"]);
    assert_eq!(run(repository.path(), ["widen", "s", "c"]).code, Some(0));
    check(repository.path()).clean();
    let written: Vec<String> = crate::generate::tools::names(&repository, "m").split_off(2);
    assert_eq!(written.len(), steps, "{written:?}");

    let paths = written
        .iter()
        .map(|name| repository.file(&format!("m/{name}")));
    let paths: String = paths.map(|path| format!("{path:?}, ")).collect();
    let up = ALL_OF.replace("PATHS", &paths);
    let down = format!("{DROP_INDEX}\n    {INDEX}");
    revision(&project, "r3", Some("r2"), &up, &down);
    let printed_up = printed(&project, &["upgrade", "r2:r3"]);
    let printed_down = printed(&project, &["downgrade", "r3:r2"]);
    for name in &written {
        repository.remove(&format!("m/{name}"));
    }
    repository.write("m/0003_r3.sql", printed_up);
    let back = project.path().join("back.sql");
    std::fs::write(&back, &printed_down).unwrap();
    // What alembic prints says the same as what it was given.
    check(repository.path()).clean();
    let verified = run(repository.path(), ["verify"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
    psql(&place, &repository.file("m/0003_r3.sql"));
    place.assert_stored(&["a", "b", "c"]);
    psql(&place, &back);
    place.assert_stored(&["a", "b"]);
    // A way back that is run as a migration is read too.
    repository.write("m/0004_back.sql", printed_down);
    let found = check(repository.path()).drift().found();
    assert!(
        found[0].starts_with("migrations-drift m/0004_back.sql:"),
        "{found:?}"
    );
}

#[test]
fn it_prints_what_is_generated() {
    follows_what_is_generated("transactional", 1);
}

#[test]
fn it_prints_what_is_built_concurrently() {
    follows_what_is_generated("concurrently", 4);
}
