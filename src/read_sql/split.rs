//! Cuts a script into statements, as psql would: aware of strings, dollar quotes, comments, parentheses, SQL-standard function
//! bodies, psql's own commands and COPY data. It looks at bytes only where one of those may begin, so that a file costs about
//! as much as a search in it.

use std::ops::Range;

use thiserror::Error;

/// What was begun and never ended; the script cannot be read past `at`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what} begins here and does not end")]
pub struct Unterminated {
    pub what: &'static str,
    /// The byte offset at which it begins.
    pub at: usize,
}

/// The statements of a script in order, without their semicolons, leading comments and white space. Empty ones are left out.
///
/// # Errors
/// When a string, quoted name, dollar quote, comment, parenthesis or function body does not end.
pub fn statements(script: &str) -> Result<Vec<Range<usize>>, Unterminated> {
    let mut splitter = Splitter {
        bytes: script.as_bytes(),
        at: 0,
    };
    let mut found = Vec::new();
    while let Some(statement) = splitter.next_statement()? {
        found.push(statement);
    }
    Ok(found)
}

/// The first words of a statement in upper case, at most `count` of them: enough to tell its kind without parsing it.
pub fn leading_words(statement: &str, count: usize) -> Vec<String> {
    let mut words = Vec::with_capacity(count);
    let mut rest = skip_blank(statement.as_bytes(), 0);
    let bytes = statement.as_bytes();
    while words.len() < count && rest < bytes.len() && is_word_byte(bytes[rest]) {
        let end = word_end(bytes, rest);
        words.push(statement[rest..end].to_ascii_uppercase());
        rest = skip_blank(bytes, end);
    }
    words
}

struct Splitter<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Splitter<'_> {
    fn next_statement(&mut self) -> Result<Option<Range<usize>>, Unterminated> {
        loop {
            self.at = self.skip_blank_checked(self.at)?;
            match self.bytes.get(self.at) {
                None => return Ok(None),
                Some(b';') => self.at += 1,
                // A command of psql, such as \restrict, ends with its line.
                Some(b'\\') => self.at = line_end(self.bytes, self.at),
                Some(_) => break,
            }
        }
        let start = self.at;
        let end = self.statement_end(start)?;
        self.at = (end + 1).min(self.bytes.len());
        if is_copy_from_stdin(&self.bytes[start..end]) {
            self.skip_copy_data();
        }
        let trimmed = self.bytes[start..end].trim_ascii_end().len();
        Ok(Some(start..start + trimmed))
    }

    /// The offset of the semicolon that ends the statement, or of the end of the script.
    fn statement_end(&self, start: usize) -> Result<usize, Unterminated> {
        let bytes = self.bytes;
        let mut at = start;
        let mut open_parentheses: Vec<usize> = Vec::new();
        while at < bytes.len() {
            match bytes[at] {
                b';' if open_parentheses.is_empty() => {
                    if !is_inside_atomic_body(&bytes[start..at]) {
                        return Ok(at);
                    }
                    at += 1;
                }
                b'(' => {
                    open_parentheses.push(at);
                    at += 1;
                }
                b')' => {
                    open_parentheses.pop();
                    at += 1;
                }
                b'\'' | b'"' | b'$' | b'-' | b'/' => at = skip_token(bytes, at)?,
                _ => at += 1,
            }
            at = skip_plain(bytes, at);
        }
        if let Some(at) = open_parentheses.pop() {
            return Err(Unterminated {
                what: "a parenthesis",
                at,
            });
        }
        if is_inside_atomic_body(&bytes[start..]) {
            return Err(Unterminated {
                what: "a function body (BEGIN ATOMIC)",
                at: start,
            });
        }
        Ok(bytes.len())
    }

    fn skip_blank_checked(&self, at: usize) -> Result<usize, Unterminated> {
        let end = skip_blank(self.bytes, at);
        if self.bytes[end..].starts_with(b"/*") {
            return Err(Unterminated {
                what: "a comment",
                at: end,
            });
        }
        Ok(end)
    }

    fn skip_copy_data(&mut self) {
        loop {
            let start = self.at;
            self.at = line_end(self.bytes, start);
            let line = self.bytes[start..self.at].trim_ascii();
            if line == b"\\." || start == self.bytes.len() {
                return;
            }
            self.at = (self.at + 1).min(self.bytes.len());
        }
    }
}

/// Bytes at which something other than plain text may begin.
const fn special_bytes() -> [bool; 256] {
    let mut table = [false; 256];
    let special = b"'\"$-/;()";
    let mut index = 0;
    while index < special.len() {
        table[special[index] as usize] = true;
        index += 1;
    }
    table
}

static SPECIAL: [bool; 256] = special_bytes();

fn skip_plain(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .position(|byte| SPECIAL[usize::from(*byte)])
        .map_or(bytes.len(), |index| at + index)
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
fn skip_blank(bytes: &[u8], mut at: usize) -> usize {
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

fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |index| at + index)
}

fn is_escape_string(bytes: &[u8], at: usize) -> bool {
    at > 0 && bytes[at - 1].eq_ignore_ascii_case(&b'e') && (at == 1 || !is_word_byte(bytes[at - 2]))
}

/// Letters, digits, underscore and every byte of a non-ASCII character; the dollar sign is left to the dollar quotes.
pub(super) fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn word_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .position(|byte| !is_word_byte(*byte))
        .map_or(bytes.len(), |index| at + index)
}

fn is_copy_from_stdin(statement: &[u8]) -> bool {
    if !starts_with_word(statement, b"copy") {
        return false;
    }
    let lower = statement.to_ascii_lowercase();
    memchr::memmem::find(&lower, b"from stdin").is_some()
}

fn starts_with_word(bytes: &[u8], word: &[u8]) -> bool {
    bytes.len() > word.len()
        && bytes[..word.len()].eq_ignore_ascii_case(word)
        && !is_word_byte(bytes[word.len()])
}

/// `CREATE [OR REPLACE] FUNCTION` or `PROCEDURE`.
fn defines_routine(statement: &[u8]) -> bool {
    let mut at = skip_blank(statement, b"create".len());
    for word in [b"or".as_slice(), b"replace"] {
        if starts_with_word(&statement[at..], word) {
            at = skip_blank(statement, at + word.len());
        }
    }
    starts_with_word(&statement[at..], b"function")
        || starts_with_word(&statement[at..], b"procedure")
}

/// Whether what stands before a semicolon is a function whose SQL-standard body (`BEGIN ATOMIC … END`) has begun and not ended.
fn is_inside_atomic_body(statement: &[u8]) -> bool {
    if !starts_with_word(statement, b"create") || !defines_routine(statement) {
        return false;
    }
    let mut open_blocks = 0_usize;
    let mut after_begin = false;
    let mut at = 0;
    while at < statement.len() {
        if matches!(statement[at], b'\'' | b'"' | b'$' | b'-' | b'/') {
            let Ok(end) = skip_token(statement, at) else {
                return false;
            };
            at = end;
        } else if is_word_byte(statement[at]) {
            let end = word_end(statement, at);
            let word = statement[at..end].to_ascii_lowercase();
            match word.as_slice() {
                b"atomic" if after_begin => open_blocks += 1,
                b"case" if open_blocks > 0 => open_blocks += 1,
                b"end" if open_blocks > 0 => {
                    open_blocks -= 1;
                    if open_blocks == 0 {
                        return false;
                    }
                }
                _ => {}
            }
            after_begin = word == b"begin";
            at = end;
        } else {
            at += 1;
        }
    }
    open_blocks > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(script: &str) -> Vec<&str> {
        let found = statements(script).unwrap();
        found.into_iter().map(|range| &script[range]).collect()
    }

    #[test]
    fn semicolons_inside_quotes_comments_and_bodies_end_nothing() {
        let script = "-- a; b\r\nSELECT ';', E'\\';', \"a;b\" /* ; /* ; */ ; */;\r\n\
            DO $x$ BEGIN $$;$$; END $x$;\n\
            CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); ;\n\
            SELECT a$b FROM t WHERE x = $1";
        assert_eq!(
            split(script),
            [
                "SELECT ';', E'\\';', \"a;b\" /* ; /* ; */ ; */",
                "DO $x$ BEGIN $$;$$; END $x$",
                "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)",
                "SELECT a$b FROM t WHERE x = $1",
            ]
        );
    }

    #[test]
    fn a_standard_body_is_one_statement() {
        let script = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END; SELECT 2;";
        assert_eq!(split(script).len(), 2);
    }

    #[test]
    fn psql_commands_and_copy_data_are_passed_over() {
        let script = "\\restrict abc\nSELECT 1;\nCOPY t (a) FROM stdin;\nit's;\n\\.\nSELECT 2;\n\\unrestrict abc\n";
        assert_eq!(
            split(script),
            ["SELECT 1", "COPY t (a) FROM stdin", "SELECT 2"]
        );
    }

    #[test]
    fn what_does_not_end_is_named_with_its_start() {
        for (script, what, at) in [
            ("SELECT 'abc", "a string", 7),
            ("SELECT 1; /* abc", "a comment", 10),
            ("SELECT $a$ abc $b$", "a dollar-quoted string", 7),
            ("SELECT (1", "a parenthesis", 7),
            ("SELECT \"a", "a quoted name", 7),
        ] {
            assert_eq!(
                statements(script),
                Err(Unterminated { what, at }),
                "{script}"
            );
        }
    }

    #[test]
    fn leading_words_pass_over_comments() {
        assert_eq!(
            leading_words("/* x */ create -- y\n unique INDEX i", 3),
            ["CREATE", "UNIQUE", "INDEX"]
        );
        assert_eq!(leading_words("(select 1)", 2), Vec::<String>::new());
    }
}
