//! The CHECK constraint or enum that admits a column's values.

use crate::locate::replays::{Replayed, Replays};
use crate::model::declaration::{AdmittedBy, LaneSet};
use crate::model::predicate::{Among, Predicate, Test};

/// What admits the lanes of the set: the enum that its column is of, or the one CHECK constraint that lists the column's values.
pub fn admitted_by(replays: &Replays, lane_set: &LaneSet) -> Option<AdmittedBy> {
    let column = &lane_set.column.value;
    [&replays.schema, &replays.migrations]
        .into_iter()
        .filter_map(Replayed::catalog)
        .find_map(|catalog| {
            let table = catalog.tables.get(&catalog.meant_table(&lane_set.table.value))?;
            if let Some(own) = table.types.get(column) {
                let full = catalog.meant_enum(own);
                return catalog.enums.contains_key(&full).then_some(AdmittedBy::Enum(full));
            }
            let mut lists = table.checks.iter().filter(|(_, check)| {
                matches!(&check.condition, Ok(Predicate::Test(Test::Among(Among { column: tested, negated: false, .. })))
                    if tested.name == *column)
            });
            match (lists.next(), lists.next()) {
                (Some((name, _)), None) => Some(AdmittedBy::Check(name.clone())),
                _ => None,
            }
        })
}
