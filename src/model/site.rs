//! Sites: the places where a lane set is written, and what stands there.

use std::fmt;

use super::predicate::Predicate;
use crate::source::file::Location;
use crate::source::span::Span;

/// What a site is to its lane set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Where the migrations, replayed in order, leave the index.
    Migrations,
    /// Where the embedded patches, replayed in order, leave the index.
    Embedded,
    /// A WHERE clause in application source.
    Query,
    /// A bare array of lanes in application source.
    Array,
    /// The partial index in the schema dump.
    Index,
    /// The CHECK constraint or enum that admits the lanes.
    Check,
    /// The executor of a lane, that beats.
    Heartbeat,
}

impl Role {
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Migrations => "migrations",
            Role::Embedded => "embedded",
            Role::Query => "query",
            Role::Array => "array",
            Role::Index => "index",
            Role::Check => "check",
            Role::Heartbeat => "heartbeat",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One place where a lane set is written.
#[derive(Debug, Clone)]
pub struct Site {
    pub role: Role,
    /// The index of its set in [`super::declaration::Declaration::lane_sets`].
    pub lane_set: usize,
    /// The statement or clause; for a site that is missing, what declares it or took it away.
    pub location: Location,
    /// The lanes themselves, inside the location's file.
    pub lanes_span: Option<Span>,
    /// The tests of the guard's columns, from the first to the last.
    pub guard_span: Option<Span>,
    pub reading: Reading,
    /// Of a query.
    pub telling: Telling,
}

/// How a query comes by its SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Telling {
    /// It is written as SQL.
    #[default]
    Sql,
    /// A query builder is told it, and writes the values into the SQL.
    Inlined,
    /// A query builder is told it, and hands lanes or values of the guard to the server as parameters.
    Bound,
}

/// What stands at a site.
#[derive(Debug, Clone)]
pub enum Reading {
    /// A condition that was understood, wholly or but for its opaque parts.
    Predicate(Predicate),
    /// The index is there, but is another one than declared: on another table, or of other columns. The text says what differs.
    OtherIndex {
        predicate: Predicate,
        difference: String,
    },
    /// SQL stands there that could not be understood. The text says why, as the end of "this cannot be read: …".
    Unreadable(String),
    /// It is not there. The text names what was sought and where, as a whole sentence without a full stop.
    Missing(String),
}

impl Reading {
    pub fn predicate(&self) -> Option<&Predicate> {
        match self {
            Reading::Predicate(predicate) | Reading::OtherIndex { predicate, .. } => {
                Some(predicate)
            }
            Reading::Unreadable(_) | Reading::Missing(_) => None,
        }
    }
}

/// `CREATE INDEX IF NOT EXISTS` met an index of that name with another predicate.
#[derive(Debug, Clone)]
pub struct CreateWithoutEffect {
    /// [`Role::Migrations`] or [`Role::Embedded`].
    pub role: Role,
    pub lane_set: usize,
    /// The statement that did nothing.
    pub location: Location,
    pub ignored: Predicate,
    /// The statement that had made the index.
    pub existing_location: Location,
    pub existing: Predicate,
}

/// A place that is a site in everything but its declaration: it names exactly the set's lanes, under its guard.
#[derive(Debug, Clone)]
pub struct UndeclaredSite {
    /// The set's name.
    pub lane_set: String,
    pub location: Location,
    pub named: Named,
}

/// How a site is found in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// A query: the function around it, where there is one.
    Within(Option<String>),
    /// An array, by its name.
    As(String),
}
