//! Whether code that stands in a function can run when that does.

use super::calls::callee;
use super::kinds::{Field, Kind};
use super::syntax::{NodeId, Syntax};
use super::truth::Truths;
use crate::source::span::Span;

/// Statements inside each other are looked at this far.
const DEEPEST: usize = 16;

/// What never comes back.
const ENDS: [&str; 16] = [
    "panic",
    "todo",
    "unimplemented",
    "unreachable",
    "process.exit",
    "process.abort",
    "sys.exit",
    "os._exit",
    "os.abort",
    "exit",
    "quit",
    "os.Exit",
    "log.Fatal",
    "log.Fatalf",
    "std::process::exit",
    "process::exit",
];

/// What is known of the ways through a file.
pub struct Reach<'s, 'a> {
    syntax: &'s Syntax<'a>,
    truths: Truths<'s, 'a>,
}

impl<'s, 'a> Reach<'s, 'a> {
    pub fn new(syntax: &'s Syntax<'a>) -> Self {
        Self {
            syntax,
            truths: Truths::new(syntax),
        }
    }

    /// Whether code cannot run though what is around it, up to `scope`, does: behind a condition that is never true, after the way out, or
    /// in tests alone.
    pub fn is_dead(&self, node: NodeId, scope: NodeId) -> bool {
        let mut inner = node;
        for outer in self.syntax.ancestors(node) {
            if self.is_never_taken(outer, inner)
                || self.is_after_the_end(outer, inner)
                || self.is_of_tests(outer, inner)
            {
                return true;
            }
            if outer == scope {
                break;
            }
            inner = outer;
        }
        false
    }

    fn is_never_taken(&self, outer: NodeId, inner: NodeId) -> bool {
        let syntax = self.syntax;
        let constant = |field| syntax.child(outer, field).and_then(|it| self.truths.of(it));
        match syntax.field(inner) {
            Field::Consequence | Field::Body => constant(Field::Condition) == Some(false),
            Field::Alternative => constant(Field::Condition) == Some(true),
            Field::Right => {
                let operator = syntax.child(outer, Field::Operator);
                match operator.map(|it| syntax.text(it)) {
                    Some("&&" | "and") => constant(Field::Left) == Some(false),
                    Some("||" | "or" | "??") => constant(Field::Left) == Some(true),
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// Whether a statement before it in the same block always leaves that.
    fn is_after_the_end(&self, block: NodeId, inner: NodeId) -> bool {
        let is_block = matches!(
            self.syntax.kind(block),
            Kind::Block | Kind::Statements | Kind::Case
        );
        let mut before = self.syntax.children(block).take_while(|it| *it < inner);
        is_block && before.any(|statement| self.leaves(statement, DEEPEST))
    }

    /// `#[cfg(test)]` right before it.
    fn is_of_tests(&self, outer: NodeId, inner: NodeId) -> bool {
        let before: Vec<NodeId> = (self.syntax.children(outer))
            .take_while(|it| *it < inner)
            .collect();
        let mut attributes =
            (before.into_iter().rev()).take_while(|it| self.syntax.kind(*it) == Kind::Attribute);
        attributes.any(|it| leaves_to_tests(self.syntax, it))
    }

    /// Whether nothing after a statement runs: it is a way out, never ends, or each of its ways does one of that.
    fn leaves(&self, statement: NodeId, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        let syntax = self.syntax;
        let any_leaves = |node: NodeId| syntax.children(node).any(|it| self.leaves(it, depth));
        match syntax.kind(statement) {
            Kind::Return | Kind::Exit | Kind::Break => true,
            Kind::ExpressionStatement | Kind::Block | Kind::Statements => any_leaves(statement),
            Kind::Call | Kind::Macro => self.ends(statement),
            Kind::Loop | Kind::Forever => self.never_ends(statement),
            Kind::If | Kind::Conditional => {
                let branch = |field| {
                    let branch = syntax.child(statement, field);
                    branch.is_some_and(|it| self.leaves(it, depth) || any_leaves(it))
                };
                let condition = syntax.child(statement, Field::Condition);
                match condition.and_then(|it| self.truths.of(it)) {
                    Some(true) => branch(Field::Consequence),
                    Some(false) => branch(Field::Alternative),
                    None => branch(Field::Consequence) && branch(Field::Alternative),
                }
            }
            Kind::Try => {
                let body = syntax.child(statement, Field::Body);
                let mut clauses = syntax.children(statement);
                body.is_some_and(any_leaves)
                    && clauses.all(|it| syntax.kind(it) != Kind::Catch || any_leaves(it))
            }
            _ => false,
        }
    }

    fn ends(&self, call: NodeId) -> bool {
        let callee = callee(self.syntax, call).map(|it| self.syntax.text(it));
        callee.is_some_and(|callee| ENDS.contains(&callee))
    }

    /// A loop whose condition is always true, and that nothing breaks.
    fn never_ends(&self, looped: NodeId) -> bool {
        let syntax = self.syntax;
        let is_endless = match syntax.child(looped, Field::Condition) {
            Some(condition) => {
                syntax.text(condition) == ";" || self.truths.of(condition) == Some(true)
            }
            // Rust's `loop {}` and Go's `for {}` have a body alone.
            None => syntax.only_child(looped).is_some(),
        };
        let mut inside = syntax.subtree(looped);
        is_endless && !inside.any(|it| syntax.kind(it) == Kind::Break)
    }
}

/// What is compiled for tests alone, in source order.
pub fn only_in_tests(syntax: &Syntax) -> Vec<Span> {
    let attributes = syntax
        .all()
        .filter(|it| syntax.kind(*it) == Kind::Attribute && leaves_to_tests(syntax, *it));
    let items = attributes.filter_map(|attribute| {
        let parent = syntax.parent(attribute)?;
        let mut after = syntax.children(parent).filter(|it| *it > attribute);
        after.find(|it| syntax.kind(*it) != Kind::Attribute)
    });
    items.map(|it| syntax.span(it)).collect()
}

fn leaves_to_tests(syntax: &Syntax, attribute: NodeId) -> bool {
    let text = syntax.text(attribute).replace(' ', "");
    text.starts_with("#[cfg(test") || text.starts_with("#[cfg(all(test")
}
