//! Which texts are worth parsing: those that name a governed object. The set of names grows when a rename leads to another name.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Match, MatchKind};

use crate::model::name::Identifier;

/// Words that may touch governed objects without naming them: the search path, schemas, and names spelled in escapes.
const ALWAYS: [&str; 3] = ["search_path", "schema", "U&\""];

/// A set of names and the automaton that finds them.
#[derive(Debug, Clone)]
pub struct Interest {
    names: BTreeSet<Identifier>,
    patterns: Vec<String>,
    automaton: Option<AhoCorasick>,
    /// Every name is one word, so that no match can hide another one that stands alone.
    are_words: bool,
}

impl Interest {
    pub fn new(names: impl IntoIterator<Item = Identifier>) -> Self {
        let names: BTreeSet<Identifier> = names.into_iter().collect();
        let patterns: Vec<String> = names
            .iter()
            .map(|name| name.as_str().replace('"', "\"\""))
            .collect();
        let are_words = patterns
            .iter()
            .all(|pattern| pattern.bytes().all(is_word_byte));
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(if are_words {
                MatchKind::LeftmostLongest
            } else {
                MatchKind::Standard
            })
            .kind(Some(AhoCorasickKind::DFA))
            .build(patterns.iter().map(String::as_str).chain(ALWAYS))
            .ok();
        Self {
            names,
            patterns,
            automaton,
            are_words,
        }
    }

    pub fn contains(&self, name: &Identifier) -> bool {
        self.names.contains(name)
    }

    pub fn names(&self) -> impl Iterator<Item = &Identifier> {
        self.names.iter()
    }

    /// Whether the text may hold a statement that touches a governed object.
    pub fn concerns(&self, text: &str) -> bool {
        self.any(text, |_| true)
    }

    /// Whether the text names a governed object.
    pub fn names_any(&self, text: &str) -> bool {
        self.any(text, |pattern| pattern < self.patterns.len())
    }

    /// Whether the text holds the name as a word.
    pub fn names_one(&self, text: &str, name: &Identifier) -> bool {
        self.any(text, |pattern| {
            self.names
                .iter()
                .nth(pattern)
                .is_some_and(|found| found == name)
        })
    }

    fn any(&self, text: &str, counts: impl Fn(usize) -> bool) -> bool {
        // Without an automaton (names too long to build one) everything is worth parsing.
        let Some(automaton) = &self.automaton else {
            return true;
        };
        let is_one = |found: Match| {
            let pattern = found.pattern().as_usize();
            counts(pattern)
                && (pattern >= self.patterns.len()
                    || stands_alone(text.as_bytes(), found.start(), found.end()))
        };
        if self.are_words {
            automaton.find_iter(text).any(is_one)
        } else {
            automaton.find_overlapping_iter(text).any(is_one)
        }
    }
}

/// Whether no letter, digit or underscore touches the match.
fn stands_alone(bytes: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).and_then(|index| bytes.get(index));
    !before.copied().is_some_and(is_word_byte) && !bytes.get(end).copied().is_some_and(is_word_byte)
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
