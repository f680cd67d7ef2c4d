//! A key with its value as it stands in a manifest: on lines of its own, or between the braces of an inline table.

use std::ops::Range;

use toml_edit::{Item, Value};

use crate::source::edit::Edit;

/// Where a key and its value stand in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// From the first segment of a dotted key to the end of the value.
    whole: Range<usize>,
    /// Where the last segment begins, quotes included.
    key: usize,
    /// Whether braces hold it, on one line or, as TOML 1.1 allows, on more.
    is_between_braces: bool,
}

impl Pair {
    /// The pair of that key in a table. `None` when it is not there, or was not read from a text.
    pub fn find(text: &str, table: &Item, key: &str) -> Option<Self> {
        let (key, item) = table.as_table_like()?.get_key_value(key)?;
        let key = key.span()?.start;
        let end = item.as_value().and_then(Value::span)?.end;
        Some(Self {
            whole: first_segment(text, key)..end,
            key,
            is_between_braces: table.is_inline_table(),
        })
    }

    /// Adds a pair of the same table right behind this one; where this one has lines of its own, on a line with the remark above.
    pub fn add(&self, text: &str, remark: &str, key: &str, value: &str) -> Edit {
        let prefix = &text[self.whole.start..self.key];
        let Some(lines) = self.lines(text) else {
            return Edit::insert(self.whole.end, format!(", {prefix}{key} = {value}"));
        };
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let indentation = &text[lines.start..self.whole.start];
        let added = format!("{indentation}{remark}{newline}{indentation}{prefix}{key} = {value}");
        let is_ended = text[lines.clone()].ends_with('\n');
        let added = if is_ended {
            format!("{added}{newline}")
        } else {
            format!("{newline}{added}")
        };
        Edit::insert(lines.end, added)
    }

    /// Takes the pair away: its lines with the remark above them, or what it takes between braces with one comma.
    pub fn remove(&self, text: &str, remark: &str) -> Edit {
        let span = match self.lines(text) {
            Some(lines) => without_remark(text, lines, remark),
            None => self.with_comma(text),
        };
        Edit::new(span.into(), "")
    }

    /// The lines that hold it, with the last line's end. `None` where braces do.
    fn lines(&self, text: &str) -> Option<Range<usize>> {
        if self.is_between_braces {
            return None;
        }
        let before = &text[..self.whole.start];
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let newline = text[self.whole.end..].find('\n');
        let end = newline.map_or(text.len(), |newline| self.whole.end + newline + 1);
        Some(start..end)
    }

    fn with_comma(&self, text: &str) -> Range<usize> {
        let Range { start, end } = self.whole;
        let after = text[end..].trim_start();
        let before = text[..start].trim_end();
        if let Some(rest) = after.strip_prefix(',') {
            let rest = rest.trim_start_matches([' ', '\t']);
            start..text.len() - rest.len()
        } else if let Some(before) = before.strip_suffix(',') {
            before.len()..end
        } else {
            start..end
        }
    }
}

/// Where the key begins whose last segment begins at `last`: `a . "b".c` at `a`.
fn first_segment(text: &str, last: usize) -> usize {
    let mut start = last;
    while let Some(before) = text[..start]
        .trim_end_matches([' ', '\t'])
        .strip_suffix('.')
    {
        let before = before.trim_end_matches([' ', '\t']);
        start = segment_start(before);
    }
    start
}

/// Where the segment begins that the text ends with.
fn segment_start(text: &str) -> usize {
    let Some(quote) = text
        .chars()
        .next_back()
        .filter(|last| "\"'".contains(*last))
    else {
        return text
            .trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-')
            .len();
    };
    let mut inside = &text[..text.len() - 1];
    while let Some(at) = inside.rfind(quote) {
        inside = &inside[..at];
        let backslashes = inside.len() - inside.trim_end_matches('\\').len();
        // In a literal string a backslash is a letter.
        if quote == '\'' || backslashes.is_multiple_of(2) {
            return at;
        }
    }
    0
}

/// The same lines, with the remark right above them; the last of a text without a final line end leave none behind.
fn without_remark(text: &str, lines: Range<usize>, remark: &str) -> Range<usize> {
    let above = text[..lines.start].trim_end_matches(['\r', '\n']);
    let start = above.rfind('\n').map_or(0, |newline| newline + 1);
    let start = if above[start..].trim() == remark {
        start
    } else {
        lines.start
    };
    if text[lines.clone()].ends_with('\n') {
        return start..lines.end;
    }
    let before = &text[..start];
    let before = before.strip_suffix('\n').unwrap_or(before);
    before.strip_suffix('\r').unwrap_or(before).len()..lines.end
}
