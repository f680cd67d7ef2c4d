//! Lines that tell a tool something: `-- migrate:up`, `-- +goose Up`.

use std::ops::Range;

/// The lines of a text, where each stands, without what ends it.
pub fn lines(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        let kept = line.trim_end_matches('\n');
        (start..start + kept.len(), kept.trim_end_matches('\r'))
    })
}

/// Whether nothing stands there but blanks and comments of one line.
pub fn is_silent(text: &str) -> bool {
    let is_silent = |line: &str| {
        let line = line.trim_ascii_start();
        line.is_empty() || line.starts_with("--")
    };
    text.lines().all(is_silent)
}

/// What a comment of one line says; `None` for another line.
pub fn said(line: &str) -> Option<&str> {
    let comment = line.trim_start().strip_prefix("--")?;
    Some(comment.trim())
}
