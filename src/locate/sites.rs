//! Brings the sites of a declaration together: the replays of migrations, dump and patches, and the declared queries.

use std::collections::BTreeSet;

use super::catalog::{Catalog, Index, key_column};
use super::error::LocateError;
use super::query;
use super::replays::{Replayed, Replays, State, replay_all};
use super::walk::Root;
use crate::model::declaration::{
    AdmittedBy, Declaration, IndexDeclaration, LaneSet, QueryDeclaration,
};
use crate::model::lane::Value;
use crate::model::name::QualifiedName;
use crate::model::predicate::{Column, Predicate};
use crate::model::site::{CreateWithoutEffect, Reading, Role, Site};
use crate::source::file::{Location, RepoPath};
use crate::source::span::{Span, Spanned};

/// Everything that was found.
#[derive(Debug)]
pub struct Located {
    /// By lane set, and in one order of roles.
    pub sites: Vec<Site>,
    pub without_effect: Vec<CreateWithoutEffect>,
    /// By lane set: what its column may hold, where a constraint or enum says so.
    pub admitted: Vec<Option<Predicate>>,
    pub queries: usize,
    pub source_files: usize,
    /// What the migrations, the patches and the dump leave behind.
    pub replays: Replays,
}

/// Finds every site of the declaration below `root`.
///
/// # Errors
/// The first file that matters and cannot be read.
pub fn locate(declaration: &Declaration, root: &Root) -> Result<Located, LocateError> {
    let (replays, queries) = replay_all(declaration, root, || find_queries(declaration, root))?;
    let queries = queries?;
    let mut source_files = queries.files;
    source_files.extend(replays.embedded_source.clone());
    let mut located = Located {
        sites: Vec::new(),
        without_effect: Vec::new(),
        admitted: Vec::new(),
        queries: queries.count,
        source_files: source_files.len(),
        replays,
    };
    let mut queries_of = queries.by_lane_set.into_iter();
    for (number, lane_set) in declaration.lane_sets.iter().enumerate() {
        let finder = SetFinder {
            declaration,
            lane_set,
            number,
            replays: &located.replays,
        };
        let (mut sites, without_effect) = finder.index_sites();
        let found = queries_of.next().unwrap_or_default();
        let found = found.into_iter();
        sites.extend(found.map(|(role, found)| finder.found_site(role, found)));
        sites.extend(finder.check_sites());
        let admitted = finder.admitted();
        located.sites.extend(sites);
        located.without_effect.extend(without_effect);
        located.admitted.push(admitted);
    }
    Ok(located)
}

/// What stands at the declared queries and arrays.
#[derive(Default)]
struct Queries {
    by_lane_set: Vec<Vec<(Role, query::Found)>>,
    count: usize,
    files: BTreeSet<RepoPath>,
}

fn find_queries(declaration: &Declaration, root: &Root) -> Result<Queries, LocateError> {
    let mut queries = Queries::default();
    for lane_set in &declaration.lane_sets {
        let mut here = Vec::new();
        let statement = statement_query(lane_set, root);
        for declared in lane_set.queries.iter().chain(&statement) {
            let declared_at = declaration.location(declared.file.span);
            let found = query::find(root, &declared_at, lane_set, declared)?;
            here.extend(found.into_iter().map(|found| (Role::Query, found)));
            queries.files.insert(declared.file.value.clone());
            queries.count += 1;
        }
        for declared in &lane_set.arrays {
            let declared_at = declaration.location(declared.name.span);
            here.push((
                Role::Array,
                query::find_array(root, &declared_at, lane_set, declared)?,
            ));
            queries.files.insert(declared.file.value.clone());
        }
        queries.count += lane_set.arrays.len();
        queries.by_lane_set.push(here);
    }
    Ok(queries)
}

/// The reaper's statement, which is a query like others once it is written; where nobody declared it, only if it is there.
fn statement_query(lane_set: &LaneSet, root: &Root) -> Option<QueryDeclaration> {
    let statement = &lane_set.reaper.as_ref()?.statement;
    let is_declared = |query: &QueryDeclaration| query.file.value == statement.path;
    let is_site = statement.declared_at.is_some() || root.exists(&statement.path);
    let span = statement.declared_at.unwrap_or(lane_set.name.span);
    (is_site && !lane_set.queries.iter().any(is_declared)).then(|| QueryDeclaration {
        file: Spanned::new(statement.path.clone(), span),
        within: None,
        alias: None,
        span,
    })
}

/// Finds the sites of one lane set.
struct SetFinder<'a> {
    declaration: &'a Declaration,
    lane_set: &'a LaneSet,
    number: usize,
    replays: &'a Replays,
}

impl SetFinder<'_> {
    fn site(&self, role: Role, location: Location, reading: Reading) -> Site {
        Site {
            role,
            lane_set: self.number,
            location,
            lanes_span: None,
            guard_span: None,
            reading,
        }
    }

    fn index_sites(&self) -> (Vec<Site>, Vec<CreateWithoutEffect>) {
        let (mut sites, mut without_effect) = (Vec::new(), Vec::new());
        let Some(index) = &self.lane_set.index else {
            return (sites, without_effect);
        };
        let name = &index.name.value;
        let replays = [
            (Role::Migrations, &self.replays.migrations),
            (Role::Embedded, &self.replays.embedded),
            (Role::Index, &self.replays.schema),
        ];
        for (role, replayed) in replays {
            match &replayed.state {
                State::Absent => {}
                State::Missing(span) => {
                    let reading = Reading::Missing(format!("{} does not exist", replayed.place));
                    sites.push(self.site(role, self.declaration.location(*span), reading));
                }
                State::Found(catalog) => {
                    let sentence = format!("no index {name} is created in {}", replayed.place);
                    sites.push(self.index_site(role, catalog, index, sentence));
                    without_effect.extend(self.without_effect(role, catalog));
                }
            }
        }
        (sites, without_effect)
    }

    fn index_site(
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
            let full = catalog
                .dropped_indexes
                .iter()
                .find(|(full, _)| full.name == *name);
            let (location, sentence) = match full {
                Some((_, location)) => (
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

    fn without_effect(&self, role: Role, catalog: &Catalog) -> Vec<CreateWithoutEffect> {
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

    fn found_site(&self, role: Role, found: query::Found) -> Site {
        let reading = match found.reading {
            Reading::Predicate(predicate) => Reading::Predicate(self.settled(&predicate)),
            other => other,
        };
        Site {
            lanes_span: found.lanes_span,
            guard_span: found.guard_span,
            ..self.site(role, found.location, reading)
        }
    }

    /// The constraint or enum that admits the lanes, wherever it is defined; one that is defined nowhere is missing.
    fn check_sites(&self) -> Vec<Site> {
        let Some(admitted_by) = &self.lane_set.admitted_by else {
            return Vec::new();
        };
        let replays = [
            &self.replays.migrations,
            &self.replays.embedded,
            &self.replays.schema,
        ];
        let catalogs = replays.into_iter().filter_map(Replayed::catalog);
        let mut sites: Vec<Site> = catalogs
            .filter_map(|catalog| self.check_site(catalog, &admitted_by.value))
            .collect();
        if sites.is_empty() {
            let sentence = match &admitted_by.value {
                AdmittedBy::Check(name) => {
                    format!(
                        "no CHECK constraint {name} on {} is defined anywhere",
                        self.lane_set.table.value
                    )
                }
                AdmittedBy::Enum(name) => format!("no enum {name} is defined anywhere"),
            };
            let location = self.declaration.location(admitted_by.span);
            sites.push(self.site(Role::Check, location, Reading::Missing(sentence)));
        }
        sites
    }

    fn check_site(&self, catalog: &Catalog, admitted_by: &AdmittedBy) -> Option<Site> {
        let doubted = match admitted_by {
            AdmittedBy::Check(_) => &self.lane_set.table.value.name,
            AdmittedBy::Enum(name) => &name.name,
        };
        if let Some(doubt) = catalog.doubts.get(doubted) {
            let reading = Reading::Unreadable(doubt.reason.clone());
            return Some(self.site(Role::Check, doubt.location.clone(), reading));
        }
        let (location, condition) = match admitted_by {
            AdmittedBy::Check(name) => {
                let full = catalog.meant_table(&self.lane_set.table.value);
                let table = catalog.tables.get(&full)?;
                let check = table.checks.get(name)?;
                (&check.location, check.condition.clone())
            }
            AdmittedBy::Enum(name) => {
                let stored = catalog.enums.get(&catalog.meant_enum(name))?;
                (&stored.location, Ok(self.labels(&stored.labels)))
            }
        };
        let reading = match condition {
            Ok(condition) => Reading::Predicate(self.settled(&condition)),
            Err(reason) => Reading::Unreadable(reason),
        };
        Some(self.site(Role::Check, location.clone(), reading))
    }

    fn labels(&self, labels: &[String]) -> Predicate {
        let values = labels.iter().cloned().map(Value::Text).collect();
        Predicate::among(Column::new(self.lane_set.column.value.clone()), values)
    }

    /// What the column may hold, by the declared constraint or enum, or else by all CHECK constraints over the column alone: a row
    /// has to meet every one.
    fn admitted(&self) -> Option<Predicate> {
        let column = &self.lane_set.column.value;
        for catalog in [&self.replays.schema, &self.replays.migrations]
            .into_iter()
            .filter_map(Replayed::catalog)
        {
            if let Some(AdmittedBy::Enum(name)) = self
                .lane_set
                .admitted_by
                .as_ref()
                .map(|admitted| &admitted.value)
                && let Some(stored) = catalog.enums.get(&catalog.meant_enum(name))
            {
                return Some(self.labels(&stored.labels));
            }
            let full = catalog.meant_table(&self.lane_set.table.value);
            let table = catalog.tables.get(&full);
            let checks = table.into_iter().flat_map(|table| table.checks.values());
            let is_about_it = |condition: &&Predicate| {
                let columns = condition.columns();
                columns.len() == 1 && columns.contains(column)
            };
            let conditions: Vec<Predicate> = checks
                .filter_map(|check| check.condition.as_ref().ok())
                .filter(is_about_it)
                .map(|condition| self.settled(condition))
                .collect();
            if !conditions.is_empty() {
                return Some(Predicate::and(conditions));
            }
        }
        None
    }

    /// A predicate with the column's constants of the lanes' kind: to an integer column `'1'` is 1.
    fn settled(&self, predicate: &Predicate) -> Predicate {
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
            (Some(a), Some(b)) if a.as_str() == declared.trim() => a == b,
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
