//! Which object of a catalog a name of the manifest means, when it stands without a schema.

use super::catalog::{Catalog, Index};
use crate::model::name::{Identifier, QualifiedName};

impl Catalog {
    /// The full name of the table that is meant: the one on the search path; the only one of that name, when the path leads to none.
    pub fn meant_table(&self, name: &QualifiedName) -> QualifiedName {
        let on_path = self.place(name);
        let indexed = self.indexes.values().map(|index| &index.table);
        let known = self.tables.keys().chain(indexed);
        self.meant(name, on_path, known)
    }

    /// The full name of the enum that is meant, as for a table.
    pub fn meant_enum(&self, name: &QualifiedName) -> QualifiedName {
        self.meant(name, self.place(name), self.enums.keys())
    }

    /// The index of that name in the schema of its table; else any that bears the name, which is then of another table.
    pub fn meant_index(&self, name: &Identifier, table: &QualifiedName) -> Option<&Index> {
        let full = QualifiedName::new(self.meant_table(table).schema, name.clone());
        let other = || self.indexes.iter().find(|(full, _)| full.name == *name);
        let other = || other().map(|(_, index)| index);
        self.indexes.get(&full).or_else(other)
    }

    fn meant<'a>(
        &self,
        name: &QualifiedName,
        on_path: QualifiedName,
        known: impl Iterator<Item = &'a QualifiedName>,
    ) -> QualifiedName {
        if name.schema.is_some() || self.gone_tables.contains(&on_path) {
            return on_path;
        }
        let known: std::collections::BTreeSet<&QualifiedName> =
            known.filter(|full| full.name == name.name).collect();
        match known.first() {
            Some(only) if known.len() == 1 => (*only).clone(),
            _ => on_path,
        }
    }
}
