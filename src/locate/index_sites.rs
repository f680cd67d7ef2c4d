//! What stands at the index site of one lane set, in one replay.

use super::catalog::{Catalog, Index, key_column};
use crate::model::declaration::{Declaration, IndexDeclaration, LaneSet};
use crate::model::lane::Value;
use crate::model::name::QualifiedName;
use crate::model::predicate::Predicate;
use crate::model::site::{CreateWithoutEffect, Reading, Role, Site, Telling};
use crate::source::file::Location;
use crate::source::span::Span;

/// Reads sites of one lane set.
#[derive(Clone, Copy)]
pub struct SiteReader<'a> {
    pub declaration: &'a Declaration,
    pub lane_set: &'a LaneSet,
    /// The lane set's index in the declaration.
    pub number: usize,
}

impl SiteReader<'_> {
    pub(super) fn site(&self, role: Role, location: Location, reading: Reading) -> Site {
        Site {
            role,
            lane_set: self.number,
            location,
            lanes_span: None,
            guard_span: None,
            reading,
            telling: Telling::Sql,
        }
    }

    /// The index as the catalog has it. `sentence` says that it is not there, and was never dropped.
    pub fn index_site(
        &self,
        role: Role,
        catalog: &Catalog,
        declared: &IndexDeclaration,
        sentence: String,
    ) -> Site {
        let name = &declared.name.value;
        if let Some(doubt) = catalog.doubts.get(name) {
            return self.site(
                role,
                doubt.location.clone(),
                Reading::Unreadable(doubt.reason.clone()),
            );
        }
        let Some(index) = self.stored_index(catalog) else {
            let mut dropped = catalog.dropped_indexes.iter();
            let dropped = dropped.find(|(full, _)| full.name == *name);
            let (location, sentence) = match dropped.and_then(|(_, dropped)| dropped.last()) {
                Some(location) => (
                    location.clone(),
                    format!("index {name} is dropped here and not created again"),
                ),
                None => (self.declaration.location(declared.name.span), sentence),
            };
            return self.site(role, location, Reading::Missing(sentence));
        };
        let reading = match &index.predicate {
            Err(reason) => Reading::Unreadable(reason.clone()),
            Ok(predicate) => {
                let meant = catalog.meant_table(&self.lane_set.table.value);
                self.index_reading(self.settled(predicate), (index, &meant), declared)
            }
        };
        let column = &self.lane_set.column.value;
        let lanes_span = index
            .mentions
            .iter()
            .filter(|(mentioned, _)| mentioned == column)
            .map(|(_, span)| *span)
            .reduce(Span::cover);
        Site {
            lanes_span,
            ..self.site(role, index.location.clone(), reading)
        }
    }

    fn index_reading(
        &self,
        predicate: Predicate,
        (index, meant): (&Index, &QualifiedName),
        declared: &IndexDeclaration,
    ) -> Reading {
        let table = &self.lane_set.table.value;
        if index.table != *meant {
            let difference = format!("it is an index of {}, not of {table}", index.table);
            return Reading::OtherIndex {
                predicate,
                difference,
            };
        }
        let wanted = &declared.columns.value;
        if !wanted.is_empty() && !same_keys(wanted, &index.columns) {
            let difference = format!(
                "its columns are ({}), not ({})",
                index.columns.join(", "),
                wanted.join(", ")
            );
            return Reading::OtherIndex {
                predicate,
                difference,
            };
        }
        Reading::Predicate(predicate)
    }

    fn stored_index<'a>(&self, catalog: &'a Catalog) -> Option<&'a Index> {
        let name = &self.lane_set.index.as_ref()?.name.value;
        catalog.meant_index(name, &self.lane_set.table.value)
    }

    pub(super) fn without_effect(&self, role: Role, catalog: &Catalog) -> Vec<CreateWithoutEffect> {
        let Some(index) = self.stored_index(catalog) else {
            return Vec::new();
        };
        let Ok(existing) = &index.predicate else {
            return Vec::new();
        };
        index
            .ignored
            .iter()
            .map(|(location, ignored)| CreateWithoutEffect {
                role,
                lane_set: self.number,
                location: location.clone(),
                ignored: self.settled(ignored),
                existing_location: index.location.clone(),
                existing: self.settled(existing),
            })
            .collect()
    }

    /// A predicate with the column's constants of the lanes' kind: to an integer column `'1'` is 1.
    pub(super) fn settled(&self, predicate: &Predicate) -> Predicate {
        let mut settled = predicate.clone();
        if matches!(self.lane_set.lanes.value.first(), Some(Value::Integer(_))) {
            settled.read_integers(&self.lane_set.column.value);
        }
        settled
    }
}

/// Whether two lists of key columns name the same columns in the same order; what follows a name (ASC, an operator class) counts
/// only where the declaration writes it.
pub fn same_keys(declared: &[String], stored: &[String]) -> bool {
    let same =
        |(declared, stored): (&String, &String)| match (key_column(declared), key_column(stored)) {
            (Some(a), Some(b)) if a.as_str() == declared.trim().trim_matches('"') => a == b,
            _ => normal(declared) == normal(stored),
        };
    declared.len() == stored.len() && declared.iter().zip(stored).all(same)
}

fn normal(key: &str) -> String {
    key.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_ascii_lowercase()
}
