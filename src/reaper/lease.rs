//! A worker's hold on a run: every write is fenced, and says whether the run is still its own.

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgConnection;

use crate::model::declaration::{LaneSet, ReaperDeclaration};
use crate::render::lease::{self, Claim};

/// What became of a fenced write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Fenced {
    /// The run is this worker's, and was written.
    Written,
    /// The run was reaped, ended or claimed by another: nothing was written, and the work is to stop.
    Lost,
}

/// A run that a worker holds.
#[derive(Debug, Clone)]
pub struct Lease {
    lane_set: LaneSet,
    declared: ReaperDeclaration,
    claim: Claim,
}

impl Lease {
    /// The hold on a run of the set; `None` when the set declares no reaper.
    pub fn new(lane_set: &LaneSet, claim: Claim) -> Option<Self> {
        Some(Self {
            lane_set: lane_set.clone(),
            declared: lane_set.reaper.clone()?,
            claim,
        })
    }

    /// Who holds which run.
    pub fn claim(&self) -> &Claim {
        &self.claim
    }

    pub(super) fn declared(&self) -> &ReaperDeclaration {
        &self.declared
    }

    /// Beats once. On a connection that has no transaction open, or nobody sees the beat until that ends.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn beat(&self, connection: &mut PgConnection) -> sqlx::Result<Fenced> {
        let statement = lease::beat(&self.lane_set, &self.declared, &self.claim);
        self.write(connection, statement).await
    }

    /// Ends the run well. In the transaction that holds the work's own writes, they stand or fall together: roll it back when the
    /// lease is lost.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn finish(&self, connection: &mut PgConnection) -> sqlx::Result<Fenced> {
        let statement = lease::finish(&self.lane_set, &self.declared, &self.claim);
        self.write(connection, statement).await
    }

    /// Ends the run badly, and says why.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn fail(&self, connection: &mut PgConnection, reason: &str) -> sqlx::Result<Fenced> {
        let statement = lease::fail(&self.lane_set, &self.declared, &self.claim, reason);
        self.write(connection, statement).await
    }

    async fn write(
        &self,
        connection: &mut PgConnection,
        statement: String,
    ) -> sqlx::Result<Fenced> {
        let done = sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(connection)
            .await?;
        Ok(if done.rows_affected() == 0 {
            Fenced::Lost
        } else {
            Fenced::Written
        })
    }
}
