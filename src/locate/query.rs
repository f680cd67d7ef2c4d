//! Finds the WHERE clause that a declared query means, among all the SQL of its file or function.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::app_source::arrays::{Element, array};
use super::app_source::language::language_of;
use super::app_source::literals::{Alteration, literals_in, scopes};
use super::app_source::syntax::Syntax;
use super::builders::names::Names;
use super::builders::{Built, built, with_names};
use super::candidates::Seen;
use super::error::LocateError;
use super::interest::Interest;
use super::walk::Root;
use crate::model::declaration::{AdmittedBy, ArrayDeclaration, LaneSet, QueryDeclaration};
use crate::model::lane::Value;
use crate::model::name::Identifier;
use crate::model::predicate::{Column, Predicate};
use crate::model::site::{Reading, Telling};
use crate::read_sql::clause::Governed;
use crate::read_sql::routine::queries;
use crate::read_sql::split::leading_words;
use crate::source::excerpt::Excerpt;
use crate::source::file::{Location, SourceFile};
use crate::source::span::Span;

/// What stands at a declared query: one place, or several that are equally meant.
pub struct Found {
    pub location: Location,
    pub lanes_span: Option<Span>,
    pub guard_span: Option<Span>,
    pub reading: Reading,
    /// The statement around it, as a server can plan it, where it is one and whole.
    pub statement: Option<String>,
    pub telling: Telling,
}

impl Found {
    fn new(location: Location, reading: Reading) -> Self {
        Self {
            location,
            lanes_span: None,
            guard_span: None,
            reading,
            statement: None,
            telling: Telling::Sql,
        }
    }

    /// SQL stands there that cannot be read.
    pub fn unreadable(location: Location, reason: String) -> Self {
        Self::new(location, Reading::Unreadable(reason))
    }
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
    let pieces = match pieces(&file, query, names(lane_set, query))? {
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
    let mut seen = Seen::new(&file, lane_set, pieces.unread);
    for piece in &pieces.sql {
        let text = piece.excerpt.text();
        if interest.names_any(text) || begins_with_or(text) {
            let alias = governed.alias.or(piece.alias.as_ref());
            seen.read(piece, Governed { alias, ..governed });
        }
    }
    for altered in &pieces.altered {
        seen.alteration(altered);
    }
    let found = seen.best(within);
    if found.is_empty() {
        let place = within.map_or_else(
            || file.path().to_string(),
            |within| format!("{within} of {}", file.path()),
        );
        let (table, column) = (&lane_set.table.value, &lane_set.column.value);
        let sentence =
            format!("no WHERE clause over {table} that tests {column} was found in {place}");
        return Ok(vec![missing(declared_at, sentence)]);
    }
    Ok(found)
}

/// What is appended so may let through more rows, whatever it names: `OR true`.
fn begins_with_or(text: &str) -> bool {
    leading_words(text, 1).first().is_some_and(|it| it == "OR")
}

/// All the SQL of a file, where it can be read; `syntax` is the file's, where it is source.
pub fn all_sql<'a>(file: &'a Arc<SourceFile>, syntax: Option<&Syntax>) -> Option<Pieces<'a>> {
    let pieces = match syntax {
        Some(syntax) => source_pieces(file, syntax, None, None),
        None => sql_pieces(file, None),
    };
    pieces.ok()?.ok()
}

/// Every condition over the set's table that tests its column, in source order.
pub fn conditions(file: &Arc<SourceFile>, pieces: &Pieces, lane_set: &LaneSet) -> Vec<Found> {
    let column = &lane_set.column.value;
    let interest = Interest::new([column.clone()]);
    let mut seen = Seen::new(file, lane_set, Vec::new());
    let named = (pieces.sql.iter()).filter(|piece| interest.names_any(piece.excerpt.text()));
    for piece in named {
        let alias = qualifier(piece.excerpt.text(), column);
        let governed = Governed {
            table: &lane_set.table.value,
            enum_type: enum_type(lane_set),
            alias: alias.as_ref(),
        };
        seen.read(piece, governed);
    }
    seen.all()
}

/// What stands before the column where it is first qualified: `r` of `r.status`.
fn qualifier(text: &str, column: &Identifier) -> Option<Identifier> {
    let lower = text.to_ascii_lowercase();
    let at = lower.find(&format!(".{}", column.as_str().to_ascii_lowercase()))?;
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_';
    let name = lower[..at].rsplit(|c| !is_of_name(c)).next()?;
    (!name.is_empty()).then(|| Identifier::unquoted(name))
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
                Some(span) => Ok(Found::unreadable(
                    Location::new(&file, span),
                    error.to_string(),
                )),
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
    let reading = Reading::Predicate(Predicate::and(guard.into_iter().chain([lanes])));
    Ok(Found {
        lanes_span: Some(read.span),
        ..Found::new(Location::new(&file, read.span), reading)
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
    Found::new(declared_at.clone(), Reading::Missing(sentence))
}

/// The SQL of a file or function, where its source could not be read, and where text is made when the program runs.
pub struct Pieces<'a> {
    pub(super) sql: Vec<Piece<'a>>,
    pub(super) unread: Vec<(Span, String)>,
    pub(super) altered: Vec<Alteration>,
}

impl Pieces<'_> {
    /// Adds what is told to a builder. SQL that the builder takes in says nothing by itself.
    fn add_built(&mut self, built: Vec<Built>) {
        let taken_in: BTreeSet<(usize, usize)> = built
            .iter()
            .flat_map(|it| it.taken_in.iter().map(|span| (span.start, span.end)))
            .collect();
        self.sql.retain(|piece| {
            let whole = piece.excerpt.whole();
            !taken_in.contains(&(whole.start, whole.end))
        });
        self.sql.extend(built.into_iter().map(|built| Piece {
            excerpt: built.excerpt,
            is_whole: false,
            telling: match built.is_bound {
                true => Telling::Bound,
                false => Telling::Inlined,
            },
            alias: Some(built.alias),
        }));
    }
}

/// A text that may be SQL.
pub struct Piece<'a> {
    pub excerpt: Excerpt<'a>,
    /// The program puts no text into it: what it puts in are values.
    pub is_whole: bool,
    pub telling: Telling,
    /// What it calls the governed table, where the declaration does not say.
    pub alias: Option<Identifier>,
}

impl<'a> Piece<'a> {
    fn sql(excerpt: Excerpt<'a>, is_whole: bool) -> Self {
        Self {
            excerpt,
            is_whole,
            telling: Telling::Sql,
            alias: None,
        }
    }
}

/// The SQL of a file, or of one function in it, also what is told to a query builder; or a sentence that says what was not found.
pub(super) fn pieces<'a>(
    file: &'a Arc<SourceFile>,
    query: &QueryDeclaration,
    names: Names,
) -> Result<Result<Pieces<'a>, String>, LocateError> {
    let within = query.within.as_ref().map(|within| within.value.as_str());
    if file.path().extension() == "sql" {
        return sql_pieces(file, within);
    }
    let language = language_of(file.path())
        .ok_or_else(|| LocateError::UnknownLanguage(file.path().clone()))?;
    let syntax =
        Syntax::parse(language, file.text()).map_err(|error| LocateError::source(file, &error))?;
    let mut pieces = source_pieces(file, &syntax, within, Some(&names))?;
    if let Ok(pieces) = &mut pieces
        && let Ok(scopes) = scopes(&syntax, within)
    {
        pieces.add_built(built(&syntax, &scopes, names));
    }
    Ok(pieces)
}

/// What the program may call the governed table and its columns.
fn names<'a>(lane_set: &'a LaneSet, query: &QueryDeclaration) -> Names<'a> {
    let guard = lane_set.guard.as_ref();
    let guard = guard.map(|guard| guard.value.predicate.columns());
    let column = std::iter::once(&lane_set.column.value);
    Names {
        table: &lane_set.table.value.name,
        columns: column.chain(guard.into_iter().flatten()).collect(),
        aliases: query
            .alias
            .iter()
            .map(|alias| alias.value.to_string())
            .collect(),
    }
}

fn sql_pieces<'a>(
    file: &'a Arc<SourceFile>,
    within: Option<&str>,
) -> Result<Result<Pieces<'a>, String>, LocateError> {
    let text = file.text();
    let whole = Excerpt::verbatim(text, Span::new(0, text.len()));
    let all = queries(text).map_err(|error| LocateError::unterminated(file, &whole, &error))?;
    let meant: Vec<Piece> = all
        .into_iter()
        .filter(|query| within.is_none_or(|within| query.within.as_deref() == Some(within)))
        .map(|query| Piece::sql(Excerpt::verbatim(text, query.range.into()), true))
        .collect();
    if let (true, Some(within)) = (meant.is_empty(), within) {
        return Ok(Err(format!(
            "{} defines no function or query called {within}",
            file.path()
        )));
    }
    Ok(Ok(Pieces {
        sql: meant,
        unread: Vec::new(),
        altered: Vec::new(),
    }))
}

fn source_pieces<'a>(
    file: &'a Arc<SourceFile>,
    syntax: &Syntax,
    within: Option<&str>,
    names: Option<&Names>,
) -> Result<Result<Pieces<'a>, String>, LocateError> {
    match literals_in(syntax, within) {
        Ok(found) => {
            let reason = format!("the source here is not valid {}", syntax.language().name());
            let unread = found
                .unread
                .into_iter()
                .map(|span| (span, reason.clone()))
                .collect();
            let sql = found.literals.into_iter().map(|literal| {
                let mut parameters = literal.parameters.iter();
                let is_whole = parameters.all(|parameter| parameter.is_bound);
                let excerpt = match names {
                    Some(names) => {
                        with_names(&literal.excerpt, &literal.parameters, file.text(), names)
                    }
                    None => literal.excerpt,
                };
                Piece::sql(excerpt, is_whole)
            });
            Ok(Ok(Pieces {
                sql: sql.collect(),
                unread,
                altered: found.altered,
            }))
        }
        Err(error) if error.span().is_none() => Ok(Err(format!("in {} {error}", file.path()))),
        Err(error) => Err(LocateError::source(file, &error)),
    }
}
