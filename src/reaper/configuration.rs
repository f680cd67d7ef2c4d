//! What one lane set's reaper runs: its statements, rendered from the declaration, and its lock.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::guard::Limits;
use crate::model::declaration::{LaneSet, ReaperDeclaration};
use crate::render::predicate::qualified;
use crate::render::reaper::{Pass, pass_statement};
use crate::render::survey;

/// The reaper of one lane set.
#[derive(Debug, Clone)]
pub struct Reaper {
    /// How long a run may be silent.
    pub stale_after: Duration,
    /// How often a pass starts.
    pub every: Duration,
    /// Rows at most in one transaction.
    pub batch: u32,
    /// How long a statement may wait for another transaction: a retry may meet one that adds the same key, or deletes its feed.
    pub lock_timeout: Duration,
    /// How long a statement may take.
    pub statement_timeout: Duration,
    lane_set: LaneSet,
    declared: ReaperDeclaration,
}

impl Reaper {
    /// The reaper of the set; `None` when it declares none.
    pub fn of(lane_set: &LaneSet) -> Option<Self> {
        let declared = lane_set.reaper.clone()?;
        Some(Self {
            stale_after: declared.stale_after,
            every: declared.every,
            batch: declared.batch,
            lock_timeout: Duration::from_secs(2),
            statement_timeout: Duration::from_secs(30),
            lane_set: lane_set.clone(),
            declared,
        })
    }

    /// The lane set's name.
    pub fn name(&self) -> &str {
        &self.lane_set.name.value
    }

    /// The key of the advisory lock that keeps passes apart. The same for every reaper of a set on a table, whatever its lanes: a set
    /// that changes is still one set.
    pub fn lock_key(&self) -> i64 {
        let digest = Sha256::digest(format!("laneset reaper {} {}", self.name(), self.table()));
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&digest[..8]);
        i64::from_be_bytes(bytes)
    }

    /// How much it may reap after an outage, as declared.
    pub fn limits(&self) -> Limits {
        Limits::of(&self.declared)
    }

    /// See [`crate::render::reaper::pass_statement`].
    pub fn statement(&self, pass: Pass) -> String {
        pass_statement(&self.lane_set, &self.declared, pass)
    }

    /// See [`survey::survey`].
    pub fn survey(&self) -> String {
        survey::survey(&self.lane_set, &self.declared)
    }

    /// The table, as SQL.
    pub fn table(&self) -> String {
        qualified(&self.lane_set.table.value)
    }

    /// The columns that say since when a run is silent.
    pub fn instants(&self) -> [&str; 3] {
        let declared = &self.declared;
        [
            &declared.heartbeat_column,
            &declared.claimed_column,
            &declared.created_column,
        ]
        .map(|column| column.as_str())
    }

    /// See [`survey::stale_count`].
    pub fn stale_count(&self) -> String {
        survey::stale_count(&self.lane_set, &self.declared)
    }

    /// See [`survey::stale_places`].
    pub fn stale_places(&self) -> String {
        survey::stale_places(&self.lane_set, &self.declared)
    }

    /// See [`survey::free_count`].
    pub fn free_count(&self) -> String {
        survey::free_count(&self.lane_set, &self.declared)
    }
}
