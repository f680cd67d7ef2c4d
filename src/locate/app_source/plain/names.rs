//! What has a name: functions, classes, constants.

use super::super::calls::{arguments, callee};
use super::super::dialect::{Definition, Role, value_definition};
use super::super::kinds::{Field, Kind};
use super::super::language::Language;
use super::super::syntax::{NodeId, Syntax};

/// The definition whose name this node is.
pub fn definition(syntax: &Syntax, name: NodeId) -> Option<Definition> {
    let parent = syntax.parent(name)?;
    let whole = |role| Definition {
        name,
        scope: parent,
        role,
    };
    match (syntax.kind(parent), syntax.field(name)) {
        (Kind::Function, Field::Name) => Some(whole(Role::Function)),
        (Kind::Class, Field::Name) => Some(whole(Role::Container)),
        (Kind::Assignment, Field::Left) => {
            let right = syntax.child(parent, Field::Right)?;
            Some(value_definition(syntax, name, right, Role::Constant))
        }
        (Kind::Declarator | Kind::Property, _) => bound(syntax, name, parent),
        // Kotlin's `val name`, Swift's `let name`.
        (Kind::VariableDeclaration | Kind::Slot, _) => {
            let property = syntax
                .parent(parent)
                .filter(|it| syntax.kind(*it) == Kind::Property)?;
            let is_name = syntax.children(property).take_while(|it| *it != parent);
            let comes_first = is_name
                .into_iter()
                .all(|it| syntax.field(it) != Field::Name);
            comes_first.then(|| bound(syntax, name, property)).flatten()
        }
        _ if syntax.language() == Language::Elixir => of_elixir(syntax, name, parent),
        _ => None,
    }
}

/// `name = value`: what comes last, if that is not the name.
fn bound(syntax: &Syntax, name: NodeId, declaration: NodeId) -> Option<Definition> {
    let is_name = matches!(syntax.field(name), Field::Name | Field::Pattern)
        || syntax.children(declaration).next() == Some(name)
        || syntax.parent(name) != Some(declaration);
    let last = syntax.children(declaration).last()?;
    let is_value = last > name
        && !syntax.holds(last, name)
        && (syntax.field(last) == Field::Value || is_unnamed_value(syntax, last));
    let role = match may_change(syntax, declaration, name) {
        true => Role::Variable,
        false => Role::Constant,
    };
    (is_name && is_value).then(|| value_definition(syntax, name, last, role))
}

/// Kotlin, Scala and Swift say `var` of what may.
fn may_change(syntax: &Syntax, declaration: NodeId, name: NodeId) -> bool {
    let before = syntax.span(declaration).start..syntax.span(name).start;
    let mut words = syntax.source()[before].split_whitespace();
    syntax.kind(declaration) == Kind::Property
        && syntax.language() != Language::Php
        && words.any(|word| word == "var")
}

/// Kotlin, C# and PHP name no value; a type or accessor in that place is none.
fn is_unnamed_value(syntax: &Syntax, node: NodeId) -> bool {
    let before = syntax.source()[..syntax.span(node).start].trim_end();
    syntax.field(node) == Field::None && before.ends_with('=')
}

/// Elixir's `@name`, with a value or without.
pub fn is_attribute(syntax: &Syntax, node: NodeId) -> bool {
    syntax.language() == Language::Elixir
        && syntax.kind(node) == Kind::Unary
        && syntax.text(node).starts_with('@')
}

const DEFINES_A_FUNCTION: [&str; 4] = ["def", "defp", "defmacro", "defmacrop"];

/// In Elixir definitions are calls: `def reap(x) do … end`, `defmodule Jobs.Reaper do … end`, `@lanes […]`.
fn of_elixir(syntax: &Syntax, name: NodeId, parent: NodeId) -> Option<Definition> {
    if syntax.kind(parent) == Kind::Binary && syntax.field(name) == Field::Left {
        let operator = syntax.child(parent, Field::Operator)?;
        let right = syntax.child(parent, Field::Right)?;
        let is_match = syntax.text(operator) == "=";
        return is_match.then(|| value_definition(syntax, name, right, Role::Variable));
    }
    if let Some(attribute) = attribute(syntax, name, parent) {
        return Some(attribute);
    }
    let outer = syntax.ancestors(name).take(4).find(|it| {
        let target = callee(syntax, *it).filter(|_| syntax.kind(*it) == Kind::Call);
        let word = target.map(|it| syntax.text(it)).unwrap_or_default();
        DEFINES_A_FUNCTION.contains(&word) || word == "defmodule"
    })?;
    let first = arguments(syntax, outer).into_iter().next()?;
    let (head, role) = match syntax.text(callee(syntax, outer)?) {
        "defmodule" => (first, Role::Container),
        _ => (head(syntax, first), Role::Function),
    };
    (head == name).then_some(Definition {
        name,
        scope: outer,
        role,
    })
}

/// The name in `reap`, `reap(x)` and `reap(x) when …`.
fn head(syntax: &Syntax, first: NodeId) -> NodeId {
    let mut node = first;
    loop {
        let inner = match syntax.kind(node) {
            Kind::Binary => syntax.child(node, Field::Left),
            Kind::Call => syntax.child(node, Field::Target),
            _ => None,
        };
        match inner {
            Some(inner) => node = inner,
            None => return node,
        }
    }
}

/// `@name value`.
fn attribute(syntax: &Syntax, name: NodeId, call: NodeId) -> Option<Definition> {
    let is_target = syntax.kind(call) == Kind::Call && syntax.field(name) == Field::Target;
    let unary = syntax
        .parent(call)
        .filter(|it| is_target && syntax.kind(*it) == Kind::Unary)?;
    let given = arguments(syntax, call);
    let [only] = given.as_slice() else {
        return None;
    };
    is_attribute(syntax, unary).then(|| value_definition(syntax, name, *only, Role::Constant))
}
