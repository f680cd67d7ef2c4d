//! Reads what a program says to a query builder.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{HashMap, HashSet};

use super::condition::{Comparison, Condition, Written};
use super::names::Names;
use super::pairs::is_keywords;
use super::roots::{bound_name, is_query};
use super::tables::is_of_other_table;
use super::values::Values;
use crate::locate::app_source::assemble::Assembler;
use crate::locate::app_source::calls::arguments;
use crate::locate::app_source::dialect::Shape;
use crate::locate::app_source::kinds::{Field, Kind};
use crate::locate::app_source::language::Language;
use crate::locate::app_source::syntax::{NodeId, Syntax};

/// Calls upon calls are followed this far.
const DEEPEST: usize = 200;
/// As many conditions are read of one file.
const MOST_READ: usize = 100_000;

/// Reads the conditions of one file.
pub struct Reader<'r, 's, 'a> {
    pub syntax: &'s Syntax<'a>,
    pub assembler: &'r Assembler<'s, 'a>,
    pub values: Values<'r, 's, 'a>,
    names: &'r Names<'r>,
    depth: Cell<usize>,
    /// How much may be read yet: a name may stand in its own value many times.
    allowance: Cell<usize>,
    /// What is known to be no condition.
    not_told: RefCell<HashSet<NodeId>>,
    /// What was read as a condition, by itself or as a part.
    read: RefCell<HashSet<NodeId>>,
    /// Where each name gets a value, in source order. Never iterated.
    bindings: OnceCell<HashMap<String, Vec<NodeId>>>,
    /// The values of constants that were read where their names stand.
    put_in: RefCell<Vec<NodeId>>,
}

impl<'r, 's, 'a> Reader<'r, 's, 'a> {
    pub fn new(assembler: &'r Assembler<'s, 'a>, names: &'r Names<'r>) -> Self {
        let syntax = assembler.syntax;
        Self {
            syntax,
            assembler,
            values: Values {
                assembler,
                are_inlined: puts_values_into_sql(syntax),
                depth: Cell::new(0),
            },
            names,
            depth: Cell::new(0),
            allowance: Cell::new(MOST_READ),
            not_told: RefCell::default(),
            read: RefCell::default(),
            bindings: OnceCell::new(),
            put_in: RefCell::default(),
        }
    }

    /// What is a condition wherever it stands: the calls of a builder, and what is called `where`.
    pub fn told(&self, node: NodeId) -> Option<Condition> {
        if self.not_told.borrow().contains(&node) {
            return None;
        }
        if self.depth.get() > DEEPEST {
            return Some(Condition::Unknown(self.syntax.span(node)));
        }
        self.depth.set(self.depth.get() + 1);
        let told = self.told_by_kind(node);
        self.depth.set(self.depth.get() - 1);
        match told {
            Some(_) => self.mark_read(node),
            None => {
                self.not_told.borrow_mut().insert(node);
            }
        }
        told
    }

    /// Where the file gives that name a value, in source order.
    pub fn bindings(&self, name: &str) -> &[NodeId] {
        let all = self.bindings.get_or_init(|| {
            let mut all: HashMap<String, Vec<NodeId>> = HashMap::new();
            for node in self.syntax.all() {
                if let Some(name) = bound_name(self.syntax, node) {
                    all.entry(name).or_default().push(node);
                }
            }
            all
        });
        all.get(name).map_or(&[], Vec::as_slice)
    }

    pub fn mark_read(&self, node: NodeId) {
        self.read.borrow_mut().insert(node);
    }

    /// Whether it was read, by itself or as a part of another.
    pub fn was_read(&self, node: NodeId) -> bool {
        self.read.borrow().contains(&node)
    }

    /// Whether it is a part of a constant that was read where its name stands.
    pub fn was_put_in(&self, node: NodeId) -> bool {
        let values = self.put_in.borrow();
        values.iter().any(|value| self.syntax.holds(*value, node))
    }

    fn told_by_kind(&self, node: NodeId) -> Option<Condition> {
        match self.syntax.kind(node) {
            Kind::Call => self.call(node),
            Kind::Await | Kind::Parenthesized => self.told(self.syntax.only_child(node)?),
            Kind::Binary if self.operator(node)? == "|>" => self.piped(node),
            Kind::Binary if self.syntax.language() == Language::Kotlin => self.infix(node),
            Kind::Binary if self.syntax.language() == Language::Python => self.joined_queries(node),
            Kind::CompositeLiteral => self.composite(node),
            Kind::Pair => {
                let key = self.syntax.child(node, Field::Key)?;
                let value = self.syntax.child(node, Field::Value)?;
                let is_where = self.key(key) == "where";
                is_where.then(|| self.told_by_where(value)).flatten()
            }
            // `findMany({ where })`
            Kind::ShorthandProperty if self.syntax.text(node) == "where" => {
                let value = self.values.constant_called("where")?;
                self.told_by_where(value)
            }
            _ => None,
        }
    }

    /// What stands behind `where:`. An array of objects are choices (TypeORM).
    fn told_by_where(&self, value: NodeId) -> Option<Condition> {
        let value = self.assembler.through_wrappers(value);
        match self.syntax.kind(value) {
            Kind::Array if self.syntax.language() != Language::Elixir => {
                let choices = self.syntax.children(value);
                Some(Condition::any(choices.map(|it| self.condition(it))))
            }
            Kind::Object | Kind::Closure | Kind::Function | Kind::Call | Kind::Binary => {
                Some(self.condition(value))
            }
            _ => None,
        }
    }

    /// What a builder is given as a condition. What is not understood may say anything.
    pub fn condition(&self, node: NodeId) -> Condition {
        let unknown = Condition::Unknown(self.syntax.span(node));
        if self.depth.get() > DEEPEST || self.allowance.get() == 0 {
            return unknown;
        }
        self.allowance.set(self.allowance.get() - 1);
        self.mark_read(node);
        self.depth.set(self.depth.get() + 1);
        let read = self.given(node);
        self.depth.set(self.depth.get() - 1);
        read.unwrap_or(unknown)
    }

    pub(super) fn given(&self, node: NodeId) -> Option<Condition> {
        let syntax = self.syntax;
        let shape = self.assembler.shape(node);
        if matches!(
            shape,
            Shape::Text | Shape::Tagged(_) | Shape::Run(_) | Shape::Chain(_)
        ) && let Some(sql) = self.sql(node)
        {
            return Some(sql);
        }
        if let Shape::Wrapper(inner) = shape {
            return Some(self.condition(inner));
        }
        match syntax.kind(node) {
            Kind::Call => self.call(node).or_else(|| self.given_call(node)),
            Kind::Binary | Kind::Comparison | Kind::Conditional => {
                self.told(node).or_else(|| self.operation(node))
            }
            Kind::Unary => self.negation(node),
            Kind::Object | Kind::ArrayCreation => self.pairs(node, None),
            Kind::Pair => self.pair(node, None),
            Kind::CompositeLiteral => self.composite(node),
            Kind::Closure | Kind::Function => match self.statements(node) {
                Some(statements) => self.one_after_the_other(&statements),
                None => Some(self.condition(self.body(node)?)),
            },
            // TypeORM's `new Brackets(qb => …)`
            Kind::New => {
                let given = arguments(syntax, node);
                let [closure] = given.as_slice() else {
                    return None;
                };
                let is_closure = matches!(syntax.kind(*closure), Kind::Closure | Kind::Function);
                let told = || self.condition(*closure);
                match self.name(node).filter(|_| is_closure)? {
                    "Brackets" => Some(told().grouped()),
                    "NotBrackets" => Some(told().negated()),
                    _ => None,
                }
            }
            Kind::Parenthesized | Kind::Slot | Kind::Await | Kind::Block => {
                Some(self.condition(syntax.only_child(node)?))
            }
            // Python's `lane="sync"`
            Kind::Other if syntax.child(node, Field::Name).is_some() => self.pair(node, None),
            Kind::Other if is_keywords(syntax, node) => self.pairs(node, None),
            Kind::Member => self.flag(node),
            Kind::Identifier => {
                let value = self.values.constant(node)?;
                self.put_in.borrow_mut().push(value);
                Some(self.condition(value))
            }
            _ => None,
        }
    }

    /// The text of what is written as a text.
    pub(super) fn text(&self, node: NodeId) -> Option<String> {
        let node = self.assembler.through_wrappers(node);
        let is_text = matches!(
            self.assembler.shape(node),
            Shape::Text | Shape::Run(_) | Shape::Chain(_)
        );
        is_text.then(|| self.assembler.plain_text(node)).flatten()
    }

    pub(super) fn sql(&self, node: NodeId) -> Option<Condition> {
        let assembled = self.assembler.assemble(node);
        assembled
            .has_text
            .then(|| Condition::Sql(Box::new(assembled)))
    }

    pub(super) fn is_table(&self, name: &str) -> bool {
        self.names.is_table(name)
    }

    /// Whether a governed column is named among what a call is given.
    pub(super) fn names_governed(&self, call: NodeId) -> bool {
        let given = arguments(self.syntax, call).into_iter();
        let text = given.map(|it| self.syntax.text(it)).collect::<String>();
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.into_iter().any(|word| self.names.is_governed(word))
    }

    /// A sub-select over the same table, whose rows are meant by their key.
    pub(super) fn rows_of(&self, node: NodeId) -> Option<Condition> {
        let node = self.assembler.through_wrappers(node);
        let node = self.values.constant(node).unwrap_or(node);
        let node = match arguments(self.syntax, node).as_slice() {
            [inner] if self.name(node) == Some("subquery") => *inner,
            _ => node,
        };
        let is_query = is_query(self.syntax, node) && !is_of_other_table(self, node, self.names);
        let told = self.told(node).filter(|_| is_query)?;
        self.put_in.borrow_mut().push(node);
        Some(told)
    }

    /// A boolean column alone. Another member may be anything that the program calls so.
    fn flag(&self, node: NodeId) -> Option<Condition> {
        let column = self.column(node)?;
        let is_column = self.names.is_governed(&column.name);
        let flag = Comparison::Among {
            values: vec![Written {
                sql: "true".to_owned(),
                span: column.span,
            }],
            negated: false,
            is_bound: false,
        };
        is_column.then(|| Condition::test(column, flag))
    }

    /// The statements of a closure, where it has several.
    fn statements(&self, closure: NodeId) -> Option<Vec<NodeId>> {
        let body = self.syntax.child(closure, Field::Body)?;
        let statements: Vec<NodeId> = self.syntax.children(body).collect();
        let is_statement = |it: &NodeId| self.syntax.kind(*it) == Kind::ExpressionStatement;
        (statements.len() > 1 && statements.iter().all(is_statement)).then_some(statements)
    }

    /// `this.where(…); this.orWhere(…);`
    fn one_after_the_other(&self, statements: &[NodeId]) -> Option<Condition> {
        let mut told: Option<Condition> = None;
        for statement in statements {
            let node = self.syntax.only_child(*statement)?;
            let said = self.told(node)?;
            let first_is_or = self.begins_with_or(node);
            told = Some(match told {
                None => said,
                Some(before) if first_is_or => Condition::any([before, said]),
                Some(before) => before.and_last(said.grouped()),
            });
        }
        told
    }

    /// What a closure says, where it says one thing.
    pub(super) fn body(&self, closure: NodeId) -> Option<NodeId> {
        let body = self.syntax.child(closure, Field::Body);
        let mut node = body.or_else(|| self.syntax.children(closure).last())?;
        loop {
            node = match self.syntax.kind(node) {
                Kind::Block
                | Kind::Statements
                | Kind::ExpressionStatement
                | Kind::Return
                | Kind::ExpressionList => self.syntax.only_child(node)?,
                // PHP's body
                Kind::Other if self.syntax.text(node).starts_with('{') => {
                    self.syntax.only_child(node)?
                }
                _ => return Some(node),
            };
        }
    }
}

/// Ecto, goqu (unless it is told to prepare) and Django's usual driver write values into the SQL; other builders bind them.
fn puts_values_into_sql(syntax: &Syntax) -> bool {
    let text = syntax.source();
    match syntax.language() {
        Language::Elixir => true,
        Language::Go => {
            text.contains("goqu")
                && !text.contains(".Prepared(")
                && !text.contains("SetDefaultPrepared")
        }
        Language::Python => text.contains("django") || text.contains(".objects."),
        _ => false,
    }
}
