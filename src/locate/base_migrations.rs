//! The migrations that the base branch has: where this branch left it, and at its tip.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::formats::order::Order;
use crate::source::file::{RepoPath, SourceFile};

/// What is known of the base branch.
#[derive(Debug, Default)]
pub enum Base {
    /// It was not asked for, or there are no migrations to compare.
    #[default]
    NotAsked,
    /// The reason, as the end of a sentence.
    Unknown(String),
    Known(BaseMigrations),
}

/// The migrations of the base branch.
#[derive(Debug)]
pub struct BaseMigrations {
    /// The branch, as people call it: `origin/main`.
    pub reference: String,
    /// This is that branch itself, with nothing committed since.
    pub is_here: bool,
    /// Where this branch left it, by where they are now. What runs again whenever it changes is left out.
    pub fork: BTreeMap<RepoPath, Held>,
    /// At its tip, by their paths. What runs again whenever it changes is left out.
    pub tip: BTreeMap<RepoPath, HeldVersion>,
}

impl BaseMigrations {
    /// Those that the base branch has got since this branch left it.
    pub fn gained(&self) -> impl Iterator<Item = (&RepoPath, &HeldVersion)> {
        let old: BTreeSet<&RepoPath> = self.fork.values().map(|held| &held.path).collect();
        self.tip.iter().filter(move |(path, _)| !old.contains(path))
    }

    /// Whether a path is new on this branch.
    pub fn lacks(&self, path: &RepoPath) -> bool {
        !self.fork.contains_key(path) && !self.tip.contains_key(path)
    }

    /// Whether a part of a migration stands in it there too.
    pub fn holds(&self, path: &RepoPath, part: &str) -> bool {
        match self.fork.get(path).map(|held| &held.here) {
            None => self.tip.contains_key(path),
            Some(Here::Same) => true,
            Some(Here::Other { was, tip }) => {
                let tip = tip.as_ref().is_some_and(|tip| tip.contains(part));
                tip || was.text().contains(part)
            }
            Some(Here::Gone(was) | Here::Renamed { was, .. }) => was.text().contains(part),
        }
    }

    /// Whether a path bears the text of a migration that is gone.
    pub fn is_renamed(&self, path: &RepoPath) -> bool {
        let mut held = self.fork.values();
        held.any(|held| matches!(&held.here, Here::Renamed { to, .. } if to == path))
    }
}

/// A migration where this branch left the base branch.
#[derive(Debug)]
pub struct Held {
    /// Where it was. It is elsewhere now when it was moved, and its tool looks for names at any depth.
    pub path: RepoPath,
    pub here: Here,
}

/// What became of it on this branch.
#[derive(Debug)]
pub enum Here {
    Same,
    /// Another text than it was.
    Other {
        was: Arc<SourceFile>,
        /// What the base branch has made of it since.
        tip: Option<String>,
    },
    /// Its text is that of a new path now.
    Renamed {
        was: Arc<SourceFile>,
        to: RepoPath,
    },
    /// Nothing. This is what it was.
    Gone(Arc<SourceFile>),
}

/// What a tool knows a migration by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldVersion {
    pub version: String,
    pub recorded: String,
    pub order: Order,
}
