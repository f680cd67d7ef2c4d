//! What `laneset.toml` declares, read and checked. Every value remembers its span in the manifest, so that a finding can show both ends.

use std::sync::Arc;
use std::time::Duration;

use super::lane::{Lane, Value};
use super::name::{Identifier, QualifiedName};
use super::predicate::Predicate;
use super::site::Role;
use crate::source::file::{Location, RepoPath, SourceFile};
use crate::source::span::{Span, Spanned};

/// The whole manifest.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// `laneset.toml` itself.
    pub file: Arc<SourceFile>,
    pub migrations: MigrationsDeclaration,
    pub schema: SchemaDeclaration,
    pub embedded: Option<EmbeddedDeclaration>,
    /// In the order declared.
    pub lane_sets: Vec<LaneSet>,
    pub covers: Vec<CoverDeclaration>,
}

impl Declaration {
    pub fn location(&self, span: Span) -> Location {
        Location::new(&self.file, span)
    }
}

/// A path of the manifest, or a default that nobody wrote.
#[derive(Debug, Clone)]
pub struct DeclaredPath {
    /// Relative to the manifest's folder.
    pub path: RepoPath,
    /// Where the manifest names it. `None` for a default: then a path that does not exist is no site.
    pub declared_at: Option<Span>,
}

#[derive(Debug, Clone)]
pub struct MigrationsDeclaration {
    pub dir: DeclaredPath,
    /// `None`: to be detected.
    pub format: Option<Spanned<MigrationFormat>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MigrationFormat {
    Dbmate,
    Sqlx,
    Flyway,
    Refinery,
    Goose,
    GolangMigrate,
    Diesel,
    Prisma,
    NodePgMigrate,
    GraphileMigrate,
    Atlas,
    /// `.sql` files that run in their order.
    Plain,
}

impl MigrationFormat {
    /// Every format, in the manifest's spelling.
    pub const ALL: [(&'static str, MigrationFormat); 12] = [
        ("dbmate", MigrationFormat::Dbmate),
        ("sqlx", MigrationFormat::Sqlx),
        ("flyway", MigrationFormat::Flyway),
        ("refinery", MigrationFormat::Refinery),
        ("goose", MigrationFormat::Goose),
        ("golang-migrate", MigrationFormat::GolangMigrate),
        ("diesel", MigrationFormat::Diesel),
        ("prisma", MigrationFormat::Prisma),
        ("node-pg-migrate", MigrationFormat::NodePgMigrate),
        ("graphile-migrate", MigrationFormat::GraphileMigrate),
        ("atlas", MigrationFormat::Atlas),
        ("plain", MigrationFormat::Plain),
    ];

    /// In the manifest's spelling.
    pub fn name(self) -> &'static str {
        let mut all = Self::ALL.iter();
        all.find(|(_, format)| *format == self)
            .map_or("", |(name, _)| name)
    }
}

#[derive(Debug, Clone)]
pub struct SchemaDeclaration {
    pub file: DeclaredPath,
}

#[derive(Debug, Clone)]
pub struct EmbeddedDeclaration {
    /// A folder of `.sql` patches, or one TypeScript or JavaScript file.
    pub path: Spanned<RepoPath>,
    /// The version from which on every migration must have its patch.
    pub mirror_since: Option<Spanned<String>>,
}

/// One `[lane_set.NAME]`.
#[derive(Debug, Clone)]
pub struct LaneSet {
    pub name: Spanned<String>,
    pub description: Option<String>,
    pub table: Spanned<QualifiedName>,
    pub column: Spanned<Identifier>,
    /// Not empty, without duplicates, all of one kind, in the order declared.
    pub lanes: Spanned<Vec<Lane>>,
    /// Those of them that queries and arrays name, while a change is rolled out in two steps. Fewer than all.
    pub query_lanes: Option<Spanned<Vec<Lane>>>,
    pub guard: Option<Spanned<Guard>>,
    pub index: Option<IndexDeclaration>,
    pub queries: Vec<QueryDeclaration>,
    pub arrays: Vec<ArrayDeclaration>,
    pub admitted_by: Option<Spanned<AdmittedBy>>,
    pub heartbeat: Option<HeartbeatDeclaration>,
    pub reaper: Option<ReaperDeclaration>,
}

impl LaneSet {
    /// The lanes that a site of this role is to name, and where they are declared.
    pub fn lanes_of(&self, role: Role) -> &Spanned<Vec<Lane>> {
        match (role, &self.query_lanes) {
            (Role::Query | Role::Array, Some(query_lanes)) => query_lanes,
            _ => &self.lanes,
        }
    }
}

/// The rest of the predicate: SQL as written, and what it means.
#[derive(Debug, Clone, PartialEq)]
pub struct Guard {
    pub text: String,
    pub predicate: Predicate,
}

#[derive(Debug, Clone)]
pub struct IndexDeclaration {
    /// Without a schema: an index lives in its table's schema.
    pub name: Spanned<Identifier>,
    /// The key columns in order, as written in the manifest; empty when it does not say.
    pub columns: Spanned<Vec<String>>,
    pub build: IndexBuild,
}

/// How a migration builds the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IndexBuild {
    #[default]
    Transactional,
    Concurrently,
}

/// A WHERE clause in application source or SQL.
#[derive(Debug, Clone)]
pub struct QueryDeclaration {
    pub file: Spanned<RepoPath>,
    /// The enclosing function.
    pub within: Option<Spanned<String>>,
    /// The alias by which a fragment speaks of the governed table.
    pub alias: Option<Spanned<Identifier>>,
    /// The whole table of the manifest that declares it.
    pub span: Span,
}

/// A bare array of lanes in application source.
#[derive(Debug, Clone)]
pub struct ArrayDeclaration {
    pub file: Spanned<RepoPath>,
    pub name: Spanned<String>,
    pub span: Span,
}

/// What admits the lanes into the column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdmittedBy {
    /// A CHECK constraint on the table, by name.
    Check(Identifier),
    /// An enum type.
    Enum(QualifiedName),
}

#[derive(Debug, Clone)]
pub struct HeartbeatDeclaration {
    pub call: Spanned<String>,
    pub lanes: Vec<HeartbeatLane>,
}

/// Where a lane's executor beats.
#[derive(Debug, Clone)]
pub struct HeartbeatLane {
    pub lane: Spanned<Lane>,
    pub file: Spanned<RepoPath>,
    pub within: Option<Spanned<String>>,
}

/// `[lane_set.X.reaper]`. Every key has a default.
#[derive(Debug, Clone)]
pub struct ReaperDeclaration {
    pub heartbeat_column: Identifier,
    pub claimed_column: Identifier,
    pub created_column: Identifier,
    pub completed_column: Identifier,
    pub stale_after: Duration,
    pub every: Duration,
    /// Rows at most in one transaction.
    pub batch: u32,
    /// Columns set on a reaped row, in the order declared.
    pub set: Vec<(Identifier, Value)>,
    pub retry: Option<RetryDeclaration>,
    /// After an outage runs are given this long to beat again.
    pub grace: Duration,
    /// The share of the live rows that one tick may reap: more than 0, at most 1.
    pub max_share: f64,
    pub worker: WorkerDeclaration,
    /// Where the statement is written as SQL.
    pub statement: DeclaredPath,
}

/// `[lane_set.X.reaper.worker]`: what a worker writes into the run that it holds. Every key has a default.
#[derive(Debug, Clone)]
pub struct WorkerDeclaration {
    /// What names one row.
    pub id_column: Identifier,
    /// Holds the name of the worker that claimed the row.
    pub worker_column: Identifier,
    /// Takes the reason of a failure.
    pub error_column: Identifier,
    pub beat_every: Duration,
    /// Columns set on a run that succeeded, in the order declared.
    pub finish: Vec<(Identifier, Value)>,
    /// Columns set on a run that failed, in the order declared.
    pub fail: Vec<(Identifier, Value)>,
}

#[derive(Debug, Clone)]
pub struct RetryDeclaration {
    pub lanes: Vec<Lane>,
    pub key: Vec<Identifier>,
    pub active: Vec<Value>,
    pub copy: Vec<Identifier>,
    pub insert: Vec<(Identifier, Value)>,
    pub attempts_column: Option<Identifier>,
    pub max_attempts: Option<u32>,
}

/// `[[cover]]`: this query must be able to use that partial index.
#[derive(Debug, Clone)]
pub struct CoverDeclaration {
    pub index: Spanned<QualifiedName>,
    pub query: QueryDeclaration,
}
