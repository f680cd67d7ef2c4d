//! The few lines of a file that are shown around spans. Whatever the size of the file or of its lines, a window is small.

use std::ops::Range;
use std::sync::Arc;

use super::visible::in_source;
use crate::source::file::SourceFile;
use crate::source::lines::Position;
use crate::source::span::Span;

/// A span of more lines, or with a longer line, is shown by its first line alone.
const LINES: usize = 8;
/// Bytes handed to the renderer at most before the first span and after the last one of a window. It trims lines to the terminal by itself;
/// this much of a line keeps nearly every line whole, and with it the column that the renderer counts.
const CONTEXT: usize = 2000;
/// Spans farther apart than this many bytes get windows of their own.
const APART: usize = 600;

/// A span to be shown, and what to say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub span: Span,
    pub text: String,
    pub is_culprit: bool,
}

/// A piece of a file with its marks, whose spans are byte ranges of `text`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// Without control characters; `…` where a line was cut.
    pub text: String,
    /// The line of the file, from 1, at which `text` begins.
    pub line_number: usize,
    /// Where the mark that leads this window begins in the file: the culprit, or else the first one.
    pub position: Position,
    /// The first line lacks its beginning, so that columns cannot be counted in it.
    pub is_cut_before: bool,
    pub marks: Vec<(Range<usize>, Mark)>,
}

/// The windows that show every mark of one file, in its order but for the culprit's, which comes first. `columns` is how long a
/// marked line may be.
pub(super) fn windows(file: &Arc<SourceFile>, marks: Vec<Mark>, columns: usize) -> Vec<Window> {
    let text = file.text();
    let mut clipped: Vec<(Span, Mark)> = marks
        .into_iter()
        .map(|mark| (clip(text, mark.span, columns), mark))
        .collect();
    clipped.sort_by_key(|(span, _)| *span);
    let mut groups: Vec<Vec<(Span, Mark)>> = Vec::new();
    for (span, mark) in clipped {
        match groups.last_mut() {
            Some(group) if span.start < end_of(group) + APART => group.push((span, mark)),
            _ => groups.push(vec![(span, mark)]),
        }
    }
    groups.sort_by_key(|group| !group.iter().any(|(_, mark)| mark.is_culprit));
    groups
        .into_iter()
        .map(|group| window(file, group))
        .collect()
}

fn end_of(group: &[(Span, Mark)]) -> usize {
    group.iter().map(|(span, _)| span.end).max().unwrap_or(0)
}

/// The part of a span that is shown: without white space around it, on few and short lines.
fn clip(text: &str, span: Span, columns: usize) -> Span {
    let start = floor(text, span.start);
    let end = floor(text, span.end).max(start);
    // No more than this is ever looked at.
    let head = &text[start..floor(text, end.min(start + (LINES + 1) * 4 * columns))];
    let start = start + (head.len() - head.trim_start().len());
    let head = head.trim();
    let is_whole = start + head.len() >= text[..end].trim_end().len();
    let short = |line: &str| line.chars().nth(columns).is_none();
    if is_whole && head.lines().count() <= LINES && head.lines().all(short) {
        return Span::new(start, start + head.len());
    }
    let line = head.lines().next().unwrap_or_default();
    let length = line
        .char_indices()
        .nth(columns)
        .map_or(line.len(), |(index, _)| index);
    Span::new(start, start + line[..length].trim_end().len())
}

fn window(file: &Arc<SourceFile>, group: Vec<(Span, Mark)>) -> Window {
    let text = file.text();
    let first = group.iter().map(|(span, _)| span.start).min().unwrap_or(0);
    let (from, cut_before) = line_start(text, first);
    let (to, cut_after) = line_end(text, end_of(&group));
    let mut shown = Shown::default();
    if cut_before {
        shown.text.push('…');
    }
    for (index, character) in text[from..to].char_indices() {
        shown.push(from + index, character, text);
    }
    let end = shown.text.len();
    if cut_after {
        shown.text.push('…');
    }
    let lead = group
        .iter()
        .find(|(_, mark)| mark.is_culprit)
        .or(group.first())
        .map_or(first, |(span, _)| span.start);
    Window {
        line_number: file.position(first).line,
        position: file.position(lead),
        is_cut_before: cut_before,
        marks: group
            .into_iter()
            .map(|(span, mark)| {
                (
                    shown.offset(span.start, end)..shown.offset(span.end, end),
                    mark,
                )
            })
            .collect(),
        text: shown.text,
    }
}

/// Text as shown, with the way from the file's offsets to its own.
#[derive(Default)]
struct Shown {
    text: String,
    /// The file's offset of each character and the one in `text`, both ascending.
    offsets: Vec<(usize, usize)>,
}

impl Shown {
    fn push(&mut self, offset: usize, character: char, source: &str) {
        self.offsets.push((offset, self.text.len()));
        match character {
            '\n' => self.text.push('\n'),
            '\r' if source[offset..].starts_with("\r\n") => {}
            other => self.text.push(in_source(other)),
        }
    }

    fn offset(&self, source_offset: usize, end: usize) -> usize {
        let index = self
            .offsets
            .partition_point(|(offset, _)| *offset < source_offset);
        self.offsets.get(index).map_or(end, |(_, shown)| *shown)
    }
}

/// Where the line of `offset` begins, or [`CONTEXT`] bytes before it, and whether that cuts the line.
fn line_start(text: &str, offset: usize) -> (usize, bool) {
    let from = floor(text, offset.saturating_sub(CONTEXT));
    match memchr::memrchr(b'\n', &text.as_bytes()[from..offset]) {
        Some(newline) => (from + newline + 1, false),
        None => {
            let at_start = from == 0 || text.as_bytes()[from - 1] == b'\n';
            (from, !at_start)
        }
    }
}

fn line_end(text: &str, offset: usize) -> (usize, bool) {
    let to = floor(text, offset.saturating_add(CONTEXT)).max(offset);
    match memchr::memchr(b'\n', &text.as_bytes()[offset..to]) {
        Some(newline) => (offset + newline, false),
        None => (to, to < text.len() && text.as_bytes()[to] != b'\n'),
    }
}

/// The nearest character boundary at or before an offset.
fn floor(text: &str, offset: usize) -> usize {
    text.floor_char_boundary(offset)
}
