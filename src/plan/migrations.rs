//! New migrations for the indexes that the migrations leave with another predicate than declared.

use super::draft::Draft;
use super::planner::{IndexSite, Planner};
use super::target::{self, target};
use super::versions::Versions;
use crate::locate::catalog::Catalog;
use crate::locate::formats::Half;
use crate::locate::formats::written::{NewFile, NewMigration, Surroundings};
use crate::locate::migrations::{Migration, Migrations};
use crate::locate::replays::Replayed;
use crate::model::declaration::IndexBuild;
use crate::model::migration_step::MigrationStep;
use crate::model::name::{Identifier, QualifiedName};
use crate::model::site::Reading;
use crate::render::index::PartialIndex;
use crate::render::index_change::{IndexChange, interim_name, steps};

/// A folder of migrations that grows.
pub struct Folder {
    migrations: Migrations,
    versions: Versions,
    /// The files that were written, in order.
    written: Vec<NewFile>,
    /// The versions that were given out, in order.
    pub new: Vec<String>,
}

/// What became of the migrations of one lane set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Migrated {
    /// None was needed.
    Nothing,
    /// The last one has this version.
    As(String),
    /// One was needed, and could not be planned.
    Refused,
}

impl Folder {
    /// `versions` goes on after everything in the folder and on the base branch.
    pub fn new(migrations: Migrations, versions: Versions) -> Self {
        Self {
            migrations,
            versions,
            written: Vec::new(),
            new: Vec::new(),
        }
    }

    /// Whether a dump of the schema lists the versions.
    pub fn dumps_versions(&self) -> bool {
        self.migrations.format().dumps_versions()
    }

    /// The newest migration that has a version.
    fn newest(&self) -> Option<&Migration> {
        let mut list = self.migrations.list.iter();
        list.rfind(|migration| !migration.order.is_last)
    }

    /// Adds the files of each step.
    ///
    /// # Errors
    /// When one of them gets no version, or cannot be written in this format; then there is none.
    pub fn add(&mut self, steps: &[MigrationStep], draft: &mut Draft) -> Result<(), String> {
        let format = self.migrations.format();
        let mut versions = self.versions.clone();
        let mut numbers = Vec::new();
        let mut written = self.written.clone();
        let newest = self.newest().map(|newest| self.migrations.text(newest));
        for step in steps {
            let version = versions.give().map_err(|error| error.to_string())?;
            let new = NewMigration {
                version: &version,
                step,
            };
            let has_way_up = |file: &&NewFile| {
                format
                    .entry(&file.path)
                    .is_some_and(|entry| entry.half == Half::Up)
            };
            let surroundings = Surroundings {
                newest: written
                    .iter()
                    .rfind(has_way_up)
                    .or(newest.as_ref())
                    .cloned(),
                has_downs: self.migrations.has_downs,
            };
            written.extend(format.files(&new, &surroundings)?);
            numbers.push(version);
        }
        let seal = self.seal(&written)?;
        let like = self.newest().map(|newest| newest.file.as_ref());
        let like = like.filter(|_| !format.is_hashed());
        for file in &written[self.written.len()..] {
            draft.create(self.migrations.path(&file.path), &file.text, like);
        }
        if let Some((name, text)) = seal {
            match &self.migrations.seal {
                Some(old) => draft.replace(old, text),
                None => draft.create(self.migrations.path(name), &text, None),
            }
        }
        self.versions = versions;
        self.written = written;
        self.new.extend(numbers);
        Ok(())
    }

    /// The seal over the folder as it will be, where the format has one.
    fn seal(&self, written: &[NewFile]) -> Result<Option<(&'static str, String)>, String> {
        let format = self.migrations.format();
        let Some(name) = format.seal_name() else {
            return Ok(None);
        };
        let mut files: Vec<NewFile> = self.migrations.texts().collect();
        files.extend(written.iter().cloned());
        let old = self.migrations.seal.as_ref().map(|old| old.text());
        let seal = format.seal(&files, old)?;
        Ok(Some((name, seal)))
    }
}

impl Planner<'_> {
    /// Plans the migrations for one lane set's index.
    pub(super) fn migrate_index(
        &self,
        site: &IndexSite,
        folder: &mut Folder,
        draft: &mut Draft,
    ) -> Migrated {
        let Some(catalog) = self.located.replays.migrations.catalog() else {
            return Migrated::Nothing;
        };
        let planned = self
            .index_change(site, catalog)
            .and_then(|change| folder.add(&steps(&change), draft));
        match (planned, folder.new.last()) {
            (Ok(()), Some(version)) => Migrated::As(version.clone()),
            (Ok(()), None) => Migrated::Nothing,
            (Err(reason), _) => {
                draft.obstacle(site.site().location.clone(), reason);
                Migrated::Refused
            }
        }
    }

    fn index_change(&self, site: &IndexSite, catalog: &Catalog) -> Result<IndexChange, String> {
        let before = stored_before(site, catalog)?;
        refuse_what_would_fail(site, catalog, before.is_some())?;
        let others = [&self.located.replays.schema, &self.located.replays.embedded];
        let others = others.into_iter().filter_map(Replayed::catalog);
        let known = std::iter::once(catalog).chain(others);
        let after = target(site.lane_set(), site.declared, known)?;
        let is_taken = |name: &Identifier| {
            let full = QualifiedName::new(after.table.schema.clone(), name.clone());
            catalog.has_relation(&full)
        };
        Ok(IndexChange {
            interim: interim_name(&after.name, is_taken),
            slug: site.slug(),
            summary: site.summary(),
            build: site.declared.build,
            before,
            after,
        })
    }
}

/// The index as the migrations leave it now, which is what the way down restores; `None` when there is none.
fn stored_before(site: &IndexSite, catalog: &Catalog) -> Result<Option<PartialIndex>, String> {
    let table = &site.lane_set().table.value;
    let name = &site.declared.name.value;
    match &site.site().reading {
        Reading::Unreadable(reason) => Err(format!(
            "what the migrations leave cannot be told, so neither can the way back from a new one: {reason}; \
             write that migration by hand"
        )),
        Reading::Missing(_) => Ok(None),
        Reading::Predicate(_) | Reading::OtherIndex { .. } => {
            let full_table = catalog.meant_table(table);
            let index = catalog.meant_index(name, table);
            let index = index.filter(|index| index.table == full_table);
            let index = index.ok_or_else(|| {
                format!(
                    "the index {name} is one of another table than {table}; drop or rename it first"
                )
            })?;
            let full = QualifiedName::new(full_table.schema, name.clone());
            target::stored(&full, index).map(Some)
        }
    }
}

/// What Postgres would say to the migration is said before there is one.
fn refuse_what_would_fail(
    site: &IndexSite,
    catalog: &Catalog,
    is_there: bool,
) -> Result<(), String> {
    let table = &site.lane_set().table.value;
    let full_table = catalog.meant_table(table);
    if let Some(doubt) = catalog.doubts.get(&table.name) {
        return Err(format!(
            "what the migrations do to {table} cannot be told: {}; write that migration by hand",
            doubt.reason
        ));
    }
    if !is_there && !catalog.tables.contains_key(&full_table) {
        return Err(format!(
            "the migrations do not make the table {table}, so an index of it would fail"
        ));
    }
    let is_split = !catalog.descendants(&full_table).is_empty();
    if is_split && site.declared.build == IndexBuild::Concurrently {
        return Err(format!(
            "{table} is partitioned, and Postgres builds no index of a partitioned table concurrently; \
             build it partition by partition (manual, CREATE INDEX), or declare build = \"transactional\""
        ));
    }
    Ok(())
}
