//! A small queue, and dbmate and an embedded database as judges of what is generated for it.

use super::tools::{Dbmate, change, names, without_noise};
use crate::postgres::server::Server;
use crate::program::Copy;

/// The number of its index.
pub const INDEX: &str = "SELECT 'public.idx_t'::regclass::oid::text";
/// Its table, and the lanes of its index.
pub const PLAIN: &str = "CREATE TABLE IF NOT EXISTS public.t (id bigint, run_type text)";
pub const LANES: &str = "run_type IN ('a', 'b')";

/// A queue's table, and what its index says.
pub struct Kind<'a> {
    pub table: &'a str,
    pub condition: &'a str,
    /// Statements that follow.
    pub further: &'a str,
    /// As lines of the manifest's set, and of its index.
    pub declared: [&'a str; 2],
}

/// A small queue with an index of two lanes; the dump is dbmate's own.
pub struct Mini<'a> {
    server: &'a Server,
    pub repository: Copy,
    name: String,
}

impl<'a> Mini<'a> {
    pub fn new(server: &'a Server, name: &str, kind: &Kind) -> Self {
        let repository = Copy::of(tempfile::tempdir().unwrap().path());
        let condition = kind.condition;
        let index = format!("CREATE INDEX IF NOT EXISTS idx_t ON public.t (id) WHERE {condition}");
        let script = format!("{};\n{index};\n{}", kind.table, kind.further);
        repository.write(
            "db/migrations/20260101000000_a.sql",
            format!("-- migrate:up\n{script}-- migrate:down\nDROP TABLE public.t;\n"),
        );
        repository.write("patches/20260101000000_a.sql", script);
        repository.write(
            "laneset.toml",
            format!(
                "version = 1\n[embedded]\npath = 'patches'\n[lane_set.s]\ntable = 'public.t'\ncolumn = 'run_type'\nlanes = ['a', 'b']\n\
                 {}\n[lane_set.s.index]\nname = 'idx_t'\n{}\n",
                kind.declared[0], kind.declared[1]
            ),
        );
        let mini = Self {
            server,
            repository,
            name: name.to_owned(),
        };
        let dump = mini.migrated("start");
        mini.repository.write("db/schema.sql", dump);
        mini
    }

    /// What dbmate dumps of a new database with the migrations.
    pub fn migrated(&self, suffix: &str) -> String {
        let database = format!("{}_{suffix}", self.name);
        self.server.database(&database);
        let dbmate = self.dbmate(&database);
        dbmate.run(&["--no-dump-schema", "up"]);
        dbmate.dump()
    }

    pub fn dbmate<'b>(&'b self, database: &'b str) -> Dbmate<'b> {
        Dbmate {
            server: self.server,
            repository: &self.repository,
            database,
        }
    }

    /// Widens, and demands that dbmate dumps what was foretold, goes back to what was there, and that boots rebuild nothing.
    pub fn widens_and_goes_back(&self, arguments: &[&str], of: &str) {
        let before = self.repository.text("db/schema.sql");
        let older = names(&self.repository, "db/migrations").len();
        let arguments = [&["widen", "s", "c"], arguments].concat();
        change(&self.repository, &arguments);
        let database = format!("{}_back", self.name);
        let after = self.migrated("back");
        let schema = self.repository.text("db/schema.sql");
        assert_eq!(after, without_noise(&schema), "{}", self.name);
        let dbmate = self.dbmate(&database);
        for _ in older..names(&self.repository, "db/migrations").len() {
            dbmate.run(&["--no-dump-schema", "rollback"]);
        }
        assert_eq!(dbmate.dump(), without_noise(&before), "{}", self.name);
        let oids = self.boots(of);
        assert!(oids.iter().all(|oid| *oid == oids[0]), "{oids:?}");
    }

    /// The number of an object after each of some boots of an embedded database.
    pub fn boots(&self, of: &str) -> Vec<String> {
        let mut session = self.server.database(&format!("{}_boots", self.name));
        (0..3)
            .map(|_| {
                for patch in names(&self.repository, "patches") {
                    let patch = self.repository.text(&format!("patches/{patch}"));
                    session.execute(&patch).unwrap();
                }
                session.value(of).unwrap().unwrap()
            })
            .collect()
    }
}
