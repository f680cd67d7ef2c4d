//! Reads the schema dump: one script, as `pg_dump --schema-only` prints it.

use std::sync::Arc;

use super::error::LocateError;
use super::replay::session::{Replay, Script};
use crate::source::excerpt::Excerpt;
use crate::source::file::SourceFile;
use crate::source::span::Span;

/// Either stands near the beginning of what pg_dump prints; dbmate takes the comments above the first `\restrict` away.
const HEADERS: [&str; 2] = [
    "-- PostgreSQL database dump",
    "-- Dumped by pg_dump version ",
];
/// The comment that pg_dump ends with.
const FOOTER: &str = "-- PostgreSQL database dump complete";

/// Replays the dump.
///
/// # Errors
/// When it is cut off, or cannot be cut into statements.
pub fn replay(file: &Arc<SourceFile>, replay: &mut Replay) -> Result<(), LocateError> {
    let text = file.text();
    let is_whole = memchr::memmem::rfind(text.as_bytes(), FOOTER.as_bytes()).is_some();
    let has_header = text[..floor_char_boundary(text, 4096)]
        .lines()
        .any(|line| HEADERS.iter().any(|header| line.starts_with(header)));
    if has_header && !is_whole {
        return Err(LocateError::TruncatedDump(file.path().clone()));
    }
    let excerpt = Excerpt::verbatim(text, Span::new(0, text.len()));
    let script = Script {
        file,
        excerpt: &excerpt,
    };
    replay
        .run(script)
        .map_err(|error| LocateError::unterminated(file, &excerpt, &error))
}

fn floor_char_boundary(text: &str, most: usize) -> usize {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}
