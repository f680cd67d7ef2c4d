//! The conditions of a file or function that are told to a builder, each as one piece of SQL.

use std::collections::BTreeMap;

use super::aliases::alias_of;
use super::condition::{Comparison, Condition};
use super::names::Names;
use super::reader::Reader;
use super::roots::{Root, bound_name, roots_in};
use crate::locate::app_source::assemble::Assembler;
use crate::locate::app_source::kinds::{Field, Kind};
use crate::locate::app_source::language::Language;
use crate::locate::app_source::syntax::{NodeId, Syntax};
use crate::model::name::Identifier;
use crate::source::excerpt::Excerpt;
use crate::source::span::Span;

/// A condition that a builder is told.
#[derive(Debug)]
pub struct Built {
    pub excerpt: Excerpt<'static>,
    /// The builder binds lanes, or values of the guard, as parameters.
    pub is_bound: bool,
    /// What SQL that it takes in calls the governed table.
    pub alias: Identifier,
    /// Where that SQL stands: it says nothing by itself.
    pub taken_in: Vec<Span>,
}

/// Every condition that is told to a builder in these scopes, in source order.
pub fn built(syntax: &Syntax, scopes: &[NodeId], mut names: Names) -> Vec<Built> {
    let assembler = Assembler::new(syntax);
    if names.aliases.is_empty() {
        let alias = scopes
            .iter()
            .find_map(|it| alias_of(&assembler, *it, &names));
        names.aliases.extend(alias);
    }
    let reader = Reader::new(&assembler, &names);
    let mut built = Vec::new();
    for scope in scopes {
        let mut queries = Queries {
            reader: &reader,
            scope: *scope,
            variables: BTreeMap::new(),
            told: Vec::new(),
        };
        for root in roots_in(&reader, *scope, &names) {
            queries.take(root);
        }
        let told = queries.finish().into_iter();
        built.extend(told.filter_map(|(span, condition)| as_sql(syntax, &condition, span, &names)));
    }
    built
}

fn as_sql(syntax: &Syntax, condition: &Condition, whole: Span, names: &Names) -> Option<Built> {
    let is_bound = condition.tests().iter().any(|test| {
        let is_bound = matches!(&test.comparison, Comparison::Among { is_bound: true, .. });
        is_bound && names.is_governed(&test.column.name)
    });
    let taken_in = condition.taken_in();
    let texts = taken_in.iter().filter_map(|it| it.excerpt.as_ref());
    let alias = texts.clone().find_map(|it| alias_in(it.text(), names));
    let spans = texts.map(Excerpt::whole).collect();
    Some(Built {
        excerpt: condition.excerpt(names, syntax, whole)?,
        is_bound,
        alias: alias.unwrap_or_else(|| names.table.clone()),
        taken_in: spans,
    })
}

/// What stands before a governed column, where that is a name of the table.
fn alias_in(text: &str, names: &Names) -> Option<Identifier> {
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_';
    let words = text.split(|c| !is_of_name(c) && c != '.');
    let mut qualified = words.filter_map(|word| word.rsplit_once('.'));
    let (qualifier, _) =
        qualified.find(|(qualifier, name)| names.is_governed(name) && names.is_table(qualifier))?;
    Some(Identifier::unquoted(qualifier))
}

/// The queries of one scope, followed from statement to statement.
struct Queries<'r, 's, 'a> {
    reader: &'r Reader<'r, 's, 'a>,
    scope: NodeId,
    /// What the queries in variables are told so far.
    variables: BTreeMap<String, Held>,
    told: Vec<(Span, Condition)>,
}

/// The query in a variable.
struct Held {
    first: NodeId,
    condition: Condition,
}

impl Queries<'_, '_, '_> {
    fn take(&mut self, root: Root) {
        let syntax = self.reader.syntax;
        let span = syntax.span(root.node);
        let unknown = Condition::Unknown(span);
        let is_kept = !root.is_query && root.target.is_some();
        if is_kept && self.reader.was_put_in(root.node) {
            return;
        }
        let mut condition = match is_kept {
            // What becomes of it is not seen.
            true => Condition::all([root.condition, unknown.clone()]),
            false => root.condition,
        };
        if let Some(base) = &root.base
            && let Some(start) = self.start_of(base)
        {
            if !self.is_always(start, root.node) {
                condition = unknown.clone();
            }
            if let Some(held) = self.variables.get(base) {
                let before = held.condition.clone();
                condition = match root.is_choice {
                    true => Condition::any([before, condition]),
                    false => Condition::all([before.as_group(), condition.as_group()]),
                };
            }
        }
        let is_known = (root.base.iter()).any(|it| self.start_of(it).is_some());
        let is_unused = is_known && (root.is_discarded || root.target.as_deref() == Some("_"));
        match (root.target.filter(|_| !is_unused), root.base) {
            (Some(target), base) => self.put(&target, base.as_ref(), root.node, condition),
            (None, Some(base)) if is_unused => {
                // Where a query is a value, one that is put nowhere is gone.
                if changes_in_place(syntax.language()) {
                    self.put(&base, Some(&base), root.node, condition);
                }
            }
            (None, _) => self.told.push((span, condition)),
        }
    }

    fn put(&mut self, target: &str, base: Option<&String>, node: NodeId, condition: Condition) {
        let syntax = self.reader.syntax;
        let old = self.variables.remove(target);
        let is_same_query = base.is_some_and(|base| base == target);
        let mut condition = condition;
        let mut first = node;
        if let Some(old) = old {
            first = old.first;
            if !is_same_query {
                let is_replaced = self.is_always(old.first, node);
                self.told.push((syntax.span(old.first), old.condition));
                if !is_replaced {
                    condition = Condition::all([condition, Condition::Unknown(syntax.span(node))]);
                } else {
                    first = node;
                }
            }
        }
        if is_assigned_into(syntax, self.scope, target) {
            condition = Condition::all([condition, Condition::Unknown(syntax.span(node))]);
        }
        self.variables
            .insert(target.to_owned(), Held { first, condition });
    }

    fn finish(self) -> Vec<(Span, Condition)> {
        let mut told = self.told;
        for held in self.variables.into_values() {
            told.push((self.reader.syntax.span(held.first), held.condition));
        }
        told.sort_by_key(|(span, _)| (span.start, span.end));
        told
    }

    /// Where the scope gives a variable its first value.
    fn start_of(&self, variable: &str) -> Option<NodeId> {
        let syntax = self.reader.syntax;
        let mut bindings = syntax.subtree(self.scope);
        bindings.find(|it| bound_name(syntax, *it).as_deref() == Some(variable))
    }

    /// Whether what stands at `node` is done whenever the variable that begins at `start` is there.
    fn is_always(&self, start: NodeId, node: NodeId) -> bool {
        let syntax = self.reader.syntax;
        let choice = choice_around(syntax, start);
        let leaves = |it: &NodeId| {
            matches!(syntax.kind(*it), Kind::Return | Kind::Exit)
                && choice_around(syntax, *it) != choice
        };
        let mut between = syntax.after(start).take_while(|it| *it < node);
        choice == choice_around(syntax, node) && !between.any(|it| leaves(&it))
    }
}

/// Whether a method changes the query that it is called on, and does not only make another.
fn changes_in_place(language: Language) -> bool {
    matches!(
        language,
        Language::TypeScript | Language::Tsx | Language::Php | Language::Java | Language::Kotlin
    )
}

/// What decides whether a node runs, or when.
fn choice_around(syntax: &Syntax, node: NodeId) -> Option<NodeId> {
    let mut inner = node;
    syntax.ancestors(node).find(|it| {
        let is_choice = match syntax.kind(*it) {
            Kind::If
            | Kind::Choice
            | Kind::Case
            | Kind::Conditional
            | Kind::Ternary
            | Kind::Loop
            | Kind::Forever
            | Kind::ForIn
            | Kind::Foreach
            | Kind::Try
            | Kind::Catch
            | Kind::Closure
            | Kind::Function
            | Kind::Method => true,
            Kind::Binary => is_short_circuit(syntax, *it, inner),
            _ => false,
        };
        inner = *it;
        is_choice
    })
}

/// `x && query.where(…)`.
fn is_short_circuit(syntax: &Syntax, binary: NodeId, inner: NodeId) -> bool {
    let children: Vec<NodeId> = syntax.children(binary).collect();
    let (Some(first), Some(last)) = (children.first(), children.last()) else {
        return false;
    };
    let between = &syntax.source()[syntax.span(*first).end..syntax.span(*last).start];
    let is_short = matches!(between.trim(), "&&" | "||" | "??" | "and" | "or");
    is_short && *last == inner
}

/// `args.where.lane = …`, `eq["lane"] = …`.
fn is_assigned_into(syntax: &Syntax, scope: NodeId, variable: &str) -> bool {
    let mut assignments = syntax.subtree(scope);
    assignments.any(|it| {
        let left = match syntax.kind(it) {
            Kind::Assignment => syntax.child(it, Field::Left),
            _ => None,
        };
        let rest = left.and_then(|left| syntax.text(left).trim().strip_prefix(variable));
        rest.is_some_and(|rest| rest.starts_with(['.', '[']))
    })
}
