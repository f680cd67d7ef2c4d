//! What statements do to enums.

use super::session::{Effect, Replay};
use crate::locate::catalog::Enum;
use crate::model::name::QualifiedName;
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
        if let Some(stored) = self.catalog.enums.remove(&full) {
            self.catalog.enums.insert(moved, stored);
        }
    }
}
