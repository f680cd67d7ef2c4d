//! A condition as a query builder is told it, and the same as SQL.

use super::interpolated::with_names;
use super::names::{Names, Qualifiers};
use crate::locate::app_source::assemble::Assembled;
use crate::locate::app_source::language::Language;
use crate::locate::app_source::syntax::Syntax;
use crate::source::excerpt::{Excerpt, ExcerptBuilder};
use crate::source::span::Span;

#[derive(Debug, Clone)]
pub enum Condition {
    /// All of them; of none: true.
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Test(Test),
    /// SQL that the builder takes in as it stands.
    Sql(Box<Assembled>),
    /// What may say anything of any column.
    Unknown(Span),
}

/// A test of one column.
#[derive(Debug, Clone)]
pub struct Test {
    pub column: ColumnRef,
    pub comparison: Comparison,
}

/// A column as the program names it: `run.runType`, `'r.run_type'`, `RUNS.RUN_TYPE`.
#[derive(Debug, Clone)]
pub struct ColumnRef {
    pub qualifier: Option<String>,
    pub name: String,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub enum Comparison {
    Among {
        values: Vec<Written>,
        negated: bool,
        /// The builder hands the values to the server as parameters.
        is_bound: bool,
    },
    /// One of a list that is not written there.
    AmongUnknown(Span),
    Order {
        operator: &'static str,
        value: Written,
    },
    Null {
        negated: bool,
    },
    /// Something else is asked of the column.
    Other,
}

/// A value as SQL, and where the program has it.
#[derive(Debug, Clone)]
pub struct Written {
    pub sql: String,
    pub span: Span,
}

/// A parameter, where a value is not known.
pub const PARAMETER: &str = "$1";
/// A whole condition that is put in when the program runs.
const ANY_CONDITION: &str = "$9001";
/// Stands for a function over columns whose meaning is not looked into.
const SOME_TEST: &str = "builder_test";

impl Condition {
    /// All of them; those that are made of several that hold together are laid flat.
    pub fn all(parts: impl IntoIterator<Item = Condition>) -> Self {
        let flat = parts.into_iter().flat_map(|part| match part {
            Condition::All(inner) => inner,
            other => vec![other],
        });
        Condition::All(flat.collect())
    }

    pub fn any(parts: impl IntoIterator<Item = Condition>) -> Self {
        let flat = parts.into_iter().flat_map(|part| match part {
            // Of no choices at all nothing is true.
            Condition::Any(inner) if !inner.is_empty() => inner,
            other => vec![other],
        });
        Condition::Any(flat.collect())
    }

    /// In parentheses, where it is a choice.
    pub fn grouped(self) -> Self {
        match self {
            choice @ Condition::Any(_) => Condition::All(vec![choice]),
            other => other,
        }
    }

    /// `a OR b` and another: `a OR (b AND other)`, as SQL reads them one after the other.
    pub fn and_last(self, other: Condition) -> Self {
        match self {
            Condition::Any(mut choices) => {
                let last = choices.pop().into_iter();
                choices.push(Condition::all(last.chain([other])));
                Condition::Any(choices)
            }
            before => Condition::all([before, other]),
        }
    }

    pub fn test(column: ColumnRef, comparison: Comparison) -> Self {
        Condition::Test(Test { column, comparison })
    }

    pub fn negated(self) -> Self {
        Condition::Not(Box::new(self))
    }

    /// Every test in it, in order.
    pub fn tests(&self) -> Vec<&Test> {
        let mut found = Vec::new();
        let mut rest = vec![self];
        while let Some(condition) = rest.pop() {
            match condition {
                Condition::All(parts) | Condition::Any(parts) => rest.extend(parts.iter().rev()),
                Condition::Not(inner) => rest.push(inner),
                Condition::Test(test) => found.push(test),
                Condition::Sql(_) | Condition::Unknown(_) => {}
            }
        }
        found
    }

    /// The SQL that is taken in.
    pub fn taken_in(&self) -> Vec<&Assembled> {
        match self {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().flat_map(Condition::taken_in).collect()
            }
            Condition::Not(inner) => inner.taken_in(),
            Condition::Sql(sql) => vec![sql],
            Condition::Test(_) | Condition::Unknown(_) => Vec::new(),
        }
    }

    /// As SQL whose offsets lead back to the program, `source`. `whole` is where the condition stands.
    pub fn excerpt(&self, names: &Names, syntax: &Syntax, whole: Span) -> Option<Excerpt<'static>> {
        let mut writer = Writer {
            builder: ExcerptBuilder::new(),
            names,
            source: syntax.source(),
            parenthesizes_sql: matches!(syntax.language(), Language::Ruby | Language::Java),
            qualifiers: Qualifiers::of(names, &self.tests(), has_join(syntax, whole)),
            at: Span::new(whole.start, whole.start),
        };
        writer.condition(self);
        writer.builder.finish()
    }
}

fn has_join(syntax: &Syntax, whole: Span) -> bool {
    let text = syntax.source()[whole.range()].to_ascii_lowercase();
    text.contains("join(") || text.contains("join:")
}

struct Writer<'a> {
    builder: ExcerptBuilder,
    names: &'a Names<'a>,
    source: &'a str,
    /// Most builders put no parentheses around SQL that they take in.
    parenthesizes_sql: bool,
    qualifiers: Qualifiers,
    /// Where what has no place of its own is said to stand.
    at: Span,
}

impl Writer<'_> {
    fn text(&mut self, text: &str) {
        self.builder.replaced(text, self.at);
    }

    fn put(&mut self, text: &str, span: Span) {
        self.builder.replaced(text, span);
        self.at = Span::new(span.end, span.end);
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::All(parts) => self.joined(parts, " AND ", "true"),
            Condition::Any(parts) => self.joined(parts, " OR ", "false"),
            Condition::Not(inner) => {
                self.text("NOT (");
                self.condition(inner);
                self.text(")");
            }
            Condition::Test(test) => self.test(test),
            Condition::Sql(sql) => match &sql.excerpt {
                Some(excerpt) => {
                    let named = with_names(excerpt, &sql.parameters, self.source, self.names);
                    self.builder.excerpt(&named);
                }
                None => self.text("true"),
            },
            Condition::Unknown(span) => self.put(ANY_CONDITION, *span),
        }
    }

    fn joined(&mut self, parts: &[Condition], between: &str, of_none: &str) {
        if let [only] = parts {
            return self.condition(only);
        }
        if parts.is_empty() {
            return self.text(of_none);
        }
        for (index, part) in parts.iter().enumerate() {
            self.text(if index == 0 { "(" } else { between });
            match part {
                Condition::Sql(_) if self.parenthesizes_sql => {
                    self.text("(");
                    self.condition(part);
                    self.text(")");
                }
                _ => self.condition(part),
            }
        }
        self.text(")");
    }

    fn test(&mut self, test: &Test) {
        let column = self.qualifiers.column(self.names, &test.column);
        match &test.comparison {
            Comparison::Among {
                values, negated, ..
            } => {
                self.put(&column, test.column.span);
                self.text(if *negated { " NOT IN (" } else { " IN (" });
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        self.text(", ");
                    }
                    self.put(&value.sql, value.span);
                }
                self.text(")");
            }
            Comparison::AmongUnknown(span) => {
                self.put(&column, test.column.span);
                self.text(" = ANY (");
                self.put(PARAMETER, *span);
                self.text(")");
            }
            Comparison::Order { operator, value } => {
                self.put(&column, test.column.span);
                self.text(&format!(" {operator} "));
                self.put(&value.sql, value.span);
            }
            Comparison::Null { negated } => {
                self.put(&column, test.column.span);
                self.text(if *negated { " IS NOT NULL" } else { " IS NULL" });
            }
            Comparison::Other => {
                self.text(&format!("{SOME_TEST}("));
                self.put(&column, test.column.span);
                self.text(")");
            }
        }
    }
}
