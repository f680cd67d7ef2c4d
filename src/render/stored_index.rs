//! An index's whole statement as `pg_get_indexdef` gives it and pg_dump prints it (ruleutils.c of Postgres 15).

use super::index::PartialIndex;
use super::keyword::{stored_identifier, stored_name};
use crate::model::name::QualifiedName;

/// The statement, without a semicolon. `condition` is spelled as Postgres gives it back.
///
/// # Errors
/// A reason, when the index has more to it than plain columns in a btree.
pub fn definition(index: &PartialIndex, condition: &str) -> Result<String, String> {
    let keys = keys(&index.shape).ok_or_else(|| {
        format!(
            "its keys are more than columns of a btree: `{}`",
            index.shape
        )
    })?;
    let unique = if index.is_unique { "UNIQUE " } else { "" };
    Ok(format!(
        "CREATE {unique}INDEX {} ON {} USING btree ({}) WHERE {condition}",
        stored_identifier(&index.name),
        stored_name(&index.table),
        keys.join(", ")
    ))
}

/// The keys in Postgres's spelling; `None` when one is no column, or when something else belongs to the index.
fn keys(shape: &str) -> Option<Vec<String>> {
    let shape = shape.trim();
    let (method, rest) = shape.split_once('(')?;
    let method = method.trim();
    let is_btree = method.is_empty()
        || method
            .split_whitespace()
            .map(str::to_ascii_lowercase)
            .eq(["using", "btree"]);
    let inside = rest.strip_suffix(')')?;
    let is_plain = !inside.contains(['(', ')', '\'', '\n']) && !inside.contains("--");
    (is_btree && is_plain).then_some(())?;
    split(inside).into_iter().map(|each| key(&each)).collect()
}

/// The parts between commas that stand in no quotes.
fn split(keys: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut is_quoted = false;
    for character in keys.chars() {
        is_quoted ^= character == '"';
        match (character, parts.last_mut()) {
            (',', _) if !is_quoted => parts.push(String::new()),
            (_, Some(last)) => last.push(character),
            _ => {}
        }
    }
    parts
}

/// `column [ASC | DESC] [NULLS FIRST | LAST]`. What is the default is left out.
fn key(text: &str) -> Option<String> {
    let text = text.trim();
    let end = match text.strip_prefix('"') {
        Some(inside) => inside.replace("\"\"", "xx").find('"')? + 2,
        None => text.find(char::is_whitespace).unwrap_or(text.len()),
    };
    let QualifiedName { schema: None, name } = QualifiedName::parse(&text[..end])? else {
        return None;
    };
    let words: Vec<String> = text[end..]
        .split_whitespace()
        .map(str::to_ascii_uppercase)
        .collect();
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    let order = match words.first() {
        Some(&("ASC" | "DESC")) => words.remove(0),
        _ => "ASC",
    };
    let suffix = match (order, words.as_slice()) {
        ("ASC", [] | ["NULLS", "LAST"]) => "",
        ("ASC", ["NULLS", "FIRST"]) => " NULLS FIRST",
        ("DESC", [] | ["NULLS", "FIRST"]) => " DESC",
        ("DESC", ["NULLS", "LAST"]) => " DESC NULLS LAST",
        _ => return None,
    };
    Some(format!("{}{suffix}", stored_identifier(&name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_postgres_does() {
        let written = |shape| keys(shape).map(|keys| keys.join(", "));
        for (shape, expected) in [
            ("(last_heartbeat_at)", "last_heartbeat_at"),
            (
                "USING btree (a DESC, b asc nulls first)",
                "a DESC, b NULLS FIRST",
            ),
            (
                "( \"Mixed\", \"order\" desc NULLS LAST,\"a,\"\"b\" )",
                "\"Mixed\", \"order\" DESC NULLS LAST, \"a,\"\"b\"",
            ),
            ("(A)", "a"),
        ] {
            assert_eq!(written(shape).as_deref(), Some(expected));
        }
        for refused in [
            "USING gin (tags)",
            "(lower(a))",
            "(a text_pattern_ops)",
            "(a) INCLUDE (b)",
            "(a) WITH (fillfactor = 70)",
            "(a COLLATE \"C\")",
        ] {
            assert_eq!(written(refused), None, "{refused}");
        }
    }
}
