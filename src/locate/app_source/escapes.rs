//! What the inside of a string literal means: escapes read, line ends made one.

use crate::source::span::Span;

use super::syntax::NodeId;

/// A part of a string literal, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// The source as it stands.
    Verbatim(Span),
    /// Something else than what stands there.
    Replaced(String, Span),
    /// A value put in at run time. `bound`: as a parameter of the query, never as text.
    Interpolation {
        span: Span,
        expression: Option<NodeId>,
        bound: bool,
    },
    /// A name inside a string (`{COLUMNS}`, `$columns`): a constant's text if it is one, or else a value put in at run time where that is
    /// certain, or the text as it stands.
    Named {
        span: Span,
        name: Span,
        is_put_in: bool,
    },
}

/// Which escapes a literal knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escapes {
    /// None: a raw string.
    Raw,
    JavaScript,
    Rust,
    Go,
    Python,
    /// Those that Ruby, Java, Kotlin, C#, Elixir, Scala and Swift share; of any other the backslash means nothing.
    Common,
    /// The same, but any other stands for itself.
    Php,
    /// Only of the backslash and the quote: `'…'` of Ruby and PHP.
    Quoted,
    /// None, and a doubled quote is one: C#'s `@"…"`.
    Verbatim,
}

/// Whether a doubled brace means one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Braces {
    Plain,
    /// `{{` is `{` and `}}` is `}`: f-strings, `format!`.
    Doubled,
}

/// Reads `source[span]`, which holds no interpolation, into pieces.
pub fn cook(source: &str, span: Span, escapes: Escapes, braces: Braces, pieces: &mut Vec<Piece>) {
    // A literal that does not end has no quote to leave out, and the byte before its end may lie inside a character.
    let end = source.floor_char_boundary(span.end);
    let span = Span::new(source.floor_char_boundary(span.start).min(end), end);
    let text = &source[span.range()];
    let special = |byte: u8| match byte {
        b'\\' => !matches!(escapes, Escapes::Raw | Escapes::Verbatim),
        b'"' => escapes == Escapes::Verbatim,
        b'\r' => true,
        b'{' | b'}' => braces == Braces::Doubled,
        _ => false,
    };
    let (mut done, mut at) = (0, 0);
    while let Some(found) = text.as_bytes()[at..].iter().position(|byte| special(*byte)) {
        let start = at + found;
        let rest = &text[start..];
        let Some((length, meaning)) = meaning(rest, escapes) else {
            at = start + 1;
            continue;
        };
        push_verbatim(span.start + done..span.start + start, pieces);
        done = start + length;
        at = done;
        pieces.push(Piece::Replaced(
            meaning,
            Span::new(span.start + start, span.start + done),
        ));
    }
    push_verbatim(span.start + done..span.end, pieces);
}

fn push_verbatim(range: std::ops::Range<usize>, pieces: &mut Vec<Piece>) {
    if !range.is_empty() {
        pieces.push(Piece::Verbatim(range.into()));
    }
}

/// How many bytes at the beginning of `rest` stand for something else, and for what.
/// `None` when they stand for themselves.
fn meaning(rest: &str, escapes: Escapes) -> Option<(usize, String)> {
    match rest.as_bytes() {
        // Every language here reads a line end inside a literal as a bare newline.
        [b'\r', b'\n', ..] => Some((2, "\n".to_owned())),
        [b'{', b'{', ..] => Some((2, "{".to_owned())),
        [b'}', b'}', ..] => Some((2, "}".to_owned())),
        [b'"', b'"', ..] if escapes == Escapes::Verbatim => Some((2, "\"".to_owned())),
        [b'\\', ..] => match escapes {
            Escapes::Common | Escapes::Php => common_escape(rest, escapes),
            Escapes::Quoted => quoted_escape(rest),
            _ => escape(rest, escapes),
        },
        _ => None,
    }
}

fn quoted_escape(rest: &str) -> Option<(usize, String)> {
    let escaped = rest[1..].chars().next()?;
    matches!(escaped, '\'' | '\\').then(|| (2, escaped.to_string()))
}

fn common_escape(rest: &str, escapes: Escapes) -> Option<(usize, String)> {
    let escaped = rest[1..].chars().next()?;
    let one = |meaning: &str| Some((1 + escaped.len_utf8(), meaning.to_owned()));
    match escaped {
        'n' => one("\n"),
        't' => one("\t"),
        'r' => one("\r"),
        'f' => one("\u{c}"),
        'v' => one("\u{b}"),
        'e' => one("\u{1b}"),
        '\\' | '"' | '$' => one(escaped.encode_utf8(&mut [0; 4])),
        '0'..='7' => octal(rest),
        'x' => hexadecimal(rest, 2, escapes),
        'u' if rest[2..].starts_with('{') => braced(rest),
        'u' if escapes != Escapes::Php => surrogates(rest),
        _ if escapes == Escapes::Php => None,
        'b' => one("\u{8}"),
        'a' => one("\u{7}"),
        's' => one(" "),
        '\n' => one(""),
        '\r' if rest[2..].starts_with('\n') => Some((3, String::new())),
        other => one(other.encode_utf8(&mut [0; 4])),
    }
}

fn escape(rest: &str, escapes: Escapes) -> Option<(usize, String)> {
    let escaped = rest[1..].chars().next()?;
    let one = |meaning: &str| Some((1 + escaped.len_utf8(), meaning.to_owned()));
    match (escaped, escapes) {
        ('n', _) => one("\n"),
        ('t', _) => one("\t"),
        ('r', _) => one("\r"),
        ('\\', _) => one("\\"),
        ('\'', _) => one("'"),
        ('"', _) => one("\""),
        ('b', Escapes::JavaScript | Escapes::Go | Escapes::Python) => one("\u{8}"),
        ('f', Escapes::JavaScript | Escapes::Go | Escapes::Python) => one("\u{c}"),
        ('v', Escapes::JavaScript | Escapes::Go | Escapes::Python) => one("\u{b}"),
        ('a', Escapes::Go | Escapes::Python) => one("\u{7}"),
        ('x', _) => hexadecimal(rest, 2, escapes),
        ('u', Escapes::JavaScript | Escapes::Rust) if rest[2..].starts_with('{') => braced(rest),
        ('u', Escapes::JavaScript) => surrogates(rest),
        ('u', Escapes::Go | Escapes::Python) => hexadecimal(rest, 4, escapes),
        ('U', Escapes::Go | Escapes::Python) => hexadecimal(rest, 8, escapes),
        ('0'..='7', Escapes::JavaScript | Escapes::Go | Escapes::Python) => octal(rest),
        ('0', Escapes::Rust) => one("\0"),
        ('\n', Escapes::Rust) => Some((continuation(rest, 2), String::new())),
        ('\r', Escapes::Rust) if rest[2..].starts_with('\n') => {
            Some((continuation(rest, 3), String::new()))
        }
        ('\n', Escapes::JavaScript | Escapes::Python) => one(""),
        ('\r', Escapes::JavaScript | Escapes::Python) if rest[2..].starts_with('\n') => {
            Some((3, String::new()))
        }
        // Any other character stands for itself in JavaScript; Python keeps the backslash too.
        (other, Escapes::JavaScript) => one(other.encode_utf8(&mut [0; 4])),
        _ => None,
    }
}

/// In Rust a backslash at the end of a line skips all white space after it.
fn continuation(rest: &str, after: usize) -> usize {
    let skipped = rest[after..].trim_start_matches([' ', '\t', '\n', '\r']);
    rest.len() - skipped.len()
}

fn hexadecimal(rest: &str, digits: usize, escapes: Escapes) -> Option<(usize, String)> {
    let code = u32::from_str_radix(rest.get(2..2 + digits)?, 16).ok()?;
    // Go's \x writes a byte, and one byte past ASCII is no character.
    let code = if escapes == Escapes::Go && digits == 2 && code > 0x7f {
        0xfffd
    } else {
        code
    };
    Some((2 + digits, character(code).to_string()))
}

/// `\u{1F600}`.
fn braced(rest: &str) -> Option<(usize, String)> {
    let close = rest.bytes().take(16).position(|byte| byte == b'}')?;
    let digits = rest.get(3..close)?.replace('_', "");
    let code = u32::from_str_radix(&digits, 16).ok()?;
    Some((close + 1, character(code).to_string()))
}

/// `\uD83D\uDE00`: JavaScript writes what lies past U+FFFF as two halves.
fn surrogates(rest: &str) -> Option<(usize, String)> {
    let unit = |at: usize| {
        let digits = rest.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let first = unit(0)?;
    if let Some(second) = unit(6)
        && let Some(Ok(whole)) = char::decode_utf16([first, second]).next()
        && whole > '\u{ffff}'
    {
        return Some((12, whole.to_string()));
    }
    Some((6, character(u32::from(first)).to_string()))
}

fn octal(rest: &str) -> Option<(usize, String)> {
    let digits = rest[1..]
        .bytes()
        .take(3)
        .take_while(|byte| (b'0'..=b'7').contains(byte))
        .count();
    let code = u32::from_str_radix(&rest[1..=digits], 8).ok()?;
    Some((1 + digits, character(code).to_string()))
}

fn character(code: u32) -> char {
    char::from_u32(code).unwrap_or('\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cooked(text: &str, escapes: Escapes, braces: Braces) -> String {
        let mut pieces = Vec::new();
        cook(text, Span::new(0, text.len()), escapes, braces, &mut pieces);
        pieces
            .iter()
            .map(|piece| match piece {
                Piece::Verbatim(span) => &text[span.range()],
                Piece::Replaced(meaning, _) => meaning,
                Piece::Interpolation { .. } | Piece::Named { .. } => {
                    unreachable!("cook makes none")
                }
            })
            .collect()
    }

    #[test]
    fn each_language_reads_its_own_escapes() {
        let javascript = |text| cooked(text, Escapes::JavaScript, Braces::Plain);
        assert_eq!(
            javascript(r"a\n\t\`\${\x41\u00e9\u{1F600}\q"),
            "a\n\t`${Aé😀q"
        );
        assert_eq!(javascript(r"\uD83D\uDE00\uD83D\0"), "😀\u{fffd}\0");
        assert_eq!(javascript("a\\\nb\\\r\nc"), "abc");
        let rust = |text| cooked(text, Escapes::Rust, Braces::Plain);
        assert_eq!(rust("a \\\n     b\\\r\n\t\r\n c\\u{e9}\\x41"), "a bcéA");
        let go = |text| cooked(text, Escapes::Go, Braces::Plain);
        assert_eq!(go(r"\u00e9\U0001F600\101\x41\xff"), "é😀AA\u{fffd}");
        let python = |text| cooked(text, Escapes::Python, Braces::Plain);
        assert_eq!(python("\\d\\'\\\nx\\N{DASH}"), "\\d'x\\N{DASH}");
    }

    #[test]
    fn raw_text_keeps_its_backslashes_and_loses_its_carriage_returns() {
        assert_eq!(cooked("a\\n\r\nb", Escapes::Raw, Braces::Plain), "a\\n\nb");
    }

    #[test]
    fn doubled_braces_are_one_where_they_format() {
        assert_eq!(cooked("{{}} {x}", Escapes::Raw, Braces::Doubled), "{} {x}");
        assert_eq!(cooked("{{}}", Escapes::Raw, Braces::Plain), "{{}}");
    }

    #[test]
    fn a_broken_escape_stands_for_itself() {
        for text in [
            "\\", "\\x", "\\u", "\\u{", "\\u{zz}", "\\uD83", "\\xé", "\\U1",
        ] {
            for escapes in [Escapes::Rust, Escapes::Go, Escapes::Python] {
                assert_eq!(cooked(text, escapes, Braces::Plain), text);
            }
        }
    }
}
