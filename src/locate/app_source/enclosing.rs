//! What the function around a place is called.

use super::definitions::{definitions, function_names};
use super::dialect::Role;
use super::kinds::{Field, Kind};
use super::language::Language;
use super::syntax::{NodeId, Syntax};
use crate::source::span::Span;

/// The innermost named function around the span, by a name that means no other function of the file: with what it is a member of, where
/// that is needed. `None` outside of every function.
pub fn enclosing(syntax: &Syntax, span: Span) -> Option<String> {
    let around = |scope: NodeId| {
        let outer = syntax.span(scope);
        outer.start <= span.start && span.end <= outer.end
    };
    let functions = function_names(syntax).into_iter();
    let innermost = functions
        .filter(|definition| around(definition.scope))
        .min_by_key(|definition| {
            let scope = syntax.span(definition.scope);
            scope.end - scope.start
        })?;
    let name = syntax
        .text(innermost.name)
        .trim_matches(['\'', '"', '#'])
        .to_owned();
    if is_only_one(syntax, &name) {
        return Some(name);
    }
    let separator = if syntax.language() == Language::Rust {
        "::"
    } else {
        "."
    };
    let containers = syntax.ancestors(innermost.name);
    let mut qualified = containers.filter_map(|node| {
        let container = match syntax.kind(node) {
            Kind::Class => syntax.child(node, Field::Name),
            Kind::Impl => syntax.child(node, Field::Type),
            _ => None,
        }?;
        Some(format!("{}{separator}{name}", syntax.text(container)))
    });
    qualified.find(|name| is_only_one(syntax, name))
}

fn is_only_one(syntax: &Syntax, name: &str) -> bool {
    let found = definitions(syntax, name);
    let functions = found
        .iter()
        .filter(|definition| definition.role == Role::Function);
    functions.count() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_function_is_named_without_doubt() {
        for (language, text, expected) in [
            (
                Language::TypeScript,
                "function a() { const b = () => { X } }",
                Some("b"),
            ),
            (
                Language::TypeScript,
                "class A { run() { X } }\nclass B { run() {} }",
                Some("A.run"),
            ),
            (Language::TypeScript, "const q = `X`;", None),
            (
                Language::Rust,
                "impl A { fn go() { X } }\nimpl B { fn go() {} }",
                Some("A::go"),
            ),
            (Language::Rust, "fn go() { let c = || { X }; }", Some("c")),
            (
                Language::Go,
                "package a\nfunc (r *R) Go() { X }",
                Some("Go"),
            ),
            (
                Language::Python,
                "class A:\n  def f(self):\n    X\n",
                Some("f"),
            ),
        ] {
            let at = text.find('X').unwrap();
            let syntax = Syntax::parse(language, text).unwrap();
            let found = enclosing(&syntax, Span::new(at, at + 1));
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
