//! The queries of a script: its own statements, and those inside the bodies of the functions and views that it defines.

use std::ops::Range;

use super::ddl::{self, Ddl};
use super::lexical::{Unterminated, skip_token};
use super::plpgsql::{self, Block, Node};
use super::split::{leading_words, statements};

/// One query, as a range of the script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptQuery {
    pub range: Range<usize>,
    /// The function that holds it, the view that it is, or the name that a comment gives it (`-- name: reap :exec`, as sqlc has it).
    pub within: Option<String>,
}

/// The queries of a script, in order.
///
/// # Errors
/// When the script cannot be cut into statements.
pub fn queries(script: &str) -> Result<Vec<ScriptQuery>, Unterminated> {
    let mut found = Vec::new();
    let mut previous_end = 0;
    for range in statements(script)? {
        let range = without_meta_commands(script, range);
        let statement = &script[range.clone()];
        let words = leading_words(statement, 6);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["CREATE", .., "FUNCTION" | "PROCEDURE" | "VIEW", _]
            | ["CREATE", "FUNCTION" | "PROCEDURE" | "VIEW", ..]
            | ["CREATE", _, "FUNCTION" | "PROCEDURE" | "VIEW", ..]
            | ["CREATE", _, _, "FUNCTION" | "PROCEDURE" | "VIEW", ..] => {
                let within = defined_name(statement);
                for inner in body_queries(statement) {
                    found.push(ScriptQuery {
                        range: range.start + inner.start..range.start + inner.end,
                        within: within.clone(),
                    });
                }
            }
            ["DO", ..] => {
                for inner in body_queries(statement) {
                    found.push(ScriptQuery {
                        range: range.start + inner.start..range.start + inner.end,
                        within: None,
                    });
                }
            }
            // CREATE TABLE … AS SELECT
            ["CREATE", ..] => {
                let inner = unquoted_body(statement)
                    .and_then(|body| query_of(&body, statement))
                    .unwrap_or(0..statement.len());
                found.push(ScriptQuery {
                    range: range.start + inner.start..range.start + inner.end,
                    within: comment_name(&script[previous_end..range.start]),
                });
            }
            // COPY (SELECT …) TO …
            ["COPY", ..] => {
                let inner = parenthesised(statement).unwrap_or(0..statement.len());
                found.push(ScriptQuery {
                    range: range.start + inner.start..range.start + inner.end,
                    within: comment_name(&script[previous_end..range.start]),
                });
            }
            _ => {
                let within = comment_name(&script[previous_end..range.start]);
                let handed = dollar_quoted(statement).into_iter();
                found.extend(handed.map(|inner| ScriptQuery {
                    range: range.start + inner.start..range.start + inner.end,
                    within: within.clone(),
                }));
                found.push(ScriptQuery {
                    within,
                    range: range.clone(),
                });
            }
        }
        previous_end = range.end;
    }
    Ok(found)
}

/// The statement after psql's own commands, which fill their lines: `\\set ON_ERROR_STOP on`.
fn without_meta_commands(script: &str, range: Range<usize>) -> Range<usize> {
    let mut start = range.start;
    while script[start..range.end].starts_with('\\')
        && let Some(end) = script[start..range.end].find('\n')
    {
        let rest = &script[start + end..range.end];
        start = range.end - rest.trim_start().len();
    }
    start..range.end
}

/// What stands between the first parentheses that a statement opens with: `COPY (…)`.
fn parenthesised(statement: &str) -> Option<Range<usize>> {
    let open = statement.find(|c: char| !c.is_alphabetic() && !c.is_whitespace())?;
    let bytes = statement.as_bytes();
    let (mut at, mut depth) = (open, 0_usize);
    while at < bytes.len() {
        match bytes[at] {
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(open + 1..at),
            b')' => depth = depth.checked_sub(1)?,
            _ if depth == 0 => return None,
            _ => {}
        }
        at = skip_token(bytes, at).ok()?;
    }
    None
}

/// What stands in the statement's dollar quotes and begins as a query does: SQL that is handed to somebody who runs it, such as pg_cron.
fn dollar_quoted(statement: &str) -> Vec<Range<usize>> {
    let bytes = statement.as_bytes();
    let (mut at, mut found) = (0, Vec::new());
    while at < bytes.len() {
        let Ok(end) = skip_token(bytes, at) else {
            return found;
        };
        if bytes[at] == b'$' && end > at + 1 {
            let quote = statement[at + 1..].find('$').map_or(0, |tag| tag + 2);
            let inside = at + quote..end.saturating_sub(quote);
            let words = statement
                .get(inside.clone())
                .map(|text| leading_words(text, 1));
            let first = words.unwrap_or_default();
            let is_query = first
                .iter()
                .any(|word| QUERY_WORDS.contains(&word.as_str()));
            found.extend(is_query.then_some(inside));
        }
        at = end;
    }
    found
}

const QUERY_WORDS: [&str; 5] = ["SELECT", "WITH", "UPDATE", "INSERT", "DELETE"];

/// The name after FUNCTION, PROCEDURE or VIEW, without its schema.
fn defined_name(statement: &str) -> Option<String> {
    let upper = statement.to_ascii_uppercase();
    let (keyword, at) = ["FUNCTION", "PROCEDURE", "VIEW"]
        .iter()
        .filter_map(|keyword| Some((keyword, upper.find(keyword)?)))
        .min_by_key(|(_, at)| *at)?;
    let mut rest = statement[at + keyword.len()..].trim_start();
    for word in ["IF NOT EXISTS "] {
        if rest.to_ascii_uppercase().starts_with(word) {
            rest = &rest[word.len()..];
        }
    }
    let end = rest
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '"' | '$')))
        .unwrap_or(rest.len());
    crate::model::name::QualifiedName::parse(&rest[..end]).map(|name| name.name.to_string())
}

/// `-- name: reap :exec`
fn comment_name(between: &str) -> Option<String> {
    between.lines().rev().find_map(|line| {
        let named = line
            .trim()
            .strip_prefix("--")?
            .trim()
            .strip_prefix("name:")?;
        named.split_whitespace().next().map(str::to_owned)
    })
}

/// The queries inside a statement's body, as ranges of the statement.
fn body_queries(statement: &str) -> Vec<Range<usize>> {
    let body = match ddl::read(statement, None, &[]) {
        Ok(Ddl::Routine { body: Some(body) } | Ddl::Do { body }) => body,
        _ => match unquoted_body(statement) {
            Some(body) => body,
            None => return Vec::new(),
        },
    };
    let text = &statement[body.clone()];
    let mut found = Vec::new();
    match plpgsql::read(text) {
        Ok(block) => gather_block(&block, text, &mut found),
        Err(_) => found = statements(text).unwrap_or_default(),
    }
    found
        .into_iter()
        .map(|range| body.start + range.start..body.start + range.end)
        .collect()
}

/// A view's query after AS, or the statements of `BEGIN ATOMIC … END`.
fn unquoted_body(statement: &str) -> Option<Range<usize>> {
    let upper = statement.to_ascii_uppercase();
    if let Some(at) = upper.find("BEGIN ATOMIC") {
        let end = upper.rfind("END").filter(|end| *end > at)?;
        return Some(at + "BEGIN ATOMIC".len()..end);
    }
    let after = upper.find(" AS").or_else(|| upper.find("\nAS"))?;
    // What a materialized view is told after its query.
    let endings = ["WITH NO DATA", "WITH DATA"];
    let end = endings
        .iter()
        .find_map(|it| upper.trim_end().strip_suffix(it));
    Some(after + 3..end.map_or(statement.len(), str::len))
}

fn gather_block(block: &Block, body: &str, found: &mut Vec<Range<usize>>) {
    gather(&block.body, body, found);
    for handler in &block.handlers {
        gather(&handler.body, body, found);
    }
}

fn gather(nodes: &[Node], body: &str, found: &mut Vec<Range<usize>>) {
    for node in nodes {
        match node {
            Node::Sql(range) => found.push(without_into(range, body)),
            Node::Execute(range) => {
                let text = &body[range.clone()];
                let handed = dollar_quoted(text).into_iter();
                let handed: Vec<Range<usize>> = handed
                    .map(|inner| range.start + inner.start..range.start + inner.end)
                    .collect();
                match handed.is_empty() {
                    true => found.extend(query_of(range, body)),
                    false => found.extend(handed),
                }
            }
            Node::Expression(range) | Node::Return(range) => found.extend(query_of(range, body)),
            Node::If(alternatives) => {
                for alternative in alternatives {
                    found.extend(
                        alternative
                            .condition
                            .iter()
                            .flat_map(|range| query_of(range, body)),
                    );
                    gather(&alternative.body, body, found);
                }
            }
            Node::Case { alternatives, .. } => alternatives
                .iter()
                .for_each(|nodes| gather(nodes, body, found)),
            Node::Loop { head, body: nodes } => {
                found.extend(query_of(head, body));
                gather(nodes, body, found);
            }
            Node::Block(block) => gather_block(block, body, found),
        }
    }
}

/// The query inside a larger text: what begins with its first SELECT, WITH, UPDATE, INSERT or DELETE outside of strings.
fn query_of(range: &Range<usize>, body: &str) -> Option<Range<usize>> {
    let text = &body[range.clone()];
    let upper = text.to_ascii_uppercase();
    let start = QUERY_WORDS
        .iter()
        .chain(&["PERFORM"])
        .filter_map(|word| {
            upper.match_indices(word).map(|(at, _)| at).find(|at| {
                let before = upper[..*at].chars().next_back();
                before.is_none_or(|c| !(c.is_alphanumeric() || c == '_'))
            })
        })
        .min()?;
    if upper[start..].starts_with("PERFORM") {
        return None;
    }
    let mut end = text.len();
    // EXISTS (SELECT …) and := (SELECT …) leave their closing parentheses behind.
    let mut surplus = text[start..]
        .matches(')')
        .count()
        .saturating_sub(text[start..].matches('(').count());
    while surplus > 0
        && let Some(close) = text[start..end].rfind(')')
    {
        end = start + close;
        surplus -= 1;
    }
    Some(range.start + start..range.start + end)
}

/// `… RETURNING id INTO variable` is plpgsql, not SQL.
fn without_into(range: &Range<usize>, body: &str) -> Range<usize> {
    let upper = body[range.clone()].to_ascii_uppercase();
    let returning = upper.rfind("RETURNING");
    match returning.and_then(|at| upper[at..].find(" INTO ").map(|into| at + into)) {
        Some(into) => range.start..range.start + into,
        None => range.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_in_bodies_bear_the_name_of_their_function() {
        let script = "CREATE OR REPLACE FUNCTION app.reap() RETURNS void LANGUAGE plpgsql AS $$\n\
            BEGIN\n IF EXISTS (SELECT 1 FROM runs WHERE a = 1) THEN\n  UPDATE runs SET b = 1 WHERE c = 2 RETURNING id INTO v;\n END IF;\n\
            FOR r IN SELECT * FROM runs LOOP NULL; END LOOP;\nEND $$;\n\
            -- name: list :many\nSELECT 2;";
        let found = queries(script).unwrap();
        let texts: Vec<(&str, Option<&str>)> = found
            .iter()
            .map(|query| (&script[query.range.clone()], query.within.as_deref()))
            .collect();
        assert_eq!(
            texts,
            [
                ("SELECT 1 FROM runs WHERE a = 1", Some("reap")),
                (
                    "UPDATE runs SET b = 1 WHERE c = 2 RETURNING id",
                    Some("reap")
                ),
                ("SELECT * FROM runs", Some("reap")),
                ("SELECT 2", Some("list")),
            ]
        );
    }

    #[test]
    fn queries_that_other_statements_hold_are_read() {
        for (script, expected) in [
            (
                "CREATE TABLE live AS SELECT 1 FROM runs WHERE a = 1;",
                "SELECT 1 FROM runs WHERE a = 1",
            ),
            (
                "CREATE MATERIALIZED VIEW v AS SELECT 1 WITH NO DATA;",
                "SELECT 1",
            ),
            (
                "COPY (SELECT 1 FROM runs WHERE a IN (1, 2)) TO STDOUT;",
                "SELECT 1 FROM runs WHERE a IN (1, 2)",
            ),
            (
                "SELECT cron.schedule('reap', '* * * * *', $$DELETE FROM runs$$);",
                "DELETE FROM runs",
            ),
            (
                "DO $do$ BEGIN EXECUTE $q$DELETE FROM runs$q$; END $do$;",
                "DELETE FROM runs",
            ),
            (
                "\\set ON_ERROR_STOP on\n\\pset format csv\nSELECT 1;",
                "SELECT 1",
            ),
        ] {
            let found = queries(script).unwrap();
            assert_eq!(&script[found[0].range.clone()], expected, "{script}");
        }
    }
}
