//! What a plpgsql body assigns to its variables.

use std::ops::Range;

use sqlparser::tokenizer::Token;

use super::constant::as_array;
use super::cursor::Cursor;
use super::syntax::Sql;
use crate::model::lane::Value;
use crate::model::name::Identifier;

type Word<'a> = (&'a Token, Range<usize>);

/// The only expression that the body ever gives the variable; `None` when there are several, or it gets values in other ways.
pub fn only_value<'b>(body: &'b str, variable: &Identifier) -> Option<&'b str> {
    let sql = Sql::new(body).ok()?;
    let words = sql.words();
    let mut found = None;
    for statement in words.split(|(token, _)| begins_statement(token)) {
        match written(statement, variable) {
            Written::Nothing => {}
            Written::Unknown => return None,
            Written::Value(range) if found.is_none() => found = Some(range),
            Written::Value(_) => return None,
        }
    }
    found.map(|range| &body[range])
}

/// The variable of `FOREACH name IN ARRAY …` and the constants that it goes through, when the body gives it no other value.
pub fn constant_loop(head: &str, body: &str) -> Option<(Identifier, Vec<String>)> {
    let head_sql = Sql::new(head).ok()?;
    let tokens = head_sql.words();
    let mut cursor = Cursor::new(&tokens);
    cursor.keywords(&["FOREACH"]).then_some(())?;
    let variable = cursor.identifier()?;
    cursor.keywords(&["IN", "ARRAY"]).then_some(())?;
    let array = Sql::new(cursor.rest_text(&head_sql)).ok()?;
    let mut parser = array.parser();
    let array = parser.parse_expr().ok()?;
    (parser.peek_token().token == Token::EOF).then_some(())?;
    let values = as_array(&array, None)?.into_iter();
    let values: Vec<String> = values
        .map(|value| match value {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let sql = Sql::new(body).ok()?;
    let words = sql.words();
    let statements = words.split(|(token, _)| begins_statement(token));
    let writing = statements.filter(|each| !matches!(written(each, &variable), Written::Nothing));
    // The loop itself is one.
    (writing.count() == 1).then_some((variable, values))
}

enum Written {
    Nothing,
    Value(Range<usize>),
    Unknown,
}

/// A semicolon, or a word after which a statement begins. Those of a CASE expression end it too early, and it is not understood then.
fn begins_statement(token: &Token) -> bool {
    *token == Token::SemiColon
        || ["DECLARE", "BEGIN", "THEN", "ELSE", "LOOP"]
            .iter()
            .any(|word| is_word(token, word))
}

fn written(statement: &[Word], variable: &Identifier) -> Written {
    let is_variable = |(token, _): &Word| matches!(token, Token::Word(word) if Identifier::unquoted(&word.value) == *variable);
    let Some(at) = statement.iter().position(is_variable) else {
        return Written::Nothing;
    };
    let after = |word: &str| {
        let mut tokens = statement.iter();
        tokens.position(|(token, _)| is_word(token, word))
    };
    let is_target = after("INTO").is_some_and(|into| statement[into..].iter().any(is_variable))
        || after("FOR").is_some_and(|start| at == start + 1)
        || after("FOREACH").is_some_and(|start| at == start + 1)
        || ["GET", "CALL", "FETCH"]
            .iter()
            .any(|word| after(word) == Some(0));
    if is_target {
        return Written::Unknown;
    }
    if at != 0 {
        return Written::Nothing;
    }
    let gives = |(token, _): &Word| {
        matches!(token, Token::Assignment | Token::Eq) || is_word(token, "DEFAULT")
    };
    let is_declared = matches!(statement.get(1), Some((Token::Word(_), _)));
    match statement.iter().position(gives) {
        Some(equals) if equals == 1 || is_declared => {
            match (statement.get(equals + 1), statement.last()) {
                (Some((_, first)), Some((_, last))) => Written::Value(first.start..last.end),
                _ => Written::Unknown,
            }
        }
        None if is_declared => Written::Nothing,
        _ => Written::Unknown,
    }
}

fn is_word(token: &Token, expected: &str) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_with_one_value_is_known() {
        for (body, expected) in [
            (
                "DECLARE q text; BEGIN q := 'a' || b; EXECUTE q; END",
                Some("'a' || b"),
            ),
            (
                "DECLARE q CONSTANT text := 'a'; BEGIN EXECUTE Q; END",
                Some("'a'"),
            ),
            (
                "DECLARE q text DEFAULT 'a'; BEGIN RAISE NOTICE '%', q; END",
                Some("'a'"),
            ),
            (
                "DECLARE q text; BEGIN IF x THEN q = 'a'; END IF; END",
                Some("'a'"),
            ),
            ("DECLARE q text := 'a'; BEGIN q := 'b'; END", None),
            ("DECLARE q text; BEGIN SELECT def INTO q FROM t; END", None),
            (
                "DECLARE q text := 'a'; BEGIN FOR q IN SELECT 1 LOOP NULL; END LOOP; END",
                None,
            ),
            ("DECLARE q text := 'a'; BEGIN q[1] := 'b'; END", None),
            ("DECLARE q text; BEGIN EXECUTE q; END", None),
        ] {
            let found = only_value(body, &Identifier::unquoted("q"));
            assert_eq!(found, expected, "{body}");
        }
    }
}
