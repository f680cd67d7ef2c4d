//! Brings the sites of a declaration together: the replays of migrations, dump and patches, and the declared queries.

use std::collections::BTreeSet;
use std::sync::Arc;

use thiserror::Error;

use super::app_source::error::SourceError;
use super::catalog::{Catalog, Index, key_column};
use super::embedded::Embedded;
use super::interest::Interest;
use super::migrations::Migrations;
use super::replay::{GovernedSet, Replay};
use super::walk::{ReadError, Root};
use super::{dump, query};
use crate::model::declaration::{AdmittedBy, Declaration, IndexDeclaration, LaneSet};
use crate::model::lane::Value;
use crate::model::name::{Identifier, QualifiedName};
use crate::model::predicate::{Column, Predicate};
use crate::model::site::{CreateWithoutEffect, Reading, Role, Site};
use crate::read_sql::split::Unterminated;
use crate::source::excerpt::Excerpt;
use crate::source::file::{Location, RepoPath, SourceFile};
use crate::source::span::Span;

/// A file that matters could not be read: nothing can be said of the repository.
#[derive(Debug, Error)]
pub enum LocateError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("{path}:{line}:{column}: {reason}")]
    Unreadable {
        path: RepoPath,
        line: usize,
        column: usize,
        reason: String,
    },
    #[error(
        "{0}: ends before pg_dump's last line (`-- PostgreSQL database dump complete`); dump the schema again"
    )]
    TruncatedDump(RepoPath),
    #[error(
        "{0}: the migrations' format cannot be told; set `format` in [migrations] (this version reads dbmate)"
    )]
    UnknownFormat(RepoPath),
    #[error("{0}: migrations of this format are not read by this version; it reads dbmate")]
    UnsupportedFormat(RepoPath),
    #[error(
        "{0}: source in this language is not read by this version; it reads TypeScript, JavaScript, Rust, Go, Python and SQL"
    )]
    UnknownLanguage(RepoPath),
}

impl LocateError {
    pub fn unterminated(file: &SourceFile, excerpt: &Excerpt, error: &Unterminated) -> Self {
        let at = excerpt.source_span(error.at..error.at).start;
        Self::at(file, at, error.to_string())
    }

    pub fn source(file: &SourceFile, error: &SourceError) -> Self {
        Self::at(
            file,
            error.span().map_or(0, |span| span.start),
            error.to_string(),
        )
    }

    fn at(file: &SourceFile, offset: usize, reason: String) -> Self {
        let position = file.position(offset);
        Self::Unreadable {
            path: file.path().clone(),
            line: position.line,
            column: position.column,
            reason,
        }
    }
}

/// Everything that was found.
#[derive(Debug, Default)]
pub struct Located {
    /// By lane set, and in one order of roles.
    pub sites: Vec<Site>,
    pub without_effect: Vec<CreateWithoutEffect>,
    /// By lane set: what its column may hold, where a constraint or enum says so.
    pub admitted: Vec<Option<Predicate>>,
    pub migrations: usize,
    pub patches: usize,
    pub queries: usize,
    pub source_files: usize,
}

/// The files of the SQL sites.
struct SqlFiles {
    migrations: Option<Migrations>,
    schema: Option<Arc<SourceFile>>,
    schema_missing: bool,
    embedded: Option<Embedded>,
}

/// What the SQL sites leave behind.
struct Replayed {
    migrations: Option<Catalog>,
    schema: Option<Catalog>,
    embedded: Option<Catalog>,
}

/// Finds every site of the declaration below `root`.
///
/// # Errors
/// The first file that matters and cannot be read.
pub fn locate(declaration: &Declaration, root: &Root) -> Result<Located, LocateError> {
    let files = read_files(declaration, root)?;
    let replayed = replay_all(declaration, &files)?;
    let mut located = Located {
        migrations: files
            .migrations
            .as_ref()
            .map_or(0, |migrations| migrations.files.len()),
        patches: files.embedded.as_ref().map_or(0, Embedded::count),
        ..Located::default()
    };
    let mut source_files = BTreeSet::new();
    if let Some(Embedded::Array { file, .. }) = &files.embedded {
        source_files.insert(file.path().clone());
    }
    for (number, lane_set) in declaration.lane_sets.iter().enumerate() {
        let finder = SetFinder {
            declaration,
            lane_set,
            number,
            files: &files,
            replayed: &replayed,
        };
        finder.index_sites(&mut located);
        finder.query_sites(root, &mut located, &mut source_files)?;
        finder.check_sites(&mut located);
        let admitted = finder.admitted();
        located.admitted.push(admitted);
    }
    located.source_files = source_files.len();
    Ok(located)
}

fn read_files(declaration: &Declaration, root: &Root) -> Result<SqlFiles, LocateError> {
    let schema = &declaration.schema.file;
    let schema_exists = root.exists(&schema.path);
    let needs_sql = declaration
        .lane_sets
        .iter()
        .any(|lane_set| lane_set.index.is_some() || lane_set.admitted_by.is_some());
    if !needs_sql {
        return Ok(SqlFiles {
            migrations: None,
            schema: None,
            schema_missing: false,
            embedded: None,
        });
    }
    Ok(SqlFiles {
        migrations: Migrations::read(root, &declaration.migrations)?,
        schema: match schema_exists {
            true => Some(root.read(&schema.path)?),
            false => None,
        },
        schema_missing: !schema_exists && schema.declared_at.is_some(),
        embedded: match &declaration.embedded {
            Some(embedded) => Some(Embedded::read(root, &embedded.path.value)?),
            None => None,
        },
    })
}

/// Replays everything; once more when a rename showed a further name of a governed object.
fn replay_all(declaration: &Declaration, files: &SqlFiles) -> Result<Replayed, LocateError> {
    let governed = GovernedSet::of(declaration);
    let mut names: BTreeSet<Identifier> = governed
        .iter()
        .flat_map(GovernedSet::names)
        .cloned()
        .collect();
    loop {
        let interest = Interest::new(names.clone());
        let start = || Replay::new(&governed, &interest);
        let mut further = Vec::new();
        let mut finish = |replay: Replay| {
            further.extend(replay.further_names.iter().cloned());
            replay.catalog
        };
        let migrations = match &files.migrations {
            Some(migrations) => {
                let mut replay = start();
                migrations.replay(&mut replay)?;
                Some(finish(replay))
            }
            None => None,
        };
        let schema = match &files.schema {
            Some(file) => {
                let mut replay = start();
                dump::replay(file, &mut replay)?;
                Some(finish(replay))
            }
            None => None,
        };
        let embedded = match &files.embedded {
            Some(patches) => {
                let mut replay = start();
                patches.replay(&mut replay)?;
                Some(finish(replay))
            }
            None => None,
        };
        let known = names.len();
        names.extend(further);
        if names.len() == known {
            return Ok(Replayed {
                migrations,
                schema,
                embedded,
            });
        }
    }
}

/// Finds the sites of one lane set.
struct SetFinder<'a> {
    declaration: &'a Declaration,
    lane_set: &'a LaneSet,
    number: usize,
    files: &'a SqlFiles,
    replayed: &'a Replayed,
}

impl SetFinder<'_> {
    fn site(&self, role: Role, location: Location, reading: Reading) -> Site {
        Site {
            role,
            lane_set: self.number,
            location,
            lanes_span: None,
            reading,
        }
    }

    fn index_sites(&self, located: &mut Located) {
        let Some(index) = &self.lane_set.index else {
            return;
        };
        let name = &index.name.value;
        let replays = [
            (
                Role::Migrations,
                &self.replayed.migrations,
                self.migrations_place(),
            ),
            (
                Role::Embedded,
                &self.replayed.embedded,
                self.embedded_place(),
            ),
            (
                Role::Index,
                &self.replayed.schema,
                self.declaration.schema.file.path.to_string(),
            ),
        ];
        for (role, catalog, place) in replays {
            if let Some(catalog) = catalog {
                let sentence = format!("no index {name} is created in {place}");
                located
                    .sites
                    .push(self.index_site(role, catalog, index, sentence));
                located
                    .without_effect
                    .extend(self.without_effect(role, catalog));
            }
        }
        if self.files.schema_missing {
            let path = &self.declaration.schema.file;
            let span = path.declared_at.unwrap_or(index.name.span);
            let reading = Reading::Missing(format!("{} does not exist", path.path));
            located
                .sites
                .push(self.site(Role::Index, self.declaration.location(span), reading));
        }
    }

    fn migrations_place(&self) -> String {
        self.declaration.migrations.dir.path.to_string()
    }

    fn embedded_place(&self) -> String {
        let embedded = self.declaration.embedded.as_ref();
        embedded.map_or_else(String::new, |embedded| embedded.path.value.to_string())
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
            Ok(predicate) => self.index_reading(self.settled(predicate), index, declared),
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
        index: &Index,
        declared: &IndexDeclaration,
    ) -> Reading {
        let table = &self.lane_set.table.value;
        if index.table.name != table.name
            || (table.schema.is_some() && index.table.schema != table.schema)
        {
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
        let schema = &self.lane_set.table.value.schema;
        let named = |full: &&QualifiedName| full.name == *name;
        let wanted = catalog
            .indexes
            .keys()
            .filter(named)
            .find(|full| full.schema == *schema);
        let found = wanted.or_else(|| catalog.indexes.keys().find(named))?;
        catalog.indexes.get(found)
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

    fn query_sites(
        &self,
        root: &Root,
        located: &mut Located,
        source_files: &mut BTreeSet<RepoPath>,
    ) -> Result<(), LocateError> {
        for declared in &self.lane_set.queries {
            let declared_at = self.declaration.location(declared.file.span);
            for found in query::find(root, &declared_at, self.lane_set, declared)? {
                located.sites.push(self.found_site(Role::Query, found));
            }
            located.queries += 1;
            source_files.insert(declared.file.value.clone());
        }
        for declared in &self.lane_set.arrays {
            let declared_at = self.declaration.location(declared.name.span);
            let found = query::find_array(root, &declared_at, self.lane_set, declared)?;
            located.sites.push(self.found_site(Role::Array, found));
            located.queries += 1;
            source_files.insert(declared.file.value.clone());
        }
        Ok(())
    }

    fn found_site(&self, role: Role, found: query::Found) -> Site {
        let reading = match found.reading {
            Reading::Predicate(predicate) => Reading::Predicate(self.settled(&predicate)),
            other => other,
        };
        Site {
            lanes_span: found.lanes_span,
            ..self.site(role, found.location, reading)
        }
    }

    /// The constraint or enum that admits the lanes, wherever it is defined; one that is defined nowhere is missing.
    fn check_sites(&self, located: &mut Located) {
        let Some(admitted_by) = &self.lane_set.admitted_by else {
            return;
        };
        let mut is_found = false;
        let catalogs = [
            &self.replayed.migrations,
            &self.replayed.embedded,
            &self.replayed.schema,
        ];
        for catalog in catalogs.into_iter().flatten() {
            if let Some(site) = self.check_site(catalog, &admitted_by.value) {
                located.sites.push(site);
                is_found = true;
            }
        }
        if !is_found {
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
            located
                .sites
                .push(self.site(Role::Check, location, Reading::Missing(sentence)));
        }
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
                let (_, table) = catalog
                    .tables
                    .iter()
                    .find(|(full, _)| means(&self.lane_set.table.value, full))?;
                let check = table.checks.get(name)?;
                (&check.location, check.condition.clone())
            }
            AdmittedBy::Enum(name) => {
                let (_, stored) = catalog.enums.iter().find(|(full, _)| means(name, full))?;
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

    /// What the column may hold, by the declared constraint or enum, or else by any CHECK constraint over the column alone.
    fn admitted(&self) -> Option<Predicate> {
        let column = &self.lane_set.column.value;
        let catalogs = [&self.replayed.schema, &self.replayed.migrations];
        for catalog in catalogs.into_iter().flatten() {
            if let Some(AdmittedBy::Enum(name)) = self
                .lane_set
                .admitted_by
                .as_ref()
                .map(|admitted| &admitted.value)
                && let Some((_, stored)) = catalog.enums.iter().find(|(full, _)| means(name, full))
            {
                return Some(self.labels(&stored.labels));
            }
            let table = catalog
                .tables
                .iter()
                .find(|(full, _)| means(&self.lane_set.table.value, full));
            let checks = table
                .into_iter()
                .flat_map(|(_, table)| table.checks.values());
            for condition in checks.filter_map(|check| check.condition.as_ref().ok()) {
                let columns = condition.columns();
                if columns.len() == 1 && columns.contains(column) {
                    return Some(self.settled(condition));
                }
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

fn means(name: &QualifiedName, full: &QualifiedName) -> bool {
    name.name == full.name && (name.schema.is_none() || name.schema == full.schema)
}

/// Whether two lists of key columns name the same columns in the same order; what follows a name (ASC, an operator class) counts
/// only where the declaration writes it.
fn same_keys(declared: &[String], stored: &[String]) -> bool {
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
