//! The command line, in ruff's words where it has one.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::baseline::BaselineArguments;
use super::check::arguments::GateArguments;
use super::hook::arguments::HookCommand;

/// One declaration for the lanes of a Postgres job queue, and a gate that fails when a copy of it drifts.
#[derive(Debug, Parser)]
#[command(
    name = "laneset",
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 clean; 1 drift found; 2 could not check.\nStart with `laneset init`, then run `laneset check`."
)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a laneset.toml for a repository that has none
    ///
    /// Reads the schema dump, the migrations, the patches and the source; then checks the repository with what it wrote.
    Init(InitArguments),
    /// Check that migrations, patches, queries and indexes agree with laneset.toml
    ///
    /// Reads only, unless --fix or --write-baseline is given, and needs no database. The last line counts what was checked.
    Check(GateArguments),
    /// Replay migrations, dump and patches on a real Postgres, compare what they lead to, and ask the planner
    ///
    /// On a throwaway server of this machine's Postgres binaries, which is gone afterwards; or with --shadow on one that is lent, in
    /// databases of its own. Changes nothing else.
    Verify(VerifyArguments),
    /// Make every site agree with laneset.toml
    ///
    /// Writes a new migration and a new embedded patch, the lanes of each declared query and array, the schema dump as it will be,
    /// and the reaper's statement. Changes nothing where everything agrees. Needs no database.
    Generate(GenerateArguments),
    /// Add lanes to a set, in laneset.toml and everywhere else
    ///
    /// Refuses what would harm: a lane that the column does not admit (see --admit), or whose executor is not said to beat. Says in
    /// which order to deploy: the index first, then the queries.
    Widen {
        #[command(flatten)]
        change: ChangeArguments,

        /// Also let the CHECK constraint or enum of the column admit the lanes
        #[arg(long)]
        admit: bool,
    },
    /// Take lanes out of a set, in laneset.toml and everywhere else
    ///
    /// Says in which order to deploy: the queries first, then the index.
    Narrow(ChangeArguments),
    /// Show the lane sets after each migration that changed them
    History(HistoryArguments),
    /// Time silent runs out on a live database, and queue their retries
    ///
    /// Ticks at once and then every 30 seconds (the manifest's `every`), beside the service, until SIGTERM or Ctrl-C; with --once, it
    /// makes one pass. Several may run against one database: one of them at a time does the work. After an outage it waits, so that
    /// live runs can beat again. Results go to standard output, the log to standard error.
    Reap(ReapArguments),
    /// Show what is in flight, stale and locked on a live database, and who is reaping
    Status(StatusArguments),
    /// Bring an embedded database up to date at boot
    #[command(subcommand)]
    Patches(PatchesCommand),
    /// Have git run the gate before each commit
    #[command(subcommand)]
    Hook(HookCommand),
    /// List the rules
    Rules {
        /// How to print them
        #[arg(long, value_enum, default_value_t = ListFormat::Full)]
        output_format: ListFormat,
    },
    /// Explain a rule: what it means, why, a bad example, a good one, what to do
    Explain {
        /// The rule's name, such as `index-drift`
        rule: String,
    },
    /// Print a completion script for a shell
    Completions { shell: Shell },
    /// Print the manual page, in roff
    Man,
}

#[derive(Debug, Args)]
pub struct InitArguments {
    /// The partial index to declare a lane set for; needed when several qualify
    #[arg(long, value_name = "NAME")]
    pub index: Option<String>,

    /// The column whose values are the lanes; needed when the index lists values of several
    #[arg(long, value_name = "NAME")]
    pub column: Option<String>,

    /// Where to write the manifest; its folder is what is looked through [default: laneset.toml]
    #[arg(short, long, value_name = "FILE", env = "LANESET_CONFIG")]
    pub config: Option<PathBuf>,

    /// When to use colours
    #[arg(long, value_enum, default_value_t = ColorWhen::Auto, value_name = "WHEN")]
    pub color: ColorWhen,
}

#[derive(Debug, Args)]
pub struct GenerateArguments {
    #[command(flatten)]
    pub options: GenerateOptions,
}

/// What every command that generates can be told.
#[derive(Debug, Args)]
pub struct GenerateOptions {
    /// The manifest; without it, laneset.toml is sought from here up to the repository's root
    #[arg(short, long, value_name = "FILE", env = "LANESET_CONFIG")]
    pub config: Option<PathBuf>,

    /// Write nothing; print what would change as a unified diff, and exit with 1 when something would
    #[arg(long)]
    pub check: bool,

    /// Write nothing; print what would change as a unified diff, which `git apply` takes
    #[arg(long)]
    pub diff: bool,

    /// The branch whose migrations must sort before a new one [default: what a pull request goes to, in GitHub Actions and GitLab CI;
    /// elsewhere the repository's main branch]
    #[arg(long, value_name = "REF")]
    pub git_base: Option<String>,

    /// Print only what is left to do
    #[arg(short, long)]
    pub quiet: bool,

    /// When to use colours
    #[arg(long, value_enum, default_value_t = ColorWhen::Auto, value_name = "WHEN")]
    pub color: ColorWhen,
}

#[derive(Debug, Subcommand)]
pub enum PatchesCommand {
    /// Run all embedded patches, in order, in one transaction and under a lock
    ///
    /// They are the files or the array that `[embedded]` in laneset.toml names. Each is expected to change nothing that is there
    /// already; one that still changes the schema is a sign that a migration was missed, and is said loudly.
    Apply(ApplyArguments),
}

#[derive(Debug, Args)]
pub struct ApplyArguments {
    /// The manifest; without it, laneset.toml is sought from here up to the repository's root
    #[arg(short, long, value_name = "FILE", env = "LANESET_CONFIG")]
    pub config: Option<PathBuf>,

    /// The database: postgres://user:password@host:port/name
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: String,

    /// Print JSON, an object a patch
    #[arg(long)]
    pub json: bool,

    /// When to use colours
    #[arg(long, value_enum, default_value_t = ColorWhen::Auto, value_name = "WHEN")]
    pub color: ColorWhen,
}

/// Which database, and whose runs.
#[derive(Debug, Args)]
pub struct LiveArguments {
    /// Only this lane set, by its name in the manifest; without it, every set that declares a reaper
    #[arg(value_name = "SET")]
    pub lane_set: Option<String>,

    /// The manifest; without it, laneset.toml is sought from here up to the repository's root
    #[arg(short, long, value_name = "FILE", env = "LANESET_CONFIG")]
    pub config: Option<PathBuf>,

    /// The database: postgres://user:password@host:port/name
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: String,

    /// How long a run may be silent, in seconds; overrides the manifest's `stale_after`
    #[arg(long, value_name = "SECONDS", env = "RUNS_REAPER_STALE_AFTER_SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub stale_after: Option<u64>,

    /// Print JSON, an object a line
    #[arg(long)]
    pub json: bool,

    /// When to use colours
    #[arg(long, value_enum, default_value_t = ColorWhen::Auto, value_name = "WHEN")]
    pub color: ColorWhen,
}

#[derive(Debug, Args)]
pub struct ReapArguments {
    #[command(flatten)]
    pub live: LiveArguments,

    /// Make one pass and end
    #[arg(long)]
    pub once: bool,

    /// Change nothing; say what a pass would find
    #[arg(long)]
    pub dry_run: bool,

    /// Reap all that is stale, also when so much is at once that it looks like an outage
    #[arg(long)]
    pub force: bool,

    /// Serve Prometheus metrics at this address, such as 127.0.0.1:9187
    #[arg(long, value_name = "ADDR", conflicts_with_all = ["once", "dry_run"])]
    pub metrics: Option<SocketAddr>,

    /// Log more (-v) or much more (-vv)
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub verbose: u8,

    /// Log only what is wrong
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
}

#[derive(Debug, Args)]
pub struct StatusArguments {
    #[command(flatten)]
    pub live: LiveArguments,
}

#[derive(Debug, Args)]
pub struct ChangeArguments {
    /// The lane set, by its name in the manifest
    #[arg(value_name = "SET")]
    pub lane_set: String,

    /// The lanes to add or to take out
    #[arg(value_name = "LANE", required = true, allow_negative_numbers = true)]
    pub lanes: Vec<String>,

    /// Make the first of two steps that can be deployed apart; the same command without --split makes the second
    #[arg(long)]
    pub split: bool,

    #[command(flatten)]
    pub options: GenerateOptions,
}

#[derive(Debug, Args)]
pub struct HistoryArguments {
    /// One lane set, by its name in the manifest; without it, all of them
    #[arg(value_name = "SET")]
    pub lane_set: Option<String>,

    /// The manifest; without it, laneset.toml is sought from here up to the repository's root
    #[arg(short, long, value_name = "FILE", env = "LANESET_CONFIG")]
    pub config: Option<PathBuf>,

    /// How to print it
    #[arg(long, value_enum, default_value_t = ListFormat::Full)]
    pub output_format: ListFormat,

    /// When to use colours
    #[arg(long, value_enum, default_value_t = ColorWhen::Auto, value_name = "WHEN")]
    pub color: ColorWhen,
}

/// What every command that reports findings can be told.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// The manifest; without it, laneset.toml is sought from here up to the repository's root
    #[arg(short, long, value_name = "FILE", env = "LANESET_CONFIG")]
    pub config: Option<PathBuf>,

    /// How to report [default: full, and beside it the annotations of github where GITHUB_ACTIONS is true]
    #[arg(long, value_enum, value_name = "FORMAT", env = "LANESET_OUTPUT_FORMAT")]
    pub output_format: Option<OutputFormat>,

    /// Write the report to a file instead of standard output: all of it, or nothing
    #[arg(short, long, value_name = "FILE")]
    pub output_file: Option<PathBuf>,

    /// Judge by these rules only (comma-separated, repeatable)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,

    /// Leave these rules out (comma-separated, repeatable)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,

    /// The branch, or a commit, whose migrations stay as they are and come first, and from whose dump the patches lead to this one
    /// [default: what a pull request goes to, in GitHub Actions and GitLab CI; elsewhere the repository's main branch]
    #[arg(long, value_name = "REF")]
    pub git_base: Option<String>,

    #[command(flatten)]
    pub baseline: BaselineArguments,

    /// Exit with 0 even when drift was found; errors still exit with 2
    #[arg(short = 'e', long)]
    pub exit_zero: bool,

    /// Print findings only: nothing when there are none
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Show the matrix of lanes by sites also when nothing is wrong
    #[arg(short, long)]
    pub verbose: bool,

    /// When to use colours
    #[arg(long, value_enum, default_value_t = ColorWhen::Auto, value_name = "WHEN")]
    pub color: ColorWhen,
}

#[derive(Debug, Args)]
pub struct VerifyArguments {
    #[command(flatten)]
    pub check: CheckArguments,

    /// Replay on the server of --database-url, in databases that are made there and dropped again; it needs the right to make them
    #[arg(long, requires = "database_url")]
    pub shadow: bool,

    /// Replay nothing: look at the database of --database-url, which is only read, and say where it is not as declared
    #[arg(long, requires = "database_url", conflicts_with_all = ["shadow", "pg_version", "pglite", "no_pglite", "git_base"])]
    pub live: bool,

    /// A server to lend, with --shadow, or a database to look at, with --live: postgres://user:password@host:port/name
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,

    /// How long one statement may take, in seconds [default: 60; with --live, 5]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub statement_timeout: Option<u64>,

    /// The major version of the Postgres binaries to use [default: the newest on this machine]
    #[arg(long, value_name = "VERSION", conflicts_with = "shadow")]
    pub pg_version: Option<u32>,

    /// The npm package @electric-sql/pglite to replay the embedded patches on, or a folder with a node_modules that has it [default:
    /// the one that the patches' folder sees, when Node is there]
    #[arg(long, value_name = "PATH")]
    pub pglite: Option<PathBuf>,

    /// Replay the embedded patches on Postgres, also where there is PGlite
    #[arg(long, conflicts_with = "pglite")]
    pub no_pglite: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// Findings with their source and both ends, and a matrix of lanes by sites
    Full,
    /// A line a finding
    Concise,
    /// For machines: findings, lane sets and sites
    Json,
    /// Annotations for GitHub Actions, and a summary of the job where GITHUB_STEP_SUMMARY names its file
    Github,
    /// A code quality report for GitLab
    Gitlab,
    /// JUnit XML, a test case a rule
    Junit,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

impl OutputFormat {
    /// Whether people read it as it is; then it ends with what was checked. Nothing is mixed with the others.
    pub fn is_for_people(self) -> bool {
        matches!(self, OutputFormat::Full | OutputFormat::Concise)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people
    Full,
    /// For machines
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}
