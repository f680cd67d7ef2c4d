//! Partial indexes as SQL: CREATE INDEX and DROP INDEX.

use super::predicate::{identifier, predicate, qualified};
use crate::model::index_setting::IndexSetting;
use crate::model::name::{Identifier, QualifiedName};
use crate::model::predicate::Predicate;

/// A partial index, as far as a statement that makes it has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartialIndex {
    /// Without its schema: Postgres puts an index where its table is, and refuses one there.
    pub name: Identifier,
    /// With its schema, when that is known.
    pub table: QualifiedName,
    pub is_unique: bool,
    /// What stands between the table and WHERE, as SQL: `(last_heartbeat_at)`, `USING gin (tags) WITH (fastupdate = off)`.
    pub shape: String,
    pub predicate: Predicate,
    /// What is set on it once it is there.
    pub settings: Vec<IndexSetting>,
}

/// Whether the table stays open for writes while an index is made or dropped (manual, CREATE INDEX, "Building Indexes Concurrently").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locking {
    /// Inside a transaction; writes wait.
    Blocking,
    /// Outside of any transaction, as a statement of its own; writes go on.
    Concurrent,
}

/// Whether an index of that name may be there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfExists {
    Refuse,
    Pass,
}

impl PartialIndex {
    /// The index's own name with the schema that it lives in.
    pub fn qualified_name(&self) -> String {
        let name = QualifiedName::new(self.table.schema.clone(), self.name.clone());
        qualified(&name)
    }

    /// The same index under another name.
    pub fn named(&self, name: Identifier) -> Self {
        Self {
            name,
            ..self.clone()
        }
    }

    /// `CREATE INDEX …`, over two lines, without a semicolon.
    pub fn create(&self, locking: Locking, if_exists: IfExists) -> String {
        let unique = if self.is_unique { "UNIQUE " } else { "" };
        let concurrently = concurrently(locking);
        let pass = match if_exists {
            IfExists::Pass => "IF NOT EXISTS ",
            IfExists::Refuse => "",
        };
        let condition = match &self.predicate {
            Predicate::And(parts) if parts.is_empty() => String::new(),
            some => format!("\n    WHERE {}", predicate(some)),
        };
        format!(
            "CREATE {unique}INDEX {concurrently}{pass}{} ON {} {}{condition}",
            identifier(&self.name),
            qualified(&self.table),
            self.shape,
        )
    }

    /// `COMMENT ON INDEX …`, `ALTER INDEX …`, without semicolons.
    pub fn set(&self) -> Vec<String> {
        let name = self.qualified_name();
        let set =
            |IndexSetting { before, after }: &IndexSetting| format!("{before} {name} {after}");
        self.settings.iter().map(set).collect()
    }

    /// `DROP INDEX IF EXISTS …`, without a semicolon.
    pub fn drop(&self, locking: Locking) -> String {
        let concurrently = concurrently(locking);
        format!(
            "DROP INDEX {concurrently}IF EXISTS {}",
            self.qualified_name()
        )
    }

    /// `ALTER INDEX … RENAME TO …`, without a semicolon.
    pub fn rename(&self, to: &Identifier) -> String {
        format!(
            "ALTER INDEX {} RENAME TO {}",
            self.qualified_name(),
            identifier(to)
        )
    }
}

fn concurrently(locking: Locking) -> &'static str {
    match locking {
        Locking::Blocking => "",
        Locking::Concurrent => "CONCURRENTLY ",
    }
}
