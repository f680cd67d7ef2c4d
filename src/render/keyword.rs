//! Names as Postgres itself writes them.

use super::predicate::{is_reserved, quoted};
use crate::model::name::{Identifier, QualifiedName};

/// A name as `quote_identifier` writes it (ruleutils.c): quoted unless it is plain and no keyword, or one that reserves nothing.
pub fn stored_identifier(name: &Identifier) -> String {
    let text = name.as_str();
    let is_plain = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if is_plain && !is_reserved(text) && COLUMN_NAMES.binary_search(&text).is_err() {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// As [`stored_identifier`], with the schema where there is one.
pub fn stored_name(name: &QualifiedName) -> String {
    match &name.schema {
        Some(schema) => format!(
            "{}.{}",
            stored_identifier(schema),
            stored_identifier(&name.name)
        ),
        None => stored_identifier(&name.name),
    }
}

/// The words that may be a column's name and no function's (`pg_get_keywords()` of Postgres 15, category C), in order.
const COLUMN_NAMES: [&str; 51] = [
    "between",
    "bigint",
    "bit",
    "boolean",
    "char",
    "character",
    "coalesce",
    "dec",
    "decimal",
    "exists",
    "extract",
    "float",
    "greatest",
    "grouping",
    "inout",
    "int",
    "integer",
    "interval",
    "least",
    "national",
    "nchar",
    "none",
    "normalize",
    "nullif",
    "numeric",
    "out",
    "overlay",
    "position",
    "precision",
    "real",
    "row",
    "setof",
    "smallint",
    "substring",
    "time",
    "timestamp",
    "treat",
    "trim",
    "values",
    "varchar",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn column_names_are_in_order() {
        assert!(COLUMN_NAMES.is_sorted());
    }
}
