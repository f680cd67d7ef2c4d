//! Objects of a catalog under new names or in other schemas.

use std::collections::BTreeSet;

use super::catalog::{Catalog, key_column};
use crate::model::name::{Identifier, QualifiedName};
use crate::model::predicate::Predicate;

impl Catalog {
    pub fn rename_column(&mut self, table: &QualifiedName, from: &Identifier, to: &Identifier) {
        for index in self
            .indexes
            .values_mut()
            .filter(|index| index.table == *table)
        {
            rename_in(&mut index.predicate, from, to);
            if index.key_words.remove(from) {
                index.key_words.insert(to.clone());
            }
            for key in &mut index.columns {
                if key_column(key).as_ref() == Some(from) {
                    *key = to.as_str().to_owned();
                }
            }
            for (column, _) in index
                .mentions
                .iter_mut()
                .filter(|(column, _)| column == from)
            {
                *column = to.clone();
            }
        }
        if let Some(table) = self.tables.get_mut(table) {
            if table.columns.remove(from) {
                table.columns.insert(to.clone());
            }
            if let Some(own_type) = table.types.remove(from) {
                table.types.insert(to.clone(), own_type);
            }
            if let Some(built_in) = table.built_in_types.remove(from) {
                table.built_in_types.insert(to.clone(), built_in);
            }
            for check in table.checks.values_mut() {
                rename_in(&mut check.condition, from, to);
            }
        }
    }

    /// Gives a table another name or schema; its indexes stay on it and move with it.
    pub fn move_table(&mut self, from: &QualifiedName, to: &QualifiedName) {
        if let Some(table) = self.tables.remove(from) {
            self.tables.insert(to.clone(), table);
        }
        self.gone_tables.insert(from.clone());
        self.gone_tables.remove(to);
        self.move_doubts(from.schema.as_ref(), to.schema.as_ref());
        for table in self.tables.values_mut() {
            if table.parents.remove(from) {
                table.parents.insert(to.clone());
            }
        }
        let indexes = std::mem::take(&mut self.indexes);
        for (mut name, mut index) in indexes {
            if index.table == *from {
                index.table = to.clone();
                name.schema.clone_from(&to.schema);
            }
            self.indexes.insert(name, index);
        }
    }

    pub fn rename_schema(&mut self, from: &Identifier, to: &Identifier) {
        let tables: BTreeSet<QualifiedName> = self
            .tables
            .keys()
            .chain(self.indexes.values().map(|index| &index.table))
            .filter(|name| name.schema.as_ref() == Some(from))
            .cloned()
            .collect();
        for table in tables {
            let moved = QualifiedName::new(Some(to.clone()), table.name.clone());
            self.move_table(&table, &moved);
        }
        let enums = std::mem::take(&mut self.enums);
        for (mut name, stored) in enums {
            if name.schema.as_ref() == Some(from) {
                name.schema = Some(to.clone());
            }
            self.enums.insert(name, stored);
        }
        let tables = self.tables.values_mut();
        for own_type in tables.flat_map(|table| table.types.values_mut()) {
            if own_type.schema.as_ref() == Some(from) {
                own_type.schema = Some(to.clone());
            }
        }
        self.gone_schemas.insert(from.clone());
        self.gone_schemas.remove(to);
        self.move_doubts(Some(from), Some(to));
    }

    /// What may have been in one schema may be in the other now.
    fn move_doubts(&mut self, from: Option<&Identifier>, to: Option<&Identifier>) {
        let (Some(from), Some(to)) = (from, to) else {
            return;
        };
        for doubt in self.doubts.values_mut() {
            if doubt.places.contains(from) {
                doubt.places.insert(to.clone());
            }
        }
    }
}

/// A condition in words of its own is not followed through a column's new name.
fn rename_in(condition: &mut Result<Predicate, String>, from: &Identifier, to: &Identifier) {
    let Ok(predicate) = condition else { return };
    if predicate.doubts(&BTreeSet::from([from])).next().is_some() {
        *condition = Err(format!(
            "column {from} was renamed to {to} under a condition that is not modelled"
        ));
    } else {
        predicate.rename_column(from, to);
    }
}
