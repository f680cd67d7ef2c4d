//! Whether the query of a `[[cover]]` pair can use its partial index.

use super::{Coverage, coverage};
use crate::locate::covers::{FoundIndex, Pair, PairedClause, PairedIndex};
use crate::locate::index_sites::same_keys;
use crate::locate::sites::Located;
use crate::model::declaration::{CoverDeclaration, Declaration};
use crate::model::predicate::{Predicate, Test};
use crate::model::relation::Relation;
use crate::model::rows::Rows;
use crate::model::site::Telling;
use crate::source::file::Location;

/// One fact that is wrong about a pair.
#[derive(Debug)]
pub struct Mismatch<'a> {
    pub cover: &'a CoverDeclaration,
    pub kind: MismatchKind<'a>,
}

#[derive(Debug)]
pub enum MismatchKind<'a> {
    /// The sentence has no full stop.
    IndexMissing(&'a str),
    /// The sentence has no full stop.
    QueryMissing(&'a str),
    IndexUnreadable(&'a Location, &'a str),
    QueryUnreadable(&'a Location, &'a str),
    /// The clause lets rows through that the index does not hold.
    Uncovered(&'a PairedClause, &'a FoundIndex),
    /// Postgres finds no unique index for `ON CONFLICT`, and raises 42P10.
    NoArbiter {
        clause: &'a PairedClause,
        index: &'a FoundIndex,
        reason: String,
    },
    /// It may, but the planner cannot prove it.
    Unproven(&'a PairedClause, &'a FoundIndex),
    /// It can by values that a query builder binds.
    Bound(&'a PairedClause, &'a FoundIndex),
}

/// What is wrong, in the order declared.
pub fn mismatches<'a>(declaration: &'a Declaration, located: &'a Located) -> Vec<Mismatch<'a>> {
    let pairs = declaration.covers.iter().zip(&located.pairs);
    let all = pairs.flat_map(|(cover, pair)| {
        let kinds = kinds(pair).into_iter();
        kinds.map(move |kind| Mismatch { cover, kind })
    });
    all.collect()
}

fn kinds(pair: &Pair) -> Vec<MismatchKind<'_>> {
    let index = match &pair.index {
        PairedIndex::Found(index) => index.as_ref(),
        PairedIndex::Missing(sentence) => return vec![MismatchKind::IndexMissing(sentence)],
        PairedIndex::Unreadable(location, reason) => {
            return vec![MismatchKind::IndexUnreadable(location, reason)];
        }
    };
    let mut kinds: Vec<MismatchKind> = Vec::new();
    kinds.extend(pair.missing.as_deref().map(MismatchKind::QueryMissing));
    let unread = pair.unread.iter();
    kinds.extend(unread.map(|(location, reason)| MismatchKind::QueryUnreadable(location, reason)));
    kinds.extend(
        meant(pair, index)
            .into_iter()
            .filter_map(|clause| mismatch(clause, index)),
    );
    kinds
}

/// The clauses that are to use the index. Another one of the same place that asks for none of its rows is not; nor is a look-up beside
/// rows of the statement itself, nor an `ON CONFLICT (…)` of all rows that picks an index of other columns.
fn meant<'a>(pair: &'a Pair, index: &FoundIndex) -> Vec<&'a PairedClause> {
    let all = pair.clauses.iter().collect();
    let all = or_all(all, |it| !picks_another(it, index));
    let all = or_all(all, |it| !it.is_look_up);
    let held = Rows::of(&index.predicate);
    let columns = index.predicate.columns();
    let asks_for_them = |clause: &PairedClause| {
        let asked = Rows::of(&clause.predicate).project(&columns);
        Relation::between(&asked, &held) != Relation::Disjoint
    };
    or_all(all, asks_for_them)
}

/// The clauses of that kind, or else all.
fn or_all(
    all: Vec<&PairedClause>,
    is_wanted: impl Fn(&PairedClause) -> bool,
) -> Vec<&PairedClause> {
    let wanted = all.iter().filter(|it| is_wanted(it));
    let wanted: Vec<&PairedClause> = wanted.copied().collect();
    match wanted.is_empty() {
        true => all,
        false => wanted,
    }
}

fn picks_another(clause: &PairedClause, index: &FoundIndex) -> bool {
    let columns = clause.conflict_columns.as_ref();
    columns.is_some_and(|columns| {
        is_of_all_rows(clause) && !(index.is_unique && has_keys(index, columns))
    })
}

/// `ON CONFLICT (…)` without WHERE.
fn is_of_all_rows(clause: &PairedClause) -> bool {
    clause.predicate == Predicate::And(Vec::new())
}

/// In whatever order they stand.
fn has_keys(index: &FoundIndex, columns: &[String]) -> bool {
    let is_among = |key: &String, others: &[String]| {
        let mut others = others.iter();
        others.any(|other| same_keys(std::slice::from_ref(key), std::slice::from_ref(other)))
    };
    columns.iter().all(|key| is_among(key, &index.columns))
        && index.columns.iter().all(|key| is_among(key, columns))
}

fn mismatch<'a>(clause: &'a PairedClause, index: &'a FoundIndex) -> Option<MismatchKind<'a>> {
    if let Some(columns) = &clause.conflict_columns {
        let reason = arbiter_fault(clause, columns, index)?;
        return Some(MismatchKind::NoArbiter {
            clause,
            index,
            reason,
        });
    }
    match coverage(&clause.predicate, &index.predicate, clause.telling) {
        Coverage::Covered if is_told_something_else(clause) => {
            Some(MismatchKind::Unproven(clause, index))
        }
        Coverage::Covered => None,
        Coverage::NotImplied => Some(MismatchKind::Uncovered(clause, index)),
        Coverage::Unproven => Some(MismatchKind::Unproven(clause, index)),
        Coverage::Bound => Some(MismatchKind::Bound(clause, index)),
    }
}

/// Whether a query builder is told what is not understood, which may take conditions back: `unscope`, `orWhereExists`.
fn is_told_something_else(clause: &PairedClause) -> bool {
    let mut tests = clause.predicate.tests().into_iter();
    clause.telling != Telling::Sql
        && tests.any(|test| matches!(test, Test::Opaque(opaque) if opaque.is_put_in))
}

/// Why `ON CONFLICT (columns) WHERE …` does not find the index (`infer_arbiter_indexes` in src/backend/optimizer/util/plancat.c). In what
/// order the columns stand does not matter.
fn arbiter_fault(clause: &PairedClause, columns: &[String], index: &FoundIndex) -> Option<String> {
    if !index.is_unique {
        return Some("the index is not unique".to_owned());
    }
    if !has_keys(index, columns) {
        let (here, there) = (columns.join(", "), index.columns.join(", "));
        return Some(format!(
            "it names the columns ({here}), and the index has ({there})"
        ));
    }
    match coverage(&clause.predicate, &index.predicate, clause.telling) {
        Coverage::Covered => None,
        _ if is_of_all_rows(clause) => Some("it has no WHERE, and the index has one".to_owned()),
        Coverage::NotImplied | Coverage::Unproven | Coverage::Bound => {
            Some("its WHERE does not imply the index's".to_owned())
        }
    }
}
