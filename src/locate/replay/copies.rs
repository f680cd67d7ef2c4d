//! What `CREATE TABLE … (LIKE source)` copies (manual, CREATE TABLE).

use std::collections::BTreeMap;

use super::session::Replay;
use crate::locate::catalog::{Index, Table};
use crate::locate::made_up;
use crate::model::name::{Identifier, QualifiedName};
use crate::read_sql::ddl::CreateTable;
use crate::read_sql::ddl_table::TableElement;
use crate::source::file::Location;

/// What a new table has of another.
pub(super) struct Copy {
    table: Table,
    indexes: Vec<Index>,
    /// Why the indexes are not known.
    doubt: Option<String>,
}

impl<'a> Replay<'a> {
    /// What the table has of others, as they are before it is there.
    pub(super) fn copies(&mut self, create: &CreateTable, full: &QualifiedName) -> Vec<Copy> {
        let mut copies = Vec::new();
        for element in &create.elements {
            let TableElement::Like {
                source,
                constraints,
                indexes,
            } = element
            else {
                continue;
            };
            if *constraints || *indexes {
                self.also_of_interest(&source.name, &full.name);
            }
            let source = self.catalog.table_name(source);
            let mut table = self
                .catalog
                .tables
                .get(&source)
                .cloned()
                .unwrap_or_default();
            if !constraints {
                table.checks.clear();
            }
            let (names, indexes): (Vec<_>, Vec<_>) = self
                .catalog
                .indexes
                .iter()
                .filter(|(_, index)| *indexes && index.table == source)
                .map(|(name, index)| (name.name.clone(), index.clone()))
                .unzip();
            let doubts = &self.catalog.doubts;
            let doubt = names.iter().find_map(|name| doubts.get(name));
            copies.push(Copy {
                table,
                indexes,
                doubt: doubt.map(|doubt| doubt.reason.clone()),
            });
        }
        copies
    }

    /// Gives a new table what it has of another.
    pub(super) fn copy(&mut self, copy: Copy, full: &QualifiedName, location: &Location) {
        if let Some(table) = self.catalog.tables.get_mut(full) {
            table.columns.extend(copy.table.columns);
            table.types.extend(copy.table.types);
            table.built_in_types.extend(copy.table.built_in_types);
            table.is_whole &= copy.table.is_whole;
            table.checks.extend(copy.table.checks);
        }
        let mut alike: BTreeMap<Identifier, Vec<Identifier>> = BTreeMap::new();
        for index in copy.indexes {
            let keys: Vec<&String> = index.columns.iter().chain(&index.included).collect();
            let unnumbered = made_up::index_name(&full.name, keys.iter().copied(), |_| false);
            let name = self.made_up_index_name(full, keys);
            alike.entry(unnumbered).or_default().push(name.clone());
            let full_name = QualifiedName::new(full.schema.clone(), name.clone());
            if let Some(reason) = &copy.doubt {
                self.catalog.doubt(&name, location, reason);
            }
            self.catalog.indexes.insert(
                full_name,
                Index {
                    table: full.clone(),
                    location: location.clone(),
                    // They stand in the statement that made the index it is a copy of.
                    mentions: Vec::new(),
                    condition: None,
                    ignored: Vec::new(),
                    attached_to: None,
                    ..index
                },
            );
        }
        // Postgres numbers them in the order in which the originals were made, which is not kept here.
        let unordered = alike.values().filter(|names| names.len() > 1).flatten();
        for name in unordered {
            let reason = "several indexes are copied here whose names differ by a number alone";
            self.catalog.doubt(name, location, reason);
        }
    }
}
