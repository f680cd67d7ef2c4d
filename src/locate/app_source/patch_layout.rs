//! How JavaScript lays out a patch: its comments, its indentation, its literals.

use crate::source::span::Span;

/// The comments of a piece of JavaScript, which the syntax tree does not keep.
pub fn comments(text: &str, span: Span) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = span.start;
    while at < span.end {
        let rest = &text[at..span.end];
        let first = rest.chars().next().unwrap_or(' ');
        let length = match first {
            '\'' | '"' | '`' => {
                let mut is_escaped = false;
                let end = rest[1..].find(|c: char| {
                    let is_end = c == first && !is_escaped;
                    is_escaped = c == '\\' && !is_escaped;
                    is_end
                });
                end.map_or(rest.len(), |end| end + 2)
            }
            '/' if rest.starts_with("//") => rest.find(['\r', '\n']).unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            other => other.len_utf8(),
        };
        if first == '/' && length > 1 {
            found.push(Span::new(at, at + length));
        }
        at += length;
    }
    found
}

/// A comment with the space before it, and with its line where it has one of its own.
pub fn with_its_line(text: &str, comment: Span) -> Span {
    let before = &text[..comment.start];
    let start = before.trim_end_matches([' ', '\t']).len();
    let is_alone = before[..start].ends_with('\n');
    let line_end = if before[..start].ends_with("\r\n") {
        2
    } else {
        1
    };
    Span::new(if is_alone { start - line_end } else { start }, comment.end)
}

/// SQL as a template literal, laid out like the literal at `span`.
pub fn literal_at(text: &str, span: Span, sql: &str) -> String {
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let old = &text[span.range()];
    let inside = old.get(1..old.len().saturating_sub(1)).unwrap_or_default();
    let own = indentation_at(text, span.start);
    let opens_on_a_line = inside
        .trim_start_matches([' ', '\t'])
        .starts_with(['\r', '\n']);
    let (indentation, closing) = if opens_on_a_line {
        let first = inside.lines().skip(1).find(|line| !line.trim().is_empty());
        let first = first.map_or("", |line| &line[..line.len() - line.trim_start().len()]);
        let last = inside.rsplit('\n').next().unwrap_or_default();
        (
            first.to_owned(),
            if last.trim().is_empty() { last } else { "" },
        )
    } else {
        (format!("{own}  "), own)
    };
    let lines = sql.lines().map(|line| {
        let escaped = escaped_for_template(line);
        if line.is_empty() {
            newline.to_owned()
        } else {
            format!("{newline}{indentation}{escaped}")
        }
    });
    format!("`{}{newline}{closing}`", lines.collect::<String>())
}

/// The white space at the beginning of the line that holds `offset`.
pub fn indentation_at(text: &str, offset: usize) -> &str {
    let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let line = &text[start..offset];
    &line[..line.len() - line.trim_start().len()]
}

fn escaped_for_template(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('`', "\\`")
        .replace("${", "\\${")
}

/// Text as a literal in the quotes of another one.
pub fn quoted_like(literal: &str, text: &str) -> String {
    match literal.chars().next() {
        Some('`') | None => format!("`{}`", escaped_for_template(text)),
        Some(quote) => {
            let escaped = text.replace('\\', "\\\\");
            let escaped = escaped
                .replace(quote, &format!("\\{quote}"))
                .replace('\n', "\\n");
            format!("{quote}{escaped}{quote}")
        }
    }
}
