//! Finds the WHERE clause that a declared query means, among all the SQL of its file or function.

use std::sync::Arc;

use super::app_source::arrays::{Element, array};
use super::app_source::language::language_of;
use super::app_source::literals::literals;
use super::error::LocateError;
use super::interest::Interest;
use super::walk::Root;
use crate::model::declaration::{AdmittedBy, ArrayDeclaration, LaneSet, QueryDeclaration};
use crate::model::lane::Value;
use crate::model::predicate::{Column, Predicate};
use crate::model::relation::Relation;
use crate::model::rows::Rows;
use crate::model::site::Reading;
use crate::read_sql::clause::{Clause, Governed, clauses};
use crate::read_sql::placeholder::with_parameters;
use crate::read_sql::routine::queries;
use crate::source::excerpt::Excerpt;
use crate::source::file::{Location, SourceFile};
use crate::source::span::Span;

/// What stands at a declared query: one place, or several that are equally meant.
pub struct Found {
    pub location: Location,
    pub lanes_span: Option<Span>,
    pub reading: Reading,
}

/// Reads a declared query. A file, function or clause that is not there is a reading, not an error.
///
/// # Errors
/// When the file is there and cannot be read.
pub fn find(
    root: &Root,
    declared_at: &Location,
    lane_set: &LaneSet,
    query: &QueryDeclaration,
) -> Result<Vec<Found>, LocateError> {
    let path = &query.file.value;
    if !root.exists(path) {
        return Ok(vec![missing(declared_at, format!("{path} does not exist"))]);
    }
    let file = root.read(path)?;
    let within = query.within.as_ref().map(|within| within.value.as_str());
    let declared_at = &match &query.within {
        Some(within) => Location::new(&declared_at.file, within.span),
        None => declared_at.clone(),
    };
    let (pieces, unread) = match pieces(&file, within)? {
        Ok(found) => found,
        Err(sentence) => return Ok(vec![missing(declared_at, sentence)]),
    };
    let interest = Interest::new([
        lane_set.table.value.name.clone(),
        lane_set.column.value.clone(),
    ]);
    let governed = Governed {
        table: &lane_set.table.value,
        enum_type: enum_type(lane_set),
        alias: query.alias.as_ref().map(|alias| &alias.value),
    };
    let mut seen = Seen {
        candidates: Vec::new(),
        unread,
    };
    for excerpt in &pieces {
        if interest.names_any(excerpt.text()) {
            seen.read(excerpt, governed, lane_set, &file);
        }
    }
    Ok(seen.best(&file, declared_at, lane_set, within))
}

/// Reads a declared array of lanes as the predicate that it stands for: its lanes under the declared guard.
///
/// # Errors
/// When the file is there and cannot be read.
pub fn find_array(
    root: &Root,
    declared_at: &Location,
    lane_set: &LaneSet,
    declared: &ArrayDeclaration,
) -> Result<Found, LocateError> {
    let path = &declared.file.value;
    if !root.exists(path) {
        return Ok(missing(declared_at, format!("{path} does not exist")));
    }
    let file = root.read(path)?;
    let language = language_of(path).ok_or_else(|| LocateError::UnknownLanguage(path.clone()))?;
    let read = match array(language, file.text(), &declared.name.value) {
        Ok(read) => read,
        Err(error) => {
            return match error.span() {
                Some(span) => Ok(Found {
                    location: Location::new(&file, span),
                    lanes_span: None,
                    reading: Reading::Unreadable(error.to_string()),
                }),
                None => Ok(missing(declared_at, format!("in {path} {error}"))),
            };
        }
    };
    let values = read
        .elements
        .into_iter()
        .map(|element| match element.value {
            Element::Text(text) => Value::Text(text),
            Element::Integer(integer) => Value::Integer(integer),
        })
        .collect();
    let lanes = Predicate::among(Column::new(lane_set.column.value.clone()), values);
    let guard = lane_set
        .guard
        .as_ref()
        .map(|guard| guard.value.predicate.clone());
    Ok(Found {
        location: Location::new(&file, read.span),
        lanes_span: Some(read.span),
        reading: Reading::Predicate(Predicate::and(guard.into_iter().chain([lanes]))),
    })
}

pub fn enum_type(lane_set: &LaneSet) -> Option<&crate::model::name::QualifiedName> {
    match lane_set
        .admitted_by
        .as_ref()
        .map(|admitted| &admitted.value)
    {
        Some(AdmittedBy::Enum(name)) => Some(name),
        _ => None,
    }
}

fn missing(declared_at: &Location, sentence: String) -> Found {
    Found {
        location: declared_at.clone(),
        lanes_span: None,
        reading: Reading::Missing(sentence),
    }
}

/// The SQL of a file or function, and where its source could not be read.
type Pieces<'a> = (Vec<Excerpt<'a>>, Vec<(Span, String)>);

/// The SQL of a file, or of one function in it; or a sentence that says what was not found.
fn pieces<'a>(
    file: &'a Arc<SourceFile>,
    within: Option<&str>,
) -> Result<Result<Pieces<'a>, String>, LocateError> {
    let text = file.text();
    if file.path().extension() == "sql" {
        let whole = Excerpt::verbatim(text, Span::new(0, text.len()));
        let all = queries(text).map_err(|error| LocateError::unterminated(file, &whole, &error))?;
        let meant: Vec<Excerpt> = all
            .into_iter()
            .filter(|query| within.is_none_or(|within| query.within.as_deref() == Some(within)))
            .map(|query| Excerpt::verbatim(text, query.range.into()))
            .collect();
        if let (true, Some(within)) = (meant.is_empty(), within) {
            return Ok(Err(format!(
                "{} defines no function or query called {within}",
                file.path()
            )));
        }
        return Ok(Ok((meant, Vec::new())));
    }
    let language = language_of(file.path())
        .ok_or_else(|| LocateError::UnknownLanguage(file.path().clone()))?;
    match literals(language, text, within) {
        Ok(found) => {
            let reason = format!("the source here is not valid {}", language.name());
            let unread = found
                .unread
                .into_iter()
                .map(|span| (span, reason.clone()))
                .collect();
            let excerpts = found
                .literals
                .into_iter()
                .map(|literal| literal.excerpt)
                .collect();
            Ok(Ok((excerpts, unread)))
        }
        Err(error) if error.span().is_none() => Ok(Err(format!("in {} {error}", file.path()))),
        Err(error) => Err(LocateError::source(file, &error)),
    }
}

fn names_column(text: &str, lane_set: &LaneSet) -> bool {
    let column = lane_set.column.value.as_str().to_ascii_lowercase();
    text.to_ascii_lowercase().contains(&column)
}

/// The clauses over the governed table that were met, and the SQL that could not be read.
struct Seen {
    candidates: Vec<Candidate>,
    unread: Vec<(Span, String)>,
}

struct Candidate {
    score: u32,
    span: Span,
    lanes_span: Option<Span>,
    predicate: Predicate,
    /// It names more than one lane.
    lists_lanes: bool,
    tests_lanes: bool,
    is_written: bool,
    is_appended: bool,
}

impl Candidate {
    /// Whether it is the declared clause, or surely a copy of it: it lists lanes under the declared guard, or its rows are written in
    /// the very function that was declared. A single lane is a look-up.
    fn is_meant(&self, best: u32, within: Option<&str>) -> bool {
        let is_copy = self.score >= SURE || (self.is_written && within.is_some());
        self.score == best || (self.lists_lanes && is_copy)
    }
}

impl Seen {
    fn read(
        &mut self,
        excerpt: &Excerpt,
        governed: Governed,
        lane_set: &LaneSet,
        file: &Arc<SourceFile>,
    ) {
        let normal = with_parameters(excerpt.text());
        match clauses(normal.text(), governed) {
            Ok(found) => {
                for clause in found {
                    let score = score(&clause, lane_set);
                    if score == 0 {
                        continue;
                    }
                    let source = |range: std::ops::Range<usize>| {
                        excerpt.source_span(normal.source_span(range).range())
                    };
                    let column = &lane_set.column.value;
                    let lanes_span = clause
                        .mentions
                        .iter()
                        .filter(|mention| mention.column == *column)
                        .map(|mention| source(mention.range.clone()))
                        .reduce(Span::cover);
                    self.candidates.push(Candidate {
                        score,
                        span: source(clause.range),
                        lanes_span,
                        lists_lanes: clause.predicate.values_of(column).len() > 1,
                        tests_lanes: clause.predicate.columns().contains(column),
                        is_written: clause.is_written,
                        is_appended: clause.is_appended,
                        predicate: clause.predicate,
                    });
                }
            }
            // What does not name the lanes' column cannot hold a copy of them.
            Err(_) if !names_column(excerpt.text(), lane_set) => {}
            Err(reason) => {
                let whole = excerpt.whole();
                let trimmed = file.text()[whole.range()].trim();
                let start = whole.start + file.text()[whole.range()].find(trimmed).unwrap_or(0);
                self.unread
                    .push((Span::new(start, start + trimmed.len()), reason));
            }
        }
    }

    /// The clauses that are meant, and the SQL that could not be read: it names the table and the column, and may hold another.
    fn best(
        self,
        file: &Arc<SourceFile>,
        declared_at: &Location,
        lane_set: &LaneSet,
        within: Option<&str>,
    ) -> Vec<Found> {
        let best = self
            .candidates
            .iter()
            .map(|candidate| candidate.score)
            .max()
            .unwrap_or(0);
        let mut unread = self.unread;
        // What is appended to the clause when the program runs changes what it means.
        let appended = self.candidates.iter().filter(|candidate| {
            candidate.is_appended && candidate.tests_lanes && candidate.score < best
        });
        unread.extend(appended.map(|candidate| (candidate.span, APPENDED.to_owned())));
        let mut found: Vec<Found> = self
            .candidates
            .into_iter()
            .filter(|candidate| candidate.is_meant(best, within))
            .map(|candidate| Found {
                location: Location::new(file, candidate.lanes_span.unwrap_or(candidate.span)),
                lanes_span: candidate.lanes_span,
                reading: Reading::Predicate(candidate.predicate),
            })
            .collect();
        if best < SURE && !unread.is_empty() {
            found.clear();
        }
        found.extend(unread.into_iter().map(|(span, reason)| Found {
            location: Location::new(file, span),
            lanes_span: None,
            reading: Reading::Unreadable(reason),
        }));
        if found.is_empty() {
            let place = within.map_or_else(
                || file.path().to_string(),
                |within| format!("{within} of {}", file.path()),
            );
            let (table, column) = (&lane_set.table.value, &lane_set.column.value);
            return vec![missing(
                declared_at,
                format!("no WHERE clause over {table} that tests {column} was found in {place}"),
            )];
        }
        found
    }
}

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
