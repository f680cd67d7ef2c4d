//! Conditions that are always true, or never.

use super::constants::Constants;
use super::kinds::{Field, Kind};
use super::syntax::{NodeId, Syntax};

/// Conditions inside each other are looked at this far.
const DEEPEST: usize = 16;

/// What is known of the conditions in a file.
pub struct Truths<'s, 'a> {
    syntax: &'s Syntax<'a>,
    constants: Constants<'a>,
}

impl<'s, 'a> Truths<'s, 'a> {
    pub fn new(syntax: &'s Syntax<'a>) -> Self {
        Self {
            syntax,
            constants: Constants::default(),
        }
    }

    /// What a condition always is, where its parts are constants, or names of some.
    pub fn of(&self, condition: NodeId) -> Option<bool> {
        self.within(condition, DEEPEST)
    }

    fn within(&self, condition: NodeId, depth: usize) -> Option<bool> {
        let depth = depth.checked_sub(1)?;
        let syntax = self.syntax;
        match syntax.kind(condition) {
            Kind::Parenthesized => self.within(syntax.only_child(condition)?, depth),
            Kind::Unary if is_negation(syntax.text(condition)) => {
                let negated = self.within(syntax.children(condition).last()?, depth)?;
                Some(!negated)
            }
            Kind::Binary | Kind::Conditional => self.of_two(condition, depth),
            _ => self.of_one(syntax.text(condition)),
        }
    }

    fn of_two(&self, condition: NodeId, depth: usize) -> Option<bool> {
        let syntax = self.syntax;
        let side = |field| syntax.child(condition, field);
        let truth = |field| side(field).and_then(|it| self.within(it, depth));
        let written = |field| {
            side(field)
                .map(|it| syntax.text(it))
                .filter(|it| is_literal(it))
        };
        match syntax.text(side(Field::Operator)?) {
            "&&" | "and" => match (truth(Field::Left), truth(Field::Right)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            "||" | "or" => match (truth(Field::Left), truth(Field::Right)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            "==" | "===" => {
                // Code for tests alone does not run in production.
                let is_of_tests = syntax.text(condition).starts_with("process.env.NODE_ENV")
                    && written(Field::Right).is_some_and(|it| it.contains("test"));
                let same = written(Field::Left).zip(written(Field::Right));
                same.map(|(left, right)| left == right)
                    .or(is_of_tests.then_some(false))
            }
            "!=" | "!==" => {
                let other = written(Field::Left).zip(written(Field::Right));
                other.map(|(left, right)| left != right)
            }
            _ => None,
        }
    }

    fn of_one(&self, text: &str) -> Option<bool> {
        constant(text).or_else(|| {
            let value = self.constants.value(self.syntax, text)?;
            constant(self.syntax.text(value))
        })
    }
}

fn is_negation(text: &str) -> bool {
    text.starts_with('!') || text.starts_with("not ") || text.starts_with("not(")
}

fn is_literal(text: &str) -> bool {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number || text.starts_with(['\'', '"'])
}

fn constant(text: &str) -> Option<bool> {
    match text {
        "false" | "False" | "0" | "null" | "undefined" | "None" | "nil" | "''" | "\"\"" => {
            Some(false)
        }
        // Of type checkers alone, and of tests.
        "TYPE_CHECKING" | "typing.TYPE_CHECKING" | "cfg!(test)" => Some(false),
        "true" | "True" | "1" => Some(true),
        _ => None,
    }
}
