//! Text that the program changes, or chooses a part of, when it runs: what is written is then not what the database gets.

use std::collections::HashSet;

use crate::source::span::Span;

use super::assemble::Assembler;
use super::calls::{arguments, callee, callee_name, receiver};
use super::definitions::definitions;
use super::dialect::Shape;
use super::kinds::{Field, Kind};
use super::syntax::{NodeId, Syntax};

/// An expression whose text is made when the program runs.
#[derive(Debug)]
pub struct Alteration {
    pub span: Span,
    /// Everything that is written for it: its own source, and that of the names whose text it changes.
    pub text: String,
}

/// Functions and methods that give other text than they are given, or parts of it. Those that take white space off are not here.
const ALTERING: [&str; 38] = [
    "replace",
    "replaceAll",
    "replacen",
    "concat",
    "slice",
    "substring",
    "substr",
    "split",
    "splitn",
    "rsplit",
    "partition",
    "padStart",
    "padEnd",
    "repeat",
    "at",
    "charAt",
    "toLowerCase",
    "toUpperCase",
    "to_lowercase",
    "to_uppercase",
    "to_ascii_lowercase",
    "to_ascii_uppercase",
    "lower",
    "upper",
    "translate",
    "removeprefix",
    "removesuffix",
    "sub",
    "Replace",
    "ReplaceAll",
    "ReplaceAllString",
    "ToLower",
    "ToUpper",
    "Split",
    "TrimPrefix",
    "TrimSuffix",
    "Cut",
    "Repeat",
];
/// Of these, what rows have as well as text: rows come from a tagged template.
const OF_LISTS: [&str; 3] = ["slice", "concat", "at"];

/// The alterations inside the scopes, in source order, none inside another.
pub fn alterations(assembler: &Assembler, scopes: &[NodeId]) -> Vec<Alteration> {
    let mut finder = Finder {
        assembler,
        seen: HashSet::new(),
    };
    let mut found: Vec<Alteration> = Vec::new();
    let mut nodes: Vec<NodeId> = scopes
        .iter()
        .flat_map(|scope| assembler.syntax.subtree(*scope))
        .collect();
    nodes.sort_unstable();
    nodes.dedup();
    for node in nodes {
        let span = assembler.syntax.span(node);
        let is_inside = |last: &Alteration| span.start < last.span.end;
        if !found.last().is_some_and(is_inside) {
            found.extend(finder.alteration(node));
        }
    }
    found
}

struct Finder<'f, 's, 'a> {
    assembler: &'f Assembler<'s, 'a>,
    /// Parts of literals that were searched for choices: a long sum is searched once, not once for every operand.
    seen: HashSet<NodeId>,
}

impl Finder<'_, '_, '_> {
    fn alteration(&mut self, node: NodeId) -> Option<Alteration> {
        let syntax = self.assembler.syntax;
        match syntax.kind(node) {
            Kind::Call => self.changed(node).or_else(|| self.chosen(node)),
            // A literal is met before what stands in it, so the whole of it is marked.
            Kind::Binary | Kind::Template | Kind::String | Kind::ConcatenatedString => {
                self.chosen(node)
            }
            _ => None,
        }
    }

    fn chosen(&mut self, literal: NodeId) -> Option<Alteration> {
        self.has_choice(literal).then(|| Alteration {
            span: self.assembler.syntax.span(literal),
            text: self.assembler.syntax.text(literal).to_owned(),
        })
    }

    fn changed(&self, call: NodeId) -> Option<Alteration> {
        let syntax = self.assembler.syntax;
        let name = callee_name(syntax, call).filter(|name| ALTERING.contains(name))?;
        let subjects: Vec<NodeId> = receiver(syntax, call)
            .into_iter()
            .chain(arguments(syntax, call))
            .map(|subject| self.assembler.through_wrappers(subject))
            .collect();
        let values: Vec<NodeId> = subjects
            .iter()
            .filter(|subject| self.assembler.shape(**subject) == Shape::Name)
            .flat_map(|subject| definitions(syntax, syntax.text(*subject)))
            .map(|definition| self.assembler.through_wrappers(definition.scope))
            .filter(|value| self.is_text(*value, name))
            .collect();
        if values.is_empty() && !subjects.iter().any(|subject| self.is_text(*subject, name)) {
            return None;
        }
        let mut text = syntax.text(call).to_owned();
        for value in values {
            text.push(' ');
            text.push_str(syntax.text(value));
        }
        Some(Alteration {
            span: syntax.span(call),
            text,
        })
    }

    fn is_text(&self, node: NodeId, method: &str) -> bool {
        match self.assembler.shape(node) {
            Shape::Text | Shape::Run(_) | Shape::Chain(_) | Shape::Join { .. } => true,
            Shape::Tagged(_) => !OF_LISTS.contains(&method),
            _ => self.assembler.syntax.kind(node) == Kind::Macro,
        }
    }

    /// Whether one of several texts becomes a part of the literal: `'… IN (' + (x ? "'a'" : "'b'") + ')'`.
    fn has_choice(&mut self, literal: NodeId) -> bool {
        let syntax = self.assembler.syntax;
        if self.seen.contains(&literal) {
            return false;
        }
        let mut rest = vec![(literal, false)];
        while let Some((node, bound)) = rest.pop() {
            let node = self.assembler.through_wrappers(node);
            self.seen.insert(node);
            rest.extend(
                formatted(syntax, node)
                    .into_iter()
                    .map(|part| (part, false)),
            );
            match (syntax.kind(node), self.assembler.shape(node)) {
                (_, Shape::Chain(operands)) => {
                    rest.extend(operands.into_iter().map(|operand| (operand, false)));
                }
                (_, Shape::Tagged(template)) => rest.push((template, bound)),
                (_, Shape::Text | Shape::Run(_)) => {
                    let is_bound = is_bound(syntax, node);
                    rest.extend(holes(syntax, node).map(|hole| (hole, is_bound)));
                }
                (Kind::Ternary | Kind::Conditional | Kind::Binary, _)
                    if node != literal && self.chooses_text(node, bound) =>
                {
                    return true;
                }
                _ => {}
            }
        }
        false
    }

    /// Whether a choice is one of texts. What a tagged template binds is a value, unless it is SQL itself.
    fn chooses_text(&self, choice: NodeId, bound: bool) -> bool {
        let syntax = self.assembler.syntax;
        if syntax.kind(choice) == Kind::Binary && !is_logical(syntax, choice) {
            return false;
        }
        let branches = syntax
            .children(choice)
            .filter(|child| syntax.field(*child) != Field::Condition);
        branches
            .flat_map(|branch| syntax.subtree(branch))
            .any(|node| match self.assembler.shape(node) {
                Shape::Tagged(_) | Shape::Raw(_) => true,
                Shape::Text => !bound,
                Shape::Name => self.names_text(node, bound),
                _ => false,
            })
    }

    fn names_text(&self, name: NodeId, bound: bool) -> bool {
        let syntax = self.assembler.syntax;
        let Some(value) = self.assembler.constants.value(syntax, syntax.text(name)) else {
            return false;
        };
        match self.assembler.shape(self.assembler.through_wrappers(value)) {
            Shape::Tagged(_) => true,
            Shape::Text | Shape::Run(_) | Shape::Chain(_) => !bound,
            _ => false,
        }
    }
}

/// The expressions that are put into a template, or into the strings of a run.
fn holes(syntax: &Syntax, text: NodeId) -> impl Iterator<Item = NodeId> {
    let strings: Vec<NodeId> = match syntax.kind(text) {
        Kind::ConcatenatedString => syntax.children(text).collect(),
        _ => vec![text],
    };
    strings
        .into_iter()
        .flat_map(|string| syntax.children(string))
        .filter(|child| syntax.kind(*child) == Kind::Substitution)
        .filter_map(|hole| syntax.only_child(hole))
        .collect::<Vec<_>>()
        .into_iter()
}

/// What Python's `'…'.format(…)` and `'…' % (…)` put together.
fn formatted(syntax: &Syntax, node: NodeId) -> Vec<NodeId> {
    let parts = match syntax.kind(node) {
        Kind::Call if callee_name(syntax, node) == Some("format") => {
            let text = receiver(syntax, node).into_iter();
            text.chain(arguments(syntax, node)).collect()
        }
        Kind::Binary => {
            let operator = syntax.child(node, Field::Operator);
            if operator.is_none_or(|operator| syntax.text(operator) != "%") {
                return Vec::new();
            }
            let sides = [Field::Left, Field::Right];
            let sides = sides
                .into_iter()
                .filter_map(|side| syntax.child(node, side));
            sides.collect::<Vec<_>>()
        }
        _ => return Vec::new(),
    };
    let inside = |part: NodeId| match syntax.kind(part) {
        Kind::Array | Kind::Other => syntax.children(part).collect(),
        _ => vec![part],
    };
    parts.into_iter().flat_map(inside).collect()
}

fn is_logical(syntax: &Syntax, binary: NodeId) -> bool {
    let operator = syntax.child(binary, Field::Operator);
    operator.is_some_and(|operator| matches!(syntax.text(operator), "&&" | "||" | "??"))
}

/// Whether a tag binds what is put into the template.
fn is_bound(syntax: &Syntax, template: NodeId) -> bool {
    let tag = syntax
        .parent(template)
        .filter(|_| syntax.field(template) == Field::Arguments)
        .and_then(|call| callee(syntax, call));
    tag.is_some_and(|tag| syntax.text(tag) != "String.raw")
}
