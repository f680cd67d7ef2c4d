//! The lanes of declared queries and arrays, changed in place: nothing else in the file moves.

use super::draft::Draft;
use super::planner::Planner;
use super::wording::listed;
use super::{array, query};
use crate::compare::Comparison;
use crate::model::site::Role;

impl Planner<'_> {
    /// Plans the edits of one query or array. One whose lanes are right and whose guard is not is left to a person.
    pub(super) fn relist(&self, comparison: &Comparison, draft: &mut Draft) {
        let (site, lane_set) = (comparison.site, comparison.lane_set);
        let agreement = comparison.agreement.as_ref();
        let has_other_lanes = agreement
            .is_some_and(|agreement| !agreement.missing.is_empty() || !agreement.extra.is_empty());
        if !has_other_lanes {
            return;
        }
        let edits = match site.role {
            Role::Array => array::edits(site, lane_set),
            _ => query::edits(site, lane_set),
        };
        match edits {
            Ok(edits) => edits
                .into_iter()
                .for_each(|edit| draft.edit(&site.location.file, edit)),
            Err(reason) => {
                let lanes = listed(&lane_set.lanes_of(site.role).value);
                let reason = format!("{reason}; write the lanes {lanes} there by hand");
                draft.obstacle(site.location.clone(), reason);
            }
        }
    }
}
