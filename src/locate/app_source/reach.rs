//! Whether code that stands somewhere can run.

use super::constants::Constants;
use super::kinds::{Field, Kind};
use super::syntax::{NodeId, Syntax};

/// Whether a function runs because of where it stands: as an argument of a call, or called on the spot.
pub fn is_run_where_it_stands(syntax: &Syntax, function: NodeId) -> bool {
    let mut inner = function;
    for outer in syntax.ancestors(function) {
        match syntax.kind(outer) {
            Kind::Arguments => return true,
            Kind::Call => return syntax.field(inner) == Field::Function,
            Kind::Parenthesized
            | Kind::Cast
            | Kind::Await
            | Kind::Array
            | Kind::Object
            | Kind::Pair
            | Kind::KeyedElement
            | Kind::CompositeLiteral
            | Kind::Other => inner = outer,
            _ => return false,
        }
    }
    false
}

/// What is known of conditions in a file.
pub struct Reach<'s, 'a> {
    syntax: &'s Syntax<'a>,
    constants: Constants<'a>,
}

impl<'s, 'a> Reach<'s, 'a> {
    pub fn new(syntax: &'s Syntax<'a>) -> Self {
        Self {
            syntax,
            constants: Constants::default(),
        }
    }

    /// Whether code cannot run though what is around it, up to `scope`, does: behind a condition that is never true, or after the way
    /// out.
    pub fn is_dead(&self, node: NodeId, scope: NodeId) -> bool {
        let mut inner = node;
        for outer in self.syntax.ancestors(node) {
            if self.is_never_taken(outer, inner) || is_after_the_end(self.syntax, outer, inner) {
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
        let constant = |field| syntax.child(outer, field).and_then(|it| self.truth(it));
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

    /// What a condition always is, where it is a constant, or the name of one.
    fn truth(&self, condition: NodeId) -> Option<bool> {
        let text = bare(self.syntax.text(condition));
        let (text, negated) = match text.strip_prefix('!').or_else(|| text.strip_prefix("not ")) {
            Some(rest) => (bare(rest), true),
            None => (text, false),
        };
        let value = constant_truth(text).or_else(|| {
            let value = self.constants.value(self.syntax, text)?;
            constant_truth(bare(self.syntax.text(value)))
        })?;
        Some(value != negated)
    }
}

fn bare(text: &str) -> &str {
    text.trim_matches(['(', ')', ' '])
}

fn constant_truth(text: &str) -> Option<bool> {
    match text {
        "false"
        | "False"
        | "0"
        | "null"
        | "undefined"
        | "None"
        | "nil"
        | "TYPE_CHECKING"
        | "typing.TYPE_CHECKING"
        | "''"
        | "\"\"" => Some(false),
        "true" | "True" | "1" => Some(true),
        _ => None,
    }
}

/// Whether a statement before it in the same block always leaves that.
fn is_after_the_end(syntax: &Syntax, block: NodeId, inner: NodeId) -> bool {
    if !matches!(
        syntax.kind(block),
        Kind::Block | Kind::Statements | Kind::Case
    ) {
        return false;
    }
    let mut before = syntax.children(block).take_while(|it| *it < inner);
    before.any(|statement| leaves(syntax, statement, DEEPEST))
}

/// Statements inside each other are looked at this far.
const DEEPEST: usize = 16;

/// Whether nothing after a statement runs: it is a way out, or each of its ways ends in one.
fn leaves(syntax: &Syntax, statement: NodeId, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    let inside = |node: NodeId| syntax.children(node).any(|it| leaves(syntax, it, depth));
    match syntax.kind(statement) {
        Kind::Return | Kind::Exit => true,
        // Rust: `return;` is an expression.
        Kind::ExpressionStatement => syntax
            .only_child(statement)
            .is_some_and(|it| matches!(syntax.kind(it), Kind::Return | Kind::Exit)),
        Kind::Block | Kind::Statements => inside(statement),
        Kind::If => {
            let branch = |field| {
                let branch = syntax.child(statement, field);
                branch.is_some_and(|it| leaves(syntax, it, depth) || inside(it))
            };
            branch(Field::Consequence) && branch(Field::Alternative)
        }
        Kind::Try => {
            let body = syntax.child(statement, Field::Body);
            let mut caught = syntax.children(statement);
            body.is_some_and(inside)
                && caught
                    .all(|it| syntax.kind(it) != Kind::Catch || leaves_by_body(syntax, it, depth))
        }
        _ => false,
    }
}

fn leaves_by_body(syntax: &Syntax, clause: NodeId, depth: usize) -> bool {
    let mut children = syntax.children(clause);
    children.any(|it| syntax.kind(it) == Kind::Block && leaves(syntax, it, depth))
}
