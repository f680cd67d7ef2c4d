//! What can be wrong with a manifest, and where.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

use crate::source::file::Location;

/// Why there is no declaration.
#[derive(Debug, Error)]
pub enum ManifestError {
    /// No folder from `start` up to the repository's root holds one.
    #[error(
        "no laneset.toml in {start} or in a folder above it, up to {stopped_at}; write one with `laneset init`, or name another with `--config`",
        start = start.display(), stopped_at = stopped_at.display()
    )]
    NotFound { start: PathBuf, stopped_at: PathBuf },
    /// The file that was named is not there.
    #[error("{} does not exist; `laneset init` writes a laneset.toml", path.display())]
    Missing { path: PathBuf },
    /// A folder was named.
    #[error("{} is a directory; name the laneset.toml in it", path.display())]
    Directory { path: PathBuf },
    /// The file is not text.
    #[error("{}:{line}: not UTF-8 from byte {offset} on; save the file as UTF-8", path.display())]
    NotUtf8 {
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 0.
        offset: usize,
    },
    /// The file is not a manifest by its size alone.
    #[error("{} is larger than {limit} bytes, which is no manifest", path.display())]
    TooLarge { path: PathBuf, limit: u64 },
    /// The system refused to read it.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
    /// Never empty; in the order of the file.
    #[error("{}", one_a_line(.0))]
    Invalid(Vec<Problem>),
}

fn one_a_line(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    lines.join("\n")
}

/// One thing that is wrong in a manifest's text. Displayed as `laneset.toml:12:3: what is wrong`.
#[derive(Debug, Clone)]
pub struct Problem {
    pub location: Location,
    pub fault: Fault,
}

impl Problem {
    /// What is wrong, on one line. A control character, which a TOML string may hold, is shown as its escape.
    pub fn message(&self) -> String {
        let mut message = String::new();
        for character in self.fault.to_string().chars() {
            match character.is_control() {
                true => message.extend(character.escape_debug()),
                false => message.push(character),
            }
        }
        message
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = self.location.start();
        let path = self.location.path();
        let message = self.message();
        write!(f, "{path}:{}:{}: {message}", start.line, start.column)
    }
}

impl std::error::Error for Problem {}

/// What is wrong, as a sentence without a full stop.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    #[error("this is not TOML: {0}")]
    Syntax(String),
    #[error("unknown key `{key}` {place}; {}", instead(nearest.as_deref(), valid))]
    UnknownKey {
        key: String,
        /// `at the top level`, `in [migrations]`.
        place: String,
        nearest: Option<String>,
        /// Every key that may stand there, in alphabetical order.
        valid: Vec<String>,
    },
    #[error("the required key `{key}` is missing {place}")]
    MissingKey { key: String, place: String },
    #[error("`{key}` must be {expected}, but it is {found}")]
    WrongType {
        key: String,
        expected: String,
        found: String,
    },
    #[error("unknown {key} \"{value}\"; {}", instead(nearest.as_deref(), valid))]
    UnknownValue {
        key: String,
        value: String,
        nearest: Option<String>,
        valid: Vec<String>,
    },
    /// serde refused what the schema allows.
    #[error("{0}")]
    Refused(String),
    #[error("version {0} is not known to this laneset, which reads version 1; install a newer one")]
    Version(i64),
    #[error("nothing to check: declare a [lane_set.NAME] or a [[cover]]")]
    NothingDeclared,
    #[error("a lane set's name must not be empty")]
    EmptyName,
    #[error("`{0}` must not be empty")]
    Empty(String),
    #[error("the lane \"{lane}\" is listed twice, first on line {first_line}")]
    DuplicateLane { lane: String, first_line: usize },
    #[error(
        "lanes are all strings or all integers, but {lane} is {found} and the first lane is {first}"
    )]
    MixedLanes {
        lane: String,
        found: &'static str,
        first: &'static str,
    },
    #[error("a lane holds a NUL character, which no text of Postgres does")]
    NulInLane,
    #[error(
        "`query_lanes` lists every lane of the set; it is there for what queries do not name yet, or no longer: take it out"
    )]
    AllLanes,
    #[error("`{key}` is not a name: {reason}")]
    NotAName { key: String, reason: String },
    #[error("the guard cannot be read: {0}")]
    UnreadableGuard(String),
    #[error(
        "the guard must not name the governed column `{0}`: which of its values count is what `lanes` says"
    )]
    GuardNamesColumn(String),
    #[error("[admitted_by] names a `check` or an `enum`, not both")]
    AdmittedByBoth,
    #[error("[admitted_by] names neither a `check` nor an `enum`")]
    AdmittedByNeither,
    #[error("`{key}` is not a duration such as \"120s\", \"2m\" or \"1h30m\": {reason}")]
    NotADuration { key: String, reason: String },
    #[error("`{0}` must be more than zero")]
    Zero(String),
    #[error("`{0}` must be more than 0 and at most 1")]
    NotAShare(String),
    #[error(
        "`beat_every` must be shorter than `stale_after`, or live runs are reaped between two beats"
    )]
    BeatsTooRarely,
    #[error("\"{lane}\" is not a lane of this set; its lanes are {lanes}")]
    NotALane { lane: String, lanes: String },
    #[error("`{key}` must be a path inside the manifest's folder: {reason}")]
    PathOutside { key: String, reason: &'static str },
    #[error(
        "the index `{index}` is declared twice, first by the lane set `{first}` on line {first_line}"
    )]
    DuplicateIndex {
        index: String,
        first: String,
        first_line: usize,
    },
    #[error("`attempts_column` and `max_attempts` go together, but `{0}` is missing")]
    HalfOfAttempts(&'static str),
}

fn instead(nearest: Option<&str>, valid: &[String]) -> String {
    match nearest {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("valid here: `{}`", valid.join("`, `")),
    }
}
