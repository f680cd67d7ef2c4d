//! The calls of a builder: methods of a query, functions that make conditions.

use super::columns::is_column_name;
use super::condition::{Comparison, Condition};
use super::reader::Reader;
use super::words::{self, Joint, Link, Verb};
use crate::locate::app_source::calls::{arguments, callee, callee_name, member, receiver};
use crate::locate::app_source::kinds::Kind;
use crate::locate::app_source::language::Language;
use crate::locate::app_source::syntax::{NodeId, Syntax};

impl<'a> Reader<'_, '_, 'a> {
    pub(super) fn call(&self, call: NodeId) -> Option<Condition> {
        let name = self.name(call)?;
        let receiver = receiver(self.syntax, call);
        let given = self.given_to(call);
        if self.syntax.language() == Language::Elixir
            && let Some(told) = self.ecto(name, &given)
        {
            return Some(told);
        }
        if words::takes_pairs(name) && !given.is_empty() && given.iter().all(|it| self.is_pair(*it))
        {
            return self.linked(call, Link::Where, receiver, &given);
        }
        if let Some(link) = words::link(name)
            && !is_of_a_list(name, &given, self.syntax)
        {
            return self.linked(call, link, receiver, &given);
        }
        let before = receiver.and_then(|it| self.told(it));
        if let (Some(joint), Some(receiver)) = (words::joint(name), receiver) {
            if self.name(receiver).is_some_and(words::is_other_clause) {
                return Some(Condition::Unknown(self.syntax.span(call)));
            }
            if let Some(before) = before {
                return Some(self.joined_to(before, joint, &given));
            }
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
            _ => None,
        }
    }

    /// What a call is given, closures behind it included.
    pub(super) fn given_to(&self, call: NodeId) -> Vec<NodeId> {
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
    pub(super) fn name(&self, call: NodeId) -> Option<&'a str> {
        let callee = callee(self.syntax, call)?;
        match self.syntax.kind(callee) {
            Kind::Call => None,
            _ => callee_name(self.syntax, call),
        }
    }

    pub(super) fn linked(
        &self,
        call: NodeId,
        link: Link,
        receiver: Option<NodeId>,
        given: &[NodeId],
    ) -> Option<Condition> {
        let (receiver, joint) = self.without_joint(receiver);
        let before = receiver.and_then(|it| self.told(it));
        if before.is_some() && self.is_of_rows(receiver) {
            return before;
        }
        let column_test = |verb: Verb| match given {
            [column, rest @ ..] => self
                .named_test(*column, verb, rest)
                .unwrap_or(Condition::Unknown(self.syntax.span(call))),
            [] => Condition::Unknown(self.syntax.span(call)),
        };
        let said = match link {
            Link::Where | Link::OrWhere => self.where_given(given),
            Link::WhereNot => self.where_given(given).negated(),
            Link::WhereColumn(verb) | Link::OrWhereColumn(verb) => column_test(verb),
            Link::WhereSql | Link::OrWhereSql => self.condition(*given.first()?),
            Link::Unseen => Condition::Unknown(self.syntax.span(call)),
        };
        let said = match joint {
            Some(Joint::Not) => said.negated(),
            _ => said.grouped(),
        };
        let is_choice = link.is_choice() || joint == Some(Joint::Or);
        Some(match (before, is_choice) {
            (None, _) => said,
            (Some(_), false)
                if self.name(call) == Some("where") && self.replaces(receiver, given) =>
            {
                Condition::all([said, Condition::Unknown(self.syntax.span(call))])
            }
            (Some(before), true) => Condition::any([before, said]),
            (Some(before), false) => match self.writes_flat() {
                true => before.and_last(said),
                false => Condition::all([before.grouped(), said]),
            },
        })
    }

    /// The query before Knex's `.or.where(…)`, and the word.
    fn without_joint(&self, receiver: Option<NodeId>) -> (Option<NodeId>, Option<Joint>) {
        let parts = receiver.and_then(|it| member(self.syntax, it));
        let parts = parts.and_then(|(object, property)| {
            Some((object, words::joint(self.syntax.text(property))?))
        });
        match parts {
            Some((object, joint)) => (Some(object), Some(joint)),
            None => (receiver, None),
        }
    }

    /// Whether the first call of a chain adds by OR to what was said before.
    pub(super) fn begins_with_or(&self, node: NodeId) -> bool {
        let calls = std::iter::successors(Some(node), |it| receiver_of_call(self.syntax, *it));
        let calls = calls.filter(|it| self.syntax.kind(*it) == Kind::Call);
        let first = calls.last().and_then(|it| self.name(it));
        first.and_then(words::link).is_some_and(Link::is_choice)
    }

    /// Knex, TypeORM and Eloquent write one condition after the other, so that AND binds before OR.
    fn writes_flat(&self) -> bool {
        matches!(
            self.syntax.language(),
            Language::TypeScript | Language::Tsx | Language::Php
        )
    }

    /// In Drizzle and TypeORM a second `where` takes the place of the first; in Knex and Kysely it does not.
    fn replaces(&self, receiver: Option<NodeId>, given: &[NodeId]) -> bool {
        let is_typescript = matches!(self.syntax.language(), Language::TypeScript | Language::Tsx);
        let is_one = match given {
            [one] => self.text(*one).is_some() || self.syntax.kind(*one) == Kind::Call,
            [first, _] => self.text(*first).is_some_and(|it| !is_column_name(&it)),
            _ => false,
        };
        let has_where = std::iter::successors(receiver, |it| receiver_of_call(self.syntax, *it))
            .any(|it| self.name(it) == Some("where"));
        is_typescript && is_one && has_where
    }

    /// Whether rows were fetched before: then a method filters a list of the program's.
    fn is_of_rows(&self, query: Option<NodeId>) -> bool {
        let name = query.and_then(|it| self.name(it));
        self.syntax.language() == Language::Php && name.is_some_and(words::fetches)
    }

    /// What `where(…)` is given: conditions, or a column with its value, or SQL with its values.
    pub(super) fn where_given(&self, given: &[NodeId]) -> Condition {
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

    pub(super) fn other(&self, column: NodeId) -> Condition {
        match self.column(column) {
            Some(column) => Condition::test(column, Comparison::Other),
            None => Condition::Unknown(self.syntax.span(column)),
        }
    }

    pub(super) fn all(&self, given: &[NodeId]) -> Condition {
        Condition::all(given.iter().map(|it| self.condition(*it)))
    }

    /// `a.and(b)`, `Run.where(…).or(Run.where(…))`, `where.not(…)`.
    fn joined_to(&self, before: Condition, joint: Joint, given: &[NodeId]) -> Condition {
        match (joint, given) {
            (Joint::Not, []) => before.negated(),
            (Joint::Not, _) => Condition::all([before, self.all(given).negated()]),
            (Joint::And, _) => Condition::all([before, self.where_given(given).grouped()]),
            (Joint::Or, _) => Condition::any([before, self.where_given(given)]),
        }
    }

    /// `and(a, b)`, `eb.or([a, b])`, `not(a)`.
    pub(super) fn joint(&self, joint: Joint, given: &[NodeId]) -> Condition {
        let parts: Vec<Condition> = given.iter().flat_map(|it| self.parts(*it)).collect();
        match joint {
            Joint::And => Condition::all(parts),
            Joint::Or => Condition::any(parts),
            Joint::Not => Condition::all(parts).negated(),
        }
    }

    /// The conditions in an array or an object, or the one that it is.
    pub(super) fn parts(&self, node: NodeId) -> Vec<Condition> {
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
    pub(super) fn verb_call(
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
    pub(super) fn is_test_of_first(&self, verb: Verb, rest: &[NodeId]) -> bool {
        match verb {
            Verb::Null | Verb::NotNull => rest.is_empty(),
            _ => rest.len() == 1,
        }
    }

    pub(super) fn is_member(&self, node: NodeId) -> bool {
        let node = self.assembler.through_wrappers(node);
        member(self.syntax, node).is_some() || self.name(node).is_some_and(words::names_column)
    }

    /// A method that says nothing of conditions; one that nobody knows may be a scope.
    pub(super) fn passed_on(&self, call: NodeId, name: &str, before: Condition) -> Condition {
        let has_scopes = matches!(
            self.syntax.language(),
            Language::Ruby | Language::Php | Language::Python | Language::Elixir
        );
        let is_having = name.to_lowercase().contains("having") && self.names_governed(call);
        match is_having || (has_scopes && !words::is_harmless(name)) {
            true => Condition::all([before, Condition::Unknown(self.syntax.span(call))]),
            false => before,
        }
    }

    /// What is a condition only because a builder is given it.
    pub(super) fn given_call(&self, call: NodeId) -> Option<Condition> {
        let name = self.name(call)?;
        let given = self.given_to(call);
        if words::takes_sql(name.split("::<").next().unwrap_or(name)) {
            let (sql, values) = given.split_first()?;
            // `fragment("? <> 'a'", r.lane)`
            let has_columns = values.iter().any(|it| self.is_member(*it));
            return (!has_columns).then(|| self.sql(*sql)).flatten();
        }
        let receiver = receiver(self.syntax, call)?;
        Some(Condition::test(self.column(receiver)?, Comparison::Other))
    }
}

fn receiver_of_call(syntax: &Syntax, node: NodeId) -> Option<NodeId> {
    match syntax.kind(node) {
        Kind::Call => receiver(syntax, node),
        _ => None,
    }
}

/// `rows.filter(row => …)` of a list that the program has already.
pub(super) fn is_of_a_list(name: &str, given: &[NodeId], syntax: &Syntax) -> bool {
    let is_closure = |it: &NodeId| {
        let inner = syntax.only_child(*it).unwrap_or(*it);
        let kinds = [*it, inner].map(|it| syntax.kind(it));
        kinds.contains(&Kind::Closure) || kinds.contains(&Kind::Function)
    };
    matches!(name, "filter" | "Filter") && (given.is_empty() || given.iter().any(is_closure))
}
