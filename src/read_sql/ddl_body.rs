//! The statements that hold a body: `DO` blocks and routines.

use std::ops::Range;

use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::ddl::{Ddl, Outcome, Statement};

pub(super) fn do_block(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["DO"]);
    let mut body = None;
    while !cursor.is_at_end() {
        if cursor.keywords(&["LANGUAGE"]) {
            let language = cursor.advance()?.to_string();
            if language.trim_matches('\'') != "plpgsql" {
                return Some(Ok(Ddl::Unseen(
                    "a DO block in another language than plpgsql",
                )));
            }
        } else {
            body = Some(quoted_body(cursor)?);
        }
    }
    Some(Ok(Ddl::Do { body: body? }))
}

pub(super) fn routine(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    let mut body = None;
    while !cursor.is_at_end() {
        if cursor.keywords(&["AS"]) && matches!(cursor.peek(), Some(Token::DollarQuotedString(_))) {
            body = quoted_body(cursor);
        } else {
            cursor.skip_one()?;
        }
    }
    Some(Ok(Ddl::Routine { body }))
}

/// The inside of a dollar-quoted string, as a range of the statement. A body in plain quotes is not read.
fn quoted_body(cursor: &mut Cursor) -> Option<Range<usize>> {
    let start = cursor.offset();
    let Token::DollarQuotedString(quoted) = cursor.advance()? else {
        return None;
    };
    let tag_length = quoted.tag.as_ref().map_or(0, String::len) + 2;
    Some(start + tag_length..cursor.last_end() - tag_length)
}
