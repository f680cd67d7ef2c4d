//! Go.

use crate::source::span::Span;

use super::calls::{arguments, callee};
use super::dialect::{Definition, Dialect, Role, Separator, Shape, sum, value_definition};
use super::escapes::{Braces, Escapes, Piece, cook};
use super::kinds::{Field, Kind};
use super::syntax::{NodeId, Syntax};

#[derive(Debug)]
pub struct Go;

impl Dialect for Go {
    fn shape(&self, syntax: &Syntax, node: NodeId) -> Shape {
        match syntax.kind(node) {
            Kind::String | Kind::RawString => Shape::Text,
            Kind::Identifier => Shape::Name,
            Kind::Binary => sum(syntax, node).map_or(Shape::Other, Shape::Chain),
            Kind::Parenthesized | Kind::Cast | Kind::ExpressionList => {
                syntax.only_child(node).map_or(Shape::Other, Shape::Wrapper)
            }
            Kind::Call => join_shape(syntax, node),
            _ => Shape::Other,
        }
    }

    fn pieces(&self, syntax: &Syntax, text: NodeId) -> Vec<Piece> {
        let span = syntax.span(text);
        let escapes = if syntax.kind(text) == Kind::RawString {
            Escapes::Raw
        } else {
            Escapes::Go
        };
        let start = (span.start + 1).min(span.end);
        let inside = Span::new(start, span.end.saturating_sub(1).max(start));
        let mut pieces = Vec::new();
        cook(syntax.source(), inside, escapes, Braces::Plain, &mut pieces);
        pieces
    }

    fn definition(&self, syntax: &Syntax, name: NodeId) -> Option<Definition> {
        let parent = syntax.parent(name)?;
        match (syntax.kind(parent), syntax.field(name)) {
            (Kind::Function, Field::Name) => {
                syntax.child(parent, Field::Body)?;
                Some(Definition {
                    name,
                    scope: parent,
                    role: Role::Function,
                })
            }
            (Kind::ConstSpec, Field::Name) => specified(syntax, name, parent, Role::Constant),
            (Kind::VarSpec, Field::Name) => specified(syntax, name, parent, Role::Constant),
            (Kind::ExpressionList, _) if syntax.field(parent) == Field::Left => {
                let declaration = syntax
                    .parent(parent)
                    .filter(|node| syntax.kind(*node) == Kind::ShortVar)?;
                let values = syntax.child(declaration, Field::Right)?;
                let index = syntax.children(parent).position(|child| child == name)?;
                let value = syntax.children(values).nth(index)?;
                Some(value_definition(syntax, name, value, Role::Variable))
            }
            _ => None,
        }
    }

    fn elements(&self, syntax: &Syntax, list: NodeId) -> Option<Vec<NodeId>> {
        if syntax.kind(list) != Kind::CompositeLiteral {
            return None;
        }
        let body = syntax.child(list, Field::Body)?;
        let elements = syntax
            .children(body)
            .map(|element| match syntax.kind(element) {
                // The keys of a map are a set; the keys of an array are places.
                Kind::KeyedElement => syntax.child(element, Field::Key).unwrap_or(element),
                _ => element,
            });
        Some(elements.collect())
    }
}

/// `const a, b = "x", "y"`: the value at the name's own place.
fn specified(syntax: &Syntax, name: NodeId, spec: NodeId, role: Role) -> Option<Definition> {
    let values = syntax.child(spec, Field::Value)?;
    let index = syntax
        .children(spec)
        .filter(|child| {
            syntax.kind(*child) == Kind::Identifier && syntax.field(*child) == Field::Name
        })
        .position(|child| child == name)?;
    let value = syntax.children(values).nth(index)?;
    Some(value_definition(syntax, name, value, role))
}

/// `strings.Join([]string{"a", "b"}, " ")`.
fn join_shape(syntax: &Syntax, call: NodeId) -> Shape {
    let is_join = callee(syntax, call).is_some_and(|callee| syntax.text(callee) == "strings.Join");
    let arguments = arguments(syntax, call);
    let [list, separator] = arguments.as_slice() else {
        return Shape::Other;
    };
    match Go.elements(syntax, *list).filter(|_| is_join) {
        Some(elements) => Shape::Join {
            elements,
            separator: Separator::Written(*separator),
        },
        None => Shape::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::language::Language;
    use super::super::literals::tests::{read, texts};

    fn all(text: &str) -> Vec<String> {
        texts(Language::Go, &format!("package a\r\n{text}"), None)
    }

    fn within(text: &str, name: &str) -> Vec<String> {
        texts(Language::Go, &format!("package a\r\n{text}"), Some(name))
    }

    #[test]
    fn interpreted_and_raw_strings_are_read() {
        assert_eq!(
            all("func f() { q(\"a\\t\\\"b\\\" \\u00e9\"); q(`a\\n\r\n\"b\"`) }"),
            ["a\t\"b\" é", "a\\n\n\"b\""]
        );
    }

    #[test]
    fn concatenated_and_joined_strings_are_one_literal() {
        let text = "const cols = \"a, b\"\nfunc f() { q(\"SELECT \" + cols +\n\" FROM \" + table + ` x`); strings.Join([]string{\"y\", cols}, \" \") }";
        assert_eq!(
            within(text, "f"),
            ["SELECT a, b FROM $9001 x", "y a, b", " "]
        );
    }

    #[test]
    fn the_span_of_a_word_after_an_escape_and_a_parameter_is_exact() {
        let text = "package a\r\nfunc f() { q(\"é \\\"x\\\" \" + y + \" WHERE é\\n = 'a'\") }";
        let literal = &read(Language::Go, text, None)[0];
        for word in ["x", "WHERE", "= 'a'"] {
            let start = literal.excerpt.text().find(word).unwrap();
            assert_eq!(
                &text[literal
                    .excerpt
                    .source_span(start..start + word.len())
                    .range()],
                word
            );
        }
        assert_eq!(&text[literal.parameters[0].span.range()], "y");
    }

    #[test]
    fn a_variable_that_is_assigned_again_is_no_constant() {
        assert_eq!(
            all("var a = \"x\"\nfunc f() { a = \"y\"; q(\"b \" + a) }"),
            ["x", "y", "b $9001"]
        );
        assert_eq!(
            all("var a = \"x\"\nfunc f(a string) { q(\"b \" + a) }"),
            ["x", "b $9001"]
        );
        assert_eq!(
            all("const a, b = \"x\", `y`\nfunc f() { q(b + \" z\") }"),
            ["x", "y", "y z"]
        );
    }

    #[test]
    fn functions_are_found_in_every_form() {
        for text in [
            "func reap(ctx context.Context) error { q(\"x\") }",
            "func (r *Reaper[T]) reap() { q(\"x\") }",
            "const reap = `x`",
            "var (\n other = 1\n reap = `x`\n)",
            "func f() { reap := func() { q(\"x\") }; reap() }",
        ] {
            let found = within(
                &format!("var a = \"before\"\n{text}\nfunc z() {{ q(\"after\") }}"),
                "reap",
            );
            assert_eq!(found, ["x"], "{text}");
        }
    }

    #[test]
    fn a_receiver_tells_methods_apart() {
        let text = "func (a *A) reap() { q(\"a\") }\nfunc (B) reap() { q(\"b\") }\nfunc reap()";
        assert_eq!(within(text, "reap"), ["a", "b"]);
        assert_eq!(within(text, "(*A).reap"), ["a"]);
        assert_eq!(within(text, "B.reap"), ["b"]);
    }
}
