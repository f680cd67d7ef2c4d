//! A repository of migrations with two branches.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::program::{Report, check, git};

pub const BOTH: &str = "CREATE TABLE public.t (id bigint, run_type text);\nCREATE INDEX idx_t ON public.t (id) WHERE run_type IN ('a', 'b');\n";
pub const OTHER: &str = "CREATE TABLE public.other (id bigint);\n";

/// A repository that governs `idx_t`, with migrations on `main`, and a branch `change` that left it.
pub struct Repository {
    folder: TempDir,
    format: &'static str,
}

impl Repository {
    pub fn new(format: &'static str, files: &[(&str, &str)]) -> Self {
        let repository = Self {
            folder: tempfile::tempdir().unwrap(),
            format,
        };
        git(repository.path(), &["init", "-q", "-b", "main"]);
        repository.write(
            "laneset.toml",
            &format!(
                "version = 1\n[migrations]\ndir = 'm'\nformat = '{format}'\n[lane_set.s]\ntable = 'public.t'\ncolumn = 'run_type'\n\
                 lanes = ['a', 'b']\n[[lane_set.s.query]]\nfile = 'q.sql'\n[lane_set.s.index]\nname = 'idx_t'\ncolumns = ['id']\n"
            ),
        );
        repository.write(
            "q.sql",
            "SELECT id FROM public.t WHERE run_type IN ('a', 'b');\n",
        );
        for (path, sql) in files {
            repository.migration(path, sql);
        }
        repository.commit();
        git(repository.path(), &["switch", "-qc", "change"]);
        repository
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A migration that does `sql` on the way up, as the format has it.
    pub fn migration(&self, path: &str, sql: &str) {
        let text = match self.format {
            "dbmate" => format!("-- migrate:up\n{sql}-- migrate:down\nSELECT 1;\n"),
            "goose" => format!("-- +goose Up\n{sql}-- +goose Down\nSELECT 1;\n"),
            _ => sql.to_owned(),
        };
        self.write(&format!("m/{path}"), &text);
    }

    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path().join("m").join(path)).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(self.path().join("m").join(path), text.replacen(from, to, 1)).unwrap();
    }

    pub fn rename(&self, from: &str, to: &str) {
        let m = self.path().join("m");
        fs::rename(m.join(from), m.join(to)).unwrap();
    }

    pub fn commit(&self) {
        git(self.path(), &["add", "--all"]);
        git(self.path(), &["commit", "-qm", "more"]);
    }

    /// Lets `main` go on with a migration of its own.
    pub fn on_main(&self, path: &str, sql: &str) {
        git(self.path(), &["switch", "-q", "main"]);
        self.migration(path, sql);
        self.commit();
        git(self.path(), &["switch", "-q", "change"]);
    }

    pub fn report(&self) -> Report {
        check(self.path()).report()
    }

    pub fn found(&self) -> Vec<String> {
        self.report().found()
    }
}
