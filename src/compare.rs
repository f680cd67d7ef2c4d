//! Floor 3: holds each site against its declaration. What comes out is facts, not yet findings.

pub mod copies;
pub mod covers;

use std::collections::BTreeSet;

use self::copies::Copied;
use self::covers::Mismatch;
use crate::locate::heartbeats::Heartbeat;
use crate::locate::sites::Located;
use crate::model::declaration::{Declaration, LaneSet};
use crate::model::domain::Domain;
use crate::model::lane::{Lane, Value};
use crate::model::name::Identifier;
use crate::model::planner;
use crate::model::predicate::{Column, Doubt, Predicate};
use crate::model::relation::Relation;
use crate::model::rows::{Decision, Rows};
use crate::model::site::{CreateWithoutEffect, Role, Site, Telling};

/// A site and how it relates to what was declared.
#[derive(Debug)]
pub struct Comparison<'a> {
    pub site: &'a Site,
    pub lane_set: &'a LaneSet,
    /// `None` when nothing readable stands there.
    pub agreement: Option<Agreement>,
}

/// What a readable site says, held against the declaration.
#[derive(Debug)]
pub struct Agreement {
    pub relation: Relation,
    /// The lanes that the site names or means, in its own order. `None` when that could not be told.
    pub lanes: Option<Vec<Lane>>,
    /// Declared and not here, in the declaration's order.
    pub missing: Vec<Lane>,
    /// Here and not declared, in the site's order.
    pub extra: Vec<Lane>,
    /// For the lanes that are here, the rest of the predicate is another one than the declared guard.
    pub guard_differs: bool,
    /// Why the relation is undecided.
    pub doubt: Option<Doubt>,
    /// Of a query over a set with an index.
    pub coverage: Option<Coverage>,
}

/// Whether a query can use the partial index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    Covered,
    /// It implies the predicate by values that a query builder binds as parameters: a generic plan does not know them.
    Bound,
    /// The condition implies the index's predicate, but not in a way that the planner can prove.
    Unproven,
    /// The condition lets rows through that the index does not hold.
    NotImplied,
}

/// Everything that the rules judge.
#[derive(Debug)]
pub struct Compared<'a> {
    pub declaration: &'a Declaration,
    /// In the order of the sites.
    pub comparisons: Vec<Comparison<'a>>,
    pub without_effect: &'a [CreateWithoutEffect],
    pub heartbeats: &'a [Heartbeat],
    /// What is wrong with the pairs of `[[cover]]`.
    pub mismatches: Vec<Mismatch<'a>>,
    /// In the order of their places.
    pub copies: Vec<Copied<'a>>,
    /// What all this was made of.
    pub located: &'a Located,
}

/// Compares every site that was found.
pub fn compare<'a>(declaration: &'a Declaration, located: &'a Located) -> Compared<'a> {
    let comparisons = located
        .sites
        .iter()
        .map(|site| {
            let lane_set = &declaration.lane_sets[site.lane_set];
            let admitted = located.admitted[site.lane_set].as_ref();
            let expectation = Expectation::new(lane_set, site.role, admitted);
            let agreement = site.reading.predicate().map(|predicate| match site.role {
                Role::Check => expectation.admission(predicate),
                Role::Query => {
                    let of_index = Expectation::new(lane_set, Role::Index, admitted);
                    let index = index_predicate(located, site.lane_set, &of_index);
                    let agreement = expectation.agreement(predicate, true);
                    Agreement {
                        coverage: lane_set
                            .index
                            .is_some()
                            .then(|| coverage(predicate, &index, site.telling)),
                        ..agreement
                    }
                }
                Role::Migrations | Role::Embedded | Role::Array | Role::Index | Role::Heartbeat => {
                    expectation.agreement(predicate, false)
                }
            });
            Comparison {
                site,
                lane_set,
                agreement,
            }
        })
        .collect();
    Compared {
        declaration,
        comparisons,
        without_effect: &located.without_effect,
        heartbeats: &located.heartbeats,
        mismatches: covers::mismatches(declaration, located),
        copies: copies::copies(declaration, located),
        located,
    }
}

impl Comparison<'_> {
    /// What the site says of the declared columns. A query may narrow its rows by others, which are not compared.
    pub fn predicate(&self) -> Option<Predicate> {
        let predicate = self.site.reading.predicate()?;
        Some(match self.site.role {
            Role::Query => {
                predicate.about(&declared_predicate(self.lane_set, Role::Query).columns())
            }
            _ => predicate.clone(),
        })
    }
}

/// The guard and the lanes: what every site of that role should say.
pub fn declared_predicate(lane_set: &LaneSet, role: Role) -> Predicate {
    let lanes = Predicate::among(
        Column::new(lane_set.column.value.clone()),
        lane_set.lanes_of(role).value.clone(),
    );
    let guard = lane_set
        .guard
        .as_ref()
        .map(|guard| guard.value.predicate.clone());
    Predicate::and(guard.into_iter().chain([lanes]))
}

/// The lanes whose rows an index of that predicate holds, in the order in which it names them; `None` when it does not test the column,
/// or in a way that leaves them open.
pub fn lanes_of(lane_set: &LaneSet, predicate: &Predicate) -> Option<Vec<Lane>> {
    let is_tested = predicate.columns().contains(&lane_set.column.value);
    let expectation = Expectation::new(lane_set, Role::Migrations, None);
    let lanes = is_tested.then(|| expectation.agreement(predicate, false).lanes);
    lanes.flatten()
}

/// Whether the predicate of an index means the declared rows.
pub fn is_as_declared(lane_set: &LaneSet, predicate: &Predicate) -> bool {
    let declared = declared_predicate(lane_set, Role::Index);
    Relation::between(&Rows::of(predicate), &Rows::of(&declared)) == Relation::Same
}

/// The index's predicate as some site that agrees spells it, for the planner looks at the spelling; else as declared.
fn index_predicate(located: &Located, lane_set: usize, expectation: &Expectation) -> Predicate {
    [Role::Index, Role::Migrations]
        .into_iter()
        .filter_map(|role| {
            let mut sites = located.sites.iter();
            sites
                .find(|site| site.lane_set == lane_set && site.role == role)?
                .reading
                .predicate()
        })
        .find(|predicate| expectation.agreement(predicate, false).relation == Relation::Same)
        .unwrap_or(&expectation.declared)
        .clone()
}

fn coverage(query: &Predicate, index: &Predicate, telling: Telling) -> Coverage {
    if planner::proves(query, index) {
        return match telling {
            Telling::Sql | Telling::Inlined => Coverage::Covered,
            Telling::Bound => Coverage::Bound,
        };
    }
    // Conditions on other columns only take rows away: they are no reason why a row outside the index would not be asked for.
    let asked = Rows::of(query).project(&index.columns());
    match asked.within(&Rows::of(index)) {
        Decision::No => Coverage::NotImplied,
        Decision::Yes | Decision::Undecided => Coverage::Unproven,
    }
}

/// What a lane set's sites of one role should say.
struct Expectation<'a> {
    lane_set: &'a LaneSet,
    lanes: &'a [Lane],
    declared: Predicate,
    /// The rows that the CHECK constraint or enum admits.
    admitted: Option<&'a Predicate>,
}

impl<'a> Expectation<'a> {
    fn new(lane_set: &'a LaneSet, role: Role, admitted: Option<&'a Predicate>) -> Self {
        Self {
            lane_set,
            lanes: &lane_set.lanes_of(role).value,
            declared: declared_predicate(lane_set, role),
            admitted,
        }
    }

    fn column(&self) -> &'a Identifier {
        &self.lane_set.column.value
    }

    /// Holds a predicate against the declared one. Of a query only the declared columns count: it may narrow its rows by others.
    fn agreement(&self, predicate: &Predicate, projects: bool) -> Agreement {
        let columns = self.declared.columns();
        let mut here = Rows::of(predicate);
        if projects {
            here = here.project(&columns);
        }
        if let Some(admitted) = self.admitted {
            // The complement of a list is the complement within what the column may hold. Values that the site or the
            // declaration names count whether they are admitted or not: that is another rule's finding.
            let named: Vec<Lane> = predicate
                .values_of(self.column())
                .into_iter()
                .chain(self.lanes)
                .cloned()
                .collect();
            let admitted = Rows::of(admitted).project(&BTreeSet::from([self.column()]));
            // A CHECK constraint lets NULL pass.
            let admitted = admitted.union(&Rows::where_column(self.column(), Domain::null()));
            here = here.intersect(&admitted.union(&self.lane_rows(&named)));
        }
        let relation = Relation::between(&here, &Rows::of(&self.declared));
        let doubt = match relation {
            Relation::Undecided if projects => predicate
                .doubts(&columns)
                .next()
                .map(|opaque| opaque.doubt.clone()),
            Relation::Undecided => predicate
                .doubts(&predicate.columns())
                .next()
                .map(|opaque| opaque.doubt.clone()),
            _ => None,
        };
        let lanes = self.lanes_here(predicate, &here);
        Agreement {
            missing: self.missing(&lanes),
            extra: self.extra(&lanes),
            guard_differs: relation != Relation::Undecided && self.guard_differs(&lanes, &here),
            lanes: (relation != Relation::Undecided || doubt.is_none()).then_some(lanes),
            relation,
            doubt,
            coverage: None,
        }
    }

    /// Holds what a constraint or enum admits against the lanes: only a lane that it lacks is a difference.
    fn admission(&self, predicate: &Predicate) -> Agreement {
        let column = BTreeSet::from([self.column()]);
        let doubt = predicate
            .doubts(&column)
            .next()
            .map(|opaque| opaque.doubt.clone());
        let here = Rows::of(predicate).project(&column);
        let lanes = self.lanes_here(predicate, &here);
        let declared = self.lane_rows(self.lanes);
        let relation = match &doubt {
            Some(_) => Relation::Undecided,
            None => Relation::between(&here, &declared),
        };
        Agreement {
            missing: self.missing(&lanes),
            extra: Vec::new(),
            guard_differs: false,
            lanes: doubt.is_none().then_some(lanes),
            relation,
            doubt,
            coverage: None,
        }
    }

    /// The lanes among these rows: the ones that the predicate names, in its order, then others that are declared or admitted.
    fn lanes_here(&self, predicate: &Predicate, rows: &Rows) -> Vec<Lane> {
        let mut candidates: Vec<&Value> = predicate.values_of(self.column());
        candidates.extend(self.lanes);
        if let Some(admitted) = self.admitted {
            candidates.extend(admitted.values_of(self.column()));
        }
        let mut seen = BTreeSet::new();
        let is_here = |candidate: &&Value| rows.admit(self.column(), candidate);
        let here = candidates.into_iter().filter(is_here);
        here.filter(|candidate| seen.insert(*candidate))
            .cloned()
            .collect()
    }

    fn missing(&self, lanes: &[Lane]) -> Vec<Lane> {
        without(self.lanes, lanes)
    }

    fn extra(&self, lanes: &[Lane]) -> Vec<Lane> {
        without(lanes, self.lanes)
    }

    /// Whether, for the lanes that are here, the rows are others than the guard's.
    fn guard_differs(&self, lanes: &[Lane], here: &Rows) -> bool {
        let guard = self.lane_set.guard.as_ref();
        let guard = guard.map_or(Predicate::TRUE, |guard| guard.value.predicate.clone());
        let lane_rows = self.lane_rows(lanes);
        let expected = Rows::of(&guard).intersect(&lane_rows);
        Relation::between(&here.intersect(&lane_rows), &expected) != Relation::Same
    }

    fn lane_rows(&self, lanes: &[Lane]) -> Rows {
        Rows::where_column(self.column(), Domain::only(lanes.iter().cloned()))
    }
}

/// The lanes of the first list that are not in the second, in their order.
fn without(lanes: &[Lane], others: &[Lane]) -> Vec<Lane> {
    let others: BTreeSet<&Lane> = others.iter().collect();
    lanes
        .iter()
        .filter(|lane| !others.contains(lane))
        .cloned()
        .collect()
}
