//! What the migrations leave of each governed index, one migration after the other.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::error::LocateError;
use super::index_sites::SiteReader;
use super::interest::Interest;
use super::migrations::Migrations;
use super::replay::governed::GovernedSet;
use super::replay::session::Replay;
use super::walk::Root;
use crate::model::declaration::Declaration;
use crate::model::name::Identifier;
use crate::model::site::{Role, Site};
use crate::source::file::SourceFile;

/// What stands after one migration.
#[derive(Debug, Clone)]
pub struct Moment {
    pub version: String,
    /// The migration.
    pub file: Arc<SourceFile>,
    /// By lane set; `None` for a set without an index.
    pub sites: Vec<Option<Site>>,
}

/// A moment for each migration, in their order. Without a folder of migrations there is none.
///
/// # Errors
/// The first file that cannot be read.
pub fn timeline(declaration: &Declaration, root: &Root) -> Result<Vec<Moment>, LocateError> {
    if !root.exists(&declaration.migrations.dir.path) {
        return Ok(Vec::new());
    }
    let migrations = Migrations::read(root, &declaration.migrations)?;
    let governed = GovernedSet::of(declaration);
    let names = governed.iter().flat_map(GovernedSet::names);
    let mut names: BTreeSet<Identifier> = names.cloned().collect();
    loop {
        let interest = Interest::new(names.clone());
        let mut replay = Replay::new(&governed, &interest);
        let mut moments = Vec::new();
        migrations.replay_each(&mut replay, &mut |migration, catalog| {
            let sets = declaration.lane_sets.iter().enumerate();
            let sites = sets.map(|(number, lane_set)| {
                let reader = SiteReader {
                    declaration,
                    lane_set,
                    number,
                };
                let index = lane_set.index.as_ref()?;
                Some(reader.index_site(Role::Migrations, catalog, index, String::new()))
            });
            moments.push(Moment {
                version: migration.version.clone(),
                file: Arc::clone(&migration.file),
                sites: sites.collect(),
            });
        })?;
        let known = names.len();
        names.extend(replay.further_names);
        if names.len() == known {
            return Ok(moments);
        }
    }
}
