//! SQL cut out of a file, with the way back to the bytes it came from.

use std::borrow::Cow;
use std::ops::Range;

use super::span::Span;

/// A piece of the excerpt and the piece of the file that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Segment {
    /// Where the piece begins in the excerpt's own text.
    text_start: usize,
    /// What it stands for in the file.
    source: Span,
    /// Taken byte for byte; otherwise an escape or an interpolation, which has no inside.
    verbatim: bool,
}

impl Segment {
    /// Where in the file the excerpt's byte at `offset` begins.
    fn source_start(&self, offset: usize) -> usize {
        if self.verbatim {
            self.source.start + (offset - self.text_start)
        } else {
            self.source.start
        }
    }

    /// The same piece in a text that begins at `offset`.
    fn from(&self, offset: usize) -> Segment {
        if offset <= self.text_start {
            return Segment {
                text_start: self.text_start - offset,
                ..*self
            };
        }
        Segment {
            text_start: 0,
            source: Span::new(self.source_start(offset), self.source.end),
            verbatim: self.verbatim,
        }
    }

    /// Where in the file the excerpt's byte before `offset` ends.
    fn source_end(&self, offset: usize) -> usize {
        if self.verbatim {
            self.source.start + (offset - self.text_start)
        } else {
            self.source.end
        }
    }
}

/// Text taken from a file: the whole of a `.sql` file, or what a string literal holds once its escapes are read,
/// its pieces joined and its interpolations replaced by parameters. Offsets into [`Excerpt::text`] lead back to the file.
#[derive(Debug, Clone)]
pub struct Excerpt<'a> {
    text: Cow<'a, str>,
    segments: Vec<Segment>,
}

impl<'a> Excerpt<'a> {
    /// A part of `text`, as it stands.
    pub fn verbatim(text: &'a str, span: Span) -> Self {
        Self {
            text: Cow::Borrowed(&text[span.range()]),
            segments: vec![Segment {
                text_start: 0,
                source: span,
                verbatim: true,
            }],
        }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a range of the excerpt's text stands in the file. A range that touches a replaced piece
    /// (an escape, an interpolation) covers the whole of that piece.
    pub fn source_span(&self, range: Range<usize>) -> Span {
        let start = self.segment_at(range.start).source_start(range.start);
        if range.end <= range.start {
            return Span::new(start, start);
        }
        let end = self.segment_at(range.end - 1).source_end(range.end);
        Span::new(start, end)
    }

    /// Where the excerpt as a whole stands in the file.
    pub fn whole(&self) -> Span {
        self.source_span(0..self.text.len())
    }

    /// A part of this excerpt, by a range of its text: the body of a `$$` string, one statement of many.
    pub fn slice(&self, range: Range<usize>) -> Excerpt<'_> {
        let segments = self
            .segments
            .iter()
            .enumerate()
            .filter(|(index, segment)| {
                let next_start = self
                    .segments
                    .get(index + 1)
                    .map_or(self.text.len(), |next| next.text_start);
                segment.text_start < range.end.max(range.start + 1) && next_start >= range.start
            })
            .map(|(_, segment)| segment.from(range.start))
            .collect();
        Excerpt {
            text: Cow::Borrowed(&self.text[range]),
            segments,
        }
    }

    fn segment_at(&self, offset: usize) -> &Segment {
        let after = self
            .segments
            .partition_point(|segment| segment.text_start <= offset);
        &self.segments[after.saturating_sub(1)]
    }
}

/// Puts an excerpt together from pieces of a file, in order.
#[derive(Debug, Default)]
pub struct ExcerptBuilder {
    text: String,
    segments: Vec<Segment>,
}

impl ExcerptBuilder {
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes `source[span]` as it stands.
    pub fn verbatim(&mut self, source: &str, span: Span) {
        self.push(&source[span.range()], span, true);
    }

    /// Writes `text` where the file has `span`: what an escape means, or the parameter that an interpolation becomes.
    pub fn replaced(&mut self, text: &str, span: Span) {
        self.push(text, span, false);
    }

    /// Takes another excerpt in, with its way back to the file.
    pub fn excerpt(&mut self, excerpt: &Excerpt) {
        let base = self.text.len();
        self.segments
            .extend(excerpt.segments.iter().map(|segment| Segment {
                text_start: base + segment.text_start,
                ..*segment
            }));
        self.text.push_str(&excerpt.text);
    }

    /// `None` when nothing was written.
    pub fn finish(self) -> Option<Excerpt<'static>> {
        if self.segments.is_empty() {
            return None;
        }
        Some(Excerpt {
            text: Cow::Owned(self.text),
            segments: self.segments,
        })
    }

    fn push(&mut self, text: &str, source: Span, verbatim: bool) {
        if text.is_empty() {
            return;
        }
        self.segments.push(Segment {
            text_start: self.text.len(),
            source,
            verbatim,
        });
        self.text.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_lead_back_through_escapes_and_interpolations() {
        let source = r"`a \` b ${x} c`";
        let mut builder = ExcerptBuilder::new();
        builder.verbatim(source, Span::new(1, 3));
        builder.replaced("`", Span::new(3, 5));
        builder.verbatim(source, Span::new(5, 8));
        builder.replaced("$1", Span::new(8, 12));
        builder.verbatim(source, Span::new(12, 14));
        let excerpt = builder.finish().unwrap();
        assert_eq!(excerpt.text(), "a ` b $1 c");
        let at = |needle: &str| {
            let start = excerpt.text().find(needle).unwrap();
            let span = excerpt.source_span(start..start + needle.len());
            &source[span.range()]
        };
        assert_eq!(at("a"), "a");
        assert_eq!(at("b"), "b");
        assert_eq!(at("c"), "c");
        assert_eq!(at("b $1 c"), "b ${x} c");
        let inner = excerpt.slice(4..10);
        assert_eq!(inner.text(), "b $1 c");
        assert_eq!(&source[inner.source_span(5..6).range()], "c");
    }
}
