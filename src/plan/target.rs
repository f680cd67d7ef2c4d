//! The partial index that a lane set declares, whole: what the manifest leaves open is taken from the index that is there.

use crate::compare::declared_predicate;
use crate::locate::catalog::{Catalog, Index};
use crate::locate::index_sites::same_keys;
use crate::locate::replays::{Replayed, Replays};
use crate::model::declaration::{IndexDeclaration, LaneSet};
use crate::model::name::QualifiedName;
use crate::model::predicate::Predicate;
use crate::model::site::Role;
use crate::render::index::PartialIndex;

/// The index as it is to be, from what the first of these catalogs that knows one of its name says of its shape.
///
/// # Errors
/// A reason, when nothing says what its keys are.
pub fn target<'a>(
    lane_set: &LaneSet,
    declared: &IndexDeclaration,
    catalogs: impl IntoIterator<Item = &'a Catalog>,
) -> Result<PartialIndex, String> {
    let table = &lane_set.table.value;
    let mut full_table = table.clone();
    let wanted = &declared.columns.value;
    let mut shape = (!wanted.is_empty()).then(|| format!("({})", wanted.join(", ")));
    let mut is_unique = false;
    let mut settings = Vec::new();
    for catalog in catalogs {
        let meant = catalog.meant_table(table);
        if full_table.schema.is_none() {
            full_table = meant.clone();
        }
        let there = catalog.meant_index(&declared.name.value, table);
        let Some(there) = there.filter(|index| index.table == meant) else {
            continue;
        };
        if wanted.is_empty() || same_keys(wanted, &there.columns) {
            shape = Some(there.shape.clone());
        }
        is_unique = there.is_unique;
        settings = there.settings.clone();
        break;
    }
    let shape = shape.ok_or_else(|| {
        format!(
            "no index {} is there yet, and the manifest does not say of which columns it is: add `columns` to its [index]",
            declared.name.value
        )
    })?;
    Ok(PartialIndex {
        name: declared.name.value.clone(),
        table: full_table,
        is_unique,
        shape,
        predicate: declared_predicate(lane_set, Role::Index),
        settings,
    })
}

/// An index of a catalog.
///
/// # Errors
/// The reason why its predicate is not known.
pub fn stored(name: &QualifiedName, index: &Index) -> Result<PartialIndex, String> {
    let predicate: Predicate = index.predicate.clone()?;
    Ok(PartialIndex {
        name: name.name.clone(),
        table: index.table.clone(),
        is_unique: index.is_unique,
        shape: index.shape.clone(),
        predicate,
        settings: index.settings.clone(),
    })
}

/// The catalogs that are there, the most telling one first: the dump has everything, in one spelling.
pub fn catalogs(replays: &Replays) -> impl Iterator<Item = &Catalog> {
    [&replays.schema, &replays.migrations, &replays.embedded]
        .into_iter()
        .filter_map(Replayed::catalog)
}
