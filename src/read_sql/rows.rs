//! The rows of an INSERT that has one string in each.

use std::ops::Range;

use sqlparser::ast::{Expr, SetExpr, Statement, Value};
use sqlparser::tokenizer::Token;

use super::literals::strings;
use super::split::leading_words;
use super::syntax::{Sql, reason};

/// The strings that `INSERT INTO … VALUES ('a'), ('b')` inserts, by their places, with quotes.
///
/// # Errors
/// Why it is no such statement, as the end of "cannot be read: …".
pub fn inserted_strings(statement: &str) -> Result<Vec<Range<usize>>, String> {
    let strings = strings(statement);
    match is_plain(statement, &strings) {
        true => Ok(strings),
        false => parsed(statement),
    }
}

/// Whether the strings stand as a dump has them, a row each. That is told without parsing thousands of them.
fn is_plain(statement: &str, strings: &[Range<usize>]) -> bool {
    let (Some(first), Some(last)) = (strings.first(), strings.last()) else {
        return false;
    };
    let is = |range: Range<usize>, wanted: &str| {
        let signs = statement[range].chars();
        signs
            .filter(|c| !c.is_ascii_whitespace())
            .eq(wanted.chars())
    };
    let head = statement[..first.start].trim_end().strip_suffix('(');
    let words = head.map(|head| leading_words(head, 2));
    let is_head = head.is_some_and(|head| head.trim_end().ends_with(") VALUES"))
        && words.is_some_and(|words| words == ["INSERT", "INTO"]);
    let mut pairs = strings.windows(2);
    is_head
        && pairs.all(|pair| is(pair[0].end..pair[1].start, "),("))
        && is(last.end..statement.len(), ")")
}

fn parsed(statement: &str) -> Result<Vec<Range<usize>>, String> {
    let sql = Sql::new(statement)?;
    let mut parser = sql.parser();
    let parsed = parser.parse_statement().map_err(|error| reason(&error))?;
    let next = parser.peek_token().token;
    if !matches!(next, Token::EOF | Token::SemiColon) {
        return Err(format!("`{next}` stands behind its last row"));
    }
    let source = match parsed {
        Statement::Insert(insert) => insert.source,
        _ => None,
    };
    let values = match source.map(|query| *query.body) {
        Some(SetExpr::Values(values)) => values,
        _ => return Err("it inserts no values".to_owned()),
    };
    let rows = values.rows.iter().map(|row| match row.as_slice() {
        [Expr::Value(value)] if matches!(value.value, Value::SingleQuotedString(_)) => {
            Ok(sql.range(value.span))
        }
        _ => Err("a row is not one string".to_owned()),
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_one_string() {
        let text = "INSERT INTO a.t (v) VALUES\n  ('1'), -- '2'\n  ('3''4')";
        let found = inserted_strings(text).unwrap();
        let found: Vec<&str> = found.into_iter().map(|it| &text[it]).collect();
        assert_eq!(found, ["'1'", "'3''4'"]);
        for broken in [
            "INSERT INTO t (v) VALUES ('1') ('2')",
            "INSERT INTO t (v) VALUES ('1'), ('2'),",
            "INSERT INTO t (v) VALUES ('1', '2')",
            "INSERT INTO t (v) VALUES (1)",
            "INSERT INTO t (v) VALUES ('1'), ('2'",
            "INSERT INTO t SELECT '1'",
            "SELECT '1'",
        ] {
            assert!(inserted_strings(broken).is_err(), "{broken}");
        }
    }
}
