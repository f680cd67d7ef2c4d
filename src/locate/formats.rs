//! Migration formats: which files are migrations, in which order, which part of each runs on the way up, and what a new one looks like.
//! One file a format; what a tool applies, and in which order, is what the replay believes.

mod atlas;
mod dbmate;
pub mod detect;
mod diesel;
mod directive;
mod flyway;
mod golang_migrate;
mod goose;
mod graphile_migrate;
pub mod history;
mod node_pg_migrate;
pub mod order;
mod plain;
mod prisma;
mod refinery;
mod sqlx;
pub mod written;

use std::fmt::Debug;
use std::sync::Arc;

use self::history::History;
use self::order::Order;
use self::written::{NewFile, NewMigration, Surroundings};
use crate::model::declaration::MigrationFormat;
use crate::model::migration_step::Transaction;
use crate::source::file::SourceFile;
use crate::source::span::Span;

/// What a migration tool makes of the files in its folder.
pub trait Format: Sync + Debug {
    /// What the file of that path, from the folder on, is to the tool; `None` for a file that it passes over.
    fn entry(&self, path: &str) -> Option<Entry>;

    /// Whether a file is a program that the tool runs as a migration too, if its name is one's, which laneset does not.
    fn is_program(&self, _path: &str) -> bool {
        false
    }

    /// Of all that stands below the folder, the first file of each migration that lacks the file which would run.
    fn incomplete<'a>(&self, _paths: &'a [String]) -> Vec<(&'a str, Entry)> {
        Vec::new()
    }

    /// What of the files runs on the way up and down; why the tool would refuse them.
    ///
    /// # Errors
    /// The refusal.
    fn parts(&self, files: &Files) -> Result<Parts, Refusal>;

    /// Whether the tool runs a file behind that of the migration before it; `None` for the first one.
    ///
    /// # Errors
    /// A reason, as the end of "cannot be read: …".
    fn follows(&self, _previous: Option<&SourceFile>, _file: &SourceFile) -> Result<(), Refusal> {
        Ok(())
    }

    /// Where the tool records what it has applied; `None` where nobody does.
    fn history(&self) -> Option<History>;

    /// How the first version looks, in a folder that has none to go on after.
    fn numbering(&self) -> Numbering {
        Numbering::Time
    }

    /// Whether versions are compared as numbers, so that 10 follows 9.
    fn is_numeric(&self) -> bool {
        true
    }

    /// The files of a new migration.
    ///
    /// # Errors
    /// What the tool cannot run, and what to do instead.
    fn files(
        &self,
        new: &NewMigration,
        surroundings: &Surroundings,
    ) -> Result<Vec<NewFile>, String>;

    /// The file that seals the folder, by its name in there.
    fn seal_name(&self) -> Option<&'static str> {
        None
    }

    /// The seal over files in their order.
    ///
    /// # Errors
    /// Why there can be none.
    fn seal(&self, _files: &[NewFile], _old: Option<&str>) -> Result<String, String> {
        Err("this format has no seal".to_owned())
    }

    /// Whether the tool hashes texts, so that line ends are part of them.
    fn is_hashed(&self) -> bool {
        false
    }

    /// Why a way down that has no way up is refused; `None`: it is passed over.
    fn lone_down(&self) -> Option<&'static str> {
        None
    }

    /// Whether a dump of the schema lists the versions, as dbmate's does.
    fn dumps_versions(&self) -> bool {
        false
    }

    /// Whether the tool records a checksum of each file, and refuses one that has changed by a byte since.
    fn keeps_checksums(&self) -> bool {
        false
    }

    /// Whether a migration may be numbered before others that have run.
    fn may_come_late(&self, _path: &str) -> bool {
        false
    }

    /// Whether every file is sent as one string, and not just one that says so.
    fn is_always_one_string(&self) -> bool {
        false
    }
}

/// Why a tool would refuse a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// As the end of "cannot be read: …".
    pub reason: String,
    pub cause: Cause,
}

/// What a refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A line that tells the tool what the SQL below it is: it is missing, or stands elsewhere.
    Directive,
    /// Another migration has its version.
    Version,
    Other,
}

impl Refusal {
    fn directive(reason: &str) -> Self {
        Self {
            reason: reason.to_owned(),
            cause: Cause::Directive,
        }
    }

    pub(super) fn other(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            cause: Cause::Other,
        }
    }
}

/// A file of a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// As the file's name has it.
    pub version: String,
    /// As the tool's own table has it.
    pub recorded: String,
    pub half: Half,
    /// Halves of one migration have the same; two migrations that have the same are refused.
    pub order: Order,
    /// Why the tool would refuse the name.
    pub refused: Option<String>,
}

impl Entry {
    fn new(version: &str, half: Half, order: Order) -> Self {
        Self {
            version: version.to_owned(),
            recorded: version.to_owned(),
            half,
            order,
            refused: None,
        }
    }
}

/// What of a migration a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Half {
    /// The way up; and the way down, where the format has both in one file.
    Up,
    Down,
    /// Neither: how the tool is to run it.
    Settings,
}

/// The files of one migration.
#[derive(Debug, Clone)]
pub struct Files {
    pub up: Arc<SourceFile>,
    pub down: Option<Arc<SourceFile>>,
    pub settings: Option<Arc<SourceFile>>,
}

/// What a migration does.
#[derive(Debug, Clone)]
pub struct Parts {
    pub up: Part,
    /// `None` when there is no way back.
    pub down: Option<Part>,
}

/// One direction.
#[derive(Debug, Clone)]
pub struct Part {
    pub file: Arc<SourceFile>,
    pub span: Span,
    pub transaction: Transaction,
}

impl Part {
    pub fn text(&self) -> &str {
        &self.file.text()[self.span.range()]
    }

    /// The whole file.
    fn whole(file: &Arc<SourceFile>, transaction: Transaction) -> Self {
        Self {
            span: Span::new(0, file.text().len()),
            file: Arc::clone(file),
            transaction,
        }
    }
}

/// How the first version of a folder looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbering {
    /// `20260503090000`, in UTC.
    Time,
    /// `2026-05-03-090000`, in UTC.
    DashedTime,
    /// Milliseconds since 1970.
    Milliseconds,
    /// This one.
    Count(&'static str),
}

/// The reader of a format.
pub fn reader(format: MigrationFormat) -> &'static dyn Format {
    match format {
        MigrationFormat::Dbmate => &dbmate::Dbmate,
        MigrationFormat::Sqlx => &sqlx::Sqlx,
        MigrationFormat::Flyway => &flyway::Flyway,
        MigrationFormat::Refinery => &refinery::Refinery,
        MigrationFormat::Goose => &goose::Goose,
        MigrationFormat::GolangMigrate => &golang_migrate::GolangMigrate,
        MigrationFormat::Diesel => &diesel::Diesel,
        MigrationFormat::Prisma => &prisma::Prisma,
        MigrationFormat::NodePgMigrate => &node_pg_migrate::NodePgMigrate,
        MigrationFormat::GraphileMigrate => &graphile_migrate::GraphileMigrate,
        MigrationFormat::Atlas => &atlas::Atlas,
        MigrationFormat::Plain => &plain::Plain,
    }
}

/// The digits that a name begins with, and what follows them; `None` where there are none.
fn leading_digits(name: &str) -> Option<(&str, &str)> {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| name.split_at(digits))
}

/// A name right inside the folder, that ends so.
fn flat<'a>(path: &'a str, extension: &str) -> Option<&'a str> {
    (!path.contains('/') && path.ends_with(extension)).then_some(path)
}

/// Refuses a byte order mark for a tool that sends the file as it is: Postgres takes none.
///
/// # Errors
/// When the file begins with one.
fn refuse_mark(file: &SourceFile, tool: &str) -> Result<(), Refusal> {
    match file.text().starts_with('\u{feff}') {
        true => Err(Refusal::other(format!(
            "it begins with a byte order mark, which {tool} sends to Postgres, and that refuses it"
        ))),
        false => Ok(()),
    }
}
