//! The predicates of conflict targets, taken out of a statement before it is parsed.

use std::ops::Range;

use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::syntax::Sql;
use crate::model::name::QualifiedName;

/// `ON CONFLICT (columns) WHERE predicate`: the table that is inserted into, and where things stand.
pub(super) struct ConflictTarget {
    pub(super) table: QualifiedName,
    /// As written.
    pub(super) columns: Vec<String>,
    /// Of the columns, with their parentheses.
    pub(super) columns_range: Range<usize>,
    /// `None` where there is no WHERE.
    pub(super) predicate: Option<Range<usize>>,
}

/// A parser over the statement without its conflict targets: sqlparser 0.63 has no tree for their predicates and expressions.
pub(super) fn parser_without_conflict_targets(
    sql: &Sql,
    prefix: &[Token],
) -> (Parser<'static>, Vec<ConflictTarget>) {
    let words = sql.words();
    let mut cursor = Cursor::new(&words);
    let mut table = None;
    let mut targets = Vec::new();
    while !cursor.is_at_end() {
        if cursor.keywords(&["INTO"]) {
            table = cursor.name();
        } else if cursor.keywords(&["ON", "CONFLICT"]) {
            let start = cursor.offset();
            let columns = columns(&mut cursor, sql);
            if let (Some(columns), Some(table)) = (columns, table.clone()) {
                targets.push(ConflictTarget {
                    table,
                    columns,
                    columns_range: start..cursor.last_end(),
                    predicate: predicate(&mut cursor),
                });
            }
        } else {
            cursor.advance();
        }
    }
    let whole = |it: &ConflictTarget| {
        let end = it
            .predicate
            .as_ref()
            .map_or(it.columns_range.end, |it| it.end);
        it.columns_range.start..end
    };
    let hidden: Vec<Range<usize>> = targets.iter().map(whole).collect();
    (sql.parser_without(prefix, &hidden), targets)
}

/// What stands between the parentheses.
fn columns(cursor: &mut Cursor, sql: &Sql) -> Option<Vec<String>> {
    let start = cursor.offset();
    cursor.group()?;
    let text = sql.text().get(start..cursor.last_end())?;
    let inside = text.strip_prefix('(')?.strip_suffix(')')?;
    Some(elements(inside))
}

/// What commas separate that stand in no parentheses.
fn elements(list: &str) -> Vec<String> {
    let mut depth = 0_i32;
    let parts = list.split(|c: char| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        c == ',' && depth == 0
    });
    parts.map(|it| it.trim().to_owned()).collect()
}

/// What follows WHERE, up to DO.
fn predicate(cursor: &mut Cursor) -> Option<Range<usize>> {
    if !cursor.keywords(&["WHERE"]) {
        return None;
    }
    let start = cursor.offset();
    while !cursor.is_at_end() && cursor.peek_word().as_deref() != Some("DO") {
        if cursor.skip_one().is_none() {
            break;
        }
    }
    Some(start..cursor.last_end())
}
