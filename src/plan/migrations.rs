//! New migrations for the indexes that the migrations leave with another predicate than declared.

use std::sync::Arc;

use super::draft::Draft;
use super::planner::{IndexSite, Planner};
use super::target::{self, target};
use super::versions::Versions;
use crate::locate::catalog::Catalog;
use crate::locate::migrations::Migrations;
use crate::locate::replays::Replayed;
use crate::model::declaration::IndexBuild;
use crate::model::migration_step::MigrationStep;
use crate::model::name::QualifiedName;
use crate::model::site::Reading;
use crate::render::index_change::{IndexChange, interim_name, steps};
use crate::source::file::{RepoPath, SourceFile};

/// A folder of migrations that grows.
pub struct Folder {
    migrations: Migrations,
    path: RepoPath,
    versions: Versions,
    /// The versions that were given out, in order.
    pub new: Vec<String>,
}

impl Folder {
    /// `versions` goes on after everything in the folder and on the base branch.
    pub fn new(migrations: Migrations, path: RepoPath, versions: Versions) -> Self {
        Self {
            migrations,
            path,
            versions,
            new: Vec::new(),
        }
    }

    fn newest_file(&self) -> Option<&Arc<SourceFile>> {
        self.migrations.files.last()
    }

    /// Adds a file for each step.
    ///
    /// # Errors
    /// When one of them gets no version; then there is none.
    pub fn add(&mut self, steps: &[MigrationStep], draft: &mut Draft) -> Result<(), String> {
        let mut versions = self.versions.clone();
        let numbered: Vec<(String, &MigrationStep)> = steps
            .iter()
            .map(|step| Ok((versions.give()?, step)))
            .collect::<Result<_, super::versions::VersionError>>()
            .map_err(|error| error.to_string())?;
        self.versions = versions;
        for (version, step) in numbered {
            let name = self.migrations.format().file_name(&version, &step.slug);
            let path = RepoPath::new(format!(
                "{}/{name}",
                self.path.as_str().trim_end_matches('/')
            ));
            let text = self.migrations.format().text(step);
            draft.create(path, &text, self.newest_file().map(AsRef::as_ref));
            self.new.push(version);
        }
        Ok(())
    }
}

impl Planner<'_> {
    /// Plans the migrations for one lane set's index, and gives the version of the last one.
    pub(super) fn migrate_index(
        &self,
        site: &IndexSite,
        folder: &mut Folder,
        draft: &mut Draft,
    ) -> Option<String> {
        let catalog = self.located.replays.migrations.catalog()?;
        let planned = self
            .index_change(site, catalog)
            .and_then(|change| folder.add(&steps(&change), draft));
        match planned {
            Ok(()) => folder.new.last().cloned(),
            Err(reason) => {
                draft.obstacle(site.site().location.clone(), reason);
                None
            }
        }
    }

    fn index_change(&self, site: &IndexSite, catalog: &Catalog) -> Result<IndexChange, String> {
        let lane_set = site.lane_set();
        let table = &lane_set.table.value;
        let name = &site.declared.name.value;
        let full_table = catalog.meant_table(table);
        let before = match &site.site().reading {
            Reading::Unreadable(reason) => {
                return Err(format!(
                    "what the migrations leave cannot be told, so neither can the way back from a new one: {reason}; \
                     write that migration by hand"
                ));
            }
            Reading::Missing(_) => None,
            Reading::Predicate(_) | Reading::OtherIndex { .. } => {
                let index = catalog
                    .meant_index(name, table)
                    .filter(|index| index.table == full_table)
                    .ok_or_else(|| format!("the index {name} is one of another table than {table}; drop or rename it first"))?;
                let full = QualifiedName::new(full_table.schema.clone(), name.clone());
                Some(target::stored(&full, index)?)
            }
        };
        if catalog.doubts.contains_key(&table.name)
            || !catalog.tables.contains_key(&full_table) && before.is_none()
        {
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
        let others = [&self.located.replays.schema, &self.located.replays.embedded];
        let known =
            std::iter::once(catalog).chain(others.into_iter().filter_map(Replayed::catalog));
        let after = target(lane_set, site.declared, known)?;
        Ok(IndexChange {
            interim: interim_name(&after.name, |name| {
                catalog.has_relation(&QualifiedName::new(
                    after.table.schema.clone(),
                    name.clone(),
                ))
            }),
            slug: site.slug(),
            summary: site.summary(),
            build: site.declared.build,
            before,
            after,
        })
    }
}
