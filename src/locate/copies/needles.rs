//! Which files may hold a copy of a lane set, told from their bytes before anything is parsed.

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
    gate: Option<AhoCorasick>,
    /// By the number of a word of the gate.
    words: Vec<Word>,
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
        let (mut patterns, mut words, mut sets) = (Vec::new(), Vec::new(), Vec::new());
        for (number, lane_set) in declaration.lane_sets.iter().enumerate() {
            patterns.push(lane_set.column.value.as_str().to_ascii_lowercase());
            words.push(Word::Column(number));
            let set = SetNeedles::new(lane_set);
            for lane in set.gate() {
                for quote in QUOTES {
                    patterns.push(format!("{quote}{lane}"));
                    words.push(Word::Lane(number));
                }
            }
            sets.push(set);
        }
        let builder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&patterns);
        Self {
            sets,
            gate: builder.ok(),
            words,
        }
    }

    /// What a file, in lower case, may hold; in the order of the sets.
    pub fn suspicions(&self, lower: &[u8]) -> Vec<Suspicion> {
        let mut has_column = vec![self.gate.is_none(); self.sets.len()];
        let mut has_lane = has_column.clone();
        for found in self.gate.iter().flat_map(|gate| gate.find_iter(lower)) {
            match self.words[found.pattern().as_usize()] {
                Word::Column(set) if has_column[set] => {}
                Word::Column(set) => has_column[set] = is_word(lower, found.start(), found.end()),
                Word::Lane(set) => has_lane[set] = true,
            }
        }
        let sets = self.sets.iter().enumerate();
        let suspicions = sets.map(|(number, set)| {
            let in_lists = has_lane[number] && set.is_listed(lower);
            Suspicion {
                lane_set: number,
                in_clauses: has_column[number] && set.may_be_asked_for(lower, in_lists),
                in_lists,
            }
        });
        suspicions
            .filter(|suspicion| suspicion.in_clauses || suspicion.in_lists)
            .collect()
    }
}

const QUOTES: [char; 3] = ['\'', '"', '`'];

impl SetNeedles {
    fn new(lane_set: &LaneSet) -> Self {
        let lanes = quotable(&lane_set.lanes.value).into_iter();
        let mut lanes: Vec<String> = lanes.map(|lane| lane.to_ascii_lowercase()).collect();
        lanes.sort_by_key(|lane| (std::cmp::Reverse(lane.len()), lane.clone()));
        Self {
            table: lane_set.table.value.name.as_str().to_ascii_lowercase(),
            lanes,
            fewest: fewest_common(lane_set),
        }
    }

    /// The lanes of which a copy names at least one, as it lacks so few. Long ones are rare.
    fn gate(&self) -> &[String] {
        let most_missing = self.lanes.len().saturating_sub(self.fewest);
        &self.lanes[..(most_missing + 1).min(self.lanes.len())]
    }

    /// Whether enough of the lanes stand there between quotes.
    fn is_listed(&self, lower: &[u8]) -> bool {
        let is_quoted = |lane: &&String| {
            let mut hits = memmem::find_iter(lower, lane.as_bytes());
            hits.any(|start| {
                let is_quote = |byte: &u8| QUOTES.contains(&char::from(*byte)) || *byte == b'\\';
                let before = start.checked_sub(1).and_then(|at| lower.get(at));
                let after = lower.get(start + lane.len());
                before.is_some_and(is_quote) && after.is_some_and(is_quote)
            })
        };
        self.lanes.iter().filter(is_quoted).count() >= self.fewest
    }

    /// Whether a condition over the table may mean the lanes, by naming them, or those that it leaves out.
    fn may_be_asked_for(&self, lower: &[u8], is_listed: bool) -> bool {
        let is_numbered = self.lanes.is_empty();
        let excludes = || {
            let mut words = ["not in", "<>", "!="].iter();
            words.any(|words| memmem::find(lower, words.as_bytes()).is_some())
        };
        let mut tables = memmem::find_iter(lower, self.table.as_bytes());
        (is_listed || is_numbered || excludes())
            && tables.any(|start| is_word(lower, start, start + self.table.len()))
    }
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
