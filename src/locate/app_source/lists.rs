//! Every list of texts in a file: arrays, sets, the members of an enum, the alternatives of a union or of a pattern.

use std::collections::BTreeMap;

use super::arrays::find_list;
use super::assemble::Assembler;
use super::calls::arguments;
use super::definitions::all_definitions;
use super::dialect::Role;
use super::kinds::{Field, Kind};
use super::syntax::{NodeId, Syntax};
use crate::source::span::Span;

/// A list of texts that is written out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListOfTexts {
    pub span: Span,
    /// What it is bound to, where that is a constant that holds nothing else.
    pub name: Option<String>,
    /// In source order; two at least.
    pub texts: Vec<String>,
}

/// The wanted lists of the file, in source order. A list with an element that is no text is none.
pub fn lists_of_texts(syntax: &Syntax, is_wanted: &dyn Fn(&[String]) -> bool) -> Vec<ListOfTexts> {
    let assembler = Assembler::new(syntax);
    let dialect = syntax.language().dialect();
    let mut lists: Vec<(NodeId, Vec<String>)> = Vec::new();
    for node in syntax.all() {
        if let Some(words) = dialect.words(syntax, node) {
            let words: Vec<String> = words.into_iter().map(|it| it.value).collect();
            lists.extend((words.len() > 1 && is_wanted(&words)).then_some((node, words)));
            continue;
        }
        let elements = dialect
            .elements(syntax, node)
            .or_else(|| members(syntax, node));
        let Some(elements) = elements.filter(|it| it.len() > 1) else {
            continue;
        };
        let texts = elements.iter().map(|it| text_of(&assembler, *it));
        let texts = texts.collect::<Option<Vec<String>>>();
        lists.extend(texts.filter(|it| is_wanted(it)).map(|it| (node, it)));
    }
    let names = match lists.is_empty() {
        true => BTreeMap::new(),
        false => names_of_lists(&assembler),
    };
    // Names of modules, which happen to be those of lanes.
    let exported = |name: &&str| *name != "__all__";
    let lists = lists
        .into_iter()
        .filter(|(node, _)| names.get(node).is_none_or(|it| exported(it)));
    let lists = lists.map(|(node, texts)| ListOfTexts {
        span: syntax.span(node),
        name: names.get(&node).map(|name| (*name).to_owned()),
        texts,
    });
    lists.collect()
}

/// What the constants of the file are called that hold a list and nothing else.
fn names_of_lists<'a>(assembler: &Assembler<'_, 'a>) -> BTreeMap<NodeId, &'a str> {
    let syntax = assembler.syntax;
    let named = all_definitions(syntax).into_iter();
    named
        .filter(|it| matches!(it.role, Role::Constant | Role::Variable))
        .filter_map(|it| {
            let value = assembler.through_wrappers(it.scope);
            let list = match syntax.language().dialect().words(syntax, value) {
                Some(_) => value,
                None => find_list(assembler, value)?.0,
            };
            Some((list, syntax.text(it.name)))
        })
        .collect()
}

/// What else lists values than a list does: a union of types, an enum's members, a group of constants, the alternatives of a pattern,
/// the values of a branch.
fn members(syntax: &Syntax, node: NodeId) -> Option<Vec<NodeId>> {
    match syntax.kind(node) {
        // Of `'a' | 'b' | 'c'` the parts are unions too.
        Kind::Alternatives => {
            let is_part = syntax
                .parent(node)
                .is_some_and(|it| syntax.kind(it) == Kind::Alternatives);
            (!is_part).then(|| alternatives(syntax, node))
        }
        Kind::EnumBody | Kind::ConstGroup => {
            let values = syntax.children(node).filter(|it| {
                matches!(
                    syntax.kind(*it),
                    Kind::EnumMember | Kind::ConstSpec | Kind::PropertyIdentifier
                )
            });
            Some(values.flat_map(|it| values_of(syntax, it)).collect())
        }
        Kind::Branch | Kind::Choice => Some(branch_values(syntax, node)),
        Kind::TokenTree => alternative_tokens(syntax, node),
        Kind::Block => {
            let class = syntax
                .parent(node)
                .filter(|it| syntax.kind(*it) == Kind::Class)?;
            let _ = syntax.child(class, Field::Name)?;
            let statements = syntax.children(node);
            let assigned = statements.filter_map(|it| syntax.only_child(it));
            let assigned = assigned.filter(|it| syntax.kind(*it) == Kind::Assignment);
            Some(
                assigned
                    .filter_map(|it| syntax.child(it, Field::Right))
                    .collect(),
            )
        }
        _ => None,
    }
}

fn alternatives(syntax: &Syntax, node: NodeId) -> Vec<NodeId> {
    let children = syntax
        .children(node)
        .filter(|it| syntax.field(*it) != Field::Operator);
    children
        .flat_map(|child| match syntax.kind(child) {
            Kind::Alternatives => alternatives(syntax, child),
            _ => vec![child],
        })
        .collect()
}

/// `case "a", "b":`, `when "a", "b"`, `"a", "b" -> true`: what stands before the branch's own statements.
fn branch_values(syntax: &Syntax, branch: NodeId) -> Vec<NodeId> {
    let is_value = |it: &NodeId| {
        let is_text = matches!(
            syntax.kind(*it),
            Kind::String | Kind::RawString | Kind::Symbol | Kind::Slot
        );
        is_text || syntax.field(*it) == Field::Pattern
    };
    // Go has them in a list of their own.
    let list = syntax
        .child(branch, Field::Value)
        .filter(|it| syntax.kind(*it) == Kind::ExpressionList);
    let values = syntax.children(list.unwrap_or(branch));
    values.take_while(is_value).collect()
}

/// `"a" | "b"` inside a macro is no pattern, but tokens beside each other: `matches!(x, "a" | "b")`.
fn alternative_tokens(syntax: &Syntax, tokens: NodeId) -> Option<Vec<NodeId>> {
    let strings = syntax.children(tokens);
    let strings: Vec<NodeId> = strings
        .filter(|it| matches!(syntax.kind(*it), Kind::String | Kind::RawString))
        .collect();
    let is_or = |pair: &[NodeId]| {
        let between = syntax.span(pair[0]).end..syntax.span(pair[1]).start;
        syntax.source()[between].trim() == "|"
    };
    strings.windows(2).all(is_or).then_some(strings)
}

/// Swift has several members in one node.
fn values_of(syntax: &Syntax, member: NodeId) -> Vec<NodeId> {
    let values = syntax.children(member);
    let values: Vec<NodeId> = values
        .filter(|it| syntax.field(*it) == Field::Value)
        .collect();
    match values.len() {
        0 | 1 => value(syntax, member).into_iter().collect(),
        _ => values,
    }
}

/// What a member is made to be: `SYNC = 'sync'`, `SYNC("sync")`.
fn value(syntax: &Syntax, member: NodeId) -> Option<NodeId> {
    let value = match syntax.child(member, Field::Value) {
        Some(value) => value,
        None => arguments(syntax, member).first().copied()?,
    };
    match syntax.kind(value) {
        Kind::ExpressionList => syntax.only_child(value),
        _ => Some(value),
    }
}

fn text_of(assembler: &Assembler, node: NodeId) -> Option<String> {
    let syntax = assembler.syntax;
    let node = match syntax.kind(node) {
        Kind::LiteralType => syntax.only_child(node)?,
        _ => assembler.through_wrappers(node),
    };
    match syntax.kind(node) {
        Kind::Identifier => assembler.constant_text(syntax.text(node)),
        Kind::String | Kind::RawString | Kind::Template | Kind::Symbol => {
            assembler.plain_text(node)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::language::Language;
    use super::*;

    /// Each list as `name: a b`, or `a b` where nothing bears a name.
    fn lists(language: Language, text: &str) -> Vec<String> {
        let syntax = Syntax::parse(language, text).unwrap();
        let found = lists_of_texts(&syntax, &|_| true);
        found
            .into_iter()
            .map(|it| {
                let name = it.name.map_or_else(String::new, |name| format!("{name}: "));
                format!("{name}{}", it.texts.join(" "))
            })
            .collect()
    }

    #[test]
    fn lists_are_found_in_every_form() {
        for (text, expected) in [
            ("const L = ['a', 'b'] as const;", "L: a b"),
            ("const L = new Set(['a', B]); const B = 'b';", "L: a b"),
            ("q.whereIn('x', ['a', 'b'])", "a b"),
            ("type L = 'a' | 'b' | 'c';", "a b c"),
            ("enum L { A = 'a', B = 'b' }", "a b"),
        ] {
            assert_eq!(lists(Language::TypeScript, text), [expected], "{text}");
        }
        for (text, expected) in [
            ("const L: [&str; 2] = [\"a\", \"b\"];", "L: a b"),
            (
                "fn f(x: &str) -> bool { matches!(x, \"a\" | \"b\") }",
                "a b",
            ),
            ("fn f(x: &str) { log!(\"a\", \"b\"); }", ""),
            (
                "fn f(x: &str) -> bool { match x { \"a\" | \"b\" => true, _ => false } }",
                "a b",
            ),
        ] {
            let found = lists(Language::Rust, text).join(", ");
            assert_eq!(found, expected, "{text}");
        }
        for (text, expected) in [
            ("var L = []string{\"a\", `b`}", "L: a b"),
            ("const (\n A = \"a\"\n B Kind = \"b\"\n)", "a b"),
            (
                "var L = map[string]bool{\"a\": true, \"b\": true}",
                "L: a b",
            ),
        ] {
            let text = format!("package w\n{text}\n");
            assert_eq!(lists(Language::Go, &text), [expected], "{text}");
        }
        for (text, expected) in [
            ("L = frozenset({'a', 'b'})", "L: a b"),
            ("class L(StrEnum):\n    A = 'a'\n    B = 'b'\n", "a b"),
            ("q.where(r.c.x.in_(['a', 'b']))", "a b"),
        ] {
            assert_eq!(lists(Language::Python, text), [expected], "{text}");
        }
    }

    #[test]
    fn a_list_of_other_things_is_none() {
        for text in [
            "const L = ['a', f()];",
            "const L = ['a', 1, 'b'];",
            "const L = ['a'];",
            "f('a', 'b')",
        ] {
            assert!(lists(Language::TypeScript, text).is_empty(), "{text}");
        }
    }
}
