//! Every list of texts in a file: arrays, sets, the members of an enum, the alternatives of a union or of a pattern.

use std::collections::BTreeMap;

use super::arrays::find_list;
use super::assemble::Assembler;
use super::calls::{arguments, callee_name, receiver};
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
    let mut lists: Vec<Written> = Vec::new();
    for node in syntax.all() {
        let (texts, is_plain) = match dialect.words(syntax, node) {
            Some(words) => (words.into_iter().map(|it| it.value).collect(), true),
            None => {
                let elements = dialect
                    .elements(syntax, node)
                    .or_else(|| members(syntax, node))
                    .unwrap_or_default();
                let texts = elements.iter().map(|it| text_of(&assembler, *it));
                let is_plain = elements.iter().all(|it| syntax.kind(*it) != Kind::Call);
                match texts.collect::<Option<Vec<String>>>() {
                    Some(texts) => (texts, is_plain),
                    None => continue,
                }
            }
        };
        if texts.len() > 1 && is_wanted(&texts) {
            lists.push(Written {
                node,
                texts,
                is_plain,
            });
        }
    }
    let names = match lists.is_empty() {
        true => BTreeMap::new(),
        false => names_of_lists(&assembler),
    };
    let named = lists.into_iter().map(|list| {
        let name = names.get(&list.node).filter(|_| list.is_plain);
        ListOfTexts {
            span: syntax.span(list.node),
            name: name.map(|name| (*name).to_owned()),
            texts: list.texts,
        }
    });
    // Python's list of what a module exports: names that happen to be those of lanes.
    let is_of_values = |list: &ListOfTexts| list.name.as_deref() != Some("__all__");
    named.filter(is_of_values).collect()
}

/// A list as it stands in the source.
struct Written {
    node: NodeId,
    texts: Vec<String>,
    /// Its elements are texts, and not calls that make some.
    is_plain: bool,
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
        Kind::ClassBody => {
            let members = syntax.children(node);
            Some(members.filter_map(|it| constant_text(syntax, it)).collect())
        }
        Kind::Object if never_changes(syntax, node) => {
            let values = syntax.children(node);
            values.map(|it| syntax.child(it, Field::Value)).collect()
        }
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

/// The text that a constant of a class is: `public const string Sync = "sync";`, `static final String SYNC = "sync";`.
fn constant_text(syntax: &Syntax, member: NodeId) -> Option<NodeId> {
    const DEEPEST: usize = 4;
    let is_field = matches!(
        syntax.kind(member),
        Kind::FieldDeclaration | Kind::ConstGroup | Kind::ClassField
    );
    let mut node = is_field.then_some(member)?;
    for _ in 0..DEEPEST {
        node = syntax.children(node).last()?;
        if matches!(syntax.kind(node), Kind::String | Kind::RawString) {
            let before = &syntax.source()[syntax.span(member).start..syntax.span(node).start];
            let mut words = before.split_whitespace();
            let is_constant =
                words.any(|it| matches!(it, "const" | "final" | "static" | "readonly"));
            return is_constant.then_some(node);
        }
    }
    None
}

/// `{ … } as const`, `Object.freeze({ … })`: TypeScript's other enum.
fn never_changes(syntax: &Syntax, object: NodeId) -> bool {
    let around = syntax.ancestors(object).take(2);
    around.into_iter().any(|it| match syntax.kind(it) {
        Kind::Cast => syntax.text(it).ends_with("as const"),
        Kind::Call => callee_name(syntax, it) == Some("freeze"),
        _ => false,
    })
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
        // `z.literal('a')`, `"a".to_string()`, `String::from("a")`
        Kind::Call => {
            let given = arguments(syntax, node);
            let text = match (callee_name(syntax, node)?, given.as_slice()) {
                ("literal" | "Literal" | "from", [text]) => *text,
                ("to_string" | "to_owned" | "into", []) => receiver(syntax, node)?,
                _ => return None,
            };
            assembler.plain_text(text)
        }
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
            ("const L = { A: 'a', B: 'b' } as const;", "a b"),
            ("const L = Object.freeze({ A: 'a', B: 'b' });", "a b"),
            (
                "const L = z.union([z.literal('a'), z.literal('b')]);",
                "a b",
            ),
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
            ("L = Literal['a', 'b']", "L: a b"),
            ("class R:\n    lane: Literal['a', 'b']\n", "a b"),
            ("match x:\n    case 'a' | 'b':\n        pass\n", "a b"),
        ] {
            assert_eq!(lists(Language::Python, text), [expected], "{text}");
        }
        for (language, text) in [
            (Language::Ruby, "case x\nwhen 'a', 'b' then 1\nend\n"),
            (
                Language::Go,
                "package w\nfunc f(x string) { switch x { case \"a\", \"b\": } }\n",
            ),
            (
                Language::Java,
                "class M { int f(String x) { return switch (x) { case \"a\", \"b\" -> 1; default -> 0; }; } }",
            ),
            (
                Language::Java,
                "class M { static final String A = \"a\"; static final String B = \"b\"; String c = \"c\"; }",
            ),
            (
                Language::Kotlin,
                "fun f(x: String) = when (x) { \"a\", \"b\" -> 1\n else -> 0 }\n",
            ),
            (
                Language::CSharp,
                "static class M { public const string A = \"a\"; public const string B = \"b\"; }",
            ),
            (
                Language::Php,
                "<?php\n$y = match ($x) { 'a', 'b' => 1, default => 0 };\n",
            ),
            (
                Language::Php,
                "<?php\nclass M { const A = 'a'; const B = 'b'; }\n",
            ),
            (
                Language::Swift,
                "func f(x: String) -> Int { switch x { case \"a\", \"b\": return 1\ndefault: return 0 } }\n",
            ),
            (
                Language::Rust,
                "fn f() { let l = [\"a\".to_string(), String::from(\"b\")]; }",
            ),
        ] {
            assert_eq!(lists(language, text), ["a b"], "{text}");
        }
    }

    #[test]
    fn a_list_of_other_things_is_none() {
        for text in [
            "const L = ['a', f()];",
            "const L = ['a', 1, 'b'];",
            "const L = ['a'];",
            "f('a', 'b')",
            "const L = { a: 'a', b: 'b' };",
        ] {
            assert!(lists(Language::TypeScript, text).is_empty(), "{text}");
        }
    }
}
