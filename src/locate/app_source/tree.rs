//! Parses source with tree-sitter, within an allowance.

use std::ops::ControlFlow;

use tree_sitter::{ParseOptions, Parser, Range, Tree};

use super::inert::Reading;
use super::language::Language;

/// Enough for several megabytes of ordinary source. Its tree takes a gigabyte then, so no more is allowed to anyone.
const MOST_CALLBACKS: usize = 200_000;

/// `None` when the text is longer than the parser's offsets reach, or when the parser exceeds its allowance.
pub(super) fn parse_tree(language: Language, text: &str) -> Option<Tree> {
    u32::try_from(text.len()).ok()?;
    let mut parser = Parser::new();
    parser.set_language(&language.grammar()).ok()?;
    if matches!(language, Language::TypeScript | Language::Tsx)
        && let Some(reading) = Reading::short(text)
        && let Some(tree) = parse_ranges(&mut parser, text, &reading.ranges)
        && reading.is_proved(text, &tree)
    {
        return Some(tree);
    }
    parse_ranges(&mut parser, text, &[])
}

/// Parses the ranges of the text; all of it, when there are none.
fn parse_ranges(parser: &mut Parser, text: &str, ranges: &[Range]) -> Option<Tree> {
    parser.reset();
    parser.set_included_ranges(ranges).ok()?;
    // A callback comes about every hundred steps of the parser. Ordinary text takes about a step a byte; recovery from errors
    // in a hostile one can take a hundred thousand times that. Counted, not timed, so that the same text always gives the same answer.
    let mut allowance = (100_000 + text.len() * 2).min(MOST_CALLBACKS);
    let mut spend = |_: &tree_sitter::ParseState| {
        allowance = allowance.saturating_sub(1);
        if allowance == 0 {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    };
    let options = ParseOptions::new().progress_callback(&mut spend);
    let bytes = text.as_bytes();
    parser.parse_with_options(
        &mut |offset, _| bytes.get(offset..).unwrap_or_default(),
        None,
        Some(options),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;
    use proptest::test_runner::RngSeed;

    use super::*;

    /// Every node with its range, in the order of a walk.
    fn nodes(tree: &Tree) -> Vec<(String, std::ops::Range<usize>)> {
        let mut cursor = tree.walk();
        let mut found = Vec::new();
        loop {
            found.push((cursor.node().kind().to_owned(), cursor.node().byte_range()));
            if cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return found;
                }
            }
        }
    }

    /// The nodes of the whole text, which the parse of what `parse_tree` chose to read must give too.
    fn read_in_full(text: &str) -> Vec<(String, std::ops::Range<usize>)> {
        let mut parser = Parser::new();
        let grammar = Language::TypeScript.grammar();
        parser.set_language(&grammar).unwrap();
        nodes(&parse_ranges(&mut parser, text, &[]).unwrap())
    }

    fn is_read_short(text: &str) -> bool {
        let mut parser = Parser::new();
        let grammar = Language::TypeScript.grammar();
        parser.set_language(&grammar).unwrap();
        Reading::short(text).is_some_and(|reading| {
            let tree = parse_ranges(&mut parser, text, &reading.ranges).unwrap();
            reading.is_proved(text, &tree)
        })
    }

    const SQL: &str = "CREATE INDEX idx ON public.runs (last_heartbeat_at) WHERE status = 'a'";

    #[test]
    fn templates_and_comments_are_passed_over() {
        for text in [
            format!("f(`\n{SQL}\n{SQL}\n`)"),
            format!("f(`{SQL} ${{a}} {SQL} \\` {SQL}`)\r\n"),
            format!("/**\r\n * {SQL}\r\n */\r\nf()"),
            format!("  // {SQL}\nf()"),
        ] {
            assert!(is_read_short(&text), "{text}");
            let tree = parse_tree(Language::TypeScript, &text).unwrap();
            assert_eq!(nodes(&tree), read_in_full(&text), "{text}");
        }
    }

    #[test]
    fn a_guess_that_is_wrong_is_given_up() {
        for text in [
            // Backticks that open nothing, so that code stands between the pairs.
            format!("const a = '`'; const b = f(); /* {SQL} */ const c = g(); const d = '`';"),
            format!("const a = /`/; const b = (x: number) => {{ return x; }}; const c = `{SQL}`;"),
            // A line comment, which ends where a template would go on.
            format!("// f(`\n{SQL}; const a = 1; /* `"),
            // An error.
            format!("const a = ; f(`{SQL}`)"),
        ] {
            assert!(!is_read_short(&text), "{text}");
            let tree = parse_tree(Language::TypeScript, &text).unwrap();
            assert_eq!(nodes(&tree), read_in_full(&text), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(20_260_518), ..ProptestConfig::default() })]
        #[test]
        fn what_is_passed_over_never_changes_the_tree(pieces in prop::collection::vec(select(&[
            "`", "${", "}", "$", "{", "\\", "'", "\"", "/", "*", "//", "/*", "*/", "/**\n * ", "\n * ", "\n// ", "\n", "\r\n", "\u{2028}", " ",
            "(", ")", "f", "=>", ";", "const a = ", "é", "\0", SQL, SQL, SQL, " `x` ", "f(`", "`)", "<b>", "</b>",
        ][..]), 1..24)) {
            let text = pieces.concat();
            let whole = read_in_full(&text);
            let tree = parse_tree(Language::TypeScript, &text).unwrap();
            prop_assert_eq!(nodes(&tree), whole);
        }
    }
}
