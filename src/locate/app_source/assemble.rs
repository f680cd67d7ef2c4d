//! From the pieces of a literal, its concatenations and its constants to one excerpt.

use crate::source::excerpt::{Excerpt, ExcerptBuilder};
use crate::source::span::Span;

use super::constants::Constants;
use super::dialect::{Dialect, Separator, Shape};
use super::escapes::Piece;
use super::kinds::Kind;
use super::syntax::{NodeId, Syntax};

/// The number of a literal's first parameter: beyond any that a query of the source would have.
pub const FIRST_PARAMETER: u32 = 9001;
/// How much text constants may add to one literal, in bytes; past it they become parameters.
const MOST_ADDED: usize = 1 << 20;

/// What is put into a literal at run time. The excerpt has `$N` in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The N of `$N`: 9001 for the first of each literal.
    pub number: u32,
    /// What the source has there: `${lane}`, `{lane}`, `lane`.
    pub span: Span,
    /// The string that is bound, when the source shows it: a tagged template binds a constant instead of taking its text in.
    pub value: Option<String>,
    /// It is bound as a value, by a tagged template, and not put into the text.
    pub is_bound: bool,
}

/// A literal and the nodes that went into it.
#[derive(Debug, Clone)]
pub struct Assembled {
    /// `None` when the literal is empty.
    pub excerpt: Option<Excerpt<'static>>,
    pub parameters: Vec<Parameter>,
    pub used: Vec<NodeId>,
    /// Whether any text stands in it: a sum of variables is no literal.
    pub has_text: bool,
}

/// Reads the literals of one file.
pub struct Assembler<'s, 'a> {
    pub syntax: &'s Syntax<'a>,
    pub constants: Constants<'a>,
    dialect: &'static dyn Dialect,
}

enum Step {
    Node {
        node: NodeId,
        span: Span,
        bound: bool,
    },
    Text(NodeId),
    Piece(Piece),
}

/// A literal on its way.
#[derive(Default)]
struct Draft {
    builder: ExcerptBuilder,
    parameters: Vec<Parameter>,
    used: Vec<NodeId>,
    has_text: bool,
    added: usize,
}

impl<'s, 'a> Assembler<'s, 'a> {
    pub fn new(syntax: &'s Syntax<'a>) -> Self {
        Self {
            syntax,
            constants: Constants::default(),
            dialect: syntax.language().dialect(),
        }
    }

    pub fn shape(&self, node: NodeId) -> Shape {
        self.dialect.shape(self.syntax, node)
    }

    /// What stands inside parentheses and casts.
    pub fn through_wrappers(&self, node: NodeId) -> NodeId {
        let mut node = node;
        while let Shape::Wrapper(inner) = self.shape(node) {
            node = inner;
        }
        node
    }

    /// The literal that this node is the whole of.
    pub fn assemble(&self, node: NodeId) -> Assembled {
        let mut draft = Draft::default();
        let mut steps = vec![Step::Node {
            node,
            span: self.syntax.span(node),
            bound: false,
        }];
        while let Some(step) = steps.pop() {
            match step {
                Step::Node { node, span, bound } => {
                    self.visit(node, span, bound, &mut draft, &mut steps)
                }
                Step::Text(text) => self.text_steps(text, &mut draft, &mut steps),
                Step::Piece(piece) => self.write(piece, &mut draft, &mut steps),
            }
        }
        Assembled {
            excerpt: draft.builder.finish(),
            parameters: draft.parameters,
            used: draft.used,
            has_text: draft.has_text,
        }
    }

    /// The text of an expression that is nothing but text.
    pub fn plain_text(&self, node: NodeId) -> Option<String> {
        let assembled = self.assemble(node);
        let plain = assembled.has_text && assembled.parameters.is_empty();
        plain.then(|| {
            assembled
                .excerpt
                .map_or_else(String::new, |excerpt| excerpt.text().to_owned())
        })
    }

    /// The text of the constant that bears this name.
    pub fn constant_text(&self, name: &str) -> Option<String> {
        let value = self.constants.value(self.syntax, name)?;
        self.constants.text(value, || self.plain_text(value))
    }

    /// The value of an integer, or of the constant that holds one.
    pub fn integer(&self, node: NodeId) -> Option<i64> {
        let node = self.through_wrappers(node);
        if matches!(self.shape(node), Shape::Name) {
            return self.constant_integer(self.syntax.text(node));
        }
        self.written_integer(node)
    }

    fn constant_integer(&self, name: &str) -> Option<i64> {
        let value = self.constants.value(self.syntax, name)?;
        self.written_integer(self.through_wrappers(value))
    }

    /// In decimal: `010` is another number in some languages.
    fn written_integer(&self, node: NodeId) -> Option<i64> {
        let text = self.syntax.text(node);
        let digits = match self.syntax.kind(node) {
            Kind::Integer => node,
            Kind::Unary if text.starts_with('-') => self.syntax.children(node).last()?,
            _ => return None,
        };
        let digits_text = self.syntax.text(digits);
        let is_decimal = digits_text == "0" || !digits_text.starts_with('0');
        let is_integer = is_decimal && self.syntax.kind(digits) == Kind::Integer;
        is_integer.then(|| text.replace(['_', ' '], "").parse().ok())?
    }

    fn visit(
        &self,
        node: NodeId,
        span: Span,
        bound: bool,
        draft: &mut Draft,
        steps: &mut Vec<Step>,
    ) {
        let shape = self.shape(node);
        if bound {
            return self.visit_bound(node, &shape, span, draft, steps);
        }
        draft.used.push(node);
        match shape {
            Shape::Text => steps.push(Step::Text(node)),
            Shape::Tagged(template) => steps.push(Step::Text(template)),
            Shape::Wrapper(node) => steps.push(Step::Node { node, span, bound }),
            Shape::Run(texts) => steps.extend(texts.into_iter().rev().map(Step::Text)),
            Shape::Chain(operands) => {
                steps.extend(operands.into_iter().rev().map(|node| self.operand(node)))
            }
            Shape::Join {
                elements,
                separator,
            } => self.join(&elements, &separator, steps),
            Shape::Name => match self.constant_text(self.syntax.text(node)) {
                Some(text) => draft.add(&text, span),
                None => draft.interpolation(span),
            },
            Shape::Raw(_) | Shape::Other => {
                draft.used.pop();
                draft.interpolation(span);
            }
        }
    }

    /// Inside a tagged template: only what is SQL itself is taken in, a string is bound.
    fn visit_bound(
        &self,
        node: NodeId,
        shape: &Shape,
        span: Span,
        draft: &mut Draft,
        steps: &mut Vec<Step>,
    ) {
        match shape {
            Shape::Wrapper(inner) => steps.push(Step::Node {
                node: *inner,
                span,
                bound: true,
            }),
            Shape::Tagged(template) => {
                draft.used.extend([node, *template]);
                steps.push(Step::Text(*template));
            }
            Shape::Raw(text) => steps.push(Step::Node {
                node: *text,
                span,
                bound: false,
            }),
            Shape::Name => {
                let name = self.syntax.text(node);
                let text = self.constant_text(name);
                match self.constants.value(self.syntax, name) {
                    Some(value) if text.is_some() && self.is_tagged(value) => {
                        draft.used.push(node);
                        draft.add(text.as_deref().unwrap_or_default(), span);
                    }
                    _ => draft.bound(span, text),
                }
            }
            Shape::Text | Shape::Run(_) | Shape::Chain(_) | Shape::Join { .. } => {
                draft.bound(span, self.bound_text(node));
            }
            Shape::Other => draft.bound(span, None),
        }
    }

    /// The text of a string that is bound. Only a bare string is looked at: what lies deeper is not worth a second reading.
    fn bound_text(&self, node: NodeId) -> Option<String> {
        (self.syntax.kind(node) == Kind::String)
            .then(|| self.plain_text(node))
            .flatten()
    }

    fn is_tagged(&self, value: NodeId) -> bool {
        matches!(self.shape(self.through_wrappers(value)), Shape::Tagged(_))
    }

    fn operand(&self, node: NodeId) -> Step {
        Step::Node {
            node,
            span: self.syntax.span(node),
            bound: false,
        }
    }

    fn join(&self, elements: &[NodeId], separator: &Separator, steps: &mut Vec<Step>) {
        let separator = match separator {
            Separator::Written(node) => self.plain_text(*node).unwrap_or_else(|| " ".to_owned()),
            Separator::Implied(text) => (*text).to_owned(),
        };
        for (index, element) in elements.iter().enumerate().rev() {
            steps.push(self.operand(*element));
            if index > 0 {
                let between = Span::new(
                    self.syntax.span(elements[index - 1]).end,
                    self.syntax.span(*element).start,
                );
                steps.push(Step::Piece(Piece::Replaced(separator.clone(), between)));
            }
        }
    }

    fn text_steps(&self, text: NodeId, draft: &mut Draft, steps: &mut Vec<Step>) {
        draft.has_text = true;
        draft.used.push(text);
        let pieces = self.dialect.pieces(self.syntax, text);
        steps.extend(pieces.into_iter().rev().map(Step::Piece));
    }

    fn write(&self, piece: Piece, draft: &mut Draft, steps: &mut Vec<Step>) {
        match piece {
            Piece::Verbatim(span) => draft.builder.verbatim(self.syntax.source(), span),
            Piece::Replaced(text, span) => draft.builder.replaced(&text, span),
            Piece::Interpolation {
                span,
                expression: Some(node),
                bound,
            } => match self.integer(node) {
                Some(integer) if !bound => draft.builder.replaced(&integer.to_string(), span),
                _ => steps.push(Step::Node { node, span, bound }),
            },
            Piece::Interpolation { span, .. } => draft.interpolation(span),
            Piece::Named {
                span,
                name,
                is_put_in,
            } => {
                let name = &self.syntax.source()[name.range()];
                let integer = || {
                    self.constant_integer(name)
                        .map(|integer| integer.to_string())
                };
                match self.constant_text(name).or_else(integer) {
                    Some(text) => draft.add(&text, span),
                    None if is_put_in => draft.interpolation(span),
                    None => draft.builder.verbatim(self.syntax.source(), span),
                }
            }
        }
    }
}

impl Draft {
    /// Takes in a constant's text where its name stands.
    fn add(&mut self, text: &str, span: Span) {
        self.has_text = true;
        self.added += text.len();
        if self.added > MOST_ADDED {
            return self.interpolation(span);
        }
        self.builder.replaced(text, span);
    }

    fn bound(&mut self, span: Span, value: Option<String>) {
        self.parameter(span, value, true);
    }

    fn interpolation(&mut self, span: Span) {
        self.parameter(span, None, false);
    }

    fn parameter(&mut self, span: Span, value: Option<String>, is_bound: bool) {
        let count = u32::try_from(self.parameters.len()).unwrap_or(u32::MAX);
        let number = FIRST_PARAMETER.saturating_add(count);
        self.builder.replaced(&format!("${number}"), span);
        self.parameters.push(Parameter {
            number,
            span,
            value,
            is_bound,
        });
    }
}
