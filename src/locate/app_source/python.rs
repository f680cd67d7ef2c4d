//! Python.

use crate::source::span::Span;

use super::calls::{arguments, callee_name, receiver};
use super::dialect::{Definition, Dialect, Role, Separator, Shape, sum, value_definition};
use super::escapes::{Braces, Escapes, Piece, cook};
use super::kinds::{Field, Kind};
use super::syntax::{NodeId, Syntax};

#[derive(Debug)]
pub struct Python;

impl Dialect for Python {
    fn shape(&self, syntax: &Syntax, node: NodeId) -> Shape {
        match syntax.kind(node) {
            Kind::String => Shape::Text,
            Kind::ConcatenatedString => {
                let strings = syntax
                    .children(node)
                    .filter(|child| syntax.kind(*child) == Kind::String);
                Shape::Run(strings.collect())
            }
            Kind::Identifier => Shape::Name,
            Kind::Binary => sum(syntax, node).map_or(Shape::Other, Shape::Chain),
            Kind::Parenthesized => syntax.only_child(node).map_or(Shape::Other, Shape::Wrapper),
            Kind::Call => call_shape(syntax, node),
            _ => Shape::Other,
        }
    }

    fn pieces(&self, syntax: &Syntax, text: NodeId) -> Vec<Piece> {
        let source = syntax.source();
        let span = syntax.span(text);
        let part = |kind| {
            syntax
                .children(text)
                .find(|child| syntax.kind(*child) == kind)
        };
        let start = part(Kind::StringStart).map_or(span.start, |quote| syntax.span(quote).end);
        let end = part(Kind::StringEnd).map_or(span.end, |quote| syntax.span(quote).start);
        let prefix = source[span.start..start].to_ascii_lowercase();
        let escapes = if prefix.contains('r') {
            Escapes::Raw
        } else {
            Escapes::Python
        };
        let braces = if prefix.contains(['f', 't']) {
            Braces::Doubled
        } else {
            Braces::Plain
        };
        let mut pieces = Vec::new();
        let mut done = start;
        for hole in syntax
            .children(text)
            .filter(|child| syntax.kind(*child) == Kind::Substitution)
        {
            let hole_span = syntax.span(hole);
            cook(
                source,
                Span::new(done, hole_span.start.max(done)),
                escapes,
                braces,
                &mut pieces,
            );
            pieces.push(Piece::Interpolation {
                span: hole_span,
                // With a conversion or a format beside it, the text is not the value's own.
                expression: syntax.only_child(hole),
                bound: false,
            });
            done = hole_span.end;
        }
        cook(
            source,
            Span::new(done, end.max(done)),
            escapes,
            braces,
            &mut pieces,
        );
        pieces
    }

    fn definition(&self, syntax: &Syntax, name: NodeId) -> Option<Definition> {
        let parent = syntax.parent(name)?;
        let whole = |role| {
            Some(Definition {
                name,
                scope: parent,
                role,
            })
        };
        match (syntax.kind(parent), syntax.field(name)) {
            (Kind::Function, Field::Name) => whole(Role::Function),
            (Kind::Class, Field::Name) => whole(Role::Container),
            (Kind::Assignment, Field::Left) => {
                let value = syntax.child(parent, Field::Right)?;
                Some(value_definition(syntax, name, value, Role::Constant))
            }
            _ => None,
        }
    }

    fn elements(&self, syntax: &Syntax, list: NodeId) -> Option<Vec<NodeId>> {
        let is_literal = |name: NodeId| matches!(syntax.text(name), "Literal" | "typing.Literal");
        match syntax.kind(list) {
            Kind::Array | Kind::ExpressionList => Some(syntax.children(list).collect()),
            // `Literal["a", "b"]`, as a value and as the type of a variable.
            Kind::Subscript => {
                let name = syntax
                    .child(list, Field::Value)
                    .filter(|it| is_literal(*it))?;
                Some(syntax.children(list).filter(|it| *it != name).collect())
            }
            Kind::TypeParameter => {
                let generic = syntax.parent(list)?;
                syntax
                    .children(generic)
                    .next()
                    .filter(|it| is_literal(*it))?;
                syntax
                    .children(list)
                    .map(|it| syntax.only_child(it))
                    .collect()
            }
            _ => None,
        }
    }
}

fn call_shape(syntax: &Syntax, call: NodeId) -> Shape {
    let Some(receiver) = receiver(syntax, call) else {
        return Shape::Other;
    };
    match (
        callee_name(syntax, call),
        arguments(syntax, call).as_slice(),
    ) {
        (Some("join"), [list]) => match Python.elements(syntax, *list) {
            Some(elements) => Shape::Join {
                elements,
                separator: Separator::Written(receiver),
            },
            None => Shape::Other,
        },
        (Some("strip" | "lstrip" | "rstrip"), []) => Shape::Wrapper(receiver),
        _ => Shape::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::language::Language;
    use super::super::literals::tests::{read, texts};

    fn all(text: &str) -> Vec<String> {
        texts(Language::Python, text, None)
    }

    fn within(text: &str, name: &str) -> Vec<String> {
        texts(Language::Python, text, Some(name))
    }

    #[test]
    fn prefixes_and_quotes_are_read() {
        assert_eq!(
            all("q('a\\n')\r\nq(R\"a\\n\")\r\nq(u\"\"\"b\r\n'c' \\\"\"\"\")"),
            ["a\n", "a\\n", "b\n'c' \""]
        );
        assert_eq!(
            all("q(f'{{}} {x!r:>{w}} {y[\"k\"]} {{z}}')"),
            ["{} $9001 $9002 {z}", "k"]
        );
        assert_eq!(all("q('{{}} %s %(a)s')"), ["{{}} %s %(a)s"]);
    }

    #[test]
    fn adjacent_added_and_joined_strings_are_one_literal() {
        assert_eq!(
            all(
                "q('SELECT a '  # no\r\n  f'FROM {t} '\r\n  'WHERE b')\nq('x ' + y + (\" z\" ' w'))"
            ),
            ["SELECT a FROM $9001 WHERE b", "x $9001 z w"]
        );
        assert_eq!(all("q('\\n'.join(['a', \"b\", c]))"), ["a\nb\n$9001", "\n"]);
    }

    #[test]
    fn constants_of_the_file_are_resolved() {
        let text = "COLS = 'a, b'\ndef f():\n  q(f'SELECT {COLS} FROM {t}' + COLS)\n  q(COLS)\n";
        assert_eq!(within(text, "f"), ["a, b", "SELECT a, b FROM $9001a, b"]);
        assert_eq!(all("c = 'a'\nc += 'b'\nq(f'{c} x')"), ["a", "b", "$9001 x"]);
        assert_eq!(
            all("c = 'a'\ndef f(c='b'): q(f'{c} x')"),
            ["a", "b", "$9001 x"]
        );
        assert_eq!(all("c = 'a'\nfor c in d: q(f'{c} x')"), ["a", "$9001 x"]);
    }

    #[test]
    fn the_span_of_a_word_after_an_escape_and_an_interpolation_is_exact() {
        let text = "q(f\"é \\\"x\\\" {a} WHERE\" ' é' f' {b}end')";
        let literal = &read(Language::Python, text, None)[0];
        assert_eq!(literal.excerpt.text(), "é \"x\" $9001 WHERE é $9002end");
        for word in ["x", "WHERE", "end"] {
            let start = literal.excerpt.text().find(word).unwrap();
            assert_eq!(
                &text[literal
                    .excerpt
                    .source_span(start..start + word.len())
                    .range()],
                word
            );
        }
        assert_eq!(&text[literal.span.range()], &text[2..text.len() - 1]);
    }

    #[test]
    fn functions_are_found_in_every_form() {
        for text in [
            "async def reap(a, b=1):\n    q('x')\n",
            "class Reaper:\n    @retry\n    def reap(self):\n        q('x')\n",
            "reap = 'x'\n",
            "reap: str = ('x')\n",
            "class Reaper:\n    reap = lambda: q('x')\n",
        ] {
            let found = within(&format!("a = 'before'\n{text}b = 'after'\n"), "reap");
            assert_eq!(found, ["x"], "{text}");
        }
        let text = "class A:\n  def reap(self): q('a')\nclass B:\n  def reap(self): q('b')\n";
        assert_eq!(within(text, "B.reap"), ["b"]);
        assert_eq!(within(text, "A"), ["a"]);
    }
}
