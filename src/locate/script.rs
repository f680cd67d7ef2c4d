//! SQL as it can be run: statements, with the way back to the file.

use std::sync::Arc;

use super::error::LocateError;
use crate::read_sql::split::statements;
use crate::source::excerpt::Excerpt;
use crate::source::file::{Location, SourceFile};
use crate::source::span::Span;

/// One statement, without its semicolon.
#[derive(Debug, Clone)]
pub struct Statement {
    pub sql: String,
    pub location: Location,
}

/// The statements of an excerpt, in the order in which they run.
///
/// # Errors
/// When it cannot be cut into statements.
pub fn cut(file: &Arc<SourceFile>, excerpt: &Excerpt) -> Result<Vec<Statement>, LocateError> {
    let text = excerpt.text();
    let ranges =
        statements(text).map_err(|error| LocateError::unterminated(file, excerpt, &error))?;
    let statement = |range: std::ops::Range<usize>| Statement {
        location: Location::new(file, excerpt.source_span(range.clone())),
        sql: text[range].to_owned(),
    };
    Ok(ranges.into_iter().map(statement).collect())
}

/// The statements of a part of a file.
///
/// # Errors
/// As [`cut`].
pub fn cut_part(file: &Arc<SourceFile>, part: Span) -> Result<Vec<Statement>, LocateError> {
    cut(file, &Excerpt::verbatim(file.text(), part))
}
