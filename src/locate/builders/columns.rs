//! Tests of columns, and what names a column.

use super::condition::{ColumnRef, Comparison, Condition};
use super::reader::Reader;
use super::words::{self, Verb};
use crate::locate::app_source::calls::{arguments, member, receiver};
use crate::locate::app_source::kinds::Kind;
use crate::locate::app_source::language::Language;
use crate::locate::app_source::syntax::NodeId;
use crate::source::span::Span;

impl<'a> Reader<'_, '_, 'a> {
    pub(super) fn named_test(
        &self,
        column: NodeId,
        verb: Verb,
        values: &[NodeId],
    ) -> Option<Condition> {
        let column = match self.text(column) {
            Some(name) if is_column_name(&name) => column_named(&name, self.syntax.span(column)),
            Some(_) => return None,
            None => self.column(column)?,
        };
        Some(self.test(column, verb, values))
    }

    pub(super) fn test(&self, column: ColumnRef, verb: Verb, values: &[NodeId]) -> Condition {
        if let (Verb::In | Verb::NotIn, [one]) = (verb, values)
            && !self.values.is_list(*one)
            && let Some(rows) = self.rows_of(*one)
        {
            return match verb {
                Verb::In => rows.grouped(),
                _ => rows.negated(),
            };
        }
        let comparison = match (verb, values) {
            (Verb::Null, _) => Comparison::Null { negated: false },
            (Verb::NotNull, _) => Comparison::Null { negated: true },
            (Verb::In | Verb::NotIn, [one]) => {
                let is_list = self.values.is_list(*one);
                let is_text = self.text(*one).is_some();
                match !is_list && is_text {
                    true => self.values.among_each(&[*one], verb == Verb::NotIn),
                    false => self.values.among(*one, verb == Verb::NotIn),
                }
            }
            (Verb::In | Verb::NotIn, [_, ..]) => {
                self.values.among_each(values, verb == Verb::NotIn)
            }
            (Verb::Equal | Verb::Is, [value]) => self.values.equal(*value, false),
            (Verb::NotEqual | Verb::IsNot, [value]) => self.values.equal(*value, true),
            (Verb::Order(operator), [value]) => Comparison::Order {
                operator,
                value: self.values.one(*value),
            },
            _ => Comparison::Other,
        };
        Condition::test(column, comparison)
    }

    /// The column that an expression names.
    pub(super) fn column(&self, node: NodeId) -> Option<ColumnRef> {
        let syntax = self.syntax;
        let node = self.assembler.through_wrappers(node);
        let span = syntax.span(node);
        if let Some((object, property)) = member(syntax, node) {
            return Some(ColumnRef {
                qualifier: qualifier(syntax.text(object)),
                name: syntax.text(property).to_owned(),
                span,
            });
        }
        match syntax.kind(node) {
            // `runs::run_type`
            Kind::Member => {
                let (object, name) = syntax.text(node).rsplit_once("::")?;
                Some(ColumnRef {
                    qualifier: qualifier(object),
                    name: name.to_owned(),
                    span,
                })
            }
            Kind::Call => {
                let is_name = self.name(node).is_some_and(words::names_column);
                let given = arguments(syntax, node);
                let mut texts = given.iter().filter_map(|it| self.text(*it));
                let name = texts.next().filter(|_| is_name)?;
                let column = column_named(&name, span);
                // goqu's `T("orgs").Col("status")`
                let table = receiver(syntax, node).filter(|it| syntax.kind(*it) == Kind::Call);
                let table = table.and_then(|it| self.text(*arguments(syntax, it).first()?));
                Some(ColumnRef {
                    qualifier: column.qualifier.or(table),
                    ..column
                })
            }
            Kind::Identifier => {
                let has_bare_columns = matches!(
                    syntax.language(),
                    Language::Rust | Language::Java | Language::Kotlin | Language::Scala
                );
                has_bare_columns.then(|| column_named(syntax.text(node), span))
            }
            _ => None,
        }
    }
}

/// `runs` of `schema.runs` and of `runs.c`.
pub(super) fn qualifier(object: &str) -> Option<String> {
    let mut parts = object
        .rsplit(['.', ':', '>', '?', '!'])
        .filter(|it| !it.is_empty());
    let last = parts.next()?;
    let last = match last {
        "c" | "columns" | "dsl" | "_" => parts.next()?,
        other => other,
    };
    let last = last.trim_matches(['$', '(', ')', ' ', '\n']);
    (!matches!(last, "this" | "self")).then(|| last.to_owned())
}

pub(super) fn column_named(name: &str, span: Span) -> ColumnRef {
    let (qualifier, name) = match name.rsplit_once('.') {
        Some((qualifier, name)) => (qualifier.rsplit('.').next().map(str::to_owned), name),
        None => (None, name),
    };
    ColumnRef {
        qualifier,
        name: name.trim_matches(['"', '`']).to_owned(),
        span,
    }
}

pub(super) fn is_column_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '"'))
}
