//! What statements do to tables, their columns, constraints and partitions.

use std::collections::BTreeSet;

use super::session::{Effect, Place, Replay};
use crate::locate::catalog::{StoredCheck, Table, temporary_schema};
use crate::locate::made_up;
use crate::model::name::{Identifier, QualifiedName};
use crate::read_sql::ddl::CreateTable;
use crate::read_sql::ddl_table::{Check, TableAction, TableElement};
use crate::source::file::Location;

impl<'a> Replay<'a> {
    pub(super) fn create_table(
        &mut self,
        create: CreateTable,
        place: Place,
        location: &Location,
    ) -> Effect {
        let full = self.new_table_name(&create);
        if self.catalog.tables.contains_key(&full) {
            return if create.if_not_exists {
                Effect::Done
            } else {
                Effect::Duplicate
            };
        }
        let parents = create
            .parents
            .iter()
            .map(|parent| self.catalog.table_name(parent))
            .collect();
        for parent in &create.parents {
            self.also_of_interest(&parent.name, &full.name);
        }
        // A temporary table may be like the one whose name it hides.
        let copies = self.copies(&create, &full);
        self.catalog.gone_tables.remove(&full);
        self.catalog.tables.insert(
            full.clone(),
            Table {
                parents,
                is_whole: create.parents.is_empty(),
                is_dropped_on_commit: create.is_dropped_on_commit,
                ..Table::default()
            },
        );
        for element in create.elements {
            match element {
                TableElement::Column { name, column_type } => {
                    self.note_type(&full, &name, &column_type);
                    if let Some(table) = self.catalog.tables.get_mut(&full) {
                        table.columns.insert(name);
                    }
                }
                TableElement::Check(check) => {
                    self.add_check(&full, check, place);
                }
                TableElement::Like { .. } => {}
            }
        }
        for copy in copies {
            self.copy(copy, &full, location);
        }
        Effect::Done
    }

    /// Where a new table goes.
    fn new_table_name(&self, create: &CreateTable) -> QualifiedName {
        if create.is_temporary {
            return QualifiedName::new(Some(temporary_schema()), create.name.name.clone());
        }
        let full = self.catalog.place(&create.name);
        let found = self.catalog.table_name(&create.name);
        // What a later schema of the path holds is hidden by the new table, and not the same.
        let is_hidden = found.schema == Some(temporary_schema())
            || (found.schema.as_ref())
                .is_some_and(|schema| self.catalog.search_path.contains(schema));
        if create.name.schema.is_none() && !self.catalog.tables.contains_key(&full) && !is_hidden {
            found
        } else {
            full
        }
    }

    pub(super) fn drop_tables(
        &mut self,
        names: &[QualifiedName],
        if_exists: bool,
        location: &Location,
    ) -> Effect {
        let mut is_doubtful = false;
        for name in names {
            let full = self.catalog.table_name(name);
            is_doubtful |= !if_exists && !self.catalog.tables.contains_key(&full);
            self.catalog.drop_table(&full, location);
        }
        Effect::doubtful(is_doubtful)
    }

    /// Puts tables and their indexes in doubt.
    pub(super) fn doubt_tables(
        &mut self,
        tables: &BTreeSet<QualifiedName>,
        location: &Location,
        reason: &str,
    ) {
        let indexes = self.catalog.indexes.iter();
        let indexes = indexes.filter(|(_, index)| tables.contains(&index.table));
        let names: Vec<Identifier> = indexes
            .map(|(name, _)| &name.name)
            .chain(tables.iter().map(|table| &table.name))
            .cloned()
            .collect();
        for name in names {
            self.catalog.doubt(&name, location, reason);
        }
    }

    /// Its new name, and whether it got it.
    pub(super) fn rename_table(
        &mut self,
        full: &QualifiedName,
        to: Identifier,
    ) -> (QualifiedName, Effect) {
        self.also_of_interest(&full.name, &to);
        let moved = QualifiedName::new(full.schema.clone(), to);
        let is_replaced = self.catalog.doubts.contains_key(&moved.name);
        let is_doubtful = !self.catalog.tables.contains_key(full);
        if self.catalog.has_relation(&moved) && !is_replaced {
            let effect = if is_doubtful {
                Effect::Doubtful
            } else {
                Effect::Duplicate
            };
            return (full.clone(), effect);
        }
        self.catalog.move_table(full, &moved);
        if is_replaced {
            return (moved, Effect::Unknown);
        }
        (moved, Effect::doubtful(is_doubtful))
    }

    pub(super) fn add_check(
        &mut self,
        table: &QualifiedName,
        check: Check,
        place: Place,
    ) -> Effect {
        self.note_casts(&check.condition);
        let location = place.location(check.range);
        // A constraint that Postgres names takes a name that no other one of the schema has.
        let in_schema: BTreeSet<Identifier> = self
            .catalog
            .tables
            .iter()
            .filter(|(full, _)| full.schema == table.schema)
            .flat_map(|(_, table)| table.checks.keys().cloned())
            .collect();
        let stored = self.catalog.tables.entry(table.clone()).or_default();
        let mut is_doubtful = false;
        let columns: Vec<Identifier> = match &check.condition {
            Ok(condition) => condition
                .columns()
                .into_iter()
                .inspect(|column| is_doubtful |= !stored.columns.contains(column))
                .cloned()
                .collect(),
            Err(_) => Vec::new(),
        };
        let name = check.name.unwrap_or_else(|| {
            let column = match columns.as_slice() {
                [only] => Some(only),
                _ => None,
            };
            made_up::check_name(&table.name, column, |name| in_schema.contains(name))
        });
        if stored.checks.contains_key(&name) {
            return Effect::Duplicate;
        }
        stored.checks.insert(
            name,
            StoredCheck {
                condition: check.condition,
                location,
                is_inherited: check.is_inherited,
                is_validated: check.is_validated,
                comment: None,
            },
        );
        Effect::doubtful(is_doubtful)
    }

    pub(super) fn comment_on_constraint(
        &mut self,
        name: &Identifier,
        table: &QualifiedName,
        comment: String,
    ) -> Effect {
        let full = self.catalog.table_name(table);
        let stored = self.catalog.tables.get_mut(&full);
        match stored.and_then(|stored| stored.checks.get_mut(name)) {
            Some(check) => check.comment = Some(comment),
            None => return Effect::Unknown,
        }
        Effect::Done
    }

    pub(super) fn alter_table(
        &mut self,
        (table, if_exists): (&QualifiedName, bool),
        actions: Vec<TableAction>,
        place: Place,
        location: &Location,
    ) -> Effect {
        // To Postgres an index is a relation too, and ALTER TABLE renames it as well.
        let index = self.catalog.index_name(table);
        if self.catalog.indexes.contains_key(&index) {
            return match actions.into_iter().next() {
                Some(TableAction::Rename(to)) => self.rename_index(&index, to, if_exists),
                _ => Effect::Done,
            };
        }
        let mut full = self.catalog.table_name(table);
        if self.catalog.lacks_table(&full) {
            for action in &actions {
                if let TableAction::Rename(to) = action {
                    self.also_of_interest(&full.name, to);
                }
            }
            if if_exists {
                return Effect::Done;
            }
        }
        if actions.iter().any(is_inherited) {
            let descendants = self.catalog.descendants(&full);
            let reason = "its parent is changed here, and what it inherits of that is not followed";
            self.doubt_tables(&descendants, location, reason);
        }
        // What a partition has from its parent can't be changed on it alone.
        let is_alone =
            |table: &Table| table.parents.is_empty() || !actions.iter().any(is_inherited);
        let mut effect = Effect::doubtful(!self.catalog.tables.get(&full).is_some_and(is_alone));
        for action in actions {
            let next = match action {
                TableAction::Rename(to) => {
                    let (moved, renamed) = self.rename_table(&full, to);
                    full = moved;
                    renamed
                }
                TableAction::SetSchema(schema) => {
                    let moved = QualifiedName::new(Some(schema), full.name.clone());
                    self.catalog.move_table(&full, &moved);
                    full = moved;
                    // Whether the schema is there, and what it holds, is not followed.
                    Effect::Doubtful
                }
                TableAction::AddCheck(check) => self.add_check(&full, check, place),
                other => self.alter_columns(&full, other, place, location),
            };
            if next == Effect::Duplicate {
                return next;
            }
            effect = effect.then(next);
        }
        effect
    }

    pub(super) fn alter_columns(
        &mut self,
        full: &QualifiedName,
        action: TableAction,
        place: Place,
        location: &Location,
    ) -> Effect {
        match action {
            TableAction::RenameColumn { from, to } => {
                let columns = self.catalog.tables.get(full).map(|table| &table.columns);
                let is_doubtful = columns.is_none_or(|columns| !columns.contains(&from));
                if columns.is_some_and(|columns| columns.contains(&to)) {
                    return if is_doubtful {
                        Effect::Doubtful
                    } else {
                        Effect::Duplicate
                    };
                }
                self.catalog.rename_column(full, &from, &to);
                Effect::doubtful(is_doubtful)
            }
            TableAction::DropColumn { column, if_exists } => {
                let columns = self.catalog.tables.get(full).map(|table| &table.columns);
                let is_doubtful =
                    !if_exists && columns.is_none_or(|columns| !columns.contains(&column));
                self.catalog.drop_column(full, &column, location);
                Effect::doubtful(is_doubtful)
            }
            TableAction::AddColumn {
                column,
                column_type,
                if_not_exists,
                checks,
            } => {
                let stored = self.catalog.tables.entry(full.clone()).or_default();
                let is_new = stored.columns.insert(column.clone());
                if !is_new && !if_not_exists {
                    return Effect::Duplicate;
                }
                if is_new {
                    self.note_type(full, &column, &column_type);
                }
                let mut effect = Effect::Done;
                for check in checks.into_iter().filter(|_| is_new) {
                    effect = effect.then(self.add_check(full, check, place));
                }
                effect
            }
            TableAction::DropConstraint { name, if_exists } => {
                let stored = self.catalog.tables.get_mut(full);
                let removed = stored.and_then(|stored| stored.checks.remove(&name));
                Effect::doubtful(removed.is_none() && !if_exists)
            }
            TableAction::ValidateConstraint(name) => {
                let stored = self.catalog.tables.get_mut(full);
                if let Some(check) = stored.and_then(|stored| stored.checks.get_mut(&name)) {
                    check.is_validated = true;
                }
                Effect::Done
            }
            TableAction::RenameConstraint { from, to } => {
                let Some(stored) = self.catalog.tables.get_mut(full) else {
                    return Effect::Doubtful;
                };
                // Postgres seeks the old name before it minds the new one.
                if !stored.checks.contains_key(&from) {
                    return Effect::Doubtful;
                }
                if stored.checks.contains_key(&to) {
                    return Effect::Duplicate;
                }
                let check = stored.checks.remove(&from);
                stored.checks.extend(check.map(|check| (to, check)));
                Effect::Done
            }
            TableAction::AlterColumnType {
                column,
                column_type,
            } => {
                self.note_type(full, &column, &column_type);
                Effect::Done
            }
            TableAction::AttachPartition(child) => self.set_parent(&child, full, true),
            TableAction::DetachPartition(child) => self.set_parent(&child, full, false),
            TableAction::Inherit(parent) => self.set_parent(full, &parent, true),
            TableAction::NoInherit(parent) => self.set_parent(full, &parent, false),
            _ => Effect::Done,
        }
    }

    pub(super) fn set_parent(
        &mut self,
        child: &QualifiedName,
        parent: &QualifiedName,
        is_attached: bool,
    ) -> Effect {
        self.also_of_interest(&parent.name, &child.name);
        let (child, parent) = (
            self.catalog.table_name(child),
            self.catalog.table_name(parent),
        );
        for (name, index) in &self.catalog.indexes {
            if index.table == parent && !self.interest.contains(&name.name) {
                self.further_names.push(name.name.clone());
            }
        }
        let table = self.catalog.tables.entry(child).or_default();
        if is_attached {
            table.parents.insert(parent);
        } else {
            table.parents.remove(&parent);
        }
        Effect::Doubtful
    }
}

/// Whether what is done to a parent is done to its partitions too.
pub(super) fn is_inherited(action: &TableAction) -> bool {
    matches!(
        action,
        TableAction::RenameColumn { .. }
            | TableAction::DropColumn { .. }
            | TableAction::AddColumn { .. }
            | TableAction::AddCheck(_)
            | TableAction::DropConstraint { .. }
            | TableAction::RenameConstraint { .. }
    )
}
