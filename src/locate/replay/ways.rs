//! The ways that a body may take, and what they agree on.

use super::indexes::same;
use super::session::{Effect, Place, Replay};
use crate::locate::catalog::{Catalog, Index};
use crate::locate::condition::{self, Known};
use crate::model::name::{Identifier, QualifiedName};
use crate::read_sql::plpgsql::{Alternative, Node};
use crate::source::file::Location;

pub(super) const UNDECIDED_CONDITION: &str =
    "it depends on a condition that cannot be decided here";

impl<'a> Replay<'a> {
    pub(super) fn if_node(
        &mut self,
        alternatives: &[Alternative],
        body: &str,
        place: Place,
    ) -> Effect {
        let mut ways = Vec::new();
        let mut undecided_at = None;
        for alternative in alternatives {
            let answer = match &alternative.condition {
                None => Some(true),
                Some(range) => {
                    let followed = |name: &Identifier| self.interest.contains(name);
                    let known = Known {
                        catalog: &self.catalog,
                        followed: &followed,
                        declared_enums: (self.governed.iter())
                            .filter_map(|set| set.enum_type.as_ref())
                            .collect(),
                    };
                    condition::holds(&body[range.clone()], &known)
                }
            };
            match answer {
                Some(false) => {}
                Some(true) if ways.is_empty() => {
                    let mut effect = Effect::Done;
                    for node in &alternative.body {
                        if self.has_returned {
                            break;
                        }
                        let next = self.node(node, body, place);
                        if next == Effect::Duplicate {
                            return next;
                        }
                        effect = effect.then(next);
                    }
                    return effect;
                }
                Some(true) => {
                    ways.push(self.after(&alternative.body, body, place));
                    self.settle_if(ways, undecided_at);
                    return Effect::Done;
                }
                None => {
                    let range = alternative.condition.clone().unwrap_or_default();
                    undecided_at.get_or_insert_with(|| place.location(range));
                    ways.push(self.after(&alternative.body, body, place));
                }
            }
        }
        ways.push(self.clone());
        self.settle_if(ways, undecided_at);
        Effect::Done
    }

    pub(super) fn settle_if(&mut self, ways: Vec<Self>, undecided_at: Option<Location>) {
        match undecided_at {
            Some(location) => self.settle(ways, &location, UNDECIDED_CONDITION),
            None => {
                if let Some(only) = ways.into_iter().next() {
                    *self = only;
                }
            }
        }
    }

    /// The state after these nodes, in a copy.
    pub(super) fn after(&self, nodes: &[Node], body: &str, place: Place) -> Self {
        let mut copy = self.clone();
        for node in nodes {
            if copy.has_returned || copy.node(node, body, place) == Effect::Duplicate {
                break;
            }
        }
        copy
    }

    /// Goes on after one of several ways was taken: what they agree on is known, what they do not is in doubt.
    pub(super) fn settle(&mut self, ways: Vec<Self>, location: &Location, reason: &str) {
        let (returned, ways): (Vec<Self>, Vec<Self>) =
            ways.into_iter().partition(|way| way.has_returned);
        if ways.is_empty() {
            // Whichever way it took, the body is at its end.
            self.has_returned = true;
        }
        let (mut returned, ways) = if ways.is_empty() {
            (Vec::new(), returned)
        } else {
            (returned, ways)
        };
        let open: Vec<Self> = ways
            .iter()
            .flat_map(|way| way.early_returns.clone())
            .collect();
        returned.extend(open);
        let Some(first) = ways.first().cloned() else {
            return;
        };
        let differs = |way: &Self, name: &Identifier| {
            way.catalog.search_path != first.catalog.search_path || !way.agrees_on(&first, name)
        };
        let differing: Vec<Identifier> = self
            .interest
            .names()
            .filter(|name| ways.iter().any(|way| differs(way, name)))
            .cloned()
            .collect();
        let further: Vec<Identifier> = ways
            .iter()
            .flat_map(|way| way.further_names.clone())
            .collect();
        *self = first;
        self.early_returns = returned;
        self.further_names.extend(further);
        let catalogs: Vec<&Catalog> = ways.iter().map(|way| &way.catalog).collect();
        for name in &differing {
            self.catalog
                .doubt_between(&catalogs, name, location, reason);
        }
    }

    pub(super) fn agrees_on(&self, other: &Self, name: &Identifier) -> bool {
        let index = |replay: &Self| {
            let named = |(full, _): &(&QualifiedName, &Index)| full.name == *name;
            let found = replay.catalog.indexes.iter().filter(named);
            let found = found.map(|(full, index)| (full.clone(), index.clone()));
            found.collect::<Vec<(QualifiedName, Index)>>()
        };
        let checks = |replay: &Self| {
            let found = replay
                .catalog
                .tables
                .iter()
                .filter(|(full, _)| full.name == *name);
            let checks = found.map(|(full, table)| {
                let checks = table
                    .checks
                    .iter()
                    .map(|(name, check)| (name.clone(), check.condition.clone()));
                let shape = (
                    table.columns.clone(),
                    table.types.clone(),
                    table.parents.clone(),
                );
                (full.clone(), shape, checks.collect::<Vec<_>>())
            });
            checks.collect::<Vec<_>>()
        };
        let labels = |replay: &Self| {
            let found = replay
                .catalog
                .enums
                .iter()
                .find(|(full, _)| full.name == *name);
            found.map(|(full, stored)| (full.clone(), stored.labels.clone()))
        };
        let doubt = |replay: &Self| replay.catalog.doubts.contains_key(name);
        let (own, others) = (index(self), index(other));
        own.len() == others.len()
            && own.iter().zip(&others).all(|(a, b)| is_alike(a, b))
            && checks(self) == checks(other)
            && labels(self) == labels(other)
            && doubt(self) == doubt(other)
    }
}

/// Whether two indexes have one name and hold the same rows, in whatever words.
fn is_alike((name, a): &(QualifiedName, Index), (other, b): &(QualifiedName, Index)) -> bool {
    let predicates = match (&a.predicate, &b.predicate) {
        (Ok(a), Ok(b)) => same(a, b),
        (a, b) => a == b,
    };
    name == other && a.table == b.table && a.columns == b.columns && predicates
}
