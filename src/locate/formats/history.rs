//! Where tools record what they have applied.

/// A tool's own table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct History {
    /// With its schema where the tool has one of its own.
    pub table: &'static str,
    /// Gives a column `version` of text, a row for each migration that is applied; `{table}` stands for the table.
    pub query: &'static str,
    pub holds: Holds,
}

/// What the table has a row for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    EachApplied,
    /// Those before it are applied too.
    NewestAlone,
}

impl History {
    /// A row for each.
    pub(super) const fn each(table: &'static str, query: &'static str) -> Option<Self> {
        Some(Self {
            table,
            query,
            holds: Holds::EachApplied,
        })
    }
}

/// The tables, indexes and sequences of tools, none of them a part of the schema.
const OWN: [&str; 10] = [
    "schema_migrations",
    "_sqlx_migrations",
    "flyway_schema_history",
    "refinery_schema_history",
    "goose_db_version",
    "__diesel_schema_migrations",
    "_prisma_migrations",
    "pgmigrations",
    "atlas_schema_revisions",
    "alembic_version",
];
/// What follows a table's name in those of its own.
const SUFFIXES: [&str; 7] = [
    "",
    "_pkey",
    "_pk",
    "_pkc",
    "_s_idx",
    "_id_seq",
    "_version_id_idx",
];
/// A schema that is a tool's as a whole.
const SCHEMA: &str = "graphile_migrate";

/// Whether an object, as a catalog describes it, belongs to a migration tool.
pub fn is_of_a_tool(object: &str) -> bool {
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut words = object.split(|c| !is_of_name(c));
    words.any(|word| {
        let mut rests = OWN.iter().filter_map(|own| word.strip_prefix(own));
        word == SCHEMA || rests.any(|rest| SUFFIXES.contains(&rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_tool_keeps_is_told_from_what_only_sounds_alike() {
        assert!(is_of_a_tool("index public.schema_migrations_pkey"));
        assert!(is_of_a_tool("table graphile_migrate.migrations"));
        assert!(is_of_a_tool("table public._sqlx_migrations"));
        assert!(is_of_a_tool("constraint alembic_version_pkc"));
        assert!(!is_of_a_tool("table public.schema_migrations_of_tenants"));
        assert!(!is_of_a_tool("table public.migrations"));
    }
}
