//! Range<usize>es of TypeScript that the parser need not read: the inside of long templates and comments. Nearly all of a file of
//! patches is SQL in templates, and the parser goes through it character by character.
//!
//! A stretch is a guess, and a [`Proof`] settles it after the parse: the text before a stretch is the same with and without it, so
//! where the short text has the stretch inside a template or comment, the whole text has its beginning there; and it holds nothing
//! that ends or interrupts either, so the template or comment goes on behind it as if it had not been there.

use std::ops::Range;

use tree_sitter::{Node, Point};

/// In bytes; less costs more to skip than to read.
const SHORTEST: usize = 48;

/// What ends a line to ECMAScript (11.3), and what the parser takes for the end of the file.
const ENDS_OF_LINE: [char; 5] = ['\n', '\r', '\u{2028}', '\u{2029}', '\0'];

/// What looks inert in a text, in order.
pub fn stretches(text: &str) -> Vec<Range<usize>> {
    let mut found = comment_lines(text);
    found.extend(template_text(text));
    found.sort_unstable_by_key(|range| range.start);
    found.dedup_by(|next, kept| next.start < kept.end);
    found
}

/// Whether the tree of what was read is also that of the whole text. It is shown every node of the tree, in source order.
pub struct Proof<'a> {
    text: &'a str,
    /// Those that no node was shown for yet.
    stretches: std::slice::Iter<'a, Range<usize>>,
    last_string: Range<usize>,
    holds: bool,
}

impl<'a> Proof<'a> {
    pub fn new(text: &'a str, stretches: &'a [Range<usize>]) -> Self {
        Self {
            text,
            stretches: stretches.iter(),
            last_string: 0..0,
            holds: true,
        }
    }

    pub fn holds(&self) -> bool {
        self.holds && self.stretches.as_slice().is_empty()
    }

    pub fn see(&mut self, node: Node) {
        let Some(next) = self.stretches.as_slice().first() else {
            return;
        };
        let range = node.byte_range();
        if next.start >= range.end || node.start_byte() > next.start {
            return;
        }
        match node.kind() {
            "string" => self.last_string = range,
            "comment" => self.settle(&range, goes_on_in_comment),
            // No string stands inside the text of a template, so one around it is the last that was seen.
            "string_fragment" if !self.last_string.contains(&next.start) => {
                self.settle(&range, goes_on_in_template);
            }
            _ => {}
        }
    }

    /// Settles every stretch inside a comment or the text of a template.
    fn settle(&mut self, range: &Range<usize>, goes_on: fn(&str) -> bool) {
        while let Some(next) = self.stretches.as_slice().first()
            && next.start < range.end
        {
            let is_inside = range.start < next.start && next.end < range.end;
            self.holds &= is_inside && goes_on(&self.text[next.clone()]);
            self.stretches.next();
        }
    }
}

/// Whether neither kind of comment can end in the text.
fn goes_on_in_comment(text: &str) -> bool {
    !text.contains(ENDS_OF_LINE) && !text.contains("*/")
}

/// Whether no template can end, be escaped from or be interpolated in the text.
fn goes_on_in_template(text: &str) -> bool {
    !text.contains(['`', '\\', '\0', '$'])
}

/// The rest of each line that begins as comments do. It has nothing that would end a line or close a block.
fn comment_lines(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text.as_bytes()) {
        let line = text[start..end].trim_ascii();
        start = end + 1;
        let is_comment = line.starts_with("// ") || line.starts_with("* ");
        if is_comment
            && line.len() > SHORTEST
            && !line.contains(ENDS_OF_LINE)
            && !line.contains("*/")
        {
            let begin = line.as_ptr() as usize - text.as_ptr() as usize;
            found.extend(inside(text, begin..begin + line.len()));
        }
    }
    found
}

/// What lies between backticks, but for interpolations and escapes.
fn template_text(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut backticks = memchr::memchr_iter(b'`', text.as_bytes());
    while let (Some(open), Some(close)) = (backticks.next(), backticks.next()) {
        let mut at = open + 1;
        for stop in memchr::memchr3_iter(b'$', b'\\', b'\0', &text.as_bytes()[open + 1..close]) {
            let stop = open + 1 + stop;
            if stop < at {
                continue;
            }
            found.extend(inside(text, at..stop));
            at = if text[stop..].starts_with("${") {
                memchr::memchr(b'}', &text.as_bytes()[stop..close]).map_or(close, |end| stop + end)
            } else {
                stop + 1
            };
        }
        found.extend(inside(text, at..close));
    }
    found
}

/// The part of a range behind its first blank and before its last character: what stands before a blank begins nothing that goes on
/// behind it, and with the last character the parser sees where the text ends.
fn inside(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let inside = text.get(range.clone())?;
    let start = range.start + inside.find([' ', '\n'])? + 1;
    let (last, _) = inside.char_indices().next_back()?;
    let end = range.start + last;
    (start + SHORTEST <= end).then_some(start..end)
}

/// What is left of a text without the stretches, as the parser wants to be told.
pub fn ranges_between(text: &str, stretches: &[Range<usize>]) -> Vec<tree_sitter::Range> {
    let mut places = Places::new(text);
    let mut ranges = Vec::with_capacity(stretches.len() + 1);
    let mut start = 0;
    let end = text.len()..text.len();
    for stretch in stretches.iter().chain([&end]) {
        ranges.push(tree_sitter::Range {
            start_byte: start,
            start_point: places.point(start),
            end_byte: stretch.start,
            end_point: places.point(stretch.start),
        });
        start = stretch.end;
    }
    ranges
}

/// Turns offsets into the parser's points, in ascending order.
struct Places<'a> {
    bytes: &'a [u8],
    row: usize,
    line_start: usize,
    counted: usize,
}

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
            row: 0,
            line_start: 0,
            counted: 0,
        }
    }

    fn point(&mut self, offset: usize) -> Point {
        for newline in memchr::memchr_iter(b'\n', &self.bytes[self.counted..offset]) {
            self.row += 1;
            self.line_start = self.counted + newline + 1;
        }
        self.counted = offset;
        Point {
            row: self.row,
            column: offset - self.line_start,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;
    use proptest::test_runner::RngSeed;

    use super::super::language::Language;
    use super::super::syntax::Syntax;
    use super::*;

    /// The file's nodes without the stretches, where it is proved that nothing changes; and with them.
    fn short_and_whole(text: &str) -> (Option<String>, String) {
        let stretches = stretches(text);
        let read =
            |stretches: &[_]| Syntax::read(Language::TypeScript, text, text, stretches).unwrap();
        let (short, is_proved) = read(&stretches);
        let is_shorter = is_proved && !stretches.is_empty();
        (
            is_shorter.then(|| format!("{short:?}")),
            format!("{:?}", read(&[]).0),
        )
    }

    const SQL: &str = "CREATE INDEX idx ON public.runs (last_heartbeat_at) WHERE status = 'a'";

    #[test]
    fn the_inside_of_templates_and_comments_is_passed_over() {
        for text in [
            format!("f(`\n{SQL}\n{SQL}\n`)"),
            format!("f(`{SQL} ${{a}} {SQL} \\` {SQL}`)\r\n"),
            format!("/**\r\n * {SQL}\r\n */\r\nf()"),
            format!("  // {SQL}\nf()"),
        ] {
            let (short, whole) = short_and_whole(&text);
            assert_eq!(short, Some(whole), "{text}");
        }
    }

    #[test]
    fn a_guess_that_is_wrong_is_given_up() {
        for text in [
            // Backticks that open nothing, so that code stands between the pairs.
            format!("const a = '`'; const b = f(); /* {SQL} */ const c = g(); const d = '`';"),
            format!("const a = /`/; const b = (x: number) => {{ return x; }}; const c = `{SQL}`;"),
            // A line comment, which ends where a template would go on.
            format!("// f(`\n{SQL}; const a = 1; /* `"),
            // An error.
            format!("const a = ; f(`{SQL}`)"),
        ] {
            assert_eq!(short_and_whole(&text).0, None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(20_260_518), ..ProptestConfig::default() })]
        #[test]
        fn what_is_passed_over_never_changes_the_tree(pieces in prop::collection::vec(select(&[
            "`", "${", "}", "$", "{", "\\", "'", "\"", "/", "*", "//", "/*", "*/", "/**\n * ", "\n * ", "\n// ", "\n", "\r\n", "\u{2028}", " ",
            "(", ")", "f", "=>", ";", "const a = ", "é", "\0", SQL, SQL, SQL, " `x` ", "f(`", "`)", "<b>", "</b>",
        ][..]), 1..24)) {
            let text = pieces.concat();
            let (short, whole) = short_and_whole(&text);
            prop_assert!(short.is_none_or(|short| short == whole));
        }
    }
}
