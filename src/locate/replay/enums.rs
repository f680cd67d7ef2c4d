//! What statements do to enums.

use std::collections::BTreeSet;

use super::session::{Effect, Replay};
use crate::locate::catalog::{Enum, Table};
use crate::model::column_type::ColumnType;
use crate::model::lane::Value;
use crate::model::name::{Identifier, QualifiedName};
use crate::model::predicate::{Doubt, Predicate, Test};
use crate::read_sql::column_type::is_own;
use crate::read_sql::ddl::EnumChange;
use crate::source::file::Location;

impl<'a> Replay<'a> {
    pub(super) fn create_enum(
        &mut self,
        name: &QualifiedName,
        labels: Vec<String>,
        location: &Location,
    ) -> Effect {
        let full = self.catalog.place(name);
        if self.catalog.enums.contains_key(&full) {
            return Effect::Duplicate;
        }
        let location = location.clone();
        self.catalog.enums.insert(full, Enum { labels, location });
        Effect::Done
    }

    pub(super) fn alter_enum(
        &mut self,
        name: &QualifiedName,
        change: EnumChange,
        location: &Location,
    ) {
        let full = self.catalog.enum_name(name);
        let moved = match change {
            EnumChange::Rename(to) => {
                self.also_of_interest(&full.name, &to);
                QualifiedName::new(full.schema.clone(), to)
            }
            EnumChange::SetSchema(schema) => QualifiedName::new(Some(schema), full.name.clone()),
            EnumChange::Add { label, .. } => {
                if let Some(stored) = self.catalog.enums.get_mut(&full)
                    && !stored.labels.contains(&label)
                {
                    stored.labels.push(label);
                    stored.location = location.clone();
                }
                return;
            }
            EnumChange::RenameLabel { from, to } => {
                self.rename_label(&full, (&from, &to), location);
                if let Some(stored) = self.catalog.enums.get_mut(&full) {
                    for label in stored.labels.iter_mut().filter(|label| **label == from) {
                        label.clone_from(&to);
                    }
                    stored.location = location.clone();
                }
                return;
            }
            EnumChange::Other => return,
        };
        let tables = self.catalog.tables.values_mut();
        for own_type in tables.flat_map(|table| table.types.values_mut()) {
            if *own_type == full {
                own_type.clone_from(&moved);
            }
        }
        if let Some(stored) = self.catalog.enums.remove(&full) {
            self.catalog.enums.insert(moved, stored);
        }
    }

    /// Notes the type of a column.
    pub(super) fn note_type(
        &mut self,
        table: &QualifiedName,
        column: &Identifier,
        column_type: &ColumnType,
    ) {
        let full = match column_type {
            ColumnType::Own(own_type) => Some(self.catalog.enum_name(own_type)),
            _ => None,
        };
        if let Some(full) = &full
            && self.interest.contains(&table.name)
            && !self.interest.contains(&full.name)
        {
            self.further_names.push(full.name.clone());
        }
        if let Some(stored) = self.catalog.tables.get_mut(table) {
            stored.types.remove(column);
            stored.built_in_types.remove(column);
            match full {
                Some(full) => drop(stored.types.insert(column.clone(), full)),
                None => drop(
                    stored
                        .built_in_types
                        .insert(column.clone(), column_type.clone()),
                ),
            }
        }
    }

    /// A type that a governed condition casts to may be an enum, whose statements are of interest then.
    pub(super) fn note_casts(&mut self, condition: &Result<Predicate, String>) {
        let tests = condition.iter().flat_map(Predicate::tests);
        for test in tests {
            if let Test::Opaque(opaque) = test
                && let Doubt::Cast(written) = &opaque.doubt
                && let Some(cast) = QualifiedName::parse(written.trim_end_matches("[]"))
                && is_own(&cast)
                && !self.interest.contains(&cast.name)
            {
                self.further_names.push(cast.name);
            }
        }
    }

    pub(super) fn drop_types(
        &mut self,
        names: &[QualifiedName],
        cascades: bool,
        location: &Location,
    ) -> Effect {
        let mut is_doubtful = false;
        for name in names {
            let full = self.catalog.enum_name(name);
            self.catalog.enums.remove(&full);
            if cascades {
                self.drop_columns_of(&full, location);
            } else {
                is_doubtful |= !self.columns_of(&full).is_empty();
            }
        }
        Effect::doubtful(is_doubtful)
    }

    /// The columns of that type go with it, and what stands on them.
    pub(super) fn drop_columns_of(&mut self, own_type: &QualifiedName, location: &Location) {
        for (table, column) in self.columns_of(own_type) {
            self.catalog.drop_column(&table, &column, location);
        }
        let reason = "the enum is dropped here with what depends on it, and the type of the column is not seen";
        self.doubt_unseen_columns(own_type, location, reason);
    }

    /// To Postgres a stored condition holds the label itself, which has another name from here on.
    fn rename_label(
        &mut self,
        own_type: &QualifiedName,
        (from, to): (&str, &str),
        location: &Location,
    ) {
        for (table, column) in self.columns_of(own_type) {
            let indexes = self.catalog.indexes.values_mut();
            let indexes = indexes.filter(|index| index.table == table);
            for index in indexes {
                rename_in(&mut index.predicate, &column, (from, to));
            }
            let checks = self.catalog.tables.get_mut(&table);
            for check in checks
                .into_iter()
                .flat_map(|table| table.checks.values_mut())
            {
                rename_in(&mut check.condition, &column, (from, to));
            }
        }
        let reason = "a label of its enum is renamed here, and the type of the column is not seen";
        self.doubt_unseen_columns(own_type, location, reason);
    }

    fn columns_of(&self, own_type: &QualifiedName) -> Vec<(QualifiedName, Identifier)> {
        let tables = self.catalog.tables.iter();
        let columns = tables.flat_map(|(full, table)| {
            let typed = table.types.iter().filter(|(_, found)| *found == own_type);
            typed.map(|(column, _)| (full.clone(), column.clone()))
        });
        columns.collect()
    }

    /// Puts the tables in doubt whose governed column is declared to be of that enum, where the migrations do not show it.
    fn doubt_unseen_columns(
        &mut self,
        own_type: &QualifiedName,
        location: &Location,
        reason: &str,
    ) {
        let typed = self.columns_of(own_type);
        let unseen = self.governed.iter().filter(|set| {
            let is_shown = |(full, table): (&QualifiedName, &Table)| {
                set.table.is_met_by(full)
                    && (table.is_whole || typed.iter().any(|(typed, _)| typed == full))
            };
            set.enum_type
                .as_ref()
                .is_some_and(|name| name.is_met_by(own_type))
                && !self.catalog.tables.iter().any(is_shown)
        });
        let names: Vec<Identifier> = unseen
            .flat_map(|set| [Some(&set.table.name), set.index.as_ref()])
            .flatten()
            .cloned()
            .collect();
        for name in names {
            self.catalog.doubt(&name, location, reason);
        }
    }
}

fn rename_in(
    condition: &mut Result<Predicate, String>,
    column: &Identifier,
    (from, to): (&str, &str),
) {
    let Ok(predicate) = condition else { return };
    if predicate.doubts(&BTreeSet::from([column])).next().is_some() {
        *condition = Err(format!(
            "label {from} was renamed to {to} under a condition that is not modelled"
        ));
    } else {
        let [from, to] = [from, to].map(|label| Value::Text(label.to_owned()));
        predicate.rename_value(column, &from, &to);
    }
}
