//! Where in a function conditions are told, and what the program does with the query that they are told to.

use super::condition::Condition;
use super::names::Names;
use super::reader::Reader;
use super::tables::is_of_other_table;
use super::words::{self, Joint, Link};
use crate::locate::app_source::calls::{arguments, callee_name, receiver};
use crate::locate::app_source::kinds::{Field, Kind};
use crate::locate::app_source::language::Language;
use crate::locate::app_source::syntax::{NodeId, Syntax};

/// A condition that no other holds.
pub struct Root {
    pub node: NodeId,
    pub condition: Condition,
    /// The variable whose query it is added to: `query` of `query.andWhere(…)`.
    pub base: Option<Base>,
    /// The variable that holds the outcome.
    pub target: Option<String>,
    /// It is told to a query, and not kept for one.
    pub is_query: bool,
    /// It is put into a list.
    pub is_collected: bool,
    /// Nothing is done with the outcome.
    pub is_discarded: bool,
}

/// A variable that a chain of calls begins with.
pub struct Base {
    pub variable: String,
    /// What it is told is added to the query by OR.
    pub is_choice: bool,
    /// The first call tells it something: it holds a query.
    pub is_direct: bool,
}

/// The conditions of a scope, in source order, but for those over another table or asked only whether there are none.
pub fn roots_in(reader: &Reader, scope: NodeId, names: &Names) -> Vec<Root> {
    let syntax = reader.syntax;
    let mut roots: Vec<Root> = Vec::new();
    let mut outer: Option<NodeId> = None;
    for node in syntax.subtree(scope) {
        let is_inside = outer.is_some_and(|outer| syntax.holds(outer, node));
        // In a condition others stand: those of sub-selects.
        if is_inside && (reader.was_read(node) || !is_query(syntax, node)) {
            continue;
        }
        let Some(condition) = reader.told(node) else {
            continue;
        };
        if !is_inside {
            outer = Some(node);
        }
        if is_of_other_table(reader, inside(syntax, node), names)
            || is_asked_for_none(syntax, scope, node)
        {
            continue;
        }
        let inner = inside(syntax, node);
        let base = base(syntax, inner);
        roots.push(Root {
            node,
            condition,
            base,
            target: target(syntax, node),
            is_query: is_query(syntax, inner),
            is_collected: is_collected(syntax, node),
            is_discarded: is_discarded(syntax, node),
        });
    }
    roots
}

/// What stands in parentheses, or is awaited.
fn inside(syntax: &Syntax, node: NodeId) -> NodeId {
    let mut node = node;
    while matches!(syntax.kind(node), Kind::Parenthesized | Kind::Await)
        && let Some(inner) = syntax.only_child(node)
    {
        node = inner;
    }
    node
}

/// Whether a chain of calls tells something to a query.
pub fn is_query(syntax: &Syntax, node: NodeId) -> bool {
    match syntax.kind(node) {
        Kind::Pair | Kind::ShorthandProperty => return true,
        Kind::Binary => return syntax.language() == Language::Elixir,
        Kind::Call => {}
        _ => return false,
    }
    let mut calls = std::iter::successors(Some(node), |it| {
        receiver(syntax, *it).filter(|it| syntax.kind(*it) == Kind::Call)
    });
    calls.any(|call| {
        let name = callee_name(syntax, call).unwrap_or("");
        words::link(name).is_some() || (name == "from" && syntax.language() == Language::Elixir)
    })
}

fn is_asked_for_none(syntax: &Syntax, scope: NodeId, node: NodeId) -> bool {
    let mut around = syntax.ancestors(node).take_while(|it| *it != scope);
    around.any(|it| {
        let name = callee_name(syntax, it).filter(|_| syntax.kind(it) == Kind::Call);
        name.is_some_and(words::asks_for_none)
    })
}

/// The variable whose query gets one more condition.
fn base(syntax: &Syntax, node: NodeId) -> Option<Base> {
    if syntax.language() == Language::Elixir {
        return elixir_base(syntax, node).map(|variable| Base {
            variable,
            is_choice: syntax.text(node).contains("or_where"),
            is_direct: true,
        });
    }
    let mut call = node;
    loop {
        let object = receiver(syntax, call)?;
        match syntax.kind(object) {
            Kind::Call => call = object,
            Kind::Identifier => {
                let name = callee_name(syntax, call)?;
                let link = words::link(name);
                let joint = words::joint(name);
                return Some(Base {
                    variable: syntax.text(object).to_owned(),
                    is_choice: link.is_some_and(Link::is_choice) || joint == Some(Joint::Or),
                    is_direct: link.is_some() || joint.is_some(),
                });
            }
            _ => return None,
        }
    }
}

/// `query` of `from(r in query, …)` and of `query |> where(…)`.
fn elixir_base(syntax: &Syntax, node: NodeId) -> Option<String> {
    let mut node = node;
    loop {
        let is_pipe = syntax.kind(node) == Kind::Binary && syntax.text(node).contains("|>");
        match syntax.kind(node) {
            Kind::Binary if is_pipe => node = syntax.children(node).next()?,
            Kind::Call => {
                let given = arguments(syntax, node);
                let first = *given.first()?;
                let is_in = syntax.kind(first) == Kind::Binary;
                node = if is_in {
                    syntax.children(first).last()?
                } else {
                    first
                };
                if syntax.kind(node) != Kind::Identifier {
                    return None;
                }
            }
            Kind::Identifier => return Some(syntax.text(node).to_owned()),
            _ => return None,
        }
    }
}

/// `filters.push(eq(…))`
fn is_collected(syntax: &Syntax, node: NodeId) -> bool {
    let call = syntax
        .ancestors(node)
        .find(|it| syntax.kind(*it) == Kind::Call);
    let name = call.and_then(|call| callee_name(syntax, call));
    matches!(
        name,
        Some("add" | "push" | "append" | "extend" | "unshift" | "insert" | "addConditions")
    )
}

/// The variable that the outcome is put into.
fn target(syntax: &Syntax, node: NodeId) -> Option<String> {
    let is_around = |it: &NodeId| {
        !matches!(
            syntax.kind(*it),
            Kind::Block | Kind::Arguments | Kind::Closure | Kind::Function | Kind::Method
        )
    };
    let mut holders = syntax.ancestors(node).take_while(is_around);
    holders.find_map(|holder| bound_name(syntax, holder))
}

/// What a declaration or an assignment binds.
pub fn bound_name(syntax: &Syntax, node: NodeId) -> Option<String> {
    let name = match syntax.kind(node) {
        Kind::Assignment | Kind::ShortVar => syntax.child(node, Field::Left),
        Kind::Declarator | Kind::VarSpec | Kind::ConstSpec => syntax.child(node, Field::Name),
        Kind::Let => syntax.child(node, Field::Pattern),
        Kind::Property => {
            let mut children = syntax.children(node);
            children.find(|it| syntax.kind(*it) == Kind::VariableDeclaration)
        }
        Kind::Binary if syntax.language() == Language::Elixir => {
            let mut children = syntax.children(node);
            let left = children.next();
            let is_match = children.next().is_some_and(|it| syntax.text(it) == "=");
            left.filter(|_| is_match)
        }
        // Go's `query = …`
        Kind::Other if syntax.language() == Language::Go => syntax
            .child(node, Field::Right)
            .and_then(|_| syntax.child(node, Field::Left)),
        _ => None,
    };
    name.map(|name| syntax.text(name).trim().to_owned())
}

/// Whether nothing is done with a query that nothing has sent to the server either.
fn is_discarded(syntax: &Syntax, node: NodeId) -> bool {
    let inner = inside(syntax, node);
    if callee_name(syntax, inner).and_then(words::link).is_none() {
        return false;
    }
    let mut around = syntax.ancestors(node);
    let around = around.find(|it| !matches!(syntax.kind(*it), Kind::Await | Kind::Parenthesized));
    match around.map(|it| syntax.kind(it)) {
        Some(Kind::ExpressionStatement) => true,
        Some(Kind::Block | Kind::Statements | Kind::Other) => syntax.language() == Language::Kotlin,
        _ => false,
    }
}
