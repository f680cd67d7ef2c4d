//! Suppressions: comments that say of a finding why it may stay.

use crate::source::file::Location;
use crate::source::span::{Span, Spanned};

/// What every such comment begins with, before `ignore`.
pub const MARK: &str = "laneset:";

/// `laneset: ignore RULE, RULE reason="…"`, as it was read from a comment.
#[derive(Debug, Clone)]
pub struct Suppression {
    /// The directive, from its mark to its last character.
    pub location: Location,
    /// The line of which it speaks, from 1: its own, where something stands before it, or else the one below.
    pub line: usize,
    /// What stands in a literal speaks of that literal alone: an SQL comment in source, a comment in a `$$` body.
    pub within: Option<Span>,
    pub directive: Result<Directive, Malformed>,
}

/// What a suppression says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// The rules' names as they were written, whether or not there are such rules; spans are the file's. Never empty.
    pub rules: Vec<Spanned<String>>,
    /// Never blank.
    pub reason: String,
}

/// Why a directive says nothing, as a sentence without a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed(pub String);

/// Whether a line of a comment, without what marks it as one, is a directive.
pub fn is_directive(line: &str) -> bool {
    let rest = line.strip_prefix(MARK).map(str::trim_start);
    let rest = rest.and_then(|rest| rest.strip_prefix("ignore"));
    rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// Reads a directive. Spans count from its first character.
///
/// # Errors
/// When a rule or the reason is missing, or something else stands there.
pub fn read(line: &str) -> Result<Directive, Malformed> {
    let malformed = |text: &str| Malformed(text.to_owned());
    let after = line
        .find("ignore")
        .map_or(line.len(), |at| at + "ignore".len());
    let names_end = line[after..].find('=').map_or(line.len(), |at| after + at);
    let (names, reason) = (&line[after..names_end], &line[names_end..]);
    let mut words: Vec<Spanned<String>> = Vec::new();
    let is_between = |c: char| c.is_whitespace() || c == ',';
    let mut at = after;
    for word in names.split(is_between) {
        if !word.is_empty() {
            words.push(Spanned::new(
                word.to_owned(),
                Span::new(at, at + word.len()),
            ));
        }
        at += word.len()
            + line[at + word.len()..]
                .chars()
                .next()
                .map_or(0, char::len_utf8);
    }
    if reason.is_empty() {
        return Err(malformed("it gives no reason"));
    }
    match words.pop() {
        Some(word) if word.value == "reason" => {}
        _ => return Err(malformed("`reason` is expected before `=`")),
    }
    if words.is_empty() {
        return Err(malformed("it names no rule"));
    }
    let reason = quoted(reason[1..].trim_start())?;
    if reason.trim().is_empty() {
        return Err(malformed("its reason is empty"));
    }
    Ok(Directive {
        rules: words,
        reason: reason.trim().to_owned(),
    })
}

/// What stands between quotes, when nothing stands behind them.
fn quoted(text: &str) -> Result<&str, Malformed> {
    let malformed = |text: &str| Err(Malformed(text.to_owned()));
    let quote = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => quote,
        _ => return malformed("its reason stands in no quotes"),
    };
    let Some(end) = text[1..].find(quote) else {
        return malformed("the quotes of its reason are not closed on its line");
    };
    match text[end + 2..].trim().is_empty() {
        true => Ok(&text[1..=end]),
        false => malformed("something stands behind its reason"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directive_names_rules_and_a_reason() {
        let line = "laneset: ignore index-drift,query-drift , x reason = 'it''s'";
        assert!(read(line).is_err(), "a doubled quote ends it");
        let line = "laneset:ignore index-drift,query-drift , é reason=\"the dump = old, #12\"  ";
        assert!(is_directive(line));
        let directive = read(line).unwrap();
        assert_eq!(directive.reason, "the dump = old, #12");
        let names: Vec<&str> = (directive.rules.iter())
            .map(|rule| {
                assert_eq!(&line[rule.span.range()], rule.value);
                rule.value.as_str()
            })
            .collect();
        assert_eq!(names, ["index-drift", "query-drift", "é"]);
    }

    #[test]
    fn what_says_too_little_is_malformed() {
        for (line, reason) in [
            ("laneset: ignore", "it gives no reason"),
            ("laneset: ignore index-drift", "it gives no reason"),
            ("laneset: ignore reason=\"x\"", "it names no rule"),
            (
                "laneset: ignore index-drift reason=\"\"",
                "its reason is empty",
            ),
            (
                "laneset: ignore index-drift reason=\"  \"",
                "its reason is empty",
            ),
            (
                "laneset: ignore index-drift reason=x",
                "its reason stands in no quotes",
            ),
            (
                "laneset: ignore index-drift reason=",
                "its reason stands in no quotes",
            ),
            (
                "laneset: ignore index-drift reason=\"x",
                "the quotes of its reason are not closed on its line",
            ),
            (
                "laneset: ignore index-drift reason=\"x\" y",
                "something stands behind its reason",
            ),
            (
                "laneset: ignore index-drift because=\"x\"",
                "`reason` is expected before `=`",
            ),
        ] {
            assert!(is_directive(line));
            assert_eq!(read(line), Err(Malformed(reason.to_owned())), "{line}");
        }
        assert!(!is_directive("laneset: ignored by most"));
        assert!(!is_directive("see laneset: ignore"));
    }
}
