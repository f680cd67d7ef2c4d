//! The conditions of a file or function that are told to a builder, each as one piece of SQL.

use std::collections::{BTreeMap, BTreeSet};

use super::condition::{Comparison, Condition};
use super::names::Names;
use super::reader::Reader;
use super::words;
use crate::locate::app_source::assemble::Assembler;
use crate::locate::app_source::calls::{callee_name, receiver};
use crate::locate::app_source::kinds::{Field, Kind};
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
    pub alias: Option<Identifier>,
    /// Where that SQL stands: it says nothing by itself.
    pub taken_in: Vec<Span>,
}

/// A condition, and the variable that holds its query.
struct Root {
    node: NodeId,
    condition: Condition,
    variable: Option<String>,
}

/// Every condition that is told to a builder in these scopes, in source order.
pub fn built(syntax: &Syntax, scopes: &[NodeId], names: Names) -> Vec<Built> {
    let assembler = Assembler::new(syntax);
    let reader = Reader::new(&assembler, &names);
    let roots = scopes.iter().flat_map(|it| roots_in(&reader, *it));
    let roots: Vec<Root> = roots.collect();
    let aliases = scopes
        .iter()
        .flat_map(|it| aliases(&assembler, *it, &names));
    let aliases: BTreeSet<String> = aliases.collect();
    let mut names = names;
    names.aliases.extend(aliases);
    let built = together(syntax, roots).into_iter();
    built
        .filter_map(|(whole, condition)| as_sql(syntax, &condition, whole, &names))
        .collect()
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
        excerpt: condition.excerpt(names, syntax.source(), whole)?,
        is_bound,
        alias,
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

/// The outermost conditions, in source order.
fn roots_in(reader: &Reader, scope: NodeId) -> Vec<Root> {
    let syntax = reader.syntax;
    let mut roots: Vec<Root> = Vec::new();
    for node in syntax.subtree(scope) {
        let is_inside = roots
            .last()
            .is_some_and(|root| syntax.holds(root.node, node));
        if is_inside {
            continue;
        }
        if let Some(condition) = reader.told(node) {
            roots.push(Root {
                node,
                condition,
                variable: target(syntax, node).or_else(|| base(syntax, node)),
            });
        }
    }
    roots
}

/// The variable that a query is put into.
fn target(syntax: &Syntax, node: NodeId) -> Option<String> {
    let holders = syntax.ancestors(node).take_while(|it| {
        !matches!(
            syntax.kind(*it),
            Kind::Block | Kind::Arguments | Kind::Pair | Kind::Closure
        )
    });
    for holder in holders {
        let name = match syntax.kind(holder) {
            Kind::Assignment | Kind::ShortVar => syntax.child(holder, Field::Left),
            Kind::Declarator => syntax.child(holder, Field::Name),
            Kind::Let => syntax.child(holder, Field::Pattern),
            Kind::Property => syntax
                .children(holder)
                .find(|it| syntax.kind(*it) == Kind::VariableDeclaration),
            _ => None,
        };
        if let Some(name) = name {
            return Some(syntax.text(name).trim().to_owned());
        }
    }
    None
}

/// The variable whose query gets one more condition: `query` of `query.andWhere(…).limit(1)`.
fn base(syntax: &Syntax, node: NodeId) -> Option<String> {
    let mut call = node;
    loop {
        let object = receiver(syntax, call)?;
        match syntax.kind(object) {
            Kind::Call => call = object,
            Kind::Identifier => {
                let is_link = callee_name(syntax, call).and_then(words::link).is_some();
                return is_link.then(|| syntax.text(object).to_owned());
            }
            _ => return None,
        }
    }
}

/// Conditions on one variable's query hold together; of one that is told only sometimes nobody knows.
fn together(syntax: &Syntax, roots: Vec<Root>) -> Vec<(Span, Condition)> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut merged: Vec<(NodeId, Span, Vec<Condition>)> = Vec::new();
    for root in roots {
        let span = syntax.span(root.node);
        let place = root
            .variable
            .as_ref()
            .and_then(|it| places.get(it))
            .copied();
        match place {
            Some(place) => {
                let (first, _, conditions) = &mut merged[place];
                let is_always = choice_around(syntax, *first) == choice_around(syntax, root.node);
                conditions.push(match is_always {
                    true => root.condition,
                    false => Condition::Unknown(span),
                });
            }
            None => {
                if let Some(variable) = root.variable {
                    places.insert(variable, merged.len());
                }
                merged.push((root.node, span, vec![root.condition]));
            }
        }
    }
    let merged = merged.into_iter();
    merged
        .map(|(_, span, conditions)| (span, Condition::all(conditions)))
        .collect()
}

/// What decides whether a node runs.
fn choice_around(syntax: &Syntax, node: NodeId) -> Option<NodeId> {
    let mut around = syntax.ancestors(node);
    around.find(|it| {
        matches!(
            syntax.kind(*it),
            Kind::If
                | Kind::Case
                | Kind::Conditional
                | Kind::Ternary
                | Kind::Loop
                | Kind::ForIn
                | Kind::Foreach
                | Kind::Catch
        )
    })
}

/// Other names that the program gives the table: `'runs as r'`, `r in Run`.
fn aliases(assembler: &Assembler, scope: NodeId, names: &Names) -> BTreeSet<String> {
    let syntax = assembler.syntax;
    let mut found = BTreeSet::new();
    for node in syntax.subtree(scope) {
        match syntax.kind(node) {
            Kind::String | Kind::RawString | Kind::Template => {
                let text = assembler.plain_text(node).unwrap_or_default();
                let words: Vec<&str> = text.split_whitespace().collect();
                let (table, alias) = match words.as_slice() {
                    [table, alias] => (*table, *alias),
                    [table, word, alias] if word.eq_ignore_ascii_case("as") => (*table, *alias),
                    _ => continue,
                };
                let table = table.rsplit('.').next().unwrap_or(table);
                if table == names.table.as_str() {
                    found.insert(alias.to_owned());
                }
            }
            Kind::Binary => {
                let children: Vec<NodeId> = syntax.children(node).collect();
                if let [alias, .., table] = children.as_slice()
                    && syntax.kind(*alias) == Kind::Identifier
                    && syntax.kind(*table) == Kind::TypeIdentifier
                    && names.is_table(syntax.text(*table).rsplit('.').next().unwrap_or(""))
                {
                    found.insert(syntax.text(*alias).to_owned());
                }
            }
            _ => {}
        }
    }
    found
}
