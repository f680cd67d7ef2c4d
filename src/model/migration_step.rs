//! What a migration does on its way up and down, before a format gives it a file.

/// One migration of its own: a change and the way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStep {
    /// What it does, in a few plain words, as file names have it: `widen_heartbeat_inflight`.
    pub slug: String,
    /// Whole sentences for whoever opens the file; one a line.
    pub comment: Vec<String>,
    pub up: Section,
    pub down: Section,
}

/// One direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// SQL without semicolons. One at most, where there is no transaction.
    pub statements: Vec<String>,
    pub transaction: Transaction,
}

/// Whether the tool wraps a section into a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transaction {
    Wrapped,
    /// `CREATE INDEX CONCURRENTLY` and its kin refuse to run inside of one.
    None,
    /// It is sent as one string: several statements share a transaction, and one alone has none (manual, 55.2.2.1).
    OneString,
}

impl Section {
    pub fn wrapped(statements: impl IntoIterator<Item = String>) -> Self {
        Self {
            statements: statements.into_iter().collect(),
            transaction: Transaction::Wrapped,
        }
    }

    /// One statement outside of any transaction.
    pub fn alone(statement: String) -> Self {
        Self {
            statements: vec![statement],
            transaction: Transaction::None,
        }
    }
}
