//! Ruby, Java, Kotlin, C#, PHP, Elixir, Scala and Swift: languages that differ, for one who looks for text, in little but their words.

mod lists;
mod names;
mod strings;

#[cfg(test)]
mod tests;

use super::calls::{arguments, callee_name, member, receiver};
use super::dialect::{Definition, Dialect, Shape, concatenated};
use super::escapes::Piece;
use super::kinds::Kind;
use super::language::Language;
use super::syntax::{NodeId, Syntax};
use crate::source::span::Spanned;

#[derive(Debug)]
pub struct Plain;

/// Methods that take white space off a text, or give it back as it is.
const KEEPS_THE_TEXT: [&str; 19] = [
    "trim",
    "trimIndent",
    "trimMargin",
    "stripMargin",
    "stripIndent",
    "strip",
    "strip_heredoc",
    "squish",
    "chomp",
    "lstrip",
    "rstrip",
    "freeze",
    "html_safe",
    "to_s",
    "to_sym",
    "Trim",
    "TrimStart",
    "TrimEnd",
    "trimmingCharacters",
];

impl Dialect for Plain {
    fn shape(&self, syntax: &Syntax, node: NodeId) -> Shape {
        let wrapped = match syntax.kind(node) {
            Kind::String | Kind::RawString | Kind::Symbol => return Shape::Text,
            Kind::HeredocBody if syntax.language() == Language::Ruby => return Shape::Text,
            Kind::Sigil if strings::is_text_sigil(syntax, node) => return Shape::Text,
            Kind::HeredocStart => strings::heredoc(syntax, node),
            Kind::ConcatenatedString => return Shape::Run(syntax.children(node).collect()),
            // In Elixir a bare name is a variable's, which has nothing to do with an attribute that is called so.
            Kind::Identifier if syntax.language() != Language::Elixir => return Shape::Name,
            Kind::Identifier => {
                let parent = syntax.parent(node);
                let is_of_attribute = parent.is_some_and(|it| names::is_attribute(syntax, it));
                return match is_of_attribute {
                    true => Shape::Name,
                    false => Shape::Other,
                };
            }
            Kind::Unary if names::is_attribute(syntax, node) => syntax
                .children(node)
                .last()
                .filter(|it| syntax.kind(*it) == Kind::Identifier),
            Kind::Binary => {
                let operands = concatenated(syntax, node, operators(syntax.language()));
                return operands.map_or(Shape::Other, Shape::Chain);
            }
            Kind::Parenthesized | Kind::Slot => syntax.only_child(node),
            // C#'s `new List<string> { … }`, Java's `new String[] { … }`
            Kind::New | Kind::ArrayCreation => lists::array_in(syntax, node),
            Kind::Call => unchanged(syntax, node),
            Kind::Member => unchanged_member(syntax, node),
            _ => None,
        };
        wrapped.map_or(Shape::Other, Shape::Wrapper)
    }

    fn pieces(&self, syntax: &Syntax, text: NodeId) -> Vec<Piece> {
        strings::pieces(syntax, text)
    }

    fn definition(&self, syntax: &Syntax, name: NodeId) -> Option<Definition> {
        names::definition(syntax, name)
    }

    fn elements(&self, syntax: &Syntax, list: NodeId) -> Option<Vec<NodeId>> {
        lists::elements(syntax, list)
    }

    fn words(&self, syntax: &Syntax, list: NodeId) -> Option<Vec<Spanned<String>>> {
        lists::words(syntax, list)
    }
}

fn operators(language: Language) -> &'static [&'static str] {
    match language {
        Language::Php => &["."],
        Language::Elixir => &["<>"],
        _ => &["+"],
    }
}

/// `x` of `x.trimIndent()`.
fn unchanged(syntax: &Syntax, call: NodeId) -> Option<NodeId> {
    let name = callee_name(syntax, call)?;
    let takes_no_text = match arguments(syntax, call).as_slice() {
        [] => true,
        [_] => name == "trimmingCharacters",
        _ => false,
    };
    let is_kept = KEEPS_THE_TEXT.contains(&name) && takes_no_text;
    is_kept.then(|| receiver(syntax, call)).flatten()
}

/// `x` of `x.stripMargin`, and `LANE` of `self::LANE`, which may be a constant of the file.
fn unchanged_member(syntax: &Syntax, node: NodeId) -> Option<NodeId> {
    let (object, property) = member(syntax, node)?;
    let name = syntax.text(property);
    if KEEPS_THE_TEXT.contains(&name) {
        return Some(object);
    }
    (["self", "static", "this", "Self"].contains(&syntax.text(object))).then_some(property)
}
