//! The values that a builder is given, as SQL.

use std::cell::Cell;

use super::condition::{Comparison, PARAMETER, Written};
use super::words::is_inline;
use crate::locate::app_source::arrays::find_list;
use crate::locate::app_source::assemble::Assembler;
use crate::locate::app_source::calls::{arguments, callee_name};
use crate::locate::app_source::dialect::Shape;
use crate::locate::app_source::kinds::Kind;
use crate::locate::app_source::language::Language;
use crate::locate::app_source::syntax::NodeId;
use crate::model::lane::Value;
use crate::render::predicate::literal;

/// Reads values of one file.
pub struct Values<'r, 's, 'a> {
    pub assembler: &'r Assembler<'s, 'a>,
    /// Whether its builders put values into the SQL itself.
    pub are_inlined: bool,
    pub depth: Cell<usize>,
}

/// Constants that are spread into others are followed this far.
const DEEPEST: usize = 8;

impl Values<'_, '_, '_> {
    /// One of a list that is written there or in a constant.
    pub fn among(&self, node: NodeId, negated: bool) -> Comparison {
        match self.list(node) {
            Some((values, is_bound)) if !values.is_empty() => Comparison::Among {
                values,
                negated,
                is_bound,
            },
            _ => Comparison::AmongUnknown(self.assembler.syntax.span(node)),
        }
    }

    /// The same of values that are given one by one: `in("sync", "auth")`.
    pub fn among_each(&self, nodes: &[NodeId], negated: bool) -> Comparison {
        let values: Vec<Written> = nodes.iter().map(|it| self.one(*it)).collect();
        Comparison::Among {
            values,
            negated,
            is_bound: self.is_any_bound(nodes),
        }
    }

    fn list(&self, node: NodeId) -> Option<(Vec<Written>, bool)> {
        // A constant may be spread into itself.
        if self.depth.get() > DEEPEST {
            return None;
        }
        self.depth.set(self.depth.get() + 1);
        let list = self.written_list(node);
        self.depth.set(self.depth.get() - 1);
        list
    }

    fn written_list(&self, node: NodeId) -> Option<(Vec<Written>, bool)> {
        let syntax = self.assembler.syntax;
        let (node, is_pinned) = self.without_pin(node);
        let node = self.assembler.through_wrappers(node);
        if let Some(constant) = self.constant(node) {
            // Its values stand elsewhere: here is its name.
            let (mut values, is_bound) = self.list(constant)?;
            let span = syntax.span(node);
            values.iter_mut().for_each(|value| value.span = span);
            return Some((values, is_bound || is_pinned));
        }
        let is_bound = !self.are_inlined || is_pinned;
        if let Some(words) = syntax.language().dialect().words(syntax, node) {
            let words = words.into_iter().map(|word| Written {
                sql: literal(&Value::Text(word.value)),
                span: word.span,
            });
            return Some((words.collect(), is_bound));
        }
        let (_, elements) = find_list(self.assembler, node)?;
        if let [only] = elements.as_slice()
            && syntax.kind(*only) == Kind::Spread
        {
            let (values, is_spread_bound) = self.list(syntax.only_child(*only)?)?;
            return Some((values, is_bound || is_spread_bound));
        }
        let is_bound = match self.are_inlined {
            true => is_bound,
            false => self.is_any_bound(&elements),
        };
        Some((elements.iter().map(|it| self.one(*it)).collect(), is_bound))
    }

    fn is_any_bound(&self, nodes: &[NodeId]) -> bool {
        !self.are_inlined && !nodes.iter().all(|it| self.is_inlined(*it))
    }

    fn is_inlined(&self, node: NodeId) -> bool {
        let syntax = self.assembler.syntax;
        let node = self.assembler.through_wrappers(node);
        syntax.kind(node) == Kind::Call && callee_name(syntax, node).is_some_and(is_inline)
    }

    /// What stands behind Ecto's `^`.
    fn without_pin(&self, node: NodeId) -> (NodeId, bool) {
        let syntax = self.assembler.syntax;
        let is_pin = syntax.language() == Language::Elixir
            && syntax.kind(node) == Kind::Unary
            && syntax.text(node).starts_with('^');
        let inner = syntax.children(node).last().filter(|_| is_pin);
        (inner.unwrap_or(node), is_pin)
    }

    pub fn equal(&self, node: NodeId, negated: bool) -> Comparison {
        let (inner, is_pinned) = self.without_pin(node);
        if self.is_null(inner) {
            return Comparison::Null { negated };
        }
        let is_bound = is_pinned || self.is_any_bound(&[inner]);
        Comparison::Among {
            values: vec![self.one(inner)],
            negated,
            is_bound,
        }
    }

    pub fn is_null(&self, node: NodeId) -> bool {
        let text = self
            .assembler
            .syntax
            .text(self.assembler.through_wrappers(node));
        matches!(text, "null" | "nil" | "None" | "NULL")
    }

    /// Whether it is a list that is written out, or a constant that holds one.
    pub fn is_list(&self, node: NodeId) -> bool {
        self.list(node).is_some()
    }

    /// A value whose text or number is seen, or else a parameter.
    pub fn one(&self, node: NodeId) -> Written {
        let syntax = self.assembler.syntax;
        let span = syntax.span(node);
        let node = self.assembler.through_wrappers(node);
        let inner = match arguments(syntax, node).as_slice() {
            [value] if self.is_inlined(node) || callee_name(syntax, node) == Some("val") => {
                self.assembler.through_wrappers(*value)
            }
            _ => node,
        };
        let sql = self.sql(inner).unwrap_or_else(|| PARAMETER.to_owned());
        Written { sql, span }
    }

    fn sql(&self, node: NodeId) -> Option<String> {
        let syntax = self.assembler.syntax;
        if let Some(integer) = self.assembler.integer(node) {
            return Some(integer.to_string());
        }
        let text = match syntax.kind(node) {
            _ if matches!(self.assembler.shape(node), Shape::Name) => {
                self.assembler.constant_text(syntax.text(node))
            }
            Kind::String | Kind::RawString | Kind::Template | Kind::Symbol => {
                self.assembler.plain_text(node)
            }
            _ => None,
        };
        if let Some(text) = text {
            return Some(literal(&Value::Text(text)));
        }
        match syntax.text(node) {
            "true" | "True" | "TRUE" => Some("true".to_owned()),
            "false" | "False" | "FALSE" => Some("false".to_owned()),
            _ => None,
        }
    }

    /// The value of the constant that a name means.
    pub fn constant(&self, node: NodeId) -> Option<NodeId> {
        let syntax = self.assembler.syntax;
        let is_name = matches!(self.assembler.shape(node), Shape::Name);
        is_name
            .then(|| self.constant_called(syntax.text(node)))
            .flatten()
    }

    /// The value of a constant that nothing is put into afterwards.
    pub fn constant_called(&self, name: &str) -> Option<NodeId> {
        let syntax = self.assembler.syntax;
        let value = self.assembler.constants.value(syntax, name)?;
        (!is_changed(syntax.source(), name)).then_some(value)
    }
}

/// Whether something is put into the list or object that bears this name, or taken from it.
fn is_changed(source: &str, name: &str) -> bool {
    const CHANGES: [&str; 16] = [
        " |=",
        " &=",
        ".push(",
        ".append(",
        ".add(",
        ".extend(",
        ".unshift(",
        ".insert(",
        ".remove(",
        ".delete(",
        ".pop(",
        ".splice(",
        ".concat!(",
        " <<",
        "[] =",
        " +=",
    ];
    let mut places = source.match_indices(name);
    places.any(|(at, _)| {
        let rest = &source[at + name.len()..];
        let is_word = !source[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let is_deleted = source[..at].trim_end().ends_with("delete");
        let is_put_into = CHANGES.iter().any(|change| rest.starts_with(change));
        is_word && (is_deleted || is_put_into || is_assigned_into(rest))
    })
}

/// `.lane = …`, `["lane"] = …`.
fn is_assigned_into(rest: &str) -> bool {
    let is_of_path =
        |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']' | '"' | '\'');
    let path = rest.find(|c| !is_of_path(c)).unwrap_or(rest.len());
    let behind = rest[path..].trim_start();
    rest.starts_with(['.', '['])
        && behind.starts_with('=')
        && !behind.starts_with("==")
        && !behind.starts_with("=>")
}
