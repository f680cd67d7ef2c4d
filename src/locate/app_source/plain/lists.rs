//! Lists that are written out.

use super::super::calls::{arguments, callee, callee_name};
use super::super::kinds::{Field, Kind};
use super::super::language::Language;
use super::super::syntax::{NodeId, Syntax};
use crate::source::span::{Span, Spanned};

/// Functions whose arguments become a list, a set or an array.
const MAKERS: [&str; 31] = [
    "listOf",
    "mutableListOf",
    "arrayListOf",
    "arrayOf",
    "setOf",
    "mutableSetOf",
    "hashSetOf",
    "linkedSetOf",
    "sequenceOf",
    "persistentListOf",
    "persistentSetOf",
    "List.of",
    "Set.of",
    "Stream.of",
    "Arrays.asList",
    "ImmutableList.of",
    "ImmutableSet.of",
    "ImmutableSortedSet.of",
    "Lists.newArrayList",
    "Sets.newHashSet",
    "ImmutableArray.Create",
    "ImmutableHashSet.Create",
    "List",
    "Seq",
    "Set",
    "Vector",
    "Array",
    "IndexedSeq",
    "NonEmptyList.of",
    "Chunk",
    "HashSet",
];

/// The elements of an array, or what a function is given that makes a list of it.
pub fn elements(syntax: &Syntax, list: NodeId) -> Option<Vec<NodeId>> {
    match syntax.kind(list) {
        Kind::Array => Some(keys(syntax, syntax.children(list))),
        // PHP's; one that holds an array is wrapped around it.
        Kind::ArrayCreation if array_in(syntax, list).is_none() => {
            Some(keys(syntax, syntax.children(list)))
        }
        // Ruby's `Set[…]`
        Kind::Subscript => {
            let object = syntax.child(list, Field::Object)?;
            (syntax.text(object) == "Set").then(|| syntax.children(list).skip(1).collect())
        }
        Kind::Call => made(syntax, list),
        _ => None,
    }
}

/// The array that a creation is written with.
pub fn array_in(syntax: &Syntax, node: NodeId) -> Option<NodeId> {
    syntax
        .children(node)
        .find(|it| syntax.kind(*it) == Kind::Array)
}

/// PHP's `['a' => true]` is a set of its keys.
fn keys(syntax: &Syntax, elements: impl Iterator<Item = NodeId>) -> Vec<NodeId> {
    let of_element = |element: NodeId| match syntax.kind(element) {
        Kind::Slot => syntax.children(element).next().unwrap_or(element),
        _ => element,
    };
    elements.map(of_element).collect()
}

/// A list of two or more: of one, the argument may be a list itself.
fn made(syntax: &Syntax, call: NodeId) -> Option<Vec<NodeId>> {
    let given = arguments(syntax, call);
    let callee = callee(syntax, call)?;
    let whole = match syntax.kind(callee) {
        Kind::Member => syntax.text(callee).to_owned(),
        _ => match super::super::calls::receiver(syntax, call) {
            Some(receiver) => format!("{}.{}", syntax.text(receiver), callee_name(syntax, call)?),
            None => callee_name(syntax, call)?.to_owned(),
        },
    };
    let is_text = |node: &NodeId| {
        let node = keys(syntax, std::iter::once(*node)).pop().unwrap_or(*node);
        matches!(syntax.kind(node), Kind::String | Kind::Integer)
    };
    let is_maker = MAKERS.contains(&whole.as_str());
    (is_maker && (given.len() > 1 || given.iter().all(is_text))).then_some(given)
}

/// The words of Elixir's `~w(a b)`; Ruby's `%w[a b]` has nodes for them.
pub fn words(syntax: &Syntax, list: NodeId) -> Option<Vec<Spanned<String>>> {
    let source = syntax.text(list);
    let is_words = syntax.language() == Language::Elixir
        && syntax.kind(list) == Kind::Sigil
        && (source.starts_with("~w") || source.starts_with("~W"));
    let start = source
        .find(['(', '[', '{', '<', '|', '/', '"', '\''])
        .filter(|_| is_words)?
        + 1;
    let end = source
        .rfind([')', ']', '}', '>', '|', '/', '"', '\''])?
        .max(start);
    let inside = &source[start..end];
    let base = syntax.span(list).start + start;
    let words = inside.split_ascii_whitespace().map(|word| {
        // The word is a part of `inside`.
        let at = base + (word.as_ptr() as usize - inside.as_ptr() as usize);
        Spanned::new(word.to_owned(), Span::new(at, at + word.len()))
    });
    (!inside.contains("#{")).then(|| words.collect())
}
