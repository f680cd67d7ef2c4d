//! Arrays of literals: lanes that stand in the source as a list, not as SQL.

use crate::source::span::{Span, Spanned};

use super::assemble::Assembler;
use super::calls::{arguments, callee_name, member, receiver};
use super::definitions::{definitions, nearest};
use super::dialect::{Definition, Role, Shape};
use super::error::SourceError;
use super::kinds::{Field, Kind};
use super::language::Language;
use super::syntax::{NodeId, Syntax};

/// A value in an array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    Text(String),
    Integer(i64),
}

/// A list, set or tuple of literals, or the keys of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrayLiteral {
    /// The array with its brackets, without what is wrapped around it.
    pub span: Span,
    /// In source order, each with the span of its literal, quotes included; a constant has the span of its name.
    pub elements: Vec<Spanned<Element>>,
}

/// Calls that make a collection of the one list they are given.
const MAKES_A_COLLECTION: [&str; 27] = [
    "Set",
    "freeze",
    "enum",
    "from",
    "of",
    "new",
    "set",
    "frozenset",
    "tuple",
    "list",
    "Array",
    "HashSet",
    "LinkedHashSet",
    "TreeSet",
    "ArrayList",
    "List",
    "Seq",
    "copyOf",
    "unmodifiableSet",
    "unmodifiableList",
    "asList",
    "collect",
    "toSet",
    "ToHashSet",
    "ToImmutableHashSet",
    "EnumSet",
    "SortedSet",
];

/// Methods that leave the values of a list as they are.
const KEEPS_THE_VALUES: [&str; 14] = [
    "iter",
    "into_iter",
    "collect",
    "to_vec",
    "into",
    "as_slice",
    "copied",
    "freeze",
    "to_set",
    "toSet",
    "toList",
    "toTypedArray",
    "ToHashSet",
    "ToList",
];

/// The array that is called `name`: `const LANES = ['sync', 'auth'] as const`, `new Set([…])`, `&["sync"]`, `[]string{"sync"}`,
/// `frozenset(("sync", "auth"))`.
///
/// # Errors
/// When nothing bears the name or several things do, when it is bound to something else than an array, when something in the array is
/// not a literal, and when the source around it is not valid.
pub fn array(language: Language, text: &str, name: &str) -> Result<ArrayLiteral, SourceError> {
    let syntax = Syntax::parse(language, text)?;
    let value = declared(&syntax, name)?;
    if let Some(error) = syntax.error_within(value) {
        return Err(syntax.parse_failed(error));
    }
    let assembler = Assembler::new(&syntax);
    if let Some(words) = word_list(&assembler, value) {
        return Ok(words);
    }
    let Some((list, nodes)) = find_list(&assembler, value) else {
        return Err(SourceError::NotAnArray {
            name: name.to_owned(),
            span: syntax.span(value),
        });
    };
    let mut elements = Vec::with_capacity(nodes.len());
    for node in nodes {
        let span = syntax.span(node);
        let Some(value) = element(&assembler, node) else {
            return Err(SourceError::NotALiteral {
                name: name.to_owned(),
                span,
            });
        };
        elements.push(Spanned::new(value, span));
    }
    Ok(ArrayLiteral {
        span: syntax.span(list),
        elements,
    })
}

/// `~w(sync auth)`.
fn word_list(assembler: &Assembler, value: NodeId) -> Option<ArrayLiteral> {
    let syntax = assembler.syntax;
    let value = assembler.through_wrappers(value);
    let words = syntax.language().dialect().words(syntax, value)?;
    let elements = words.into_iter();
    Some(ArrayLiteral {
        span: syntax.span(value),
        elements: elements
            .map(|word| Spanned::new(Element::Text(word.value), word.span))
            .collect(),
    })
}

/// The value that the name is bound to.
fn declared(syntax: &Syntax, name: &str) -> Result<NodeId, SourceError> {
    let found: Vec<_> = definitions(syntax, name)
        .into_iter()
        .filter(|it| !is_function_of_its_own(syntax, it))
        .collect();
    match found.as_slice() {
        [only] => Ok(only.scope),
        [first, second, ..] => Err(SourceError::AmbiguousArray {
            name: name.to_owned(),
            first: syntax.span(first.name),
            second: syntax.span(second.name),
        }),
        [] => match syntax.errors().next() {
            Some(error) => Err(syntax.parse_failed(error)),
            None => Err(SourceError::NoSuchArray {
                name: name.to_owned(),
                nearest: nearest(syntax, name, &[Role::Constant, Role::Variable]),
            }),
        },
    }
}

/// Elixir's `def lanes, do: @lanes` is one too; a name that is bound to a closure is not.
fn is_function_of_its_own(syntax: &Syntax, definition: &Definition) -> bool {
    let kind = syntax.kind(definition.scope);
    kind == Kind::Function || (kind == Kind::Call && definition.role == Role::Function)
}

/// The list inside the value, through casts and the calls that make a collection of it.
pub fn find_list(assembler: &Assembler, value: NodeId) -> Option<(NodeId, Vec<NodeId>)> {
    let syntax = assembler.syntax;
    let dialect = syntax.language().dialect();
    let mut node = value;
    loop {
        node = assembler.through_wrappers(node);
        if let Some(elements) = dialect.elements(syntax, node) {
            return Some((node, elements));
        }
        node = match syntax.kind(node) {
            Kind::Call | Kind::New => collected(syntax, node)?,
            // Ruby's `x.to_set`, Scala's `x.toSet`.
            Kind::Member => kept(syntax, node)?,
            // `LazyLock::new(|| HashSet::from([…]))`
            Kind::Closure => syntax.child(node, Field::Body)?,
            Kind::Block => syntax.only_child(node)?,
            _ => return None,
        };
    }
}

/// What a call makes its collection of.
fn collected(syntax: &Syntax, call: NodeId) -> Option<NodeId> {
    let name = callee_name(syntax, call)?;
    // `.collect::<Vec<_>>`, `new HashSet<>`
    let name = name.split("::<").next().unwrap_or(name);
    let name = name.split('<').next().unwrap_or(name);
    let name = name.rsplit(['.', ':']).next().unwrap_or(name);
    match arguments(syntax, call).as_slice() {
        [list] if MAKES_A_COLLECTION.contains(&name) => Some(*list),
        [] if KEEPS_THE_VALUES.contains(&name) => {
            receiver(syntax, call).or_else(|| generic_receiver(syntax, call))
        }
        _ => None,
    }
}

fn kept(syntax: &Syntax, node: NodeId) -> Option<NodeId> {
    let (object, property) = member(syntax, node)?;
    KEEPS_THE_VALUES
        .contains(&syntax.text(property))
        .then_some(object)
}

/// `x` of Rust's `x.collect::<T>()`.
fn generic_receiver(syntax: &Syntax, call: NodeId) -> Option<NodeId> {
    let callee = syntax.child(call, Field::Function)?;
    let method = syntax.child(callee, Field::Function)?;
    syntax.child(method, Field::Value)
}

pub(super) fn element(assembler: &Assembler, node: NodeId) -> Option<Element> {
    let syntax = assembler.syntax;
    let node = assembler.through_wrappers(node);
    if let Some(integer) = assembler.integer(node) {
        return Some(Element::Integer(integer));
    }
    match assembler.shape(node) {
        Shape::Name => {
            let text = assembler.constant_text(syntax.text(node));
            text.map(Element::Text)
        }
        Shape::Text | Shape::Run(_) | Shape::Chain(_) => {
            assembler.plain_text(node).map(Element::Text)
        }
        Shape::Tagged(_)
        | Shape::Raw(_)
        | Shape::Join { .. }
        | Shape::Wrapper(_)
        | Shape::Other => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(language: Language, text: &str) -> Vec<String> {
        let found =
            array(language, text, "LANES").unwrap_or_else(|error| panic!("{error}: {text}"));
        for element in &found.elements {
            assert!(found.span.contains(element.span.start));
        }
        let values = found.elements.iter().map(|element| match &element.value {
            Element::Text(text) => text.clone(),
            Element::Integer(integer) => integer.to_string(),
        });
        values.collect()
    }

    #[test]
    fn arrays_are_read_in_every_form() {
        for (language, text) in [
            (
                Language::TypeScript,
                "export const LANES = ['sync', \"a\\u0075th\"] as const;",
            ),
            (
                Language::TypeScript,
                "const LANES: ReadonlySet<Lane> = new Set<Lane>(['sync', `auth`]);",
            ),
            (
                Language::TypeScript,
                "const LANES = Object.freeze(['sync', AUTH] satisfies X); const AUTH = 'auth';",
            ),
            (
                Language::TypeScript,
                "const LANES = z.enum(['sync', /* no */ 'auth',]);",
            ),
            (
                Language::Tsx,
                "class A { static LANES = (['sync', 'auth']) }",
            ),
            (
                Language::Tsx,
                "module.exports = { LANES: ['sync', 'auth'] }",
            ),
            (
                Language::Rust,
                "pub const LANES: &[&str] = &[\"sync\", r\"auth\"];",
            ),
            (
                Language::Rust,
                "static LANES: [&str; 2] = [\"sync\", \"auth\"];",
            ),
            (
                Language::Rust,
                "fn f() { let LANES = vec![\"sync\", \"auth\"]; }",
            ),
            (
                Language::Rust,
                "static LANES: LazyLock<HashSet<&str>> = LazyLock::new(|| HashSet::from([\"sync\", \"auth\"]));",
            ),
            (
                Language::Rust,
                "fn f() { let LANES = [\"sync\", \"auth\"].into_iter().collect::<Vec<_>>(); }",
            ),
            (
                Language::Go,
                "package a\nvar LANES = []string{\"sync\", `auth`}",
            ),
            (
                Language::Go,
                "package a\nvar LANES = map[string]bool{\"sync\": true, \"auth\": true}",
            ),
            (
                Language::Go,
                "package a\nconst A = \"auth\"\nvar (\n LANES = [...]Lane{\n\"sync\", A,\n}\n)",
            ),
            (Language::Python, "LANES = (\"sync\", 'auth')"),
            (
                Language::Python,
                "LANES: Final = frozenset({\"sync\", 'au' 'th'})",
            ),
            (
                Language::Python,
                "class A:\n  LANES = set([\"sync\", 'auth'])",
            ),
            (Language::Python, "LANES = 'sync', 'auth'"),
        ] {
            assert_eq!(values(language, text), ["sync", "auth"], "{text}");
        }
    }

    #[test]
    fn integers_are_read() {
        assert_eq!(
            values(Language::TypeScript, "const LANES = [0, -1, 1_000]"),
            ["0", "-1", "1000"]
        );
        assert_eq!(
            values(Language::Rust, "const LANES: [i32; 2] = [0, -1];"),
            ["0", "-1"]
        );
        assert_eq!(
            values(Language::Go, "package a\nvar LANES = []int{0, -1}"),
            ["0", "-1"]
        );
        assert_eq!(values(Language::Python, "LANES = [0, -1]"), ["0", "-1"]);
        assert_eq!(values(Language::Python, "LANES = []"), [""; 0]);
        assert_eq!(values(Language::Python, "LANES = ['']"), [""]);
    }

    #[test]
    fn spans_point_at_the_array_and_its_elements() {
        let text = "const é = 1;\r\nconst LANES = new Set(['sync', 'é'])";
        let found = array(Language::TypeScript, text, "LANES").unwrap();
        assert_eq!(&text[found.span.range()], "['sync', 'é']");
        assert_eq!(&text[found.elements[1].span.range()], "'é'");
    }

    #[test]
    fn what_is_no_literal_is_named() {
        for (text, culprit) in [
            ("const LANES = ['a', ...MORE]", "...MORE"),
            ("const LANES = ['a', lane()]", "lane()"),
            ("const LANES = ['a', B]", "B"),
            ("const LANES = ['a', `b${c}`]", "`b${c}`"),
            ("const LANES = [1.5]", "1.5"),
        ] {
            let error = array(Language::TypeScript, text, "LANES").unwrap_err();
            assert!(matches!(error, SourceError::NotALiteral { .. }), "{error}");
            assert_eq!(&text[error.span().unwrap().range()], culprit);
        }
    }

    #[test]
    fn what_is_no_array_says_so() {
        let error = |text| array(Language::TypeScript, text, "LANES").unwrap_err();
        assert!(matches!(
            error("const LANES = load()"),
            SourceError::NotAnArray { .. }
        ));
        assert!(matches!(
            error("const LANES = ['a'].map(f)"),
            SourceError::NotAnArray { .. }
        ));
        assert!(matches!(
            error("const LANE = 1"),
            SourceError::NoSuchArray {
                nearest: Some(_),
                ..
            }
        ));
        assert!(matches!(
            error("const LANES = ['a' 'b']"),
            SourceError::ParseFailed { .. }
        ));
        assert!(matches!(
            error("const LANES = ['a', "),
            SourceError::ParseFailed { .. }
        ));
        let twice = "{ const LANES = ['a'] } { const LANES = ['b'] }";
        assert!(matches!(error(twice), SourceError::AmbiguousArray { .. }));
    }
}
