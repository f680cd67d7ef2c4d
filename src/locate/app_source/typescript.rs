//! TypeScript and JavaScript.

use crate::source::span::Span;

use super::calls::{arguments, callee, callee_name, receiver};
use super::dialect::{Definition, Dialect, Role, Separator, Shape, sum, value_definition};
use super::escapes::{Braces, Escapes, Piece, cook};
use super::kinds::{Field, Kind};
use super::syntax::{NodeId, Syntax};

/// TypeScript, TSX and JavaScript, whose trees are one.
#[derive(Debug)]
pub struct TypeScript;

impl Dialect for TypeScript {
    fn shape(&self, syntax: &Syntax, node: NodeId) -> Shape {
        let wrapped = match syntax.kind(node) {
            Kind::String | Kind::Template => return Shape::Text,
            Kind::Identifier => return Shape::Name,
            Kind::Binary => return sum(syntax, node).map_or(Shape::Other, Shape::Chain),
            Kind::Call => return call_shape(syntax, node),
            Kind::Parenthesized => syntax.only_child(node),
            Kind::Cast => syntax.children(node).next(),
            Kind::TypeAssertion => syntax.children(node).last(),
            _ => None,
        };
        wrapped.map_or(Shape::Other, Shape::Wrapper)
    }

    fn pieces(&self, syntax: &Syntax, text: NodeId) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let span = syntax.span(text);
        let inside = inside(syntax.source(), span);
        let tag = tag(syntax, text);
        let escapes = if tag == Some("String.raw") {
            Escapes::Raw
        } else {
            Escapes::JavaScript
        };
        let mut done = inside.start;
        for hole in syntax
            .children(text)
            .filter(|child| syntax.kind(*child) == Kind::Substitution)
        {
            let hole_span = syntax.span(hole);
            cook(
                syntax.source(),
                Span::new(done, hole_span.start.max(done)),
                escapes,
                Braces::Plain,
                &mut pieces,
            );
            pieces.push(Piece::Interpolation {
                span: hole_span,
                expression: syntax.only_child(hole),
                bound: tag.is_some_and(|tag| tag != "String.raw"),
            });
            done = hole_span.end;
        }
        cook(
            syntax.source(),
            Span::new(done, inside.end.max(done)),
            escapes,
            Braces::Plain,
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
            (Kind::Function | Kind::Method, Field::Name) => whole(Role::Function),
            (Kind::Class, Field::Name) => whole(Role::Container),
            (Kind::Declarator, Field::Name) if syntax.kind(name) == Kind::Identifier => {
                let value = syntax.child(parent, Field::Value)?;
                Some(value_definition(
                    syntax,
                    name,
                    value,
                    declarator_role(syntax, parent),
                ))
            }
            (Kind::ClassField, Field::Name) | (Kind::Pair, Field::Key) => {
                let value = syntax.child(parent, Field::Value)?;
                Some(value_definition(syntax, name, value, Role::Variable))
            }
            (Kind::Assignment, Field::Left) => assigned(syntax, name, parent),
            (Kind::Member, Field::Property) if syntax.field(parent) == Field::Left => {
                let assignment = syntax
                    .parent(parent)
                    .filter(|node| syntax.kind(*node) == Kind::Assignment)?;
                assigned(syntax, name, assignment)
            }
            _ => None,
        }
    }

    fn elements(&self, syntax: &Syntax, list: NodeId) -> Option<Vec<NodeId>> {
        (syntax.kind(list) == Kind::Array).then(|| syntax.children(list).collect())
    }
}

fn call_shape(syntax: &Syntax, call: NodeId) -> Shape {
    if let Some(template) = syntax.child(call, Field::Arguments)
        && syntax.kind(template) == Kind::Template
    {
        return Shape::Tagged(template);
    }
    let Some(receiver) = receiver(syntax, call) else {
        return Shape::Other;
    };
    let arguments = arguments(syntax, call);
    match (callee_name(syntax, call), arguments.as_slice()) {
        (Some("join"), separator @ ([] | [_])) => {
            let Some(elements) = TypeScript.elements(syntax, through_wrappers(syntax, receiver))
            else {
                return Shape::Other;
            };
            let separator = separator
                .first()
                .map_or(Separator::Implied(","), |node| Separator::Written(*node));
            Shape::Join {
                elements,
                separator,
            }
        }
        (Some("trim" | "trimStart" | "trimEnd"), []) => Shape::Wrapper(receiver),
        (Some("raw" | "unsafe"), [text]) => Shape::Raw(*text),
        _ => Shape::Other,
    }
}

/// What stands inside parentheses and casts.
pub fn through_wrappers(syntax: &Syntax, node: NodeId) -> NodeId {
    let mut node = node;
    while let Shape::Wrapper(inner) = TypeScript.shape(syntax, node) {
        node = inner;
    }
    node
}

/// The tag of a template, as it is written: `sql`, `Prisma.sql`, `String.raw`.
fn tag<'a>(syntax: &Syntax<'a>, template: NodeId) -> Option<&'a str> {
    let call = syntax
        .parent(template)
        .filter(|parent| syntax.kind(*parent) == Kind::Call)?;
    (syntax.field(template) == Field::Arguments)
        .then(|| callee(syntax, call).map(|callee| syntax.text(callee)))
        .flatten()
}

/// Between the quotes.
fn inside(source: &str, span: Span) -> Span {
    let text = &source[span.range()];
    let quote = |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b'\'' | b'"' | b'`'));
    let start = span.start + usize::from(quote(text.as_bytes().first()));
    let closed = text.len() > 1 && quote(text.as_bytes().last());
    Span::new(start, span.end - usize::from(closed))
}

fn declarator_role(syntax: &Syntax, declarator: NodeId) -> Role {
    let keyword = syntax
        .parent(declarator)
        .filter(|parent| syntax.kind(*parent) == Kind::Lexical)
        .and_then(|declaration| syntax.child(declaration, Field::Kind));
    match keyword {
        Some(keyword) if syntax.text(keyword) == "const" => Role::Constant,
        _ => Role::Variable,
    }
}

/// `reap = async () => …` names a function; any other assignment gives a new value to an old name.
fn assigned(syntax: &Syntax, name: NodeId, assignment: NodeId) -> Option<Definition> {
    let value = syntax.child(assignment, Field::Right)?;
    syntax
        .holds_function(value)
        .then(|| value_definition(syntax, name, value, Role::Variable))
}

#[cfg(test)]
mod tests {
    use super::super::language::Language;
    use super::super::literals::tests::{read, texts};

    fn all(text: &str) -> Vec<String> {
        texts(Language::TypeScript, text, None)
    }

    #[test]
    fn an_arrow_before_a_template_closes_no_type() {
        let text = "async function f(): Promise<Run[]> { return xs.map((a) => `${a} IN ('x')`); }";
        assert_eq!(all(text), ["$9001 IN ('x')"]);
    }

    fn within(text: &str, name: &str) -> Vec<String> {
        texts(Language::TypeScript, text, Some(name))
    }

    #[test]
    fn a_template_with_an_escaped_backtick_is_cooked() {
        assert_eq!(all(r"sql(`a \` \${b} \u00e9`)"), ["a ` ${b} é"]);
        assert_eq!(all(r"String.raw`a \n ${x}`"), [r"a \n $9001"]);
    }

    #[test]
    fn interpolations_become_numbered_parameters() {
        assert_eq!(all("`a ${f('x')} b ${y} c`"), ["a $9001 b $9002 c", "x"]);
    }

    #[test]
    fn integers_are_put_in_where_they_are_text_and_bound_where_they_are_values() {
        let text = "const MOST = 4_000; const f = (n) => [`a <= ${MOST} - ${2}, ${n} ${010} ${0.5}`, sql`b < ${MOST}`]";
        let expected = ["a <= 4000 - 2, $9001 $9002 $9003", "b < $9001"];
        assert_eq!(all(text), expected);
    }

    #[test]
    fn the_span_of_a_word_after_an_escape_and_an_interpolation_is_exact() {
        let text = "x = sql`é \\n ${a.b} WHERE\r\n status = 'a' ${`n`} end`";
        let literal = &read(Language::Tsx, text, None)[0];
        for word in ["WHERE", "status", "'a'", "end", "é"] {
            let start = literal.excerpt.text().find(word).unwrap();
            let span = literal.excerpt.source_span(start..start + word.len());
            assert_eq!(&text[span.range()], word);
        }
        assert_eq!(&text[literal.span.range()], &text[7..]);
        assert_eq!(&text[literal.parameters[0].span.range()], "${a.b}");
    }

    #[test]
    fn a_typed_tag_is_read() {
        let text = "const f = async () => { const r = await sql<{ id: number; t: 'a' | (() => void) }[]>`a ${x}`; return tx\n<Row>\n `b`; }";
        assert_eq!(within(text, "f"), ["a $9001", "b"]);
        assert_eq!(
            all("`x<${y}>`; if (a > b) `z`; `p<q>`"),
            ["x<$9001>", "z", "p<q>"]
        );
    }

    #[test]
    fn concatenated_and_joined_pieces_are_one_literal() {
        assert_eq!(
            all("q('SELECT a ' + \"FROM b \" + (`WHERE ` + x) + ' z')"),
            ["SELECT a FROM b WHERE $9001 z"]
        );
        assert_eq!(
            all("['SELECT 1', `FROM ${t}`, 'x'].join('\\n')"),
            ["SELECT 1\nFROM $9001\nx", "\n"]
        );
        assert_eq!(all("[a, b].join(' '); 1 + 2; a + b"), [" "]);
    }

    #[test]
    fn constants_of_the_file_are_resolved() {
        let text =
            "const COLS = 'a, b' as const; const T = `t_${COLS}`; q(`SELECT ${COLS} FROM ` + T)";
        assert_eq!(all(text), ["a, b", "t_a, b", "SELECT a, b FROM t_a, b"]);
    }

    #[test]
    fn a_name_bound_twice_is_no_constant() {
        for text in [
            "const c = 'a'; function f(c: string) { q(`${c} x`) }",
            "let c = 'a'; q(`${c} x`)",
            "const c = 'a'; { const c = 'b'; } q(`${c} x`)",
            "const c = 'a'; for (const c of d) q(`${c} x`)",
            "const c = 'a'; const f = c => q(`${c} x`)",
            "const c = 'a'; const { c } = d; q(`${c} x`)",
        ] {
            assert!(all(text).contains(&"$9001 x".to_owned()), "{text}");
        }
        assert_eq!(all("const a = `${b}`, b = `${a}`;"), ["$9001", "$9001"]);
    }

    #[test]
    fn a_tag_binds_strings_and_takes_fragments_in() {
        let text = "const s = 'pending'; const live = sql`s IN ('a')`; sql`WHERE x = ${s} AND ${live} AND ${sql`b = ${1}`} ${sql.raw('ASC')}`";
        let literals = read(Language::TypeScript, text, None);
        let whole = literals
            .iter()
            .find(|literal| literal.excerpt.text().starts_with("WHERE"))
            .unwrap();
        assert_eq!(
            whole.excerpt.text(),
            "WHERE x = $9001 AND s IN ('a') AND b = $9002 ASC"
        );
        assert_eq!(whole.parameters[0].value.as_deref(), Some("pending"));
        assert_eq!(whole.parameters[1].value, None);
    }

    #[test]
    fn functions_are_found_in_every_form() {
        for text in [
            "export async function reap(): Promise<void> { q('x') }",
            "export default function reap() { q('x') }",
            "const reap = async (a) => { q('x') }",
            "const reap = function* () { q('x') }",
            "export const reap = withSpan('reap', async () => { q('x') }).bind(1)",
            "class Reaper { private async reap<T>(a: T) { q('x') } }",
            "class Reaper { reap = async () => q('x') }",
            "class Reaper { #reap() { q('x') } }",
            "const Reaper = { reap() { q('x') } }",
            "const Reaper = { reap: async () => q('x'), 'other': () => 'y' }",
            "const Reaper = { 'reap': () => q('x') }",
            "exports.reap = async function () { q('x') }",
            "let reap; reap = () => q('x')",
            "function reap(a: string): void; function reap(a: any) { q('x') }",
            "namespace Reaper { export function reap() { q('x') } }",
        ] {
            let found = within(&format!("q('before');\r\n{text}\r\n;q('after')"), "reap");
            assert!(found.contains(&"x".to_owned()), "{text}: {found:?}");
            assert!(
                !found.contains(&"after".to_owned()) && !found.contains(&"y".to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn a_qualifier_tells_methods_apart() {
        let text = "class A { reap() { 'a' } } class B { reap() { 'b' } }";
        assert_eq!(within(text, "reap"), ["a", "b"]);
        assert_eq!(within(text, "B.reap"), ["b"]);
        assert_eq!(within(text, "A"), ["a"]);
    }

    #[test]
    fn a_constant_is_a_scope_and_one_that_is_used_is_read_along() {
        let text = "const Q = `SELECT 1`; const R = `SELECT 2`; function f() { db.query(Q) }";
        assert_eq!(within(text, "Q"), ["SELECT 1"]);
        assert_eq!(within(text, "f"), ["SELECT 1"]);
    }
}
