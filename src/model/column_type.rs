//! The types of columns, as far as it matters how Postgres spells a comparison with one.

use super::name::QualifiedName;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnType {
    Text,
    /// `character varying`, of whatever length.
    Varchar,
    /// `character(n)`, blank-padded.
    Character,
    Smallint,
    Integer,
    Bigint,
    Boolean,
    /// A type that users made: an enum, a domain. By its full name.
    Own(QualifiedName),
    /// Another one of Postgres's own or of an extension, as written.
    Other(String),
}
