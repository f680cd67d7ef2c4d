//! Conditions that are written with operators: `&`, `or`, `==`, `inList`.

use super::condition::Condition;
use super::reader::Reader;
use super::roots::is_query;
use super::words::{self, Joint, Verb};
use crate::locate::app_source::kinds::Field;
use crate::locate::app_source::language::Language;
use crate::locate::app_source::syntax::NodeId;

impl<'a> Reader<'_, '_, 'a> {
    pub(super) fn operands(&self, binary: NodeId) -> Option<(NodeId, NodeId)> {
        let is_operand = |it: &NodeId| self.syntax.field(*it) != Field::Operator;
        let mut children = self.syntax.children(binary).filter(is_operand);
        let left = children.next()?;
        Some((left, children.last()?))
    }

    /// What stands between the operands.
    pub(super) fn operator(&self, binary: NodeId) -> Option<&'a str> {
        let (left, right) = self.operands(binary)?;
        let (left, right) = (self.syntax.span(left), self.syntax.span(right));
        Some(self.syntax.source().get(left.end..right.start)?.trim())
    }

    /// Kotlin's `Runs.lane inList listOf(…)`, `a and b`.
    pub(super) fn infix(&self, binary: NodeId) -> Option<Condition> {
        let operator = self.operator(binary)?;
        let is_word = operator.chars().all(char::is_alphabetic);
        is_word.then(|| self.operation(binary)).flatten()
    }

    /// Django's `live | stuck`, of two queries.
    pub(super) fn joined_queries(&self, binary: NodeId) -> Option<Condition> {
        let (left, right) = self.operands(binary)?;
        let joint = words::joint(self.operator(binary)?)?;
        if !is_query(self.syntax, left) || !is_query(self.syntax, right) {
            return None;
        }
        let both = [self.told(left)?, self.told(right)?];
        Some(match joint {
            Joint::And => Condition::all(both),
            Joint::Or => Condition::any(both),
            Joint::Not => return None,
        })
    }

    pub(super) fn operation(&self, binary: NodeId) -> Option<Condition> {
        let (left, right) = self.operands(binary)?;
        let operator = self.operator(binary)?.trim_start_matches([')', ' ']);
        let operator = operator.trim_end_matches(['(', ' ']);
        let operator = operator.split_whitespace().collect::<Vec<_>>().join(" ");
        // Python's own words decide by whether an object is there.
        let is_python = self.syntax.language() == Language::Python;
        if is_python && matches!(operator.as_str(), "and" | "or") {
            return None;
        }
        match words::joint(&operator) {
            Some(Joint::And) => {
                return Some(Condition::all([
                    self.condition(left),
                    self.condition(right),
                ]));
            }
            Some(Joint::Or) => {
                return Some(Condition::any([
                    self.condition(left),
                    self.condition(right),
                ]));
            }
            _ => {}
        }
        let verb = match operator.as_str() {
            "in" | "not in" if self.syntax.language() != Language::Elixir => return None,
            "not in" => Verb::NotIn,
            other => words::verb(other)?,
        };
        match self.column(left) {
            Some(column) => Some(self.test(column, verb, &[right])),
            // `'sync' == Run.lane`
            None => Some(self.test(self.column(right)?, verb.flipped()?, &[left])),
        }
    }

    pub(super) fn negation(&self, unary: NodeId) -> Option<Condition> {
        let inner = self.syntax.children(unary).last()?;
        let start = self.syntax.span(unary).start;
        let operator = self.syntax.source()[start..self.syntax.span(inner).start].trim();
        let operator = operator.trim_end_matches(['(', ' ']);
        (words::joint(operator) == Some(Joint::Not)).then(|| self.condition(inner).negated())
    }
}
