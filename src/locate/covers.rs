//! The pairs of `[[cover]]`: a partial index, and the clauses of the query that must be able to use it.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::builders::names::Names;
use super::candidates::{ALTERED, is_like_sql};
use super::catalog::{Catalog, Index};
use super::error::LocateError;
use super::query::{Piece, Pieces, pieces};
use super::replays::{Replayed, Replays};
use super::walk::Root;
use crate::model::declaration::{CoverDeclaration, Declaration};
use crate::model::name::QualifiedName;
use crate::model::predicate::Predicate;
use crate::model::site::Telling;
use crate::read_sql::clause::{Appended, Clause, Governed, clauses};
use crate::read_sql::placeholder::with_parameters;
use crate::source::file::{Location, SourceFile};
use crate::source::span::Span;

/// One declared pair, as it was found.
#[derive(Debug)]
pub struct Pair {
    pub index: PairedIndex,
    /// In source order. Empty where the index was not found, or no clause.
    pub clauses: Vec<PairedClause>,
    /// SQL that names the table and cannot be read, each with the reason.
    pub unread: Vec<(Location, String)>,
    /// Why there is no clause, as a whole sentence without a full stop.
    pub missing: Option<String>,
}

/// The index of a pair.
#[derive(Debug)]
pub enum PairedIndex {
    Found(Box<FoundIndex>),
    /// As a whole sentence without a full stop.
    Missing(String),
    /// The place that cannot be read, and why.
    Unreadable(Location, String),
}

#[derive(Debug)]
pub struct FoundIndex {
    pub table: QualifiedName,
    pub predicate: Predicate,
    pub is_unique: bool,
    /// Its key columns, as written.
    pub columns: Vec<String>,
    /// The type of a column that its predicate tests, where that is an enum.
    enum_type: Option<QualifiedName>,
    pub location: Location,
}

/// A clause over the index's table in the declared query.
#[derive(Debug)]
pub struct PairedClause {
    pub location: Location,
    pub predicate: Predicate,
    pub telling: Telling,
    /// A look-up beside the statement's own rows.
    pub is_look_up: bool,
    /// Of `ON CONFLICT (…) WHERE`.
    pub conflict_columns: Option<Vec<String>>,
}

/// Finds every pair, in the order declared.
///
/// # Errors
/// The first file that is there and cannot be read.
pub fn pairs(
    declaration: &Declaration,
    root: &Root,
    replays: &Replays,
) -> Result<Vec<Pair>, LocateError> {
    let covers = declaration.covers.iter();
    covers.map(|cover| pair(cover, root, replays)).collect()
}

fn pair(cover: &CoverDeclaration, root: &Root, replays: &Replays) -> Result<Pair, LocateError> {
    let index = index(cover, replays);
    let mut pair = Pair {
        index,
        clauses: Vec::new(),
        unread: Vec::new(),
        missing: None,
    };
    let PairedIndex::Found(found) = &pair.index else {
        return Ok(pair);
    };
    let path = &cover.query.file.value;
    if !root.exists(path) {
        pair.missing = Some(format!("{path} does not exist"));
        return Ok(pair);
    }
    let file = root.read(path)?;
    let names = Names {
        table: &found.table.name,
        columns: found.predicate.columns().into_iter().collect(),
        aliases: cover
            .query
            .alias
            .iter()
            .map(|it| it.value.to_string())
            .collect(),
    };
    match pieces(&file, &cover.query, names)? {
        Err(sentence) => pair.missing = Some(sentence),
        Ok(pieces) => {
            let (clauses, unread) = read(&file, &pieces, cover, found);
            if clauses.is_empty() && unread.is_empty() {
                let table = &found.table;
                pair.missing = Some(format!(
                    "no WHERE clause over {table} was found in {}",
                    place(cover)
                ));
            }
            (pair.clauses, pair.unread) = (clauses, unread);
        }
    }
    Ok(pair)
}

fn place(cover: &CoverDeclaration) -> String {
    let path = &cover.query.file.value;
    match &cover.query.within {
        Some(within) => format!("{} of {path}", within.value),
        None => path.to_string(),
    }
}

/// The index as the dump has it, or else the migrations, or else the patches.
fn index(cover: &CoverDeclaration, replays: &Replays) -> PairedIndex {
    let name = &cover.index.value;
    let replays = [&replays.schema, &replays.migrations, &replays.embedded];
    let catalogs: Vec<&Catalog> = replays.into_iter().filter_map(Replayed::catalog).collect();
    for catalog in &catalogs {
        if let Some(doubt) = catalog.doubts.get(&name.name) {
            return PairedIndex::Unreadable(doubt.location.clone(), doubt.reason.clone());
        }
        let found: Vec<(&QualifiedName, &Index)> = catalog
            .indexes
            .iter()
            .filter(|(full, _)| name.is_met_by(full))
            .collect();
        match found.as_slice() {
            [] => {}
            [(_, index)] => return found_index(index, catalog),
            [(first, index), (second, _), ..] => {
                let reason = format!(
                    "{first} and {second} are both called so: write the schema before the index's name"
                );
                return PairedIndex::Unreadable(index.location.clone(), reason);
            }
        }
    }
    PairedIndex::Missing(format!("no index {name} is defined anywhere"))
}

fn found_index(index: &Index, catalog: &Catalog) -> PairedIndex {
    match &index.predicate {
        Ok(predicate) => PairedIndex::Found(Box::new(FoundIndex {
            table: index.table.clone(),
            predicate: predicate.clone(),
            is_unique: index.is_unique,
            columns: index.columns.clone(),
            enum_type: enum_type(index, predicate, catalog),
            location: index.location.clone(),
        })),
        Err(reason) => PairedIndex::Unreadable(index.location.clone(), reason.clone()),
    }
}

fn enum_type(index: &Index, predicate: &Predicate, catalog: &Catalog) -> Option<QualifiedName> {
    let table = catalog.tables.get(&index.table)?;
    let columns = predicate.columns().into_iter();
    let mut types = columns.filter_map(|column| table.types.get(column));
    types
        .find(|name| catalog.enums.contains_key(&catalog.enum_name(name)))
        .cloned()
}

type Unread = Vec<(Location, String)>;

fn read(
    file: &Arc<SourceFile>,
    pieces: &Pieces,
    cover: &CoverDeclaration,
    index: &FoundIndex,
) -> (Vec<PairedClause>, Unread) {
    let table = &index.table;
    let declared_alias = cover.query.alias.as_ref().map(|alias| &alias.value);
    let unread = pieces.unread.iter();
    let mut unread: Unread = unread
        .map(|(span, reason)| (Location::new(file, *span), reason.clone()))
        .collect();
    let (mut found, mut appended) = (Vec::new(), Vec::new());
    for piece in &pieces.sql {
        let governed = Governed {
            table,
            enum_type: index.enum_type.as_ref(),
            alias: declared_alias.or(piece.alias.as_ref()),
        };
        match clauses_of(piece, governed) {
            Ok(clauses) => {
                for (clause, span) in clauses {
                    let location = Location::new(file, span);
                    match clause.appended {
                        Some(Appended::Or) => unread.push((location, APPENDED.to_owned())),
                        Some(Appended::And) => appended.push(paired(location, clause, piece)),
                        None => found.push(paired(location, clause, piece)),
                    }
                }
            }
            Err(_) if !names(piece.excerpt.text(), table) => {}
            Err(reason) => unread.push((Location::new(file, piece.excerpt.whole()), reason)),
        }
    }
    // What takes rows away from another clause is none of its own.
    if found.is_empty() {
        found = appended;
    }
    for altered in &pieces.altered {
        if names(&altered.text, table) && is_like_sql(&altered.text) {
            found.retain(|clause| {
                let span = clause.location.span;
                altered.span.end <= span.start || span.end <= altered.span.start
            });
            unread.push((Location::new(file, altered.span), ALTERED.to_owned()));
        }
    }
    found.sort_by_key(|clause| clause.location.span.start);
    (found, unread)
}

fn paired(location: Location, clause: Clause, piece: &Piece) -> PairedClause {
    PairedClause {
        location,
        predicate: clause.predicate,
        telling: piece.telling,
        is_look_up: clause.is_look_up,
        conflict_columns: clause.conflict_columns,
    }
}

const APPENDED: &str = "it is appended with OR to other SQL when the program runs";

fn names(text: &str, table: &QualifiedName) -> bool {
    let name = table.name.as_str().to_ascii_lowercase();
    text.to_ascii_lowercase().contains(&name)
}

/// Each with its place: where its tests are, or else all of it.
fn clauses_of(piece: &Piece, governed: Governed) -> Result<Vec<(Clause, Span)>, String> {
    let normal = with_parameters(piece.excerpt.text());
    let source = |range: Range<usize>| {
        let range = normal.source_span(range).range();
        piece.excerpt.source_span(range)
    };
    let found = clauses(normal.text(), governed)?.into_iter();
    let placed = found.map(|clause| {
        let tests: BTreeSet<(usize, usize)> = clause
            .mentions
            .iter()
            .map(|mention| (mention.range.start, mention.range.end))
            .collect();
        let tests = tests.into_iter().map(|(start, end)| source(start..end));
        let span = tests.reduce(Span::cover);
        let span = span.unwrap_or_else(|| source(clause.range.clone()));
        (clause, span)
    });
    Ok(placed.collect())
}
