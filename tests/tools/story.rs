//! One story for every tool: an index of two lanes gets a third, in a database that lives through it and in a new one.

use std::path::{Path, PathBuf};
use std::process::Command;

use laneset::locate::migrations::Migrations;
use laneset::locate::walk::Root;
use laneset::model::declaration::{DeclaredPath, MigrationFormat, MigrationsDeclaration};
use laneset::source::file::RepoPath;
use laneset::source::span::{Span, Spanned};

use crate::postgres::server::{Server, Session};
use crate::program::{Copy, Run, check, finish, laneset, run};

/// A migration tool, with the migrations of the folder `m`.
pub trait Tool {
    const FORMAT: MigrationFormat;
    /// What it has applied, in the order in which it was: one column.
    const APPLIED: &str;

    /// Applies what is pending.
    ///
    /// # Errors
    /// What the tool says when it refuses.
    fn up(&self, place: &Place) -> Result<(), String>;

    /// Takes the newest migration back; `None` where the tool has no such thing.
    fn down(&self, place: &Place) -> Option<Result<(), String>>;
}

/// A repository and a database.
pub struct Place<'a> {
    pub repository: &'a Copy,
    pub server: &'a Server,
    pub database: &'a str,
}

impl Place<'_> {
    /// The folder of the migrations.
    pub fn folder(&self) -> PathBuf {
        self.repository.file("m")
    }

    pub fn url(&self) -> String {
        self.server.database_url(self.database)
    }

    pub fn session(&self) -> Session {
        self.server.session(self.database)
    }

    /// The index as Postgres has it, whether it is valid, and how many relations there are whose names begin as its does.
    fn stored(&self) -> [Option<String>; 3] {
        let query = "SELECT pg_get_indexdef(indexrelid), indisvalid::text, (SELECT count(*)::text FROM pg_class WHERE relname LIKE \
                     'idx\\_t%') FROM pg_index WHERE indexrelid = to_regclass('public.idx_t')";
        let mut rows = self.session().rows(query).unwrap();
        assert_eq!(rows.len(), 1, "the index is there");
        rows.remove(0).try_into().unwrap()
    }

    #[track_caller]
    pub fn assert_stored(&self, lanes: &[&str]) {
        let lanes: Vec<String> = lanes.iter().map(|lane| format!("'{lane}'::text")).collect();
        let created = format!(
            "CREATE INDEX idx_t ON public.t USING btree (id) WHERE (run_type = ANY (ARRAY[{}]))",
            lanes.join(", ")
        );
        let expected = [created, "true".to_owned(), "1".to_owned()].map(Some);
        assert_eq!(self.stored(), expected);
    }

    /// `laneset verify --live` on the database, for machines.
    fn looked_at(&self) -> Run {
        let mut command = laneset(self.repository.path());
        command.args(["verify", "--live", "--output-format", "json"]);
        finish(command.env("DATABASE_URL", self.url()))
    }

    /// The tool has applied what the replay runs, in that order, and its own table says so to laneset.
    #[track_caller]
    fn assert_all_applied<T: Tool>(&self) {
        let rows = self.session().rows(T::APPLIED).unwrap();
        let applied: Vec<String> = rows.into_iter().flatten().flatten().collect();
        assert_eq!(applied, replayed(self.repository, T::FORMAT));
        self.looked_at().clean();
    }

    #[track_caller]
    fn assert_pending(&self, count: usize) {
        let found = self.looked_at().drift().found();
        let pending = found
            .iter()
            .filter(|found| found.starts_with("pending-migration m/"));
        assert_eq!(pending.count(), count, "{found:?}");
    }
}

/// The migrations that laneset replays, in its order, as the tool's table has them.
pub fn replayed(repository: &Copy, format: MigrationFormat) -> Vec<String> {
    let declaration = MigrationsDeclaration {
        dir: DeclaredPath {
            path: RepoPath::new("m"),
            declared_at: None,
        },
        format: Some(Spanned::new(format, Span::new(0, 0))),
    };
    let read = Migrations::read(&Root::new(repository.path()), &declaration).unwrap();
    let list = read.list.into_iter();
    list.map(|migration| migration.recorded).collect()
}

/// From two lanes to three in `steps` migrations, in a database that lives through it and in a new one, and back where there is a way.
#[track_caller]
pub fn widens_and_goes_back<T: Tool>(tool: &T, repository: &Copy, steps: usize) {
    let server = Server::shared();
    let place = |database| Place {
        repository,
        server: &server,
        database,
    };
    let name = |kind: &str| format!("{}_{steps}_{kind}", T::FORMAT.name().replace('-', "_"));
    let (alive, fresh) = (name("alive"), name("fresh"));
    for database in [&alive, &fresh] {
        drop(server.database(database));
    }
    let (alive, fresh) = (place(&alive), place(&fresh));
    tool.up(&alive).unwrap();
    alive.assert_stored(&["a", "b"]);
    alive.assert_all_applied::<T>();

    let before = replayed(repository, T::FORMAT);
    let widened = run(repository.path(), ["widen", "s", "c"]);
    assert_eq!(widened.code, Some(0), "{widened:?}");
    check(repository.path()).clean();
    let after = replayed(repository, T::FORMAT);
    assert_eq!(after[..before.len()], before);
    assert_eq!(after.len(), before.len() + steps, "{after:?}");
    alive.assert_pending(steps);
    for place in [&alive, &fresh] {
        tool.up(place).unwrap();
        place.assert_stored(&["a", "b", "c"]);
        place.assert_all_applied::<T>();
        let mut taken_back = 0;
        while taken_back < steps
            && let Some(down) = tool.down(place)
        {
            down.unwrap();
            taken_back += 1;
        }
        if taken_back == 0 {
            continue;
        }
        place.assert_stored(&["a", "b"]);
        place.assert_pending(steps);
        tool.up(place).unwrap();
        place.assert_stored(&["a", "b", "c"]);
        place.assert_all_applied::<T>();
    }
    let verified = run(repository.path(), ["verify"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

/// A program that `ci/setup.sh` installs from npm.
pub fn from_npm(name: &str) -> Command {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("ci/tools");
    let program = tools.join("node_modules/.bin").join(name);
    assert!(
        program.exists(),
        "{name} is not there: `bash ci/setup.sh` installs it, and `ci/test.sh` does both"
    );
    Command::new(program)
}

/// Runs a tool.
///
/// # Errors
/// What it says when it fails.
pub fn succeed(command: &mut Command) -> Result<(), String> {
    let ran = finish(command);
    match ran.code {
        Some(0) => Ok(()),
        _ => Err(format!("{}{}", ran.stdout, ran.stderr)),
    }
}
