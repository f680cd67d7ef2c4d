//! How Postgres will give back what the plan makes, told from the types of the columns.

use super::planner::Planner;
use super::sql_list;
use super::target::catalogs;
use crate::locate::catalog::{Catalog, Index};
use crate::locate::stored_condition::read_stored;
use crate::model::column_type::ColumnType;
use crate::model::declaration::LaneSet;
use crate::model::name::{Identifier, QualifiedName};
use crate::model::predicate::{Column, Predicate};
use crate::model::site::Role;
use crate::render::index::PartialIndex;
use crate::render::stored::{self, Variant};
use crate::render::stored_index;

impl Planner<'_> {
    /// The index's condition as pg_dump will print it. Where a condition of the guard is beyond us, its spelling is taken from the dump.
    pub(super) fn dumped_condition(
        &self,
        lane_set: &LaneSet,
        index: &PartialIndex,
    ) -> Result<String, String> {
        let types = self.types_of(&index.table);
        stored::stored(&index.predicate, &types, Variant::Dumped).or_else(|reason| {
            self.spliced_condition(lane_set, index)
                .ok_or(reason.to_string())
        })
    }

    /// Every way in which a server may give the index's condition back.
    pub(super) fn spellings(
        &self,
        lane_set: &LaneSet,
        index: &PartialIndex,
    ) -> Result<Vec<String>, String> {
        let types = self.types_of(&index.table);
        stored::spellings(&index.predicate, &types).or_else(|reason| {
            let spliced = self.spliced_condition(lane_set, index);
            spliced.map(|only| vec![only]).ok_or_else(|| {
                format!(
                    "how Postgres gives its condition back cannot be told, for {reason}; a patch that compares it would rebuild the \
                     index at every boot: write that patch by hand"
                )
            })
        })
    }

    /// The whole statement as pg_dump will print it, without a semicolon.
    pub(super) fn definition(
        &self,
        lane_set: &LaneSet,
        index: &PartialIndex,
    ) -> Result<String, String> {
        let condition = self.dumped_condition(lane_set, index)?;
        stored_index::definition(index, &condition)
    }

    /// The guard as it stands in the dump, with the declared lanes behind it, as the statements of a plan have them. `None` where the dump's
    /// is not read as the declared one: a server that is given that would give back something else.
    fn spliced_condition(&self, lane_set: &LaneSet, index: &PartialIndex) -> Option<String> {
        let catalog = self.located.replays.schema.catalog()?;
        let there = catalog.meant_index(&index.name, &lane_set.table.value)?;
        let condition = there.condition?;
        let lanes = only_mention(there, &lane_set.column.value)?;
        let column = Column::new(lane_set.column.value.clone());
        let among = Predicate::among(column, lane_set.lanes_of(Role::Index).value.clone());
        let types = self.types_of(&index.table);
        let spelling = stored::stored(&among, &types, Variant::Dumped).ok()?;
        let text = there.location.file.text();
        let lanes = sql_list::with_casts(text, lanes);
        let guard = guard_around(
            &text[condition.start..lanes.start],
            &text[lanes.end..condition.end],
        )?;
        let spliced = format!("({guard} AND {spelling})");
        let read = read_stored(&spliced, catalog.enums.keys())?;
        (read == index.predicate).then_some(spliced)
    }

    /// The types of a table's columns, from the first catalog that knows them. An own type counts when it is an enum.
    pub(super) fn types_of(
        &self,
        table: &QualifiedName,
    ) -> impl Fn(&Identifier) -> Option<ColumnType> + '_ {
        let table = table.clone();
        move |column| {
            catalogs(&self.located.replays).find_map(|catalog| type_in(catalog, &table, column))
        }
    }
}

/// The conditions of a stored `(… AND (lanes) AND …)` that are not the lanes', from the text before and after what the inner parentheses
/// hold.
fn guard_around(before: &str, after: &str) -> Option<String> {
    let before = before.strip_prefix('(')?.strip_suffix('(')?;
    let after = after.strip_prefix(')')?.strip_suffix(')')?;
    let conditions = before.strip_suffix(" AND ").into_iter();
    let conditions: Vec<&str> = conditions.chain(after.strip_prefix(" AND ")).collect();
    (!conditions.is_empty()).then(|| conditions.join(" AND "))
}

fn type_in(catalog: &Catalog, table: &QualifiedName, column: &Identifier) -> Option<ColumnType> {
    let table = catalog.tables.get(&catalog.meant_table(table))?;
    if let Some(built_in) = table.built_in_types.get(column) {
        return Some(built_in.clone());
    }
    let own = table.types.get(column)?;
    let full = catalog.meant_enum(own);
    Some(if catalog.enums.contains_key(&full) {
        ColumnType::Own(full)
    } else {
        ColumnType::Other(own.to_string())
    })
}

/// Where the one test of the column stands.
fn only_mention(index: &Index, column: &Identifier) -> Option<crate::source::span::Span> {
    let mut mentions = index
        .mentions
        .iter()
        .filter(|(mentioned, _)| mentioned == column);
    match (mentions.next(), mentions.next()) {
        (Some((_, span)), None) => Some(*span),
        _ => None,
    }
}
