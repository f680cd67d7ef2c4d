//! The tables of `laneset.toml` as serde reads them. Their doc comments are the descriptions of the JSON Schema,
//! so they speak to whoever writes a manifest.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

use crate::source::span::{Span, Spanned};

/// The version of the manifest's format that this code reads.
pub const VERSION: i64 = 1;
/// Where the migrations are when nobody says.
pub const DEFAULT_MIGRATIONS_DIR: &str = "db/migrations";
/// Where the schema dump is when nobody says.
pub const DEFAULT_SCHEMA_FILE: &str = "db/schema.sql";
/// The reaper's defaults, as a manifest would write them.
pub const DEFAULT_STALE_AFTER: &str = "120s";
/// See [`DEFAULT_STALE_AFTER`].
pub const DEFAULT_EVERY: &str = "30s";
/// See [`DEFAULT_STALE_AFTER`].
pub const DEFAULT_BATCH: u32 = 1000;
/// See [`DEFAULT_STALE_AFTER`].
pub const DEFAULT_MAX_SHARE: f64 = 0.5;
/// How often a worker beats, where a quarter of `stale_after` is not shorter.
pub const DEFAULT_BEAT_EVERY: Duration = Duration::from_secs(30);

/// A value and where the manifest has it. To the JSON Schema it is the value alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub struct At<T>(toml::Spanned<T>);

impl<T> At<T> {
    pub fn value(&self) -> &T {
        self.0.get_ref()
    }

    pub fn span(&self) -> Span {
        self.0.span().into()
    }

    pub fn into_spanned(self) -> Spanned<T> {
        let span = self.span();
        Spanned::new(self.0.into_inner(), span)
    }
}

impl<T: JsonSchema> JsonSchema for At<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// Declares the lane sets of a repository once. Everything that repeats them is checked against this file or generated from it.
/// Paths are relative to this file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "laneset.toml")]
pub struct Manifest {
    /// The version of this format: 1.
    #[schemars(extend("const" = VERSION))]
    pub version: At<i64>,
    pub migrations: Option<MigrationsTable>,
    pub schema: Option<SchemaTable>,
    pub embedded: Option<EmbeddedTable>,
    /// The lane sets by name.
    #[serde(default)]
    pub lane_set: BTreeMap<At<String>, At<LaneSetTable>>,
    /// Queries that must be able to use a partial index that no lane set governs.
    #[serde(default)]
    pub cover: Vec<CoverTable>,
}

/// The migrations, replayed in order of their versions.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MigrationsTable {
    /// The folder of migrations.
    #[schemars(extend("default" = DEFAULT_MIGRATIONS_DIR))]
    pub dir: Option<At<String>>,
    /// The tool that runs them; detected when left out.
    pub format: Option<At<FormatName>>,
}

/// A migration tool.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FormatName {
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

/// The schema dump.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SchemaTable {
    /// What `pg_dump --schema-only` printed, as dbmate writes it.
    #[schemars(extend("default" = DEFAULT_SCHEMA_FILE))]
    pub file: Option<At<String>>,
}

/// The patches that an embedded database runs at boot.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmbeddedTable {
    /// A folder of .sql patches, or one .ts or .js file that holds an array of them.
    pub path: At<String>,
    /// Every migration from this version on must have its patch.
    pub mirror_since: Option<At<String>>,
}

/// A named set of lanes: values of one column that belong together.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LaneSetTable {
    /// What the set is for.
    pub description: Option<String>,
    /// The governed table, with its schema when it has one: "public.runs". A part with upper-case letters is written with
    /// double quotes inside the string: 'public."Runs"'.
    pub table: At<String>,
    /// The governed column as Postgres stores its name; upper-case letters are kept.
    pub column: At<String>,
    /// The lanes: strings or integers, all of one kind.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub lanes: At<Vec<At<LaneValue>>>,
    /// While a change is rolled out in two steps: the lanes that queries and arrays name, when the index holds more of them.
    /// `laneset widen --split` and `laneset narrow --split` write it, and the second step takes it away.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub query_lanes: Option<At<Vec<At<LaneValue>>>>,
    /// The rest of the predicate, as SQL, ANDed to the lanes. It does not name the governed column.
    pub guard: Option<At<String>>,
    pub index: Option<At<IndexTable>>,
    /// WHERE clauses that name the lanes, in application source or SQL.
    #[serde(default)]
    pub query: Vec<At<QueryTable>>,
    /// Bare arrays of the lanes in application source.
    #[serde(default)]
    pub array: Vec<At<ArrayTable>>,
    pub admitted_by: Option<At<AdmittedByTable>>,
    pub heartbeat: Option<HeartbeatTable>,
    pub reaper: Option<ReaperTable>,
}

/// A lane: one value of the governed column.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum LaneValue {
    Integer(i64),
    Text(String),
}

/// A constant that a column is set to or compared with.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ScalarValue {
    Boolean(bool),
    Integer(i64),
    Text(String),
}

/// The partial index whose predicate is the guard and the lanes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndexTable {
    /// Its name, without a schema: an index lives in its table's schema.
    pub name: At<String>,
    /// Its key columns, in order.
    pub columns: Option<At<Vec<At<String>>>>,
    /// How a migration builds it.
    pub build: Option<BuildName>,
}

/// How a migration builds the index.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BuildName {
    /// Inside the migration's transaction: the table is locked against writes meanwhile.
    Transactional,
    /// `CREATE INDEX CONCURRENTLY`, in migrations without a transaction.
    Concurrently,
}

/// A WHERE clause, by the file that holds it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QueryTable {
    /// Application source or SQL.
    pub file: At<String>,
    /// The enclosing function.
    pub within: Option<At<String>>,
    /// The alias by which the clause speaks of the governed table, when the code does not show it.
    pub alias: Option<At<String>>,
}

/// An array of lanes, by the file that holds it and its name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ArrayTable {
    /// Application source.
    pub file: At<String>,
    /// The constant or variable that holds the array.
    pub name: At<String>,
}

/// What admits the lanes into the column: a CHECK constraint or an enum, one of the two.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdmittedByTable {
    /// A CHECK constraint of the governed table, by name.
    pub check: Option<At<String>>,
    /// An enum type, with its schema when it has one.
    #[serde(rename = "enum")]
    pub enum_type: Option<At<String>>,
}

/// How a lane's executor tells that it is alive.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeartbeatTable {
    /// The function that beats.
    pub call: At<String>,
    /// Where each lane's executor calls it, by lane.
    #[serde(default)]
    pub lanes: BTreeMap<At<String>, HeartbeatLaneTable>,
}

/// Where one lane's executor beats.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeartbeatLaneTable {
    /// Application source.
    pub file: At<String>,
    /// The enclosing function.
    pub within: Option<At<String>>,
}

/// The reaper: what it reads, what it writes, and how often. Every key has a default.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReaperTable {
    /// When a run last beat.
    #[schemars(extend("default" = "last_heartbeat_at"))]
    pub heartbeat_column: Option<At<String>>,
    /// When a run was claimed; stands in for a heartbeat that never came.
    #[schemars(extend("default" = "claimed_at"))]
    pub claimed_column: Option<At<String>>,
    /// When a run was created; stands in for a claim that was not recorded.
    #[schemars(extend("default" = "created_at"))]
    pub created_column: Option<At<String>>,
    /// Set to the time of the reaping.
    #[schemars(extend("default" = "completed_at"))]
    pub completed_column: Option<At<String>>,
    /// How old a heartbeat may grow: "120s", "2m", "1h30m".
    #[schemars(extend("default" = DEFAULT_STALE_AFTER))]
    pub stale_after: Option<At<String>>,
    /// How often a pass starts.
    #[schemars(extend("default" = DEFAULT_EVERY))]
    pub every: Option<At<String>>,
    /// How many rows one transaction reaps at most.
    #[schemars(range(min = 1), extend("default" = DEFAULT_BATCH))]
    pub batch: Option<At<u32>>,
    /// Columns set on a reaped row.
    #[schemars(extend("default" = { "status": "timeout", "error_message": "worker_heartbeat_lost" }))]
    pub set: Option<BTreeMap<At<String>, ScalarValue>>,
    pub retry: Option<At<RetryTable>>,
    /// How long runs are given to beat again after the database was away. Left out: as long as stale_after.
    pub grace: Option<At<String>>,
    /// The share of the live runs that one tick may reap; ten of them it always may. More stale runs than that are taken for an
    /// outage until they have stayed so for the grace.
    #[schemars(range(min = 0, max = 1), extend("default" = DEFAULT_MAX_SHARE))]
    pub max_share: Option<At<f64>>,
    pub worker: Option<WorkerTable>,
    /// Where `laneset generate` writes the reaper's statement as SQL, for services that are not written in Rust. Left out:
    /// db/queries/reap_NAME.sql, by the set's name.
    pub statement: Option<At<String>>,
}

/// What a worker in Rust writes into the run that it holds, through `laneset::reaper`. Every key has a default.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkerTable {
    /// What names one run.
    #[schemars(extend("default" = "id"))]
    pub id_column: Option<At<String>>,
    /// Who claimed a run: a name that no other worker bears.
    #[schemars(extend("default" = "claimed_by"))]
    pub worker_column: Option<At<String>>,
    /// Takes the reason of a failure.
    #[schemars(extend("default" = "error_message"))]
    pub error_column: Option<At<String>>,
    /// How often a worker beats. Left out: every 30 seconds, or four times in stale_after where that is more often.
    pub beat_every: Option<At<String>>,
    /// Columns set on a run that succeeded.
    #[schemars(extend("default" = { "status": "completed" }))]
    pub finish: Option<BTreeMap<At<String>, ScalarValue>>,
    /// Columns set on a run that failed.
    #[schemars(extend("default" = { "status": "failed" }))]
    pub fail: Option<BTreeMap<At<String>, ScalarValue>>,
}

/// What is retried after a reaping. Left out, nothing is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryTable {
    /// The lanes that are retried.
    #[schemars(length(min = 1))]
    pub lanes: At<Vec<At<LaneValue>>>,
    /// Columns of which one active row may exist; a row with a NULL among them is not retried.
    #[schemars(length(min = 1))]
    pub key: At<Vec<At<String>>>,
    /// The statuses that count as active.
    #[schemars(extend("default" = ["pending", "claimed", "running"]))]
    pub active: Option<At<Vec<ScalarValue>>>,
    /// Columns carried over from the reaped row.
    #[serde(default)]
    pub copy: Vec<At<String>>,
    /// Columns set on the retry.
    #[schemars(extend("default" = { "status": "pending" }))]
    pub insert: Option<BTreeMap<At<String>, ScalarValue>>,
    /// The column that counts attempts: carried over and counted up. Goes with max_attempts.
    pub attempts_column: Option<At<String>>,
    /// How many attempts there are at most. Goes with attempts_column.
    #[schemars(range(min = 1))]
    pub max_attempts: Option<At<u32>>,
}

/// A query that must be able to use a partial index.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoverTable {
    /// The partial index, with its schema when it has one.
    pub index: At<String>,
    /// The query.
    pub query: At<QueryTable>,
}
