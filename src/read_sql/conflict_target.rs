//! The predicates of conflict targets, taken out of a statement before it is parsed.

use std::ops::Range;

use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::syntax::Sql;
use crate::model::name::QualifiedName;

/// `ON CONFLICT (…) WHERE predicate`: the table that is inserted into, and where the predicate stands.
pub(super) struct ConflictTarget {
    pub(super) table: QualifiedName,
    pub(super) range: Range<usize>,
}

/// A parser over the statement without the predicates of its conflict targets, for which sqlparser 0.63 has no tree.
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
        } else if cursor.keywords(&["ON", "CONFLICT"])
            && cursor.group().is_some()
            && cursor.keywords(&["WHERE"])
            && let Some(table) = table.clone()
        {
            let start = cursor.offset();
            while !cursor.is_at_end() && cursor.peek_word().as_deref() != Some("DO") {
                if cursor.skip_one().is_none() {
                    break;
                }
            }
            targets.push(ConflictTarget {
                table,
                range: start..cursor.last_end(),
            });
        } else {
            cursor.advance();
        }
    }
    let hidden: Vec<Range<usize>> = targets.iter().map(|target| target.range.clone()).collect();
    (sql.parser_without(prefix, &hidden), targets)
}
