//! What statements do to indexes.

use super::session::{Effect, Place, Replay};
use crate::locate::catalog::{Index, Table, key_column};
use crate::locate::made_up;
use crate::model::index_setting::IndexSetting;
use crate::model::name::{Identifier, QualifiedName};
use crate::model::predicate::Predicate;
use crate::model::relation::Relation;
use crate::model::rows::Rows;
use crate::read_sql::ddl::CreateIndex;
use crate::source::file::Location;

impl<'a> Replay<'a> {
    pub(super) fn create_index(
        &mut self,
        create: CreateIndex,
        place: Place,
        location: &Location,
    ) -> Effect {
        let table = self.catalog.table_name(&create.table);
        let schema = table.schema.clone();
        let is_doubtful = self.lacks_columns_of(&table, &create);
        self.note_casts(&create.predicate);
        let name = create.name.clone().unwrap_or_else(|| {
            let keys = create.columns.iter().chain(&create.included);
            self.made_up_index_name(&table, keys)
        });
        let full = QualifiedName::new(schema, name);
        if create.if_not_exists && self.is_there_on_every_way(&full, &table, &create) {
            self.catalog.settle_doubt(&full);
            let made = made(create, table, place, location);
            self.catalog.indexes.insert(full, made);
            return Effect::doubtful(is_doubtful);
        }
        // One that may be there is not there, or Postgres would refuse the statement.
        let is_replaced = !create.if_not_exists && self.catalog.doubts.contains_key(&full.name);
        if let Some(existing) = self.catalog.indexes.get_mut(&full)
            && !is_replaced
        {
            if !create.if_not_exists {
                existing.predicate = Err(format!(
                    "an index called {} exists already, so Postgres refuses this statement",
                    full.name
                ));
                existing.location = location.clone();
                return Effect::Duplicate;
            }
            if let Ok(predicate) = create.predicate
                && existing
                    .predicate
                    .as_ref()
                    .is_ok_and(|stored| !same(stored, &predicate))
            {
                existing.ignored.push((location.clone(), predicate));
            }
            // The table must be there all the same.
            return Effect::doubtful(!self.catalog.tables.contains_key(&table));
        }
        if self.catalog.has_relation(&full) {
            return if create.if_not_exists {
                Effect::Done
            } else {
                Effect::Duplicate
            };
        }
        if !create.if_not_exists {
            self.catalog.settle_doubt(&full);
        }
        // Dropping the index of a partitioned table drops those of its partitions.
        if !self.catalog.descendants(&table).is_empty() && !self.interest.contains(&full.name) {
            self.further_names.push(full.name.clone());
        }
        let made = made(create, table, place, location);
        self.catalog.indexes.insert(full, made);
        if is_replaced {
            return Effect::Unknown;
        }
        Effect::doubtful(is_doubtful)
    }

    /// Whether the index is in doubt for the ways that led here alone, and each of them left none or one like this: then it is there
    /// afterwards, whichever way was taken.
    fn is_there_on_every_way(
        &self,
        full: &QualifiedName,
        table: &QualifiedName,
        create: &CreateIndex,
    ) -> bool {
        let Some(doubt) = self.catalog.doubts.get(&full.name) else {
            return false;
        };
        let is_alike = |index: &Index| {
            let predicates = match (&index.predicate, &create.predicate) {
                (Ok(stored), Ok(created)) => same(stored, created),
                _ => false,
            };
            index.table == *table && index.columns == create.columns && predicates
        };
        let mut ways = doubt.ways.iter();
        !doubt.ways.is_empty() && ways.all(|way| way.as_ref().is_none_or(is_alike))
    }

    /// The name of an index over these keys that was given none.
    pub(super) fn made_up_index_name<'b>(
        &self,
        table: &QualifiedName,
        keys: impl IntoIterator<Item = &'b String>,
    ) -> Identifier {
        let taken = |name: &Identifier| {
            let full = QualifiedName::new(table.schema.clone(), name.clone());
            self.catalog.has_relation(&full)
        };
        made_up::index_name(&table.name, keys, taken)
    }

    /// Whether an index asks for a table or a column that is not known to be there.
    pub(super) fn lacks_columns_of(&self, table: &QualifiedName, create: &CreateIndex) -> bool {
        let Some(stored) = self.catalog.tables.get(table) else {
            return true;
        };
        let keys = create.columns.iter().filter_map(|key| key_column(key));
        let predicate = create.predicate.iter().flat_map(Predicate::columns);
        let mut named = keys.chain(predicate.cloned());
        named.any(|column| !stored.columns.contains(&column))
            || create.columns.iter().any(|key| key_column(key).is_none())
    }

    pub(super) fn set_on_index(&mut self, name: &QualifiedName, setting: IndexSetting) -> Effect {
        let full = self.catalog.index_name(name);
        let Some(index) = self.catalog.indexes.get_mut(&full) else {
            return Effect::Doubtful;
        };
        let is_replaced = |other: &IndexSetting| {
            *other == setting || (other.is_comment() && setting.is_comment())
        };
        index.settings.retain(|other| !is_replaced(other));
        index.settings.push(setting);
        Effect::Done
    }

    pub(super) fn drop_indexes(
        &mut self,
        names: &[QualifiedName],
        if_exists: bool,
        location: &Location,
    ) -> Effect {
        let mut is_doubtful = false;
        for name in names {
            let full = self.catalog.index_name(name);
            is_doubtful |= !if_exists && !self.catalog.indexes.contains_key(&full);
            let table = self.catalog.indexes.get(&full).map(|index| &index.table);
            let partitions = table.map(|table| self.catalog.descendants(table));
            let is_partition = |table: &Table| !table.parents.is_empty();
            // An index that is attached to its parent's can't be dropped alone.
            is_doubtful |= table
                .and_then(|table| self.catalog.tables.get(table))
                .is_some_and(is_partition);
            self.catalog.drop_index(&full, location);
            self.catalog.settle_doubt(&full);
            self.doubt_tables(
                &partitions.unwrap_or_default(),
                location,
                "the index of its parent is dropped here, and whether it was attached to that is not followed",
            );
        }
        Effect::doubtful(is_doubtful)
    }

    pub(super) fn rename_index(
        &mut self,
        from: &QualifiedName,
        to: Identifier,
        if_exists: bool,
    ) -> Effect {
        self.also_of_interest(&from.name, &to);
        let full = self.catalog.index_name(from);
        let renamed = QualifiedName::new(full.schema.clone(), to.clone());
        let is_replaced = self.catalog.doubts.contains_key(&to);
        let is_taken = self.catalog.has_relation(&renamed) && !is_replaced;
        if self.catalog.indexes.contains_key(&full) && is_taken {
            return Effect::Duplicate;
        }
        let table = self.catalog.table_name(from);
        if !self.catalog.indexes.contains_key(&full) && self.catalog.tables.contains_key(&table) {
            // For history's sake ALTER INDEX renames tables too.
            return self.rename_table(&table, to).1;
        }
        let found = self.catalog.indexes.remove(&full);
        let is_doubtful = found.is_none() && !if_exists;
        if let Some(index) = found {
            self.catalog.indexes.insert(renamed.clone(), index);
            for index in self.catalog.indexes.values_mut() {
                if index.attached_to.as_ref() == Some(&full) {
                    index.attached_to = Some(renamed.clone());
                }
            }
        }
        if let Some(doubt) = self.catalog.settle_doubt(&full) {
            let place = full.schema.clone();
            self.catalog.doubt(&to, &doubt.location, &doubt.reason);
            if let Some(moved) = self.catalog.doubts.get_mut(&to) {
                moved.places.extend(place);
            }
        }
        if is_replaced {
            return Effect::Unknown;
        }
        Effect::doubtful(is_doubtful)
    }
}

/// The index that a statement makes.
fn made(create: CreateIndex, table: QualifiedName, place: Place, location: &Location) -> Index {
    let mentions = create
        .mentions
        .into_iter()
        .map(|mention| (mention.column, place.location(mention.range).span))
        .collect();
    Index {
        table,
        is_unique: create.is_unique,
        shape: create.shape,
        columns: create.columns,
        included: create.included,
        key_words: create.key_words,
        predicate: create.predicate,
        settings: Vec::new(),
        location: location.clone(),
        mentions,
        condition: create.condition.map(|range| place.location(range).span),
        ignored: Vec::new(),
        attached_to: None,
        was_found_by_role: create.table.schema.is_none(),
    }
}

pub(super) fn same(a: &Predicate, b: &Predicate) -> bool {
    a == b || Relation::between(&Rows::of(a), &Rows::of(b)) == Relation::Same
}
