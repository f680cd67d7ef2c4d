//! The comments of a file, which its syntax tree does not keep.

use std::borrow::Cow;

use super::language::Language;
use super::tag_types::without_tag_types;
use super::tree::parse_tree;
use crate::source::span::Span;

/// What grammars call a comment.
const KINDS: [&str; 5] = [
    "comment",
    "line_comment",
    "block_comment",
    "html_comment",
    "multiline_comment",
];

/// Every comment, in order; none when the parser gives up on the text.
pub fn comments(language: Language, text: &str) -> Vec<Span> {
    let parsed = match language {
        Language::TypeScript | Language::Tsx => without_tag_types(text),
        _ => Cow::Borrowed(text),
    };
    let Some(tree) = parse_tree(language, &parsed, &[]) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let is_comment = KINDS.contains(&node.kind());
        if is_comment {
            found.push(Span::from(node.byte_range()));
        }
        if !is_comment && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_its_comments() {
        for (language, text) in [
            (Language::TypeScript, "// one\nconst x = '// no';"),
            (Language::Tsx, "/* one */ const x = <a>// no</a>;"),
            (Language::Rust, "/// one\nfn x() { \"// no\"; }"),
            (Language::Go, "package x\n// one\nvar x = `// no`\n"),
            (Language::Python, "# one\nx = '# no'\n"),
            (Language::Ruby, "# one\nx = '# no'\n"),
            (
                Language::Java,
                "/* one */ class X { String x = \"// no\"; }",
            ),
            (Language::Kotlin, "// one\nval x = \"// no\"\n"),
            (
                Language::CSharp,
                "// one\nclass X { string x = \"// no\"; }",
            ),
            (Language::Php, "<?php\n# one\n$x = '# no';"),
            (Language::Elixir, "# one\nx = \"# no\"\n"),
            (Language::Scala, "// one\nval x = \"// no\"\n"),
            (Language::Swift, "/* one */ let x = \"// no\"\n"),
        ] {
            let found = comments(language, text);
            assert_eq!(found.len(), 1, "{language:?} {found:?}");
            assert!(text[found[0].range()].contains("one"), "{language:?}");
        }
    }
}
