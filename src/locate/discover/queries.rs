//! The WHERE clauses that speak of a lane set: in source, over its table, with its lanes.

use super::places::{Places, is_inside};
use crate::locate::app_source::language::language_of;
use crate::locate::app_source::syntax::Syntax;
use crate::locate::copies::name_around;
use crate::locate::error::LocateError;
use crate::locate::query::find;
use crate::locate::walk::Root;
use crate::model::declaration::{LaneSet, QueryDeclaration};
use crate::model::lane::Lane;
use crate::model::predicate::Predicate;
use crate::model::site::Reading;
use crate::source::file::{Location, RepoPath, SourceFile};
use crate::source::span::Spanned;

/// A clause, by the file and what stands around it there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundQuery {
    pub file: RepoPath,
    pub within: Option<String>,
}

/// The clauses that list lanes of the set, or nearly, under conditions on the guard's columns; in the order of their files.
///
/// # Errors
/// The first file that cannot be read.
pub fn queries(
    root: &Root,
    places: &Places,
    lane_set: &LaneSet,
    embedded: Option<&RepoPath>,
) -> Result<Vec<FoundQuery>, LocateError> {
    let mut found = Vec::new();
    let is_embedded = |path: &RepoPath| {
        embedded.is_some_and(|embedded| path == embedded || is_inside(path, embedded))
    };
    for path in places.sources.iter().filter(|path| !is_embedded(path)) {
        let file = root.read(path)?;
        let lower = file.text().to_ascii_lowercase();
        let names = [&lane_set.table.value.name, &lane_set.column.value];
        let is_named = names
            .iter()
            .all(|name| lower.contains(&name.as_str().to_ascii_lowercase()));
        if !is_named || (language_of(path).is_none() && path.extension() != "sql") {
            continue;
        }
        let declared = declaration(path, None);
        // A file that cannot be read as source holds no query that could be declared.
        let Ok(clauses) = find(root, &Location::top(&file), lane_set, &declared) else {
            continue;
        };
        let syntax = language_of(path).and_then(|it| Syntax::parse(it, file.text()).ok());
        for clause in clauses {
            let Reading::Predicate(predicate) = &clause.reading else {
                continue;
            };
            if !is_about(predicate, lane_set) {
                continue;
            }
            let within = name_around(&file, syntax.as_ref(), &clause.location);
            let query = FoundQuery {
                file: path.clone(),
                within: within
                    .filter(|within| finds(root, &file, lane_set, within, &clause.location)),
            };
            if !found.contains(&query) {
                found.push(query);
            }
        }
    }
    Ok(found)
}

fn declaration(path: &RepoPath, within: Option<&str>) -> QueryDeclaration {
    let nowhere = crate::source::span::Span::default();
    QueryDeclaration {
        file: Spanned::new(path.clone(), nowhere),
        within: within.map(|within| Spanned::new(within.to_owned(), nowhere)),
        alias: None,
        span: nowhere,
    }
}

/// Whether the clause is found again, and nothing else, when it is declared so.
fn finds(
    root: &Root,
    file: &std::sync::Arc<SourceFile>,
    lane_set: &LaneSet,
    within: &str,
    location: &Location,
) -> bool {
    let declared = declaration(file.path(), Some(within));
    find(root, &Location::top(file), lane_set, &declared).is_ok_and(
        |found| matches!(found.as_slice(), [only] if only.location.span == location.span),
    )
}

/// At least half of all lanes, declared and listed, are both; and the guard's columns are tested too.
fn is_about(predicate: &Predicate, lane_set: &LaneSet) -> bool {
    let listed: Vec<&Lane> = predicate.values_of(&lane_set.column.value);
    let declared = &lane_set.lanes.value;
    let common = declared.iter().filter(|lane| listed.contains(lane)).count();
    let all = declared.len()
        + listed
            .iter()
            .filter(|lane| !declared.contains(lane))
            .count();
    let guard = lane_set.guard.as_ref();
    let is_guarded = guard.is_none_or(|guard| {
        guard
            .value
            .predicate
            .columns()
            .is_subset(&predicate.columns())
    });
    common > 0 && common * 2 >= all && is_guarded
}
