//! Which of the lists in the repository are copies of a lane set that nobody declared.

use std::collections::BTreeSet;

use super::{Expectation, without};
use crate::locate::copies::{FEWEST, Listed, Listing, MOST_DIFFERENT};
use crate::locate::sites::Located;
use crate::model::declaration::{Declaration, LaneSet};
use crate::model::lane::Lane;
use crate::model::relation::Relation;
use crate::model::site::{Reading, Role};
use crate::source::file::Location;
use crate::source::span::Span;

/// So many lanes in one list are not there by chance, whatever stands beside it.
const NEVER_BY_CHANCE: usize = 3;

/// A list that repeats a lane set, or nearly.
#[derive(Debug)]
pub struct Copied<'a> {
    pub listing: &'a Listing,
    pub lane_set: &'a LaneSet,
    /// Declared and not here, in the declaration's order.
    pub missing: Vec<Lane>,
    /// Here and not declared, in the list's order.
    pub extra: Vec<Lane>,
    /// Of a condition: the rest of it is another one than the declared guard.
    pub guard_differs: bool,
    is_convincing: bool,
}

impl Copied<'_> {
    fn differences(&self) -> usize {
        self.missing.len() + self.extra.len()
    }

    fn place(&self) -> &Location {
        &self.listing.location
    }
}

/// The copies that are no declared site, in the order of the listings: each as a copy of the set that it is most like.
pub fn copies<'a>(declaration: &'a Declaration, located: &'a Located) -> Vec<Copied<'a>> {
    let undeclared = located.listings.iter().filter(|listing| {
        let mut sites = located.sites.iter();
        !sites.any(|site| overlap(&site.location, &listing.location))
            && !may_be_missing(declaration, located, listing)
    });
    let mut most_alike: Vec<Copied> = Vec::new();
    for listing in undeclared {
        let Some(copied) = copied(listing, declaration, located) else {
            continue;
        };
        match most_alike.last_mut() {
            Some(last)
                if last.place().path() == copied.place().path()
                    && last.place().span == copied.place().span =>
            {
                if copied.differences() < last.differences() {
                    *last = copied;
                }
            }
            _ => most_alike.push(copied),
        }
    }
    most_alike.retain(|copied| copied.is_convincing);
    most_alike
}

/// Whether it stands in the file, and in the function if one is named, of a declared query.
fn stands_in_query(declaration: &Declaration, listing: &Listing) -> bool {
    let mut queries = declaration.lane_sets.iter().flat_map(|it| &it.queries);
    queries.any(|query| {
        let within = query.within.as_ref();
        query.file.value == *listing.location.path()
            && within.is_none_or(|it| Some(&it.value) == listing.within.as_ref())
    })
}

/// Whether a query is declared for its file and is not found there: it may be this one, under another name.
fn may_be_missing(declaration: &Declaration, located: &Located, listing: &Listing) -> bool {
    let is_missing = |span: Span| {
        located.sites.iter().any(|site| {
            matches!(site.reading, Reading::Missing(_))
                && site.location.path() == declaration.file.path()
                && site.location.span == span
        })
    };
    let path = listing.location.path();
    declaration.lane_sets.iter().any(|lane_set| {
        let queries = lane_set.queries.iter().filter(|it| it.file.value == *path);
        let mut queries = queries.filter_map(|it| it.within.as_ref());
        let mut arrays = lane_set.arrays.iter().filter(|it| it.file.value == *path);
        queries.any(|it| is_missing(it.span)) || arrays.any(|it| is_missing(it.name.span))
    })
}

fn overlap(site: &Location, listing: &Location) -> bool {
    site.path() == listing.path()
        && site.span.start < listing.span.end
        && listing.span.start < site.span.end
}

fn copied<'a>(
    listing: &'a Listing,
    declaration: &'a Declaration,
    located: &'a Located,
) -> Option<Copied<'a>> {
    let lane_set = &declaration.lane_sets[listing.lane_set];
    let admitted = located.admitted[listing.lane_set].as_ref();
    let (role, lanes, guard_differs) = match &listing.listed {
        Listed::Condition(predicate) => {
            // One value, or none, is a look-up.
            if predicate.values_of(&lane_set.column.value).len() < FEWEST {
                return None;
            }
            let expectation = Expectation::new(lane_set, Role::Query, admitted);
            let whole = expectation.agreement(predicate, true);
            // What cannot be told of the guard, as of `status = $1`, leaves the lanes as they stand there.
            let about_lanes = predicate.about(&BTreeSet::from([&lane_set.column.value]));
            let lanes = expectation.agreement(&about_lanes, true).lanes?;
            let guard_differs = whole.guard_differs || whole.relation == Relation::Undecided;
            (Role::Query, lanes, guard_differs)
        }
        Listed::List { lanes, .. } => (Role::Array, lanes.clone(), false),
    };
    let declared = &lane_set.lanes_of(role).value;
    let distinct: BTreeSet<&Lane> = lanes.iter().collect();
    let common = declared
        .iter()
        .filter(|lane| distinct.contains(lane))
        .count();
    let missing = without(declared, &lanes);
    let mut seen = BTreeSet::new();
    let mut extra = without(&lanes, declared);
    extra.retain(|lane| seen.insert(lane.clone()));
    let differences = missing.len() + extra.len();
    let is_copy = common >= FEWEST && differences <= MOST_DIFFERENT;
    // What stands in a declared place and agrees is part of it: a statement's other arms.
    let is_condition = matches!(listing.listed, Listed::Condition(_));
    let is_agreed = differences == 0 && is_condition;
    if !is_copy || (is_agreed && stands_in_query(declaration, listing)) {
        return None;
    }
    let is_convincing = match &listing.listed {
        Listed::Condition(_) => true,
        Listed::List {
            is_in_file_of_column,
            is_beside_column,
            ..
        } => {
            // What lists all that the column may hold is its type.
            let all = admitted.map(|admitted| admitted.values_of(&lane_set.column.value));
            let is_domain = all.is_some_and(|all| {
                let all: BTreeSet<&Lane> = all.into_iter().collect();
                all.symmetric_difference(&distinct).count() <= differences
            });
            let is_alike = match differences {
                0 => common >= NEVER_BY_CHANCE || *is_in_file_of_column,
                _ => common > differences && *is_beside_column,
            };
            !is_domain && is_alike
        }
    };
    Some(Copied {
        listing,
        lane_set,
        missing,
        extra,
        guard_differs,
        is_convincing,
    })
}
