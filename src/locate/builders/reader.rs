//! Reads what a program says to a query builder.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use super::condition::{ColumnRef, Comparison, Condition};
use super::values::Values;
use super::words::{self, Joint, Link, Verb};
use crate::locate::app_source::assemble::Assembler;
use crate::locate::app_source::calls::{arguments, callee, callee_name, member, receiver};
use crate::locate::app_source::dialect::Shape;
use crate::locate::app_source::kinds::{Field, Kind};
use crate::locate::app_source::language::Language;
use crate::locate::app_source::syntax::{NodeId, Syntax};

/// Calls upon calls are followed this far.
const DEEPEST: usize = 200;

/// Reads the conditions of one file.
pub struct Reader<'r, 's, 'a> {
    pub syntax: &'s Syntax<'a>,
    pub assembler: &'r Assembler<'s, 'a>,
    pub values: Values<'r, 's, 'a>,
    depth: Cell<usize>,
    /// What is known to be no condition.
    not_told: RefCell<HashSet<NodeId>>,
}

impl<'r, 's, 'a> Reader<'r, 's, 'a> {
    pub fn new(assembler: &'r Assembler<'s, 'a>) -> Self {
        let syntax = assembler.syntax;
        Self {
            syntax,
            assembler,
            values: Values {
                assembler,
                are_inlined: puts_values_into_sql(syntax),
            },
            depth: Cell::new(0),
            not_told: RefCell::default(),
        }
    }

    /// What is a condition wherever it stands: the calls of a builder, and what is called `where`.
    pub fn told(&self, node: NodeId) -> Option<Condition> {
        if self.not_told.borrow().contains(&node) || self.depth.get() > DEEPEST {
            return None;
        }
        self.depth.set(self.depth.get() + 1);
        let told = self.told_by_kind(node);
        self.depth.set(self.depth.get() - 1);
        if told.is_none() {
            self.not_told.borrow_mut().insert(node);
        }
        told
    }

    fn told_by_kind(&self, node: NodeId) -> Option<Condition> {
        match self.syntax.kind(node) {
            Kind::Call => self.call(node),
            Kind::Await | Kind::Parenthesized => self.told(self.syntax.only_child(node)?),
            Kind::Binary if self.operator(node)? == "|>" => self.piped(node),
            Kind::Binary if self.syntax.language() == Language::Kotlin => self.infix(node),
            Kind::CompositeLiteral => self.composite(node),
            Kind::Pair => {
                let key = self.syntax.child(node, Field::Key)?;
                let value = self.syntax.child(node, Field::Value)?;
                let is_where = self.key(key) == "where";
                is_where.then(|| self.told_by_where(value)).flatten()
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
        if self.depth.get() > DEEPEST {
            return unknown;
        }
        self.depth.set(self.depth.get() + 1);
        let read = self.given(node);
        self.depth.set(self.depth.get() - 1);
        read.unwrap_or(unknown)
    }

    fn given(&self, node: NodeId) -> Option<Condition> {
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
            Kind::Pair | Kind::KeywordArgument => self.pair(node, None),
            Kind::CompositeLiteral => self.composite(node),
            Kind::Closure | Kind::Function => Some(self.condition(self.body(node)?)),
            Kind::Parenthesized | Kind::Slot | Kind::Await | Kind::Block => {
                Some(self.condition(syntax.only_child(node)?))
            }
            Kind::Other if is_keywords(syntax, node) => self.pairs(node, None),
            Kind::Identifier => Some(self.condition(self.values.constant(node)?)),
            _ => None,
        }
    }

    // ---- calls

    fn call(&self, call: NodeId) -> Option<Condition> {
        let name = self.name(call)?;
        let receiver = receiver(self.syntax, call);
        let given = self.given_to(call);
        if self.syntax.language() == Language::Elixir
            && let Some(told) = self.ecto(name, &given)
        {
            return Some(told);
        }
        if let Some(link) = words::link(name)
            && !is_of_a_list(name, &given, self.syntax)
        {
            return self.linked(call, link, receiver, &given);
        }
        let before = receiver.and_then(|it| self.told(it));
        if let (Some(joint), Some(before)) = (words::joint(name), &before)
            && !matches!(before, Condition::Unknown(_))
        {
            return self.joined_to(receiver?, joint, &given);
        }
        if let Some(told) = self.verb_call(name, receiver, &given) {
            return Some(told);
        }
        if let Some(before) = before {
            return Some(self.passed_on(call, name, before));
        }
        match (words::joint(name), given.as_slice()) {
            (Some(joint), [_, ..]) => Some(self.joint(joint, &given)),
            (None, _) if name == "Q" => Some(self.all(&given)),
            (None, [column, operator, value]) => {
                let verb = words::verb(&self.assembler.plain_text(*operator)?)?;
                self.named_test(*column, verb, &[*value])
            }
            // `where().not(lane: 'a')`
            _ => None,
        }
    }

    /// What a call is given, closures behind it included.
    fn given_to(&self, call: NodeId) -> Vec<NodeId> {
        let mut given = arguments(self.syntax, call);
        let last = self.syntax.children(call).last();
        let trailing = last.and_then(|it| self.syntax.only_child(it));
        let trailing = trailing.filter(|it| self.syntax.kind(*it) == Kind::Closure);
        if self.syntax.language() == Language::Kotlin {
            given.extend(
                trailing.filter(|it| !given.iter().any(|one| self.syntax.holds(*one, *it))),
            );
        }
        given
    }

    /// Kotlin's `update(…) { … }` is a call of a call.
    fn name(&self, call: NodeId) -> Option<&'a str> {
        let callee = callee(self.syntax, call)?;
        match self.syntax.kind(callee) {
            Kind::Call => None,
            _ => callee_name(self.syntax, call),
        }
    }

    fn linked(
        &self,
        call: NodeId,
        link: Link,
        receiver: Option<NodeId>,
        given: &[NodeId],
    ) -> Option<Condition> {
        let before = receiver.and_then(|it| self.told(it));
        let column_test = |verb: Verb| match given {
            [column, rest @ ..] => self
                .named_test(*column, verb, rest)
                .unwrap_or(Condition::Unknown(self.syntax.span(call))),
            [] => Condition::Unknown(self.syntax.span(call)),
        };
        let (said, is_choice) = match link {
            Link::Where => (self.where_given(given), false),
            Link::OrWhere => (self.where_given(given), true),
            Link::WhereNot => (self.where_given(given).negated(), false),
            Link::WhereColumn(verb) => (column_test(verb), false),
            Link::OrWhereColumn(verb) => (column_test(verb), true),
            Link::Unseen if before.is_none() => return None,
            Link::Unseen => (Condition::Unknown(self.syntax.span(call)), false),
        };
        Some(match (before, is_choice) {
            (None, _) => said,
            (Some(before), true) => Condition::any([before, said]),
            (Some(before), false) => Condition::all([before, said]),
        })
    }

    /// What `where(…)` is given: conditions, or a column with its value, or SQL with its values.
    fn where_given(&self, given: &[NodeId]) -> Condition {
        let Some((first, rest)) = given.split_first() else {
            return Condition::All(Vec::new());
        };
        let column = self.text(*first).filter(|text| is_column_name(text));
        match (column, rest) {
            (Some(_), [value]) => {
                let verb = match self.values.is_list(*value) {
                    true => Verb::In,
                    false => Verb::Equal,
                };
                self.named_test(*first, verb, rest)
                    .unwrap_or(Condition::Unknown(self.syntax.span(*value)))
            }
            (Some(_), [operator, values @ ..]) if !values.is_empty() => {
                let verb = self.text(*operator);
                let verb = verb.and_then(|it| words::verb(it.to_lowercase().as_str()));
                let test = verb.and_then(|verb| self.named_test(*first, verb, values));
                test.unwrap_or_else(|| self.other(*first))
            }
            // SQL, and the values of its parameters.
            (None, [_, ..]) if self.text(*first).is_some() => self.condition(*first),
            _ => self.all(given),
        }
    }

    fn other(&self, column: NodeId) -> Condition {
        match self.column(column) {
            Some(column) => Condition::test(column, Comparison::Other),
            None => Condition::Unknown(self.syntax.span(column)),
        }
    }

    fn all(&self, given: &[NodeId]) -> Condition {
        Condition::all(given.iter().map(|it| self.condition(*it)))
    }

    /// `a.and(b)`, `Run.where(…).or(Run.where(…))`, `where.not(…)`.
    fn joined_to(&self, receiver: NodeId, joint: Joint, given: &[NodeId]) -> Option<Condition> {
        let before = self.told(receiver)?;
        Some(match (joint, given) {
            (Joint::Not, []) => before.negated(),
            (Joint::Not, _) => Condition::all([before, self.all(given).negated()]),
            (Joint::And, _) => Condition::all([before, self.where_given(given)]),
            (Joint::Or, _) => Condition::any([before, self.where_given(given)]),
        })
    }

    /// `and(a, b)`, `eb.or([a, b])`, `not(a)`.
    fn joint(&self, joint: Joint, given: &[NodeId]) -> Condition {
        let parts: Vec<Condition> = given.iter().flat_map(|it| self.parts(*it)).collect();
        match joint {
            Joint::And => Condition::all(parts),
            Joint::Or => Condition::any(parts),
            Joint::Not => Condition::all(parts).negated(),
        }
    }

    /// The conditions in an array or an object, or the one that it is.
    fn parts(&self, node: NodeId) -> Vec<Condition> {
        let node = self.assembler.through_wrappers(node);
        match self.syntax.kind(node) {
            Kind::Array | Kind::Object => {
                let parts = self.syntax.children(node);
                parts.map(|it| self.condition(it)).collect()
            }
            _ => vec![self.condition(node)],
        }
    }

    /// A test in words: `runs.lane.in_([…])`, `inArray(runs.lane, […])`.
    fn verb_call(
        &self,
        name: &str,
        receiver: Option<NodeId>,
        given: &[NodeId],
    ) -> Option<Condition> {
        let verb = words::verb(name)?;
        let of_receiver = receiver.and_then(|it| self.column(it));
        let is_function = self.syntax.language() != Language::Ruby;
        match (of_receiver, given) {
            (_, [column, rest @ ..])
                if is_function && self.is_test_of_first(verb, rest) && self.is_member(*column) =>
            {
                Some(self.test(self.column(*column)?, verb, rest))
            }
            (Some(column), _) => Some(self.test(column, verb, given)),
            _ => None,
        }
    }

    /// Whether a function is given as many values as that test of its first argument takes.
    fn is_test_of_first(&self, verb: Verb, rest: &[NodeId]) -> bool {
        match verb {
            Verb::Null | Verb::NotNull => rest.is_empty(),
            _ => rest.len() == 1,
        }
    }

    fn is_member(&self, node: NodeId) -> bool {
        let node = self.assembler.through_wrappers(node);
        member(self.syntax, node).is_some() || self.name(node).is_some_and(words::names_column)
    }

    /// A method that says nothing of conditions; one that nobody knows may be a scope.
    fn passed_on(&self, call: NodeId, name: &str, before: Condition) -> Condition {
        let has_scopes = matches!(
            self.syntax.language(),
            Language::Ruby | Language::Php | Language::Python | Language::Elixir
        );
        match has_scopes && !words::is_harmless(name) {
            true => Condition::all([before, Condition::Unknown(self.syntax.span(call))]),
            false => before,
        }
    }

    /// What is a condition only because a builder is given it.
    fn given_call(&self, call: NodeId) -> Option<Condition> {
        let name = self.name(call)?;
        let given = self.given_to(call);
        if words::takes_sql(name) {
            return self.sql(*given.first()?);
        }
        let receiver = receiver(self.syntax, call)?;
        Some(Condition::test(self.column(receiver)?, Comparison::Other))
    }

    /// `from(r in Run, where: …)`, `where(query, [r], …)`.
    fn ecto(&self, name: &str, given: &[NodeId]) -> Option<Condition> {
        match name {
            "from" => {
                let keywords = given.iter().find(|it| is_keywords(self.syntax, **it))?;
                let mut told: Option<Condition> = None;
                for pair in self.syntax.children(*keywords) {
                    let Some(key) = self.syntax.child(pair, Field::Key) else {
                        continue;
                    };
                    let value = || Some(self.condition(self.syntax.child(pair, Field::Value)?));
                    let key = self.key(key);
                    let joined = match (key.as_str(), told.take()) {
                        ("where", None) | ("or_where", None) => value(),
                        ("where", Some(before)) => Some(Condition::all([before, value()?])),
                        ("or_where", Some(before)) => Some(Condition::any([before, value()?])),
                        (_, before) => before,
                    };
                    told = joined;
                }
                told
            }
            "where" | "or_where" => Some(self.condition(*given.last()?)),
            _ => None,
        }
    }

    /// `Run |> where([r], …) |> where([r], …)`.
    fn piped(&self, binary: NodeId) -> Option<Condition> {
        let (left, right) = self.operands(binary)?;
        let before = self.told(left);
        let name = self.name(right).unwrap_or("");
        let said = match name {
            "where" | "or_where" => Some(self.condition(*self.given_to(right).last()?)),
            _ => None,
        };
        match (before, said) {
            (Some(before), Some(said)) if name == "or_where" => {
                Some(Condition::any([before, said]))
            }
            (Some(before), Some(said)) => Some(Condition::all([before, said])),
            (Some(before), None) => Some(self.passed_on(right, name, before)),
            (None, said) => said,
        }
    }

    // ---- operators

    fn operands(&self, binary: NodeId) -> Option<(NodeId, NodeId)> {
        let is_operand = |it: &NodeId| self.syntax.field(*it) != Field::Operator;
        let mut children = self.syntax.children(binary).filter(is_operand);
        let left = children.next()?;
        Some((left, children.last()?))
    }

    /// What stands between the operands.
    fn operator(&self, binary: NodeId) -> Option<&'a str> {
        let (left, right) = self.operands(binary)?;
        let (left, right) = (self.syntax.span(left), self.syntax.span(right));
        Some(self.syntax.source().get(left.end..right.start)?.trim())
    }

    /// Kotlin's `Runs.lane inList listOf(…)`, `a and b`.
    fn infix(&self, binary: NodeId) -> Option<Condition> {
        let operator = self.operator(binary)?;
        let is_word = operator.chars().all(char::is_alphabetic);
        is_word.then(|| self.operation(binary)).flatten()
    }

    fn operation(&self, binary: NodeId) -> Option<Condition> {
        let (left, right) = self.operands(binary)?;
        let operator = self.operator(binary)?.trim_start_matches([')', ' ']);
        let operator = operator.trim_end_matches(['(', ' ']);
        let operator = operator.split_whitespace().collect::<Vec<_>>().join(" ");
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
        Some(self.test(self.column(left)?, verb, &[right]))
    }

    fn negation(&self, unary: NodeId) -> Option<Condition> {
        let inner = self.syntax.children(unary).last()?;
        let start = self.syntax.span(unary).start;
        let operator = self.syntax.source()[start..self.syntax.span(inner).start].trim();
        let operator = operator.trim_end_matches(['(', ' ']);
        (words::joint(operator) == Some(Joint::Not)).then(|| self.condition(inner).negated())
    }

    // ---- pairs

    /// Of an object, a hash or keywords: all of them hold.
    fn pairs(&self, node: NodeId, qualifier: Option<&str>) -> Option<Condition> {
        let children: Vec<NodeId> = self.syntax.children(node).collect();
        let parts = children.iter().map(|it| {
            self.pair(*it, qualifier)
                .unwrap_or_else(|| Condition::Unknown(self.syntax.span(*it)))
        });
        Some(Condition::all(parts))
    }

    fn pair(&self, pair: NodeId, qualifier: Option<&str>) -> Option<Condition> {
        let (key_node, value) = self.key_and_value(pair)?;
        let key = self.key(key_node);
        let value = self.assembler.through_wrappers(value);
        if let Some(joint) = words::joint(&key) {
            let parts = self.parts(value);
            return Some(match joint {
                Joint::And => Condition::all(parts),
                Joint::Or => Condition::any(parts),
                Joint::Not if self.syntax.kind(value) == Kind::Object => {
                    Condition::all(parts).negated()
                }
                Joint::Not => Condition::any(parts).negated(),
            });
        }
        let (name, lookup) = match self.syntax.language() {
            Language::Python => key.split_once("__").unwrap_or((&key, "")),
            _ => (key.as_str(), ""),
        };
        let (own_qualifier, name) = match name.rsplit_once('.') {
            Some((qualifier, name)) => (Some(qualifier.to_owned()), name),
            None => (qualifier.map(str::to_owned), name),
        };
        let column = ColumnRef {
            qualifier: own_qualifier,
            name: name.to_owned(),
            span: self.syntax.span(key_node),
        };
        if !lookup.is_empty() {
            return Some(self.lookup(column, lookup, value));
        }
        Some(self.asked(column, value))
    }

    fn key_and_value(&self, pair: NodeId) -> Option<(NodeId, NodeId)> {
        let key = self.syntax.child(pair, Field::Key);
        let key = key.or_else(|| self.syntax.child(pair, Field::Name));
        if let Some(key) = key {
            return Some((key, self.syntax.child(pair, Field::Value)?));
        }
        // PHP's `'lane' => 'sync'`
        let children: Vec<NodeId> = self.syntax.children(pair).collect();
        match children.as_slice() {
            [key, value] if self.syntax.kind(pair) == Kind::Slot => Some((*key, *value)),
            _ => None,
        }
    }

    fn key(&self, key: NodeId) -> String {
        let text = self.syntax.text(key).trim().trim_end_matches(':');
        text.trim_matches(['\'', '"', ' '])
            .trim_start_matches(':')
            .to_owned()
    }

    /// Django's `lane__in=[…]`.
    fn lookup(&self, column: ColumnRef, lookup: &str, value: NodeId) -> Condition {
        let is_true = matches!(self.syntax.text(value), "True");
        match (lookup, words::verb(lookup)) {
            ("isnull", _) if matches!(self.syntax.text(value), "True" | "False") => {
                Condition::test(column, Comparison::Null { negated: !is_true })
            }
            ("in" | "exact" | "lt" | "lte" | "gt" | "gte", Some(verb)) => {
                self.test(column, verb, &[value])
            }
            // `user__lane`: a column of another table.
            _ => Condition::test(column, Comparison::Other),
        }
    }

    /// What is asked of a column by the value beside it.
    fn asked(&self, column: ColumnRef, value: NodeId) -> Condition {
        let is_hash = is_keywords(self.syntax, value);
        match self.syntax.kind(value) {
            Kind::Object => {
                let asked = self.syntax.children(value).map(|pair| {
                    let test = self.key_and_value(pair).and_then(|(key, value)| {
                        let value = self.assembler.through_wrappers(value);
                        let verb = words::verb(&self.key(key))?;
                        Some(match (verb, self.syntax.kind(value)) {
                            (Verb::IsNot, Kind::Object) => {
                                self.asked(column.clone(), value).negated()
                            }
                            (Verb::IsNot, _) => self.test(column.clone(), Verb::IsNot, &[value]),
                            (Verb::Is, _) => None?,
                            _ => self.test(column.clone(), verb, &[value]),
                        })
                    });
                    test.unwrap_or_else(|| Condition::test(column.clone(), Comparison::Other))
                });
                Condition::all(asked)
            }
            Kind::Call => self.asked_by_call(column, value),
            // `where(runs: { lane: 'sync' })`
            _ if is_hash => self
                .pairs(value, Some(&column.name))
                .unwrap_or(Condition::Unknown(column.span)),
            _ if self.values.is_list(value) => self.test(column, Verb::In, &[value]),
            _ => self.test(column, Verb::Equal, &[value]),
        }
    }

    /// TypeORM's `In([…])`, `Not(…)`, `IsNull()`; or a value that is made.
    fn asked_by_call(&self, column: ColumnRef, call: NodeId) -> Condition {
        let given = self.given_to(call);
        let name = self.name(call).unwrap_or("");
        if self.values.is_list(call) {
            return self.test(column, Verb::In, &[call]);
        }
        let is_operator = receiver(self.syntax, call).is_none();
        match (
            words::joint(name).filter(|_| is_operator),
            words::verb(name),
        ) {
            (Some(Joint::Not), _) if given.len() == 1 => self.asked(column, given[0]).negated(),
            (Some(Joint::And), _) => {
                let parts = given.iter().map(|it| self.asked(column.clone(), *it));
                Condition::all(parts)
            }
            (Some(Joint::Or), _) => {
                let parts = given.iter().map(|it| self.asked(column.clone(), *it));
                Condition::any(parts)
            }
            (_, Some(verb)) if is_operator => self.test(column, verb, &given),
            _ => self.test(column, Verb::Equal, &[call]),
        }
    }

    /// squirrel's `sq.Eq{…}`, `sq.And{…}`, goqu's `goqu.Ex{…}`.
    fn composite(&self, literal: NodeId) -> Option<Condition> {
        let kind = self.syntax.child(literal, Field::Type)?;
        let name = self.syntax.text(kind).rsplit('.').next()?;
        let body = self.syntax.child(literal, Field::Body)?;
        let elements = || self.syntax.children(body);
        let tests = |verb: Verb| {
            let tests = elements().map(|it| {
                let test = || {
                    let key = self.text(self.syntax.child(it, Field::Key)?)?;
                    let value = self.syntax.child(it, Field::Value)?;
                    let value = self.assembler.through_wrappers(value);
                    let column = column_named(&key, self.syntax.span(it));
                    Some(match (verb, self.values.is_list(value)) {
                        (Verb::Equal, true) => self.test(column, Verb::In, &[value]),
                        (Verb::NotEqual, true) => self.test(column, Verb::NotIn, &[value]),
                        _ => self.test(column, verb, &[value]),
                    })
                };
                test().unwrap_or_else(|| Condition::Unknown(self.syntax.span(it)))
            });
            tests.collect::<Vec<Condition>>()
        };
        let conditions = || elements().map(|it| self.condition(it)).collect();
        Some(match name {
            "And" => Condition::All(conditions()),
            "Or" => Condition::Any(conditions()),
            "Ex" => Condition::All(tests(Verb::Equal)),
            "ExOr" => Condition::Any(tests(Verb::Equal)),
            other => match words::verb(other)? {
                // Each of its columns is another.
                Verb::NotEqual => Condition::All(tests(Verb::NotEqual)),
                verb @ (Verb::Equal | Verb::Order(_)) => Condition::All(tests(verb)),
                _ => return None,
            },
        })
    }

    // ---- tests

    fn named_test(&self, column: NodeId, verb: Verb, values: &[NodeId]) -> Option<Condition> {
        let column = match self.text(column) {
            Some(name) if is_column_name(&name) => column_named(&name, self.syntax.span(column)),
            Some(_) => return None,
            None => self.column(column)?,
        };
        Some(self.test(column, verb, values))
    }

    fn test(&self, column: ColumnRef, verb: Verb, values: &[NodeId]) -> Condition {
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
    fn column(&self, node: NodeId) -> Option<ColumnRef> {
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
                let name = self.text(*given.last().filter(|_| is_name)?)?;
                Some(column_named(&name, span))
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

    /// The text of what is written as a text.
    fn text(&self, node: NodeId) -> Option<String> {
        let node = self.assembler.through_wrappers(node);
        let is_text = matches!(
            self.assembler.shape(node),
            Shape::Text | Shape::Run(_) | Shape::Chain(_)
        );
        is_text.then(|| self.assembler.plain_text(node)).flatten()
    }

    fn sql(&self, node: NodeId) -> Option<Condition> {
        let assembled = self.assembler.assemble(node);
        assembled
            .has_text
            .then(|| Condition::Sql(Box::new(assembled)))
    }

    /// What a closure says, where it says one thing.
    fn body(&self, closure: NodeId) -> Option<NodeId> {
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

/// `rows.filter(row => …)` of a list that the program has already.
fn is_of_a_list(name: &str, given: &[NodeId], syntax: &Syntax) -> bool {
    let is_closure = |it: &NodeId| {
        let inner = syntax.only_child(*it).unwrap_or(*it);
        let kinds = [*it, inner].map(|it| syntax.kind(it));
        kinds.contains(&Kind::Closure) || kinds.contains(&Kind::Function)
    };
    matches!(name, "filter" | "Filter") && (given.is_empty() || given.iter().any(is_closure))
}

fn is_keywords(syntax: &Syntax, node: NodeId) -> bool {
    let mut children = syntax.children(node).peekable();
    syntax.kind(node) == Kind::Other
        && children.peek().is_some()
        && children.all(|it| syntax.kind(it) == Kind::Pair)
}

/// `runs` of `schema.runs` and of `runs.c`.
fn qualifier(object: &str) -> Option<String> {
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

fn column_named(name: &str, span: crate::source::span::Span) -> ColumnRef {
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

fn is_column_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '"'))
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
