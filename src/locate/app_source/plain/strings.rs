//! What the string literals hold: where they begin and end, what is put in, and what their escapes mean.

use super::super::calls::member;
use super::super::escapes::{Braces, Escapes, Piece, cook};
use super::super::kinds::{Field, Kind};
use super::super::language::Language;
use super::super::syntax::{NodeId, Syntax};
use crate::source::span::Span;

/// The pieces of a text, in source order.
pub fn pieces(syntax: &Syntax, text: NodeId) -> Vec<Piece> {
    let literal = Literal::new(syntax, text);
    let mut pieces = Vec::new();
    let mut done = literal.inside.start;
    for (hole, expression) in literal.holes() {
        literal.cook(Span::new(done, hole.start.max(done)), &mut pieces);
        pieces.push(Piece::Interpolation {
            span: hole,
            expression,
            bound: literal.is_bound,
        });
        done = hole.end;
    }
    literal.cook(Span::new(done, literal.inside.end.max(done)), &mut pieces);
    pieces
}

/// `~s(…)` and `~S(…)`.
pub fn is_text_sigil(syntax: &Syntax, sigil: NodeId) -> bool {
    let text = syntax.text(sigil);
    text.starts_with("~s") || text.starts_with("~S")
}

/// Between a heredoc's beginning and its body stand no more nodes than this; in broken source there may be no body.
const FARTHEST: usize = 4_096;

/// The text that a heredoc's beginning stands for: bodies follow in the order of their beginnings.
pub fn heredoc(syntax: &Syntax, beginning: NodeId) -> Option<NodeId> {
    let of_kind = |kind: Kind| move |node: &NodeId| syntax.kind(*node) == kind;
    let open = syntax
        .before(beginning)
        .take(FARTHEST)
        .take_while(|node| !of_kind(Kind::HeredocBody)(node))
        .filter(of_kind(Kind::HeredocStart))
        .count();
    let after = syntax.after(beginning).take(FARTHEST);
    let mut bodies = after.filter(of_kind(Kind::HeredocBody));
    bodies.nth(open)
}

/// A literal's own rules.
struct Literal<'s, 'a> {
    syntax: &'s Syntax<'a>,
    node: NodeId,
    inside: Span,
    escapes: Escapes,
    braces: Braces,
    /// A library takes what is put in as parameters: Scala's `sql"…"`.
    is_bound: bool,
    /// Lines begin with `|`, which is taken off.
    has_margin: bool,
    /// `$name` in it is put in, though the grammar does not say so.
    has_names: bool,
}

impl<'s, 'a> Literal<'s, 'a> {
    fn new(syntax: &'s Syntax<'a>, node: NodeId) -> Self {
        let source = syntax.text(node);
        let opening = Opening::of(source);
        let language = syntax.language();
        let interpolator = syntax.child(node, Field::Interpolator);
        let interpolator = interpolator.map(|it| syntax.text(it));
        Self {
            syntax,
            node,
            inside: inside(syntax, node, &opening),
            escapes: escapes(language, syntax.kind(node), &opening),
            braces: match opening.prefix.contains('$') && language == Language::CSharp {
                true => Braces::Doubled,
                false => Braces::Plain,
            },
            is_bound: interpolator.is_some_and(|it| !["s", "f", "raw"].contains(&it)),
            has_margin: has_margin(syntax, node),
            has_names: language == Language::Kotlin && !opening.is_tripled,
        }
    }

    /// What is put in, in source order, and the expression where it is one alone.
    fn holes(&self) -> Vec<(Span, Option<NodeId>)> {
        let syntax = self.syntax;
        let mut holes: Vec<(Span, Option<NodeId>)> = Vec::new();
        for node in syntax.subtree(self.node).skip(1) {
            let span = syntax.span(node);
            let is_inside = holes.last().is_some_and(|(hole, _)| span.start < hole.end);
            if !is_inside && self.is_hole(node) {
                holes.push((self.widened(span), self.expression(node)));
            }
        }
        holes
    }

    fn is_hole(&self, node: NodeId) -> bool {
        let is_php = self.syntax.language() == Language::Php;
        match self.syntax.kind(node) {
            Kind::Substitution => true,
            // PHP has the expression itself there.
            Kind::Content | Kind::HeredocBody => false,
            Kind::Identifier | Kind::Member | Kind::Call | Kind::Other => {
                is_php && self.syntax.text(node).starts_with('$')
            }
            _ => false,
        }
    }

    /// With the braces, and Swift's `\\(` and `)`, that the grammar leaves outside.
    fn widened(&self, span: Span) -> Span {
        let source = self.syntax.source();
        let (opening, closing) = match self.syntax.language() {
            Language::Swift => ("\\(", ")"),
            Language::Php => ("{", "}"),
            _ => return span,
        };
        let before = source[..span.start]
            .trim_end_matches('#')
            .strip_suffix(opening);
        let is_closed = source[span.end..].starts_with(closing);
        match before.filter(|_| is_closed) {
            Some(before) => Span::new(before.len(), span.end + closing.len()),
            None => span,
        }
    }

    fn expression(&self, hole: NodeId) -> Option<NodeId> {
        let syntax = self.syntax;
        if syntax.kind(hole) != Kind::Substitution {
            return Some(hole);
        }
        let mut children = syntax
            .children(hole)
            .filter(|it| syntax.kind(*it) != Kind::InterpolationBrace);
        let only = children.next()?;
        let only = match syntax.kind(only) {
            // Scala's `${name}`.
            Kind::Block => syntax.only_child(only)?,
            _ => only,
        };
        children.next().is_none().then_some(only)
    }

    fn cook(&self, span: Span, pieces: &mut Vec<Piece>) {
        if self.has_names {
            self.cook_with_names(span, pieces);
        } else if self.has_margin {
            self.cook_without_margin(span, pieces);
        } else {
            self.cook_plain(span, pieces);
        }
    }

    fn cook_plain(&self, span: Span, pieces: &mut Vec<Piece>) {
        cook(
            self.syntax.source(),
            span,
            self.escapes,
            self.braces,
            pieces,
        );
    }

    /// `$name`, which the grammar of Kotlin takes for text in a string of one line.
    fn cook_with_names(&self, span: Span, pieces: &mut Vec<Piece>) {
        let source = self.syntax.source();
        let mut done = span.start;
        for (at, _) in source[span.range()].match_indices('$') {
            let at = span.start + at;
            let backslashes = source[done..at]
                .bytes()
                .rev()
                .take_while(|byte| *byte == b'\\');
            let is_escaped = backslashes.count() % 2 == 1;
            let name = &source[at + 1..span.end];
            let length = name
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(name.len());
            if is_escaped || at < done || !name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            {
                continue;
            }
            self.cook_plain(Span::new(done, at), pieces);
            done = at + 1 + length;
            pieces.push(Piece::Named {
                span: Span::new(at, done),
                name: Span::new(at + 1, done),
                is_put_in: true,
            });
        }
        self.cook_plain(Span::new(done, span.end), pieces);
    }

    fn cook_without_margin(&self, span: Span, pieces: &mut Vec<Piece>) {
        let source = self.syntax.source();
        let mut done = span.start;
        for (at, _) in source[span.range()].match_indices('|') {
            let at = span.start + at;
            let line = source[..at].rsplit('\n').next().unwrap_or_default();
            let begins = line.trim().is_empty() || at == self.inside.start;
            if begins {
                self.cook_plain(Span::new(done, at), pieces);
                pieces.push(Piece::Replaced(String::new(), Span::new(at, at + 1)));
                done = at + 1;
            }
        }
        self.cook_plain(Span::new(done, span.end), pieces);
    }
}

/// What a literal begins with: `$@"`, `"""`, `~s(`, `:`.
struct Opening<'a> {
    /// Before the quote.
    prefix: &'a str,
    quote: char,
    /// With the prefix, in bytes.
    length: usize,
    is_tripled: bool,
}

impl<'a> Opening<'a> {
    fn of(source: &'a str) -> Self {
        let is_of_prefix =
            |c: char| c.is_alphanumeric() || matches!(c, '$' | '@' | '#' | '%' | '~' | ':' | '_');
        let at = source
            .find(|c| !is_of_prefix(c))
            .filter(|at| source[*at..].starts_with(OPENING_QUOTES));
        let Some(at) = at else {
            // A bare word, or a symbol.
            let length = source.len() - source.trim_start_matches(':').len();
            return Self {
                prefix: &source[..length],
                quote: ' ',
                length,
                is_tripled: false,
            };
        };
        let quote = source[at..].chars().next().unwrap_or('"');
        let run = source[at..].len() - source[at..].trim_start_matches(quote).len();
        let is_tripled = run >= 3 && quote == '"' && source.len() >= at + 6;
        Self {
            prefix: &source[..at],
            quote,
            length: at + if is_tripled { 3 } else { quote.len_utf8() },
            is_tripled,
        }
    }

    /// What closes it, in bytes.
    fn closing(&self) -> usize {
        let hashes = self.prefix.matches('#').count();
        match (self.quote, self.is_tripled) {
            (' ', _) => 0,
            (_, true) => 3 + hashes,
            (_, false) => 1 + hashes,
        }
    }
}

const OPENING_QUOTES: [char; 9] = ['"', '\'', '`', '(', '[', '{', '<', '|', '/'];

/// Between the quotes.
fn inside(syntax: &Syntax, node: NodeId, opening: &Opening) -> Span {
    let span = syntax.span(node);
    let source = syntax.text(node);
    if syntax.kind(node) == Kind::HeredocBody || source.starts_with("<<<") {
        let end = source.trim_end().rfind('\n').unwrap_or(source.len());
        let start = source.find('\n').map_or(end, |at| at + 1);
        return Span::new(span.start + start.min(end), span.start + end);
    }
    if matches!(syntax.kind(node), Kind::Symbol) {
        let name = source.trim_matches([':', ' ']);
        let start = span.start + source.find(name).unwrap_or(0);
        return Span::new(start, start + name.len());
    }
    let start = span.start + opening.length;
    // A literal that does not end has no quote to leave out.
    let end = span.end.saturating_sub(opening.closing());
    let end = syntax.source().floor_char_boundary(end);
    Span::new(start, end.max(start))
}

fn escapes(language: Language, kind: Kind, opening: &Opening) -> Escapes {
    let is_raw_sigil =
        opening.prefix.starts_with('~') && opening.prefix.ends_with(char::is_uppercase);
    match language {
        Language::Ruby | Language::Php if opening.quote == '\'' => Escapes::Quoted,
        Language::Ruby if opening.prefix == "%q" => Escapes::Quoted,
        Language::Php => Escapes::Php,
        Language::CSharp if opening.prefix.contains('@') => Escapes::Verbatim,
        Language::CSharp | Language::Swift if kind == Kind::RawString => Escapes::Raw,
        Language::Kotlin | Language::Scala if opening.is_tripled => Escapes::Raw,
        Language::Scala if opening.prefix == "raw" => Escapes::Raw,
        Language::Elixir if is_raw_sigil => Escapes::Raw,
        _ => Escapes::Common,
    }
}

/// Whether it is handed to `stripMargin` or `trimMargin`.
fn has_margin(syntax: &Syntax, node: NodeId) -> bool {
    let parent = syntax.parent(node);
    let name = parent
        .and_then(|it| member(syntax, it))
        .map(|(_, it)| syntax.text(it));
    matches!(name, Some("stripMargin" | "trimMargin"))
}
