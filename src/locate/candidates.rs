//! The clauses over a governed table that were met, and which of them a declared query means.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::app_source::literals::Alteration;
use super::query::{Found, Piece};
use crate::model::declaration::LaneSet;
use crate::model::name::Identifier;
use crate::model::predicate::Predicate;
use crate::model::relation::Relation;
use crate::model::rows::Rows;
use crate::model::site::{Reading, Telling};
use crate::read_sql::clause::{Clause, Governed, clauses};
use crate::read_sql::placeholder::{for_planning, with_parameters};
use crate::read_sql::split::{leading_words, statements};
use crate::source::excerpt::Excerpt;
use crate::source::file::{Location, SourceFile};
use crate::source::span::Span;

/// The clauses over the governed table that were met, and the SQL that could not be read.
pub struct Seen<'a> {
    file: &'a Arc<SourceFile>,
    lane_set: &'a LaneSet,
    candidates: Vec<Candidate>,
    unread: Vec<(Span, String)>,
    /// How many pieces of SQL were read.
    pieces: usize,
    /// By the place of a candidate's statement: the statement, as a server can plan it.
    statements: BTreeMap<Place, String>,
}

struct Candidate {
    score: u32,
    span: Span,
    lanes_span: Option<Span>,
    guard_span: Option<Span>,
    predicate: Predicate,
    /// It names more than one lane.
    lists_lanes: bool,
    tests_lanes: bool,
    is_look_up: bool,
    is_written: bool,
    is_appended: bool,
    statement: Place,
    telling: Telling,
    /// Candidates with one number are judged together: their rows cannot be told apart.
    arms: Option<(Place, usize)>,
}

/// A statement, by the number of its piece of SQL and its own in that.
type Place = (usize, usize);

impl Candidate {
    /// Whether it is the declared clause, or surely a copy of it: it lists lanes under the declared guard, or its rows are written in
    /// the very function that was declared. A single lane is a look-up.
    fn is_meant(&self, best: u32, within: Option<&str>) -> bool {
        let is_copy = self.score >= SURE || (self.is_written && within.is_some());
        self.score > 0 && (self.score == best || (self.lists_lanes && is_copy))
    }
}

impl<'a> Seen<'a> {
    pub fn new(
        file: &'a Arc<SourceFile>,
        lane_set: &'a LaneSet,
        unread: Vec<(Span, String)>,
    ) -> Self {
        Self {
            file,
            lane_set,
            candidates: Vec::new(),
            unread,
            pieces: 0,
            statements: BTreeMap::new(),
        }
    }

    pub fn read(&mut self, piece: &Piece, governed: Governed) {
        let excerpt = &piece.excerpt;
        self.pieces += 1;
        let normal = with_parameters(excerpt.text());
        let source = |range: Range<usize>| excerpt.source_span(normal.source_span(range).range());
        match clauses(normal.text(), governed) {
            Ok(mut found) => {
                // ON CONFLICT (…) without WHERE tells nothing of lanes.
                found.retain(|it| it.conflict_columns.is_none() || !it.mentions.is_empty());
                if piece.is_whole && !found.is_empty() {
                    self.keep_statements(excerpt.text(), &found);
                }
                for clause in found {
                    let candidate = self.candidate(clause, &source);
                    self.candidates.push(Candidate {
                        telling: piece.telling,
                        ..candidate
                    });
                }
            }
            // What does not name the lanes' column cannot hold a copy of them.
            Err(_) if !names_column(excerpt.text(), self.lane_set) => {}
            Err(reason) => self.unread.push((self.trimmed(excerpt), reason)),
        }
    }

    /// Keeps the statements that have clauses, where they are statements: the text may be a part of one.
    fn keep_statements(&mut self, text: &str, found: &[Clause]) {
        let Ok(ranges) = statements(text) else {
            return;
        };
        for clause in found {
            let range = ranges.get(clause.statement).cloned();
            let statement = range.map(|range| &text[range]);
            let whole = statement.filter(|statement| is_plannable(statement));
            if let Some(planned) = whole.and_then(for_planning) {
                let place = (self.pieces, clause.statement);
                self.statements.insert(place, planned);
            }
        }
    }

    /// Takes in that text which may be SQL over the lanes is made when the program runs; what was read inside it says nothing then.
    pub fn alteration(&mut self, altered: &Alteration) {
        if !names_column(&altered.text, self.lane_set) || !is_like_sql(&altered.text) {
            return;
        }
        let overlaps = |span: Span| span.start < altered.span.end && altered.span.start < span.end;
        self.candidates
            .retain(|candidate| !overlaps(candidate.span));
        if !self.unread.iter().any(|(span, _)| overlaps(*span)) {
            self.unread.push((altered.span, ALTERED.to_owned()));
        }
    }

    fn candidate(&self, clause: Clause, source: &dyn Fn(Range<usize>) -> Span) -> Candidate {
        let column = &self.lane_set.column.value;
        let guard = self.lane_set.guard.as_ref();
        let guard_columns = guard.map(|guard| guard.value.predicate.columns());
        let covering = |is_wanted: &dyn Fn(&Identifier) -> bool| {
            let mentions = clause.mentions.iter();
            mentions
                .filter(|mention| is_wanted(&mention.column))
                .map(|mention| source(mention.range.clone()))
                .reduce(Span::cover)
        };
        let lanes_span = covering(&|mentioned| mentioned == column);
        let guard_span = covering(&|mentioned| {
            mentioned != column
                && guard_columns
                    .as_ref()
                    .is_some_and(|columns| columns.contains(mentioned))
        });
        let statement = (self.pieces, clause.statement);
        Candidate {
            score: score(&clause, self.lane_set),
            span: source(clause.range),
            lanes_span,
            guard_span,
            lists_lanes: clause.predicate.values_of(column).len() > 1,
            tests_lanes: clause.predicate.columns().contains(column),
            is_look_up: clause.is_look_up,
            is_written: clause.is_written,
            is_appended: clause.appended.is_some(),
            statement,
            telling: Telling::Sql,
            arms: clause.arms.map(|number| (statement, number)),
            predicate: clause.predicate,
        }
    }

    /// Where the excerpt stands, without the white space around it.
    fn trimmed(&self, excerpt: &Excerpt) -> Span {
        let whole = excerpt.whole();
        let text = &self.file.text()[whole.range()];
        let start = whole.start + text.find(text.trim()).unwrap_or(0);
        Span::new(start, start + text.trim().len())
    }

    /// The clauses that are meant, and the SQL that could not be read: it names the table and the column, and may hold another.
    pub fn best(mut self, within: Option<&str>) -> Vec<Found> {
        self.settle_look_ups();
        let scores = self.candidates.iter().map(|candidate| candidate.score);
        let best = scores.max().unwrap_or(0);
        // What is appended to the clause when the program runs changes what it means.
        let appended = self.candidates.iter().filter(|candidate| {
            let says_something = candidate.tests_lanes || candidate.predicate == Predicate::TRUE;
            candidate.is_appended && says_something && candidate.score < best
        });
        self.unread
            .extend(appended.map(|candidate| (candidate.span, APPENDED.to_owned())));
        let is_meant = |candidate: &&Candidate| candidate.is_meant(best, within);
        let arms: BTreeSet<(Place, usize)> = self
            .candidates
            .iter()
            .filter(is_meant)
            .filter_map(|candidate| candidate.arms)
            .collect();
        let is_arm = |candidate: &Candidate| candidate.arms.is_some_and(|own| arms.contains(&own));
        let mut found: Vec<Found> = self
            .candidates
            .into_iter()
            .filter(|candidate| is_meant(&candidate) || is_arm(candidate))
            .map(|candidate| found_in(self.file, candidate, &self.statements))
            .collect();
        if best < SURE && !self.unread.is_empty() {
            found.clear();
        }
        let unread = self.unread.into_iter();
        found.extend(
            unread.map(|(span, reason)| Found::unreadable(Location::new(self.file, span), reason)),
        );
        found
    }

    /// Every clause that tests the lanes, whatever is meant.
    pub fn all(self) -> Vec<Found> {
        let (file, statements) = (self.file, self.statements);
        let tested = self.candidates.into_iter().filter(|it| it.tests_lanes);
        tested.map(|it| found_in(file, it, &statements)).collect()
    }

    /// A look-up does not stand for the rows that its statement writes: what it says is asked of them.
    fn settle_look_ups(&mut self) {
        let mut asked: BTreeMap<Place, u32> = BTreeMap::new();
        for candidate in self.candidates.iter().filter(|each| each.is_look_up) {
            let score = asked.entry(candidate.statement).or_default();
            *score = candidate.score.max(*score);
        }
        let mut writes: BTreeSet<Place> = BTreeSet::new();
        for candidate in self.candidates.iter_mut().filter(|each| each.is_written) {
            writes.insert(candidate.statement);
            let asked = asked.get(&candidate.statement).copied().unwrap_or(0);
            candidate.score = candidate.score.max(asked);
        }
        self.candidates
            .retain(|candidate| !candidate.is_look_up || !writes.contains(&candidate.statement));
    }
}

fn found_in(
    file: &Arc<SourceFile>,
    candidate: Candidate,
    statements: &BTreeMap<Place, String>,
) -> Found {
    Found {
        location: Location::new(file, candidate.lanes_span.unwrap_or(candidate.span)),
        lanes_span: candidate.lanes_span,
        guard_span: candidate.guard_span,
        reading: Reading::Predicate(candidate.predicate),
        statement: statements.get(&candidate.statement).cloned(),
        telling: candidate.telling,
    }
}

/// Whether it begins as what Postgres prepares (manual, PREPARE).
fn is_plannable(statement: &str) -> bool {
    const WORDS: [&str; 6] = ["SELECT", "WITH", "UPDATE", "DELETE", "INSERT", "MERGE"];
    let words = leading_words(statement, 1);
    words
        .first()
        .is_some_and(|word| WORDS.contains(&word.as_str()))
}

fn names_column(text: &str, lane_set: &LaneSet) -> bool {
    let column = lane_set.column.value.as_str().to_ascii_lowercase();
    text.to_ascii_lowercase().contains(&column)
}

/// Whether a condition or a statement may stand in the text, which is source of any language.
pub fn is_like_sql(text: &str) -> bool {
    let words = text.split(|character: char| !character.is_alphanumeric() && character != '_');
    let is_sql = |word: &str| SQL_WORDS.iter().any(|own| own.eq_ignore_ascii_case(word));
    text.contains('=') || words.into_iter().any(is_sql)
}

const SQL_WORDS: [&str; 8] = [
    "SELECT", "UPDATE", "DELETE", "FROM", "WHERE", "IN", "AND", "OR",
];

pub const ALTERED: &str = "its text is changed, or a part of it chosen, when the program runs";
const APPENDED: &str = "a condition on the lanes is appended to other SQL when the program runs";

/// What tells the declared clause from others over the same table. Each mark counts more than the ones after it together could
/// make up for by chance: a look-up beside the statement's own rows is taken only when nothing else is there.
const OWN_ROWS: u32 = 5;
const SAME_GUARD: u32 = 4;
const TESTS_LANES: u32 = 4;
const TESTS_INDEX_KEY: u32 = 3;
const TESTS_GUARD_COLUMNS: u32 = 1;
/// With these marks a clause is the declared one, whatever else could not be read.
const SURE: u32 = OWN_ROWS + SAME_GUARD + TESTS_LANES;

fn score(clause: &Clause, lane_set: &LaneSet) -> u32 {
    let columns = clause.predicate.columns();
    let tests_lanes = columns.contains(&lane_set.column.value);
    let guard = lane_set.guard.as_ref().map(|guard| &guard.value.predicate);
    let same_guard = guard.is_none_or(|guard| {
        let projected = Rows::of(&clause.predicate).project(&guard.columns());
        Relation::between(&projected, &Rows::of(guard)) == Relation::Same
    });
    let has_guard = guard.is_some();
    let is_like_it = tests_lanes || (has_guard && same_guard);
    if !is_like_it {
        return 0;
    }
    let tests_guard_columns = guard.is_some_and(|guard| guard.columns().is_subset(&columns));
    let tests_index_key = lane_set.index.as_ref().is_some_and(|index| {
        let keys = index
            .columns
            .value
            .iter()
            .filter_map(|key| super::catalog::key_column(key));
        keys.into_iter().any(|key| columns.contains(&key))
    });
    [
        (!clause.is_look_up, OWN_ROWS),
        (same_guard, SAME_GUARD),
        (tests_lanes, TESTS_LANES),
        (tests_index_key, TESTS_INDEX_KEY),
        (tests_guard_columns, TESTS_GUARD_COLUMNS),
    ]
    .into_iter()
    .filter_map(|(holds, mark)| holds.then_some(mark))
    .sum()
}
