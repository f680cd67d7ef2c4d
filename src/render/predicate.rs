//! Predicates as SQL. What is rendered reads back as the same predicate.

use crate::model::lane::Value;
use crate::model::name::{Identifier, QualifiedName};
use crate::model::predicate::{Among, Column, Opaque, Predicate, Test};

/// The predicate as a boolean expression, in the order in which it was written.
pub fn predicate(predicate: &Predicate) -> String {
    match predicate {
        Predicate::And(parts) if parts.is_empty() => "true".to_owned(),
        Predicate::Or(parts) if parts.is_empty() => "false".to_owned(),
        Predicate::And(parts) => join(parts, " AND "),
        Predicate::Or(parts) => join(parts, " OR "),
        Predicate::Test(each) => test(each),
    }
}

/// A constant as a literal. Text with a backslash stays plain: `standard_conforming_strings` is on since Postgres 9.1. Text with a
/// line break is escaped: a line of a migration that begins with a directive is one to its tool, whatever stands around it.
pub fn literal(value: &Value) -> String {
    match value {
        Value::Boolean(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Text(text) if text.contains(['\n', '\r']) => {
            let escaped = text.replace('\\', "\\\\").replace('\'', "''");
            let escaped = escaped.replace('\n', "\\n").replace('\r', "\\r");
            format!("E'{escaped}'")
        }
        Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
    }
}

/// A name with its schema, where there is one, each quoted where that is needed.
pub fn qualified(name: &QualifiedName) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", identifier(schema), identifier(&name.name)),
        None => identifier(&name.name),
    }
}

/// A name, quoted where Postgres would otherwise read it as another one.
pub fn identifier(name: &Identifier) -> String {
    let text = name.as_str();
    let is_plain = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '$');
    if is_plain && !is_reserved(text) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub(super) fn is_reserved(word: &str) -> bool {
    RESERVED.binary_search(&word).is_ok()
}

/// The words that Postgres does not take for a column's name without quotes (manual, appendix C, "reserved"), in order.
const RESERVED: [&str; 98] = [
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "not",
    "notnull",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "placing",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "similar",
    "some",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "verbose",
    "when",
];

fn join(parts: &[Predicate], separator: &str) -> String {
    let rendered: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Predicate::And(inner) | Predicate::Or(inner) if !inner.is_empty() => {
                format!("({})", predicate(part))
            }
            _ => predicate(part),
        })
        .collect();
    rendered.join(separator)
}

fn test(test: &Test) -> String {
    match test {
        Test::Among(among) => list(among),
        Test::Order {
            column,
            operator,
            value,
        } => format!(
            "{} {} {}",
            operand(column),
            operator.symbol(),
            literal(value)
        ),
        Test::Null { column, negated } => format!("{} IS {}NULL", operand(column), not(*negated)),
        Test::Truth {
            column,
            value,
            negated,
        } => {
            let value = if *value { "TRUE" } else { "FALSE" };
            format!("{} IS {}{value}", operand(column), not(*negated))
        }
        Test::Distinct {
            column,
            value,
            negated,
        } => {
            format!(
                "{} IS {}DISTINCT FROM {}",
                operand(column),
                not(*negated),
                literal(value)
            )
        }
        Test::Opaque(Opaque {
            text,
            negated: true,
            ..
        }) => format!("NOT ({text})"),
        Test::Opaque(Opaque { text, .. }) => format!("({text})"),
    }
}

fn not(negated: bool) -> &'static str {
    if negated { "NOT " } else { "" }
}

fn list(among: &Among) -> String {
    let column = operand(&among.column);
    match (among.values.as_slice(), among.negated) {
        // What a list of none means, for NULL too.
        ([], negated) => negated.to_string(),
        ([Value::Boolean(true)], false) => column,
        ([Value::Boolean(false)], false) => format!("NOT {column}"),
        ([only], false) => format!("{column} = {}", literal(only)),
        ([only], true) => format!("{column} <> {}", literal(only)),
        (values, negated) => {
            let values: Vec<String> = values.iter().map(literal).collect();
            format!("{column} {}IN ({})", not(negated), values.join(", "))
        }
    }
}

fn operand(column: &Column) -> String {
    let name = identifier(&column.name);
    if column.enum_as_text {
        format!("{name}::text")
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_sql::expression::read_predicate;

    #[test]
    fn what_is_rendered_reads_back_the_same() {
        for text in [
            "status IN ('claimed', 'running') AND run_type IN ('sync', 'it''s', 'x''); DROP TABLE runs; --', 'é')",
            "a = 1 OR (b <> 'x' AND NOT (c OR d IS NULL))",
            "\"order\" = ANY ('{a,\"b c\",\"d\\\"e\"}'::text[]) AND \"Mixed\" <> ALL (ARRAY['x'::text])",
            "deleted_at IS NULL AND attempts < 5 AND 3 <= attempts AND flag IS NOT TRUE AND x IS DISTINCT FROM 'y'",
            "lower(a) = 'x' AND a BETWEEN 1 AND 3",
            "a IN ('x', E'two\\n-- migrate:down\\r\\\\ it''s')",
        ] {
            let read = read_predicate(text, None).unwrap();
            let rendered = predicate(&read);
            assert_eq!(read_predicate(&rendered, None).unwrap(), read, "{rendered}");
        }
    }

    #[test]
    fn reserved_words_are_in_order() {
        assert!(RESERVED.is_sorted());
    }
}
