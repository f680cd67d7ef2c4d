//! `down-not-inverse`: the newest migration, taken back, does not leave what was there before it. Here for what is governed; `verify`
//! asks a server for everything.

use super::registry::{Judge, Rule};
use crate::compare::Compared;
use crate::locate::catalog::{Catalog, Index};
use crate::locate::index_sites::{SiteReader, same_keys};
use crate::locate::migrations::TakenBack;
use crate::model::declaration::{AdmittedBy, LaneSet};
use crate::model::finding::{Finding, Remark, RuleId};
use crate::model::predicate::Predicate;
use crate::model::relation::Relation;
use crate::model::rows::Rows;
use crate::model::site::{Reading, Role, Site};
use crate::render;
use crate::source::file::Location;
use crate::source::span::Span;

pub const RULE: Rule = Rule {
    id: RuleId::DownNotInverse,
    summary: "the newest migration, taken back, does not leave what was there before it",
    page: include_str!("down_not_inverse.md"),
    judge: Judge::Gate(check),
};

fn check(compared: &Compared) -> Vec<Finding> {
    let Some(taken_back) = &compared.located.replays.taken_back else {
        return Vec::new();
    };
    let sets = compared.declaration.lane_sets.iter().enumerate();
    let judged = sets.flat_map(|(number, lane_set)| {
        let judge = Judgement {
            compared,
            taken_back,
            lane_set,
            number,
        };
        [judge.index(), judge.check()]
    });
    let mut findings: Vec<Finding> = judged.flatten().collect();
    // Sets of one table may share a constraint, or an index.
    let mut seen = Vec::new();
    findings.retain(|finding| {
        let is_new = !seen.contains(&finding.subject);
        seen.push(finding.subject.clone());
        is_new
    });
    findings
}

/// One lane set's objects.
struct Judgement<'a> {
    compared: &'a Compared<'a>,
    taken_back: &'a TakenBack,
    lane_set: &'a LaneSet,
    number: usize,
}

/// What stands for an object in one state.
enum Standing<'a> {
    None,
    /// An index, or a constraint, by its condition.
    Holds(Predicate, Option<&'a Index>),
    /// The reason.
    Unknown(String),
}

impl Judgement<'_> {
    fn index(&self) -> Option<Finding> {
        let TakenBack { before, back, .. } = self.taken_back;
        let now = self.compared.located.replays.migrations.catalog()?;
        let (_, was) = self.index_in(before)?;
        let (left, is) = self.index_in(back)?;
        let declared = self.lane_set.index.as_ref()?;
        let object = format!("index {}", declared.name.value);
        // What cannot be read before or after the way up is another rule's finding.
        if matches!(was, Standing::Unknown(_))
            || matches!(self.index_in(now)?.1, Standing::Unknown(_))
        {
            return None;
        }
        if matches!(was, Standing::None) && !self.knows_table(before) {
            return None;
        }
        self.finding(&object, (was, is), &left.location)
    }

    fn index_in<'c>(&self, catalog: &'c Catalog) -> Option<(Site, Standing<'c>)> {
        let declared = self.lane_set.index.as_ref()?;
        let reader = SiteReader {
            declaration: self.compared.declaration,
            lane_set: self.lane_set,
            number: self.number,
        };
        let site = reader.index_site(Role::Migrations, catalog, declared, String::new());
        let index = catalog.meant_index(&declared.name.value, &self.lane_set.table.value);
        let standing = match &site.reading {
            Reading::Unreadable(reason) => Standing::Unknown(reason.clone()),
            Reading::Missing(_) => Standing::None,
            Reading::Predicate(predicate) | Reading::OtherIndex { predicate, .. } => {
                Standing::Holds(predicate.clone(), index)
            }
        };
        Some((site, standing))
    }

    fn check(&self) -> Option<Finding> {
        let AdmittedBy::Check(name) = &self.lane_set.admitted_by.as_ref()?.value else {
            // No way back takes a label away from an enum.
            return None;
        };
        let TakenBack { before, back, .. } = self.taken_back;
        let now = self.compared.located.replays.migrations.catalog()?;
        let in_state = |catalog: &Catalog| -> (Standing<'static>, Option<Location>) {
            let table = &self.lane_set.table.value;
            if let Some(doubt) = catalog.doubts.get(&table.name) {
                let standing = Standing::Unknown(doubt.reason.clone());
                return (standing, Some(doubt.location.clone()));
            }
            let stored = catalog.tables.get(&catalog.meant_table(table));
            match stored.and_then(|stored| stored.checks.get(name)) {
                None => (Standing::None, None),
                Some(check) => {
                    let standing = match &check.condition {
                        Ok(condition) => Standing::Holds(condition.clone(), None),
                        Err(reason) => Standing::Unknown(reason.clone()),
                    };
                    (standing, Some(check.location.clone()))
                }
            }
        };
        let ((was, _), (is, place)) = (in_state(before), in_state(back));
        let is_unknown = |standing: &Standing| matches!(standing, Standing::Unknown(_));
        if is_unknown(&was) || is_unknown(&in_state(now).0) {
            return None;
        }
        if matches!(was, Standing::None) && !self.knows_table(before) {
            return None;
        }
        let object = format!("constraint {name}");
        let place = place.unwrap_or_else(|| self.taken_back.down.clone());
        self.finding(&object, (was, is), &place)
    }

    /// Whether the migrations made the table, so that what is not known of it was not there.
    fn knows_table(&self, catalog: &Catalog) -> bool {
        let full = catalog.meant_table(&self.lane_set.table.value);
        let table = catalog.tables.get(&full);
        table.is_some_and(|table| table.is_whole)
    }

    fn finding(
        &self,
        object: &str,
        (was, is): (Standing, Standing),
        place: &Location,
    ) -> Option<Finding> {
        let path = self.taken_back.migration.path();
        let message = match (&was, &is) {
            (_, Standing::Unknown(reason)) => {
                format!("what {path}, taken back, leaves of {object} cannot be read: {reason}")
            }
            _ if is_same(&was, &is) => return None,
            _ => format!("{path}, taken back, leaves {object} otherwise than it was before"),
        };
        let culprit = Remark {
            location: self.within_down(place),
            text: format!(
                "before it there was {}, and after the way back there is {}",
                shown(&was),
                shown(&is)
            ),
        };
        Some(Finding {
            lane_set: Some(self.lane_set.name.value.clone()),
            help: Some("let its way down restore what its way up changed".to_owned()),
            subject: object.to_owned(),
            ..Finding::new(RuleId::DownNotInverse, message, culprit)
        })
    }

    /// The statement, when it is one of the way down; else where the way down begins.
    fn within_down(&self, place: &Location) -> Location {
        let down = &self.taken_back.down;
        let is_inside = place.path() == down.path()
            && place.span != down.span
            && (down.span.start..=down.span.end).contains(&place.span.start);
        if is_inside {
            return place.clone();
        }
        let text = down.text();
        let blank = text.len() - text.trim_start().len();
        // Where nothing is done, the end of the line that begins it.
        let start = match blank < text.len() {
            true => down.span.start + blank,
            false => down.span.start,
        };
        Location::new(&down.file, Span::new(start, start))
    }
}

fn is_same(was: &Standing, is: &Standing) -> bool {
    match (was, is) {
        (Standing::None, Standing::None) => true,
        (Standing::Holds(a, one), Standing::Holds(b, other)) => {
            let is_alike = match (one, other) {
                (Some(one), Some(other)) => {
                    one.table == other.table
                        && one.is_unique == other.is_unique
                        && same_keys(&one.columns, &other.columns)
                }
                _ => true,
            };
            let relation = || Relation::between(&Rows::of(a), &Rows::of(b));
            is_alike && (a == b || relation() == Relation::Same)
        }
        _ => false,
    }
}

fn shown(standing: &Standing) -> String {
    match standing {
        Standing::None => "none".to_owned(),
        Standing::Unknown(_) => "something".to_owned(),
        Standing::Holds(predicate, None) => render::predicate::predicate(predicate),
        Standing::Holds(predicate, Some(index)) => format!(
            "one of ({}) WHERE {}",
            index.columns.join(", "),
            render::predicate::predicate(predicate)
        ),
    }
}
