//! Texts that change no schema, told by their words alone.

use crate::read_sql::split::leading_words;

/// Whether a body holds a word without which it changes no schema: most triggers do not.
pub(super) fn may_change_schema(body: &str) -> bool {
    let bytes = body.as_bytes();
    let is_word =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    SCHEMA_WORDS.iter().any(|word| {
        let starts = memchr::memchr2_iter(word[0], word[0].to_ascii_uppercase(), bytes);
        starts.into_iter().any(|at| {
            let end = at + word.len();
            let follows = at.checked_sub(1).and_then(|before| bytes.get(before));
            bytes
                .get(at..end)
                .is_some_and(|found| found.eq_ignore_ascii_case(word))
                && !is_word(follows)
                && !is_word(bytes.get(end))
        })
    })
}

/// Whether a body may put SQL together that names what the body does not.
pub(super) fn may_execute(body: &str) -> bool {
    body.to_ascii_lowercase().contains("execute")
}

pub(super) const SCHEMA_WORDS: [&[u8]; 6] = [
    b"create",
    b"alter",
    b"drop",
    b"execute",
    b"set_config",
    b"search_path",
];

/// Whether the statement defines a routine whose text holds no word that changes a schema.
pub(super) fn defines_harmless_routine(text: &str) -> bool {
    let words = leading_words(text, 4);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is_routine = matches!(
        words.as_slice(),
        ["CREATE", "FUNCTION" | "PROCEDURE", ..]
            | ["CREATE", "OR", "REPLACE", "FUNCTION" | "PROCEDURE"]
    );
    is_routine
        && text
            .find(|c: char| c.is_ascii_whitespace())
            .is_some_and(|end| !may_change_schema(&text[end..]))
}

/// Whether the text calls a function that is not one of Postgres's own readers of its catalogs.
pub(super) fn calls_own_function(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.match_indices('(').any(|(at, _)| {
        let before = lower[..at].trim_end();
        let start = before
            .rfind(|c: char| !(c.is_alphanumeric() || c == '_'))
            .map_or(0, |index| index + 1);
        let word = &before[start..];
        let is_reader = HARMLESS_CALLS.contains(&word)
            || word.starts_with("pg_")
            || word.starts_with("to_reg")
            || word.starts_with("has_");
        !word.is_empty() && !is_reader
    })
}

/// Functions and keywords before a parenthesis that change nothing.
pub(super) const HARMLESS_CALLS: [&str; 26] = [
    "and",
    "any",
    "all",
    "array",
    "as",
    "case",
    "coalesce",
    "count",
    "current_setting",
    "exists",
    "exception",
    "format",
    "from",
    "in",
    "if",
    "length",
    "lower",
    "max",
    "min",
    "not",
    "notice",
    "or",
    "select",
    "set_config",
    "then",
    "where",
];
