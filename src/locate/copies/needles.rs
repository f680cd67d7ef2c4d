//! Which files may hold a copy of a lane set, told from their bytes before anything is parsed.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem;

use crate::model::declaration::{Declaration, LaneSet};
use crate::model::lane::{Lane, Value};

/// A copy differs from its set in this many lanes at most.
pub const MOST_DIFFERENT: usize = 2;

/// Fewer lanes make no list: one is a look-up.
pub const FEWEST: usize = 2;

/// How many of its lanes a copy of the set names at least.
pub fn fewest_common(lane_set: &LaneSet) -> usize {
    let lanes = lane_set.lanes.value.len();
    lanes.saturating_sub(MOST_DIFFERENT).max(FEWEST)
}

/// What is sought for in every file.
#[derive(Debug)]
pub struct Needles {
    sets: Vec<SetNeedles>,
    /// A few words of each set: a file that has none of them holds no copy of any. `None`: too many to be sought for at once.
    gate: Option<Gate>,
    /// The same for a language that writes lanes without quotes too: `%w[a b]`, `:a`.
    bare_gate: Option<Gate>,
}

#[derive(Debug)]
struct Gate {
    automaton: AhoCorasick,
    /// By the number of a pattern of the automaton: sets may share a column or a lane.
    words: Vec<Vec<Word>>,
}

/// How a file may write a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    Quoted,
    /// Or as a word of its own.
    Bare,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// The column of a set; to be a word of its own.
    Column(usize),
    /// A lane of a set, behind a quote.
    Lane(usize),
}

/// All in lower case, as SQL folds its names.
#[derive(Debug)]
struct SetNeedles {
    table: String,
    /// What a class is called whose rows stand in the table, in its own case: `Run`, `FeedRuns`.
    classes: Vec<String>,
    column: String,
    lanes: Vec<String>,
    fewest: usize,
}

/// Where copies of one set may be in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspicion {
    /// The index of the set in [`Declaration::lane_sets`].
    pub lane_set: usize,
    /// In a condition over its table.
    pub in_clauses: bool,
    /// In a list of values.
    pub in_lists: bool,
}

impl Needles {
    pub fn new(declaration: &Declaration) -> Self {
        let sets: Vec<SetNeedles> = declaration.lane_sets.iter().map(SetNeedles::new).collect();
        Self {
            gate: Gate::new(&sets, Spelling::Quoted),
            bare_gate: Gate::new(&sets, Spelling::Bare),
            sets,
        }
    }

    /// What a file may hold; in the order of the sets. `lower` is its text in lower case.
    pub fn suspicions(&self, text: &[u8], lower: &[u8], spelling: Spelling) -> Vec<Suspicion> {
        let gate = match spelling {
            Spelling::Quoted => self.gate.as_ref(),
            Spelling::Bare => self.bare_gate.as_ref(),
        };
        let mut has_column = vec![gate.is_none(); self.sets.len()];
        let mut has_lane = has_column.clone();
        for (word, start, end) in gate.into_iter().flat_map(|gate| gate.found(lower)) {
            match word {
                Word::Column(set) if has_column[set] => {}
                Word::Column(set) => has_column[set] = is_word(lower, start, end),
                Word::Lane(set) => has_lane[set] = true,
            }
        }
        let sets = self.sets.iter().enumerate();
        let suspicions = sets.map(|(number, set)| {
            let in_lists = has_lane[number] && set.is_listed(lower, spelling);
            Suspicion {
                lane_set: number,
                in_clauses: has_column[number] && set.may_be_asked_for(text, lower, in_lists),
                in_lists,
            }
        });
        suspicions
            .filter(|suspicion| suspicion.in_clauses || suspicion.in_lists)
            .collect()
    }
}

impl Gate {
    fn new(sets: &[SetNeedles], spelling: Spelling) -> Option<Self> {
        let mut words: BTreeMap<String, Vec<Word>> = BTreeMap::new();
        let mut add = |pattern: String, word| words.entry(pattern).or_default().push(word);
        for (number, set) in sets.iter().enumerate() {
            add(set.column.clone(), Word::Column(number));
            for lane in set.gate() {
                match spelling {
                    Spelling::Quoted => {
                        let quoted = QUOTES.map(|quote| format!("{quote}{lane}"));
                        quoted
                            .into_iter()
                            .for_each(|it| add(it, Word::Lane(number)));
                    }
                    Spelling::Bare => add(lane.clone(), Word::Lane(number)),
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(words.keys())
            .ok()?;
        let words = words.into_values().collect();
        Some(Self { automaton, words })
    }

    /// Each word that stands there, with where it begins and ends.
    fn found<'a>(&'a self, lower: &'a [u8]) -> impl Iterator<Item = (Word, usize, usize)> + 'a {
        let found = self.automaton.find_iter(lower);
        found.flat_map(|it| {
            let words = self.words[it.pattern().as_usize()].iter();
            words.map(move |word| (*word, it.start(), it.end()))
        })
    }
}

const QUOTES: [char; 3] = ['\'', '"', '`'];

impl SetNeedles {
    fn new(lane_set: &LaneSet) -> Self {
        let lanes = quotable(&lane_set.lanes.value).into_iter();
        let mut lanes: Vec<String> = lanes.map(|lane| lane.to_ascii_lowercase()).collect();
        lanes.sort_by_key(|lane| (std::cmp::Reverse(lane.len()), lane.clone()));
        Self {
            classes: classes(lane_set.table.value.name.as_str()),
            table: lane_set.table.value.name.as_str().to_ascii_lowercase(),
            column: lane_set.column.value.as_str().to_ascii_lowercase(),
            lanes,
            fewest: fewest_common(lane_set),
        }
    }

    /// The lanes of which a copy names at least one, as it lacks so few. Long ones are rare.
    fn gate(&self) -> &[String] {
        let most_missing = self.lanes.len().saturating_sub(self.fewest);
        &self.lanes[..(most_missing + 1).min(self.lanes.len())]
    }

    /// Whether enough of the lanes stand there, between quotes where those are needed.
    fn is_listed(&self, lower: &[u8], spelling: Spelling) -> bool {
        let is_quoted = |lane: &&String| {
            let mut hits = memmem::find_iter(lower, lane.as_bytes());
            hits.any(|start| {
                if spelling == Spelling::Bare && is_word(lower, start, start + lane.len()) {
                    return true;
                }
                let is_quote = |byte: &u8| QUOTES.contains(&char::from(*byte)) || *byte == b'\\';
                let before = start.checked_sub(1).and_then(|at| lower.get(at));
                let after = lower.get(start + lane.len());
                before.is_some_and(is_quote) && after.is_some_and(is_quote)
            })
        };
        self.lanes.iter().filter(is_quoted).count() >= self.fewest
    }

    /// Whether a condition over the table may mean the lanes, by naming them, or those that it leaves out.
    fn may_be_asked_for(&self, text: &[u8], lower: &[u8], is_listed: bool) -> bool {
        let is_numbered = self.lanes.is_empty();
        let excludes = || {
            let mut words = ["not in", "<>", "!="].iter();
            words.any(|words| memmem::find(lower, words.as_bytes()).is_some())
        };
        let mut tables = memmem::find_iter(lower, self.table.as_bytes());
        let mut names_table =
            || tables.any(|start| is_word(lower, start, start + self.table.len()));
        (is_listed || is_numbered || excludes())
            && (names_table() || self.classes.iter().any(|class| is_class(text, class)))
    }
}

/// `FeedRuns`, `FeedRun` of `feed_runs`: an object-relational mapper's names, which stand in a program instead of the table's.
fn classes(table: &str) -> Vec<String> {
    let singulars = [("ies", "y"), ("es", ""), ("s", "")];
    let singulars = singulars
        .into_iter()
        .filter_map(|(ending, instead)| Some(format!("{}{instead}", table.strip_suffix(ending)?)));
    let names = std::iter::once(table.to_owned()).chain(singulars);
    names.map(|name| camel_case(&name)).collect()
}

fn camel_case(name: &str) -> String {
    let words = name.split('_').filter(|word| !word.is_empty());
    let capitalised = words.map(|word| {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect::<String>()
    });
    capitalised.collect()
}

/// Whether a class of that name stands there, or one whose name begins with it: `RunModel`.
fn is_class(text: &[u8], class: &str) -> bool {
    let mut hits = memmem::find_iter(text, class.as_bytes());
    hits.any(|start| {
        let before = start.checked_sub(1).and_then(|at| text.get(at));
        let after = text.get(start + class.len());
        !before.is_some_and(u8::is_ascii_alphanumeric) && !after.is_some_and(u8::is_ascii_lowercase)
    })
}

/// Lanes that stand between quotes; integers do not.
pub fn quotable(lanes: &[Lane]) -> Vec<String> {
    let texts = lanes.iter().filter_map(|lane| match lane {
        Value::Text(text) => Some(text.clone()),
        Value::Integer(_) | Value::Boolean(_) => None,
    });
    texts.collect()
}

fn is_word(text: &[u8], start: usize, end: usize) -> bool {
    let is_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    let before = start.checked_sub(1).and_then(|at| text.get(at));
    !before.is_some_and(is_of_word) && !text.get(end).is_some_and(is_of_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(column: &str, lanes: &[&str]) -> SetNeedles {
        SetNeedles {
            table: "runs".to_owned(),
            classes: classes("runs"),
            column: column.to_owned(),
            lanes: lanes.iter().map(|it| (*it).to_owned()).collect(),
            fewest: 2,
        }
    }

    #[test]
    fn sets_that_share_a_column_and_a_lane_are_both_suspected() {
        let sets = vec![
            set("status", &["sync", "auth"]),
            set("status", &["sync", "mail"]),
        ];
        let needles = Needles {
            gate: Gate::new(&sets, Spelling::Quoted),
            bare_gate: Gate::new(&sets, Spelling::Bare),
            sets,
        };
        let quoted = b"select 1 from runs where status in ('sync', 'auth', 'mail')";
        let bare = b"runs.where(status: %w[sync auth mail])";
        for found in [
            needles.suspicions(quoted, quoted, Spelling::Quoted),
            needles.suspicions(bare, bare, Spelling::Bare),
        ] {
            let suspected: Vec<_> = found
                .iter()
                .map(|it| (it.lane_set, it.in_clauses))
                .collect();
            assert_eq!(suspected, [(0, true), (1, true)]);
        }
        assert!(needles.suspicions(bare, bare, Spelling::Quoted).is_empty());
    }

    #[test]
    fn a_class_bears_the_name_of_its_table_in_the_singular_too() {
        assert!(classes("feed_runs").contains(&"FeedRun".to_owned()));
        assert!(classes("companies").contains(&"Company".to_owned()));
        for (text, expected) in [
            ("class Run < ApplicationRecord", true),
            ("RunModel.where", true),
            ("Runtime", false),
            ("DryRun", false),
        ] {
            assert_eq!(is_class(text.as_bytes(), "Run"), expected, "{text}");
        }
    }
}
