//! The list of values that a call is given, found again by what it holds and where it ends.

use super::arrays::{ArrayLiteral, Element, element};
use super::assemble::Assembler;
use super::calls::argument_list;
use super::kinds::Kind;
use super::language::Language;
use super::syntax::{NodeId, Syntax};
use crate::source::span::Spanned;

/// The list, or the arguments of a call, that holds these texts in their order, the last of which ends at `end`.
pub fn list_that_ends(
    language: Language,
    text: &str,
    end: usize,
    texts: &[String],
) -> Option<ArrayLiteral> {
    let syntax = Syntax::parse(language, text).ok()?;
    let assembler = Assembler::new(&syntax);
    let around = syntax.all().filter(|node| {
        let span = syntax.span(*node);
        span.start < end && end <= span.end
    });
    // Innermost first.
    let around: Vec<NodeId> = around.collect();
    around.into_iter().rev().find_map(|node| {
        let list = read(&assembler, node)?;
        let there = list.elements.iter().map(|it| match &it.value {
            Element::Text(text) => text.clone(),
            Element::Integer(integer) => integer.to_string(),
        });
        let ends_there = list.elements.last().is_some_and(|it| it.span.end == end);
        (ends_there && there.eq(texts.iter().cloned())).then_some(list)
    })
}

fn read(assembler: &Assembler, node: NodeId) -> Option<ArrayLiteral> {
    let syntax = assembler.syntax;
    let (list, nodes) = match syntax.language().dialect().elements(syntax, node) {
        Some(nodes) => (node, nodes),
        None if syntax.kind(node) == Kind::Call => {
            let list = argument_list(syntax, node)?;
            (list, syntax.children(list).collect())
        }
        None => return None,
    };
    let elements = nodes.into_iter().map(|node| {
        let value = element(assembler, node)?;
        Some(Spanned::new(value, syntax.span(node)))
    });
    Some(ArrayLiteral {
        span: syntax.span(list),
        elements: elements.collect::<Option<_>>()?,
    })
}
