//! The conditions of a file or function that are told to a builder, each as one piece of SQL.

use std::collections::{BTreeMap, HashSet};

use super::aliases::alias_of;
use super::condition::{Comparison, Condition};
use super::names::Names;
use super::reader::Reader;
use super::roots::{Root, roots_in};
use crate::locate::app_source::assemble::Assembler;
use crate::locate::app_source::calls::callee_name;
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
            assigned_into: assigned_into(syntax, *scope),
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
    /// The variables whose parts are assigned to. Never iterated.
    assigned_into: HashSet<String>,
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
        let is_kept = !root.is_query && (root.target.is_some() || root.is_collected);
        if is_kept && self.reader.was_put_in(root.node) {
            return;
        }
        let mut condition = match is_kept {
            // What becomes of it is not seen.
            true => Condition::all([root.condition, unknown.clone()]),
            false => root.condition,
        };
        if let Some(base) = &root.base
            && let Some(start) = self.start_of(&base.variable)
            && (base.is_direct || self.variables.contains_key(&base.variable))
        {
            if !self.is_always(start, root.node) {
                condition = unknown.clone();
            }
            if let Some(held) = self.variables.get(&base.variable) {
                let before = held.condition.clone();
                condition = match base.is_choice {
                    true => Condition::any([before, condition]),
                    false => Condition::all([before.grouped(), condition.grouped()]),
                };
            }
        }
        let base = root.base.map(|it| it.variable);
        let is_known = base.iter().any(|it| self.start_of(it).is_some());
        let is_nowhere = root.target.as_deref() == Some("_");
        let is_unused = is_known && (root.is_discarded || is_nowhere);
        match (root.target.filter(|_| !is_unused), base) {
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

    /// Puts a query into a variable, perhaps in the place of another.
    fn put(&mut self, target: &str, base: Option<&String>, node: NodeId, condition: Condition) {
        let syntax = self.reader.syntax;
        let unknown = || Condition::Unknown(syntax.span(node));
        let is_same_query = base.is_some_and(|base| base == target);
        let mut condition = condition;
        let mut first = node;
        match self.variables.remove(target) {
            Some(old) if is_same_query => first = old.first,
            // Now and then it is another.
            Some(old) if !self.is_always(old.first, node) => {
                first = old.first;
                condition = Condition::all([old.condition, unknown()]);
            }
            Some(old) if self.is_used_between(target, old.first, node) => {
                self.told.push((syntax.span(old.first), old.condition));
            }
            _ => {}
        }
        if self.assigned_into.contains(target) {
            condition = Condition::all([condition, unknown()]);
        }
        let held = Held { first, condition };
        self.variables.insert(target.to_owned(), held);
    }

    fn is_used_between(&self, variable: &str, from: NodeId, to: NodeId) -> bool {
        let syntax = self.reader.syntax;
        let end = syntax.span(to).start;
        let line = syntax.source()[..end].rfind('\n').map_or(0, |at| at + 1);
        let mut between = syntax.after(from).take_while(|it| *it < to);
        between.any(|it| {
            let span = syntax.span(it);
            syntax.kind(it) == Kind::Identifier
                && syntax.text(it) == variable
                && span.start >= syntax.span(from).end
                && span.end <= line
        })
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
        let mut bindings = self.reader.bindings(variable).iter().copied();
        bindings.find(|it| syntax.holds(self.scope, *it))
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
            // Ruby's `each { … }`
            Kind::Block => syntax
                .parent(*it)
                .is_some_and(|it| syntax.kind(it) == Kind::Call),
            // Elixir's `if`, `case`
            Kind::Call => {
                let name = callee_name(syntax, *it).unwrap_or("");
                syntax.language() == Language::Elixir
                    && matches!(name, "if" | "unless" | "case" | "cond" | "with")
            }
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

/// The variables whose parts are assigned to: `args.where.lane = …`, `eq["lane"] = …`.
fn assigned_into(syntax: &Syntax, scope: NodeId) -> HashSet<String> {
    let assignments = syntax
        .subtree(scope)
        .filter_map(|it| match syntax.kind(it) {
            Kind::Assignment => syntax.child(it, Field::Left),
            _ => None,
        });
    let variables = assignments.filter_map(|left| {
        let text = syntax.text(left).trim();
        let end = text.find(['.', '['])?;
        Some(text[..end].to_owned())
    });
    variables.collect()
}
