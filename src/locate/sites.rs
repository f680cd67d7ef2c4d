//! Brings the sites of a declaration together: the replays of migrations, dump and patches, and the declared queries.

use std::collections::BTreeSet;

use super::base_migrations::Base;
use super::catalog::Catalog;
use super::copies::Listing;
use super::covers::{Pair, pairs};
use super::error::LocateError;
use super::heartbeats::{Heartbeat, heartbeats};
use super::index_sites::SiteReader;
use super::query;
use super::replays::{Replayed, Replays, State, replay_all};
use super::walk::Root;
use crate::model::declaration::{AdmittedBy, Declaration, LaneSet, QueryDeclaration};
use crate::model::lane::Value;
use crate::model::predicate::{Column, Predicate};
use crate::model::site::{CreateWithoutEffect, Reading, Role, Site};
use crate::source::file::RepoPath;
use crate::source::span::Spanned;

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
    /// The pairs of `[[cover]]`, in the order declared.
    pub pairs: Vec<Pair>,
    /// Of the sets that declare them.
    pub heartbeats: Vec<Heartbeat>,
    /// What lists lanes anywhere, where the repository was searched for that.
    pub listings: Vec<Listing>,
    pub searched_files: usize,
    /// What the migrations, the patches and the dump leave behind.
    pub replays: Replays,
    /// What the base branch has of the migrations, where that was asked.
    pub base: Base,
}

/// Finds every site of the declaration below `root`.
///
/// # Errors
/// The first file that matters and cannot be read.
pub fn locate(declaration: &Declaration, root: &Root) -> Result<Located, LocateError> {
    let (replays, (queries, heartbeats)) = replay_all(declaration, root, || {
        (
            find_queries(declaration, root),
            heartbeats(declaration, root),
        )
    })?;
    let (queries, heartbeats) = (queries?, heartbeats?);
    let mut source_files = queries.files;
    source_files.extend(replays.embedded_source.clone());
    let declared = declaration.lane_sets.iter();
    let declared = declared.filter_map(|set| set.heartbeat.as_ref());
    source_files
        .extend(declared.flat_map(|it| it.lanes.iter().map(|lane| lane.file.value.clone())));
    let pairs = pairs(declaration, root, &replays)?;
    source_files.extend(
        declaration
            .covers
            .iter()
            .map(|it| it.query.file.value.clone()),
    );
    let mut located = Located {
        sites: Vec::new(),
        without_effect: Vec::new(),
        admitted: Vec::new(),
        queries: queries.count + pairs.len(),
        source_files: source_files.len(),
        pairs,
        heartbeats,
        listings: Vec::new(),
        searched_files: 0,
        replays,
        base: Base::NotAsked,
    };
    let mut queries_of = queries.by_lane_set.into_iter();
    for (number, lane_set) in declaration.lane_sets.iter().enumerate() {
        let finder = SetFinder {
            reader: SiteReader {
                declaration,
                lane_set,
                number,
            },
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
pub fn statement_query(lane_set: &LaneSet, root: &Root) -> Option<QueryDeclaration> {
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
    reader: SiteReader<'a>,
    replays: &'a Replays,
}

impl SetFinder<'_> {
    fn index_sites(&self) -> (Vec<Site>, Vec<CreateWithoutEffect>) {
        let (mut sites, mut without_effect) = (Vec::new(), Vec::new());
        let Some(index) = &self.reader.lane_set.index else {
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
                    sites.push(self.reader.site(
                        role,
                        self.reader.declaration.location(*span),
                        reading,
                    ));
                }
                State::Found(catalog) => {
                    let sentence = format!("no index {name} is created in {}", replayed.place);
                    sites.push(self.reader.index_site(role, catalog, index, sentence));
                    without_effect.extend(self.reader.without_effect(role, catalog));
                }
            }
        }
        (sites, without_effect)
    }

    fn found_site(&self, role: Role, found: query::Found) -> Site {
        let reading = match found.reading {
            Reading::Predicate(predicate) => Reading::Predicate(self.reader.settled(&predicate)),
            other => other,
        };
        Site {
            lanes_span: found.lanes_span,
            guard_span: found.guard_span,
            telling: found.telling,
            ..self.reader.site(role, found.location, reading)
        }
    }

    /// The constraint or enum that admits the lanes, wherever it is defined; one that is defined nowhere is missing.
    fn check_sites(&self) -> Vec<Site> {
        let Some(admitted_by) = &self.reader.lane_set.admitted_by else {
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
                        self.reader.lane_set.table.value
                    )
                }
                AdmittedBy::Enum(name) => format!("no enum {name} is defined anywhere"),
            };
            let location = self.reader.declaration.location(admitted_by.span);
            sites.push(
                self.reader
                    .site(Role::Check, location, Reading::Missing(sentence)),
            );
        }
        sites
    }

    fn check_site(&self, catalog: &Catalog, admitted_by: &AdmittedBy) -> Option<Site> {
        let doubted = match admitted_by {
            AdmittedBy::Check(_) => &self.reader.lane_set.table.value.name,
            AdmittedBy::Enum(name) => &name.name,
        };
        if let Some(doubt) = catalog.doubts.get(doubted) {
            let reading = Reading::Unreadable(doubt.reason.clone());
            return Some(
                self.reader
                    .site(Role::Check, doubt.location.clone(), reading),
            );
        }
        let (location, condition) = match admitted_by {
            AdmittedBy::Check(name) => {
                let full = catalog.meant_table(&self.reader.lane_set.table.value);
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
            Ok(condition) => Reading::Predicate(self.reader.settled(&condition)),
            Err(reason) => Reading::Unreadable(reason),
        };
        Some(self.reader.site(Role::Check, location.clone(), reading))
    }

    fn labels(&self, labels: &[String]) -> Predicate {
        let values = labels.iter().cloned().map(Value::Text).collect();
        Predicate::among(
            Column::new(self.reader.lane_set.column.value.clone()),
            values,
        )
    }

    /// What the column may hold, by the declared constraint or enum, or else by all CHECK constraints over the column alone: a row
    /// has to meet every one.
    fn admitted(&self) -> Option<Predicate> {
        let column = &self.reader.lane_set.column.value;
        for catalog in [&self.replays.schema, &self.replays.migrations]
            .into_iter()
            .filter_map(Replayed::catalog)
        {
            if let Some(AdmittedBy::Enum(name)) = self
                .reader
                .lane_set
                .admitted_by
                .as_ref()
                .map(|admitted| &admitted.value)
                && let Some(stored) = catalog.enums.get(&catalog.meant_enum(name))
            {
                return Some(self.labels(&stored.labels));
            }
            let full = catalog.meant_table(&self.reader.lane_set.table.value);
            let table = catalog.tables.get(&full);
            let checks = table.into_iter().flat_map(|table| table.checks.values());
            let is_about_it = |condition: &&Predicate| {
                let columns = condition.columns();
                columns.len() == 1 && columns.contains(column)
            };
            let conditions: Vec<Predicate> = checks
                .filter_map(|check| check.condition.as_ref().ok())
                .filter(is_about_it)
                .map(|condition| self.reader.settled(condition))
                .collect();
            if !conditions.is_empty() {
                return Some(Predicate::and(conditions));
            }
        }
        None
    }
}
