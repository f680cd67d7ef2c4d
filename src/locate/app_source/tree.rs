//! Parses source with tree-sitter, within an allowance.

use std::ops::{ControlFlow, Range};

use tree_sitter::{ParseOptions, Parser, Tree};

use super::inert::ranges_between;
use super::language::Language;

/// Enough for several megabytes of ordinary source. Its tree takes a gigabyte then, so no more is allowed to anyone.
const MOST_CALLBACKS: usize = 200_000;

/// Parses the text, but for the stretches that are passed over.
///
/// `None` when the text is longer than the parser's offsets reach, or when the parser exceeds its allowance.
pub(super) fn parse_tree(
    language: Language,
    text: &str,
    stretches: &[Range<usize>],
) -> Option<Tree> {
    u32::try_from(text.len()).ok()?;
    let mut parser = Parser::new();
    parser.set_language(&language.grammar()).ok()?;
    if !stretches.is_empty() {
        let ranges = ranges_between(text, stretches);
        parser.set_included_ranges(&ranges).ok()?;
    }
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
