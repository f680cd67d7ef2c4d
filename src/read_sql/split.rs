//! Cuts a script into statements, as psql would: aware of strings, dollar quotes, comments, parentheses, SQL-standard function
//! bodies, psql's own commands and COPY data. It looks at bytes only where one of those may begin, so that a file costs about
//! as much as a search in it.

use std::ops::Range;

use super::lexical::{Unterminated, is_word_byte, line_end, skip_blank, skip_token, word_end};

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
