//! Placeholders as client libraries spell them, turned into Postgres's own: `?`, `:name`, `:...name`, `@name`, `%s`, `%(name)s`, `{}`, `{name}`.

use super::lexical::{is_word_byte, skip_token};
use crate::source::excerpt::{Excerpt, ExcerptBuilder};
use crate::source::span::Span;

/// What stands in the SQL for a value that is bound or put in when it runs.
const PARAMETER: &str = "$1";
/// The same after `IN`, where Postgres itself wants parentheses and client libraries put them in with the list.
const PARAMETER_LIST: &str = "($1)";

/// What stands for a piece that is put in as text, as a template's interpolations are: as a whole condition it may be any.
/// `%s` is taken for one although some drivers bind it, for whether they do is not seen here.
const INTERPOLATION: &str = "$9001";
const INTERPOLATION_LIST: &str = "($9001)";

/// The same SQL with `$1` or `$9001` for every placeholder of a client library; offsets of the result lead back to `text`.
pub fn with_parameters(text: &str) -> Excerpt<'static> {
    let bytes = text.as_bytes();
    let mut builder = ExcerptBuilder::new();
    let mut copied = 0;
    let mut at = 0;
    while at < bytes.len() {
        let is_list = follows_in(&bytes[..at]);
        let own = || is_list.then(|| numbered_end(bytes, at)).flatten();
        if let Some(end) = placeholder_end(bytes, at).or_else(own) {
            let parameter = match (matches!(bytes[at], b'{' | b'%'), is_list) {
                (true, true) => INTERPOLATION_LIST,
                (true, false) => INTERPOLATION,
                (false, true) => PARAMETER_LIST,
                (false, false) => PARAMETER,
            };
            builder.verbatim(text, Span::new(copied, at));
            builder.replaced(parameter, Span::new(at, end));
            copied = end;
            at = end;
        } else {
            // What does not end is left for the parser to refuse.
            at = skip_token(bytes, at).unwrap_or(bytes.len());
        }
    }
    builder.verbatim(text, Span::new(copied, bytes.len()));
    builder
        .finish()
        .unwrap_or_else(|| Excerpt::verbatim("", Span::new(0, 0)))
}

/// A statement whose placeholders are all of values, as a server takes it for planning: `$1`, `$2` and so on, without a gap. One name is
/// one parameter, each `?` its own. `None` when a piece of text is put into it, so that it is not whole.
pub fn for_planning(statement: &str) -> Option<String> {
    let bytes = statement.as_bytes();
    let mut known: Vec<&str> = Vec::new();
    let mut planned = String::new();
    let (mut copied, mut at) = (0, 0);
    while at < bytes.len() {
        let own = (bytes[at] == b'$')
            .then(|| numbered_end(bytes, at))
            .flatten();
        let Some(end) = placeholder_end(bytes, at).or(own) else {
            at = skip_token(bytes, at).ok()?;
            continue;
        };
        let name = &statement[at..end];
        if name.starts_with(['{', '%']) {
            return None;
        }
        let place = known.iter().position(|known| *known == name && name != "?");
        let place = place.unwrap_or_else(|| {
            known.push(name);
            known.len() - 1
        });
        planned.push_str(&statement[copied..at]);
        let number = place + 1;
        match follows_in(&bytes[..at]) {
            true => planned.push_str(&format!("(${number})")),
            false => planned.push_str(&format!("${number}")),
        }
        copied = end;
        at = end;
    }
    planned.push_str(&statement[copied..]);
    Some(planned)
}

/// Whether a piece of this SQL is put in by the program, and stands for what is not known here.
pub fn has_interpolation(text: &str) -> bool {
    text.contains(INTERPOLATION)
}

/// Whether the word before is `IN`.
fn follows_in(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    let Some((rest, word)) = before.split_last_chunk::<2>() else {
        return false;
    };
    word.eq_ignore_ascii_case(b"in") && !rest.last().is_some_and(|byte| is_word_byte(*byte))
}

/// The end of `$1`.
fn numbered_end(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = bytes[at + 1..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    (bytes[at] == b'$' && digits > 0).then_some(at + 1 + digits)
}

fn placeholder_end(bytes: &[u8], at: usize) -> Option<usize> {
    let next = bytes.get(at + 1).copied().unwrap_or(b' ');
    let previous = at.checked_sub(1).map_or(b' ', |index| bytes[index]);
    match bytes[at] {
        b'?' if !matches!(next, b'|' | b'&' | b'?' | b'-' | b'#')
            && !is_json_operator(bytes, at) =>
        {
            Some(
                at + 1
                    + bytes[at + 1..]
                        .iter()
                        .take_while(|byte| byte.is_ascii_digit())
                        .count(),
            )
        }
        b':' | b'@'
            if previous != bytes[at]
                && !is_word_byte(previous)
                && (next.is_ascii_alphabetic() || next == b'_') =>
        {
            Some(word_end(bytes, at + 1))
        }
        // TypeORM's list
        b':' if bytes[at..].starts_with(b":...") => Some(word_end(bytes, at + 4)),
        b'%' if matches!(next, b's' | b'd' | b'v')
            && !is_word_byte(bytes.get(at + 2).copied().unwrap_or(b' ')) =>
        {
            Some(at + 2)
        }
        b'%' if next == b'(' => {
            let close = at + memchr::memchr(b')', &bytes[at..])?;
            (bytes.get(close + 1) == Some(&b's')).then_some(close + 2)
        }
        b'{' => Some(at + memchr::memchr(b'}', &bytes[at..])? + 1),
        _ => None,
    }
}

/// `document ? 'key'` asks for a key; a placeholder is not followed by a string.
fn is_json_operator(bytes: &[u8], at: usize) -> bool {
    bytes[at + 1..]
        .iter()
        .find(|byte| !byte.is_ascii_whitespace())
        == Some(&b'\'')
}

fn word_end(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..]
        .iter()
        .take_while(|byte| is_word_byte(**byte))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_of_values_are_numbered_for_planning() {
        let planned = |text| for_planning(text).unwrap();
        assert_eq!(
            planned("SELECT '?' FROM t WHERE a = ? AND b = ? AND c IN ?"),
            "SELECT '?' FROM t WHERE a = $1 AND b = $2 AND c IN ($3)"
        );
        assert_eq!(
            planned("a = :x AND b = :y OR c = :x::text"),
            "a = $1 AND b = $2 OR c = $1::text"
        );
        assert_eq!(
            planned("a = $9001 AND b = $2 AND c > $9001"),
            "a = $1 AND b = $2 AND c > $1"
        );
        assert_eq!(for_planning("SELECT {} FROM t"), None);
        assert_eq!(for_planning("SELECT %s FROM t"), None);
    }

    #[test]
    fn every_library_is_understood_and_strings_are_left_alone() {
        for (text, expected) in [
            ("a = ? AND b = ?2", "a = $1 AND b = $1"),
            ("a ? 'key' AND b ?| c", "a ? 'key' AND b ?| c"),
            ("a = :name::text AND b = @name", "a = $1::text AND b = $1"),
            (
                "a = %s AND b = %(name)s AND c % 2 = 1",
                "a = $9001 AND b = $9001 AND c % 2 = 1",
            ),
            (
                "a = {} AND b = '{x}' -- ? it's",
                "a = $9001 AND b = '{x}' -- ? it's",
            ),
            (
                "a IN ? OR a not in %s OR a IN :names OR a IN $2",
                "a IN ($1) OR a not in ($9001) OR a IN ($1) OR a IN ($1)",
            ),
            ("a IN ($1, $2) AND pin $3", "a IN ($1, $2) AND pin $3"),
        ] {
            assert_eq!(with_parameters(text).text(), expected);
        }
    }
}
