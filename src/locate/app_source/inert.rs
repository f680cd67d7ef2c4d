//! Stretches of TypeScript that the parser need not read: the inside of long templates and comments. Nearly all of a file of
//! patches is SQL in templates, and the parser goes through it character by character.
//!
//! A stretch is a guess, and [`is_inert`] proves it after the parse. The proof: the text before a stretch is the same with and
//! without it, so where the short text has the stretch inside a template or comment, the whole text has its beginning there; and it
//! holds nothing that ends or interrupts either, so the template or comment goes on behind it as if it had not been there.

use tree_sitter::{Node, Point, Range, Tree};

/// Bytes of the text that are not read.
type Stretch = std::ops::Range<usize>;

/// In bytes; less costs more to skip than to read.
const SHORTEST: usize = 48;

/// What ends a line to ECMAScript (11.3), and what the parser takes for the end of the file.
const ENDS_OF_LINE: [char; 5] = ['\n', '\r', '\u{2028}', '\u{2029}', '\0'];

/// What the parser is to read of a text, and the stretches that it is to pass over.
pub struct Reading {
    pub ranges: Vec<Range>,
    skipped: Vec<Stretch>,
}

impl Reading {
    /// Leaves out what looks inert; `None` when nothing does.
    pub fn short(text: &str) -> Option<Self> {
        let mut skipped = comment_lines(text);
        skipped.extend(template_text(text));
        skipped.sort_unstable_by_key(|range| range.start);
        skipped.dedup_by(|next, kept| next.start < kept.end);
        (!skipped.is_empty()).then(|| Self {
            ranges: ranges_between(text, &skipped),
            skipped,
        })
    }

    /// Whether the tree of what was read is also the tree of the whole text.
    pub fn is_proved(&self, text: &str, tree: &Tree) -> bool {
        let root = tree.root_node();
        !root.has_error() && self.skipped.iter().all(|range| is_inert(root, text, range))
    }
}

/// Whether a stretch lies inside a comment or the text of a template, not at its beginning, and goes through it without an end.
fn is_inert(root: Node, text: &str, stretch: &Stretch) -> bool {
    let Some(node) = root.descendant_for_byte_range(stretch.start, stretch.end) else {
        return false;
    };
    let skipped = &text[stretch.clone()];
    let goes_on = match node.kind() {
        "comment" => goes_on_in_comment(skipped),
        "string_fragment" => {
            node.parent()
                .is_some_and(|parent| parent.kind() == "template_string")
                && goes_on_in_template(skipped)
        }
        _ => false,
    };
    goes_on && node.start_byte() < stretch.start && stretch.end < node.end_byte()
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
fn comment_lines(text: &str) -> Vec<Stretch> {
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
fn template_text(text: &str) -> Vec<Stretch> {
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
fn inside(text: &str, range: Stretch) -> Option<Stretch> {
    let inside = text.get(range.clone())?;
    let start = range.start + inside.find([' ', '\n'])? + 1;
    let (last, _) = inside.char_indices().next_back()?;
    let end = range.start + last;
    (start + SHORTEST <= end).then_some(start..end)
}

fn ranges_between(text: &str, skipped: &[Stretch]) -> Vec<Range> {
    let mut places = Places::new(text);
    let mut ranges = Vec::with_capacity(skipped.len() + 1);
    let mut start = 0;
    let whole = text.len()..text.len();
    for stretch in skipped.iter().chain([&whole]) {
        ranges.push(Range {
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
