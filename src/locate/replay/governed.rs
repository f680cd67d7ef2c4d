//! What the lane sets govern, by name.

use crate::model::declaration::{AdmittedBy, Declaration};
use crate::model::name::{Identifier, QualifiedName};

/// What one lane set governs, by name.
#[derive(Debug, Clone)]
pub struct GovernedSet {
    pub table: QualifiedName,
    pub index: Option<Identifier>,
    pub enum_type: Option<QualifiedName>,
}

impl GovernedSet {
    /// One for each lane set, in the declaration's order.
    pub fn of(declaration: &Declaration) -> Vec<Self> {
        declaration
            .lane_sets
            .iter()
            .map(|lane_set| Self {
                table: lane_set.table.value.clone(),
                index: lane_set
                    .index
                    .as_ref()
                    .map(|index| index.name.value.clone()),
                enum_type: match lane_set
                    .admitted_by
                    .as_ref()
                    .map(|admitted| &admitted.value)
                {
                    Some(AdmittedBy::Enum(name)) => Some(name.clone()),
                    _ => None,
                },
            })
            .collect()
    }

    pub fn names(&self) -> impl Iterator<Item = &Identifier> {
        [
            Some(&self.table.name),
            self.index.as_ref(),
            self.enum_type.as_ref().map(|name| &name.name),
        ]
        .into_iter()
        .flatten()
    }
}
