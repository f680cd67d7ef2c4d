//! Rust.

use crate::source::span::Span;

use super::calls::{arguments, callee_name, receiver};
use super::dialect::{Definition, Dialect, Role, Separator, Shape, sum, value_definition};
use super::escapes::{Braces, Escapes, Piece, cook};
use super::kinds::{Field, Kind};
use super::syntax::{NodeId, Syntax};

#[derive(Debug)]
pub struct Rust;

/// Macros of the standard library and of well-known crates whose first literal is a format string.
const FORMATTING: [&str; 22] = [
    "format",
    "format_args",
    "write",
    "writeln",
    "print",
    "println",
    "eprint",
    "eprintln",
    "panic",
    "todo",
    "unimplemented",
    "unreachable",
    "anyhow",
    "bail",
    "ensure",
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "formatdoc",
    "indoc",
];

impl Dialect for Rust {
    fn shape(&self, syntax: &Syntax, node: NodeId) -> Shape {
        match syntax.kind(node) {
            Kind::String | Kind::RawString if is_bytes(syntax, node) => Shape::Other,
            Kind::String | Kind::RawString => text_shape(syntax, node),
            Kind::Identifier => Shape::Name,
            Kind::Binary => sum(syntax, node).map_or(Shape::Other, Shape::Chain),
            Kind::Parenthesized | Kind::Cast => syntax
                .children(node)
                .last()
                .map_or(Shape::Other, Shape::Wrapper),
            Kind::Macro => macro_shape(syntax, node),
            Kind::Call => call_shape(syntax, node),
            _ => Shape::Other,
        }
    }

    fn pieces(&self, syntax: &Syntax, text: NodeId) -> Vec<Piece> {
        let source = syntax.source();
        let is_raw = syntax.kind(text) == Kind::RawString;
        let escapes = if is_raw { Escapes::Raw } else { Escapes::Rust };
        let inside = inside(source, syntax.span(text), is_raw);
        let mut pieces = Vec::new();
        if !is_format_string(syntax, text) {
            cook(source, inside, escapes, Braces::Plain, &mut pieces);
            return pieces;
        }
        let mut done = inside.start;
        for span in named_arguments(source, inside) {
            cook(
                source,
                Span::new(done, span.start),
                escapes,
                Braces::Doubled,
                &mut pieces,
            );
            let name = Span::new(span.start + 1, span.end - 1);
            pieces.push(Piece::Named {
                span,
                name,
                is_put_in: false,
            });
            done = span.end;
        }
        cook(
            source,
            Span::new(done, inside.end),
            escapes,
            Braces::Doubled,
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
            (Kind::Impl, Field::Type) => whole(Role::Container),
            (Kind::ConstItem, Field::Name) => {
                let value = syntax.child(parent, Field::Value)?;
                Some(Definition {
                    name,
                    scope: value,
                    role: Role::Constant,
                })
            }
            (Kind::Let, Field::Pattern) => {
                let value = syntax.child(parent, Field::Value)?;
                Some(value_definition(syntax, name, value, Role::Variable))
            }
            _ => None,
        }
    }

    fn elements(&self, syntax: &Syntax, list: NodeId) -> Option<Vec<NodeId>> {
        match syntax.kind(list) {
            Kind::Array => {
                // The count of `["a"; 2]` is a child as well.
                Some(
                    syntax
                        .children(list)
                        .filter(|child| syntax.field(*child) == Field::None)
                        .collect(),
                )
            }
            Kind::Macro if callee_name(syntax, list) == Some("vec") => {
                let tokens = syntax
                    .children(list)
                    .find(|child| syntax.kind(*child) == Kind::TokenTree)?;
                Some(syntax.children(tokens).collect())
            }
            _ => None,
        }
    }
}

/// `"a" + "b"` inside a macro is no expression, but tokens beside each other.
fn text_shape(syntax: &Syntax, text: NodeId) -> Shape {
    let Some(tokens) = syntax
        .parent(text)
        .filter(|parent| syntax.kind(*parent) == Kind::TokenTree)
    else {
        return Shape::Text;
    };
    let mut run = vec![text];
    let mut end = syntax.span(text).end;
    for next in syntax.children(tokens).skip_while(|child| *child <= text) {
        let between = &syntax.source()[end..syntax.span(next).start];
        if between.trim() != "+" || !matches!(syntax.kind(next), Kind::String | Kind::RawString) {
            break;
        }
        run.push(next);
        end = syntax.span(next).end;
    }
    if run.len() == 1 {
        return Shape::Text;
    }
    Shape::Run(run)
}

fn macro_shape(syntax: &Syntax, call: NodeId) -> Shape {
    if callee_name(syntax, call) != Some("concat") {
        return Shape::Other;
    }
    let tokens = syntax
        .children(call)
        .find(|child| syntax.kind(*child) == Kind::TokenTree);
    tokens.map_or(Shape::Other, |tokens| {
        Shape::Chain(syntax.children(tokens).collect())
    })
}

fn call_shape(syntax: &Syntax, call: NodeId) -> Shape {
    let arguments = arguments(syntax, call);
    let name = callee_name(syntax, call);
    if let (Some("from"), [text]) = (name, arguments.as_slice()) {
        let of_string = syntax.text(call).starts_with("String::from");
        return if of_string {
            Shape::Wrapper(*text)
        } else {
            Shape::Other
        };
    }
    let Some(receiver) = receiver(syntax, call) else {
        return Shape::Other;
    };
    let join = |separator| match Rust.elements(syntax, receiver) {
        Some(elements) => Shape::Join {
            elements,
            separator,
        },
        None => Shape::Other,
    };
    match (name, arguments.as_slice()) {
        (Some("to_string" | "to_owned" | "into" | "as_str" | "trim"), []) => {
            Shape::Wrapper(receiver)
        }
        (Some("concat"), []) => join(Separator::Implied("")),
        (Some("join"), [separator]) => join(Separator::Written(*separator)),
        _ => Shape::Other,
    }
}

fn is_bytes(syntax: &Syntax, text: NodeId) -> bool {
    syntax.text(text).starts_with('b')
}

/// Between the quotes, of `"…"`, `c"…"`, `r"…"` and `r##"…"##`.
fn inside(source: &str, span: Span, is_raw: bool) -> Span {
    let text = &source[span.range()];
    let start = text.find('"').map_or(0, |quote| quote + 1);
    let hashes = if is_raw {
        text.bytes()
            .skip(1)
            .take_while(|byte| *byte == b'#')
            .count()
    } else {
        0
    };
    let end = text.len().saturating_sub(1 + hashes).max(start);
    Span::new(span.start + start, span.start + end)
}

/// Whether the literal is the first of a formatting macro's, `format!("…")` or the same as tokens of another macro.
fn is_format_string(syntax: &Syntax, text: NodeId) -> bool {
    let Some(tokens) = syntax
        .parent(text)
        .filter(|parent| syntax.kind(*parent) == Kind::TokenTree)
    else {
        return false;
    };
    let first = syntax
        .children(tokens)
        .find(|child| matches!(syntax.kind(*child), Kind::String | Kind::RawString));
    let Some(before) = syntax.source()[..syntax.span(tokens).start]
        .trim_end()
        .strip_suffix('!')
    else {
        return false;
    };
    let name = before
        .rsplit(|character: char| !character.is_alphanumeric() && character != '_')
        .next();
    first == Some(text) && name.is_some_and(|name| FORMATTING.contains(&name))
}

/// `{NAME}` in a format string: the spans with their braces.
fn named_arguments(source: &str, inside: Span) -> Vec<Span> {
    let bytes = source[inside.range()].as_bytes();
    let mut spans = Vec::new();
    let mut at = 0;
    while let Some(open) = bytes[at..]
        .iter()
        .position(|byte| *byte == b'{')
        .map(|found| at + found)
    {
        at = open + 1;
        if bytes.get(at) == Some(&b'{') {
            at += 1;
            continue;
        }
        let name = bytes[at..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        if name > 0 && bytes.get(at + name) == Some(&b'}') {
            spans.push(Span::new(inside.start + open, inside.start + at + name + 1));
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::super::language::Language;
    use super::super::literals::tests::{read, texts};

    fn all(text: &str) -> Vec<String> {
        texts(Language::Rust, text, None)
    }

    fn within(text: &str, name: &str) -> Vec<String> {
        texts(Language::Rust, text, Some(name))
    }

    #[test]
    fn escapes_and_raw_strings_are_read() {
        assert_eq!(
            all("fn f() { q(\"a \\\n   b \\\" \\u{e9}\") }"),
            ["a b \" é"]
        );
        assert_eq!(
            all("fn f() { q(r##\"a \\n \"# b\"##); q(r\"c\") }"),
            ["a \\n \"# b", "c"]
        );
        assert_eq!(
            all("const B: &[u8] = b\"x\"; const C: &[u8] = br#\"x\"#; fn f() { b'x'; 'x'; }"),
            [""; 0]
        );
    }

    #[test]
    fn the_span_of_a_word_after_an_escape_is_exact() {
        let text = "fn é() { sqlx::query(\"SELECT \\\"é\\\" \\\r\n   FROM runs WHERE\\tx\") }";
        let literal = &read(Language::Rust, text, Some("é"))[0];
        assert_eq!(literal.excerpt.text(), "SELECT \"é\" FROM runs WHERE\tx");
        for word in ["SELECT", "é", "FROM", "x"] {
            let start = literal.excerpt.text().rfind(word).unwrap();
            assert_eq!(
                &text[literal
                    .excerpt
                    .source_span(start..start + word.len())
                    .range()],
                word
            );
        }
    }

    #[test]
    fn strings_in_macros_are_read() {
        assert_eq!(
            all(
                "fn f() { sqlx::query!(\"a \" + r#\"b\"#\n + \" c\", x); q(concat!(\"d \", \"e\", 1)) }"
            ),
            ["a b c", "d e$9001"]
        );
        assert_eq!(
            all("fn f() { format!(\"{{}} {} {x:?} {{x}}\", \"{{\") }"),
            ["{} {} {x:?} {x}", "{{"]
        );
        assert_eq!(
            all("fn f() { retry!(q(format!(\"{{\"), \"{{\")) }"),
            ["{", "{{"]
        );
    }

    #[test]
    fn constants_are_resolved_in_format_strings_and_joined_lists() {
        let text = "const COLS: &str = \"a, b\"; fn f() { q(&format!(\"SELECT {COLS} FROM {table}\")); [\"x\", COLS].concat(); [\"y\", \"z\"].join(\"\\n\") }";
        assert_eq!(
            within(text, "f"),
            ["SELECT a, b FROM {table}", "xa, b", "y\nz", "\n"]
        );
        assert_eq!(within(text, "COLS"), ["a, b"]);
    }

    #[test]
    fn functions_are_found_in_every_form() {
        for text in [
            "pub async fn reap() { q(\"x\") }",
            "impl<T> Reaper<T> { fn reap(&self) { q(\"x\") } }",
            "impl Reap for crate::Reaper { fn reap(&self) { q(\"x\") } }",
            "mod reap { fn f() { q(\"x\") } }",
            "trait T { fn reap(); } fn g() { let reap = |a| q(\"x\"); }",
            "const reap: &str = \"x\";",
            "static reap: LazyLock<String> = LazyLock::new(|| \"x\".to_string());",
        ] {
            let found = within(
                &format!("const A: &str = \"before\";\r\n{text}\r\nfn z() {{ \"after\" }}"),
                "reap",
            );
            assert_eq!(found, ["x"], "{text}");
        }
    }

    #[test]
    fn a_qualifier_tells_methods_apart() {
        let text = "impl A { fn reap() { \"a\" } } impl<T> B<T> { fn reap() { \"b\" } } mod c { fn reap() { \"c\" } }";
        assert_eq!(within(text, "reap"), ["a", "b", "c"]);
        assert_eq!(within(text, "B::reap"), ["b"]);
        assert_eq!(within(text, "B.reap"), ["b"]);
        assert_eq!(within(text, "c::reap"), ["c"]);
        assert_eq!(within(text, "A"), ["a"]);
    }
}
