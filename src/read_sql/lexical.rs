//! Where the tokens of SQL end that may hold anything: strings, quoted names, dollar quotes and comments; and blanks and words.

use thiserror::Error;

/// What was begun and never ended; the script cannot be read past `at`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what} begins here and does not end")]
pub struct Unterminated {
    pub what: &'static str,
    /// The byte offset at which it begins.
    pub at: usize,
}

/// Past the string, quoted name, dollar quote or comment that may begin at `at`; past one byte when none does.
pub(super) fn skip_token(bytes: &[u8], at: usize) -> Result<usize, Unterminated> {
    match bytes[at] {
        b'\'' if is_escape_string(bytes, at) => skip_escape_string(bytes, at),
        b'\'' => skip_quoted(bytes, at, b'\'', "a string"),
        b'"' => skip_quoted(bytes, at, b'"', "a quoted name"),
        b'$' => skip_dollar_quote(bytes, at),
        b'-' if bytes[at..].starts_with(b"--") => Ok(line_end(bytes, at)),
        b'/' if bytes[at..].starts_with(b"/*") => skip_block_comment(bytes, at),
        _ => Ok(at + 1),
    }
}

fn skip_quoted(
    bytes: &[u8],
    at: usize,
    quote: u8,
    what: &'static str,
) -> Result<usize, Unterminated> {
    let mut from = at + 1;
    loop {
        let Some(index) = memchr::memchr(quote, &bytes[from..]) else {
            return Err(Unterminated { what, at });
        };
        let after = from + index + 1;
        if bytes.get(after) != Some(&quote) {
            return Ok(after);
        }
        from = after + 1;
    }
}

fn skip_escape_string(bytes: &[u8], at: usize) -> Result<usize, Unterminated> {
    let mut from = at + 1;
    loop {
        let Some(index) = memchr::memchr2(b'\'', b'\\', &bytes[from..]) else {
            return Err(Unterminated {
                what: "a string",
                at,
            });
        };
        let found = from + index;
        let doubled = bytes[found] == b'\'' && bytes.get(found + 1) == Some(&b'\'');
        if bytes[found] == b'\'' && !doubled {
            return Ok(found + 1);
        }
        from = (found + 2).min(bytes.len());
    }
}

fn skip_dollar_quote(bytes: &[u8], at: usize) -> Result<usize, Unterminated> {
    let follows_word = at > 0 && is_word_byte(bytes[at - 1]);
    let tag_end = bytes[at + 1..]
        .iter()
        .position(|byte| *byte == b'$' || !is_word_byte(*byte))
        .map_or(bytes.len(), |index| at + 1 + index);
    let is_tag = bytes.get(tag_end) == Some(&b'$') && !bytes[at + 1].is_ascii_digit();
    if follows_word || !is_tag {
        return Ok(at + 1);
    }
    let tag = &bytes[at..=tag_end];
    match memchr::memmem::find(&bytes[tag_end + 1..], tag) {
        Some(index) => Ok(tag_end + 1 + index + tag.len()),
        None => Err(Unterminated {
            what: "a dollar-quoted string",
            at,
        }),
    }
}

/// Block comments nest in Postgres (manual, 4.1.5).
fn skip_block_comment(bytes: &[u8], at: usize) -> Result<usize, Unterminated> {
    let mut depth = 0_usize;
    let mut from = at;
    loop {
        let Some(index) = memchr::memchr2(b'/', b'*', &bytes[from..]) else {
            return Err(Unterminated {
                what: "a comment",
                at,
            });
        };
        from += index;
        if bytes[from..].starts_with(b"/*") {
            depth += 1;
            from += 2;
        } else if bytes[from..].starts_with(b"*/") {
            depth -= 1;
            from += 2;
            if depth == 0 {
                return Ok(from);
            }
        } else {
            from += 1;
        }
    }
}

/// Past white space and comments. An unterminated comment is left where it begins.
pub(super) fn skip_blank(bytes: &[u8], mut at: usize) -> usize {
    loop {
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace)
            || bytes[at..].starts_with(b"\xEF\xBB\xBF")
        {
            at += if bytes[at] == 0xEF { 3 } else { 1 };
        }
        if bytes[at..].starts_with(b"--") {
            at = line_end(bytes, at);
        } else if bytes[at..].starts_with(b"/*") {
            match skip_block_comment(bytes, at) {
                Ok(end) => at = end,
                Err(_) => return at,
            }
        } else {
            return at;
        }
    }
}

pub(super) fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |index| at + index)
}

fn is_escape_string(bytes: &[u8], at: usize) -> bool {
    at > 0 && bytes[at - 1].eq_ignore_ascii_case(&b'e') && (at == 1 || !is_word_byte(bytes[at - 2]))
}

/// Letters, digits, underscore and every byte of a non-ASCII character; the dollar sign is left to the dollar quotes.
pub(super) fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

pub(super) fn word_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .position(|byte| !is_word_byte(*byte))
        .map_or(bytes.len(), |index| at + index)
}
