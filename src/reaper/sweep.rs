//! One pass: batches until nothing is stale or its bounds are met, each in a transaction of its own, so that what was done persists.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Serialize, Serializer};
use sqlx::Row;
use sqlx::postgres::PgConnection;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::batch::{Batch, LaneReaped, interval, read, reap_batch};
use super::configuration::Reaper;
use super::connect::said;
use super::status::free;
use crate::render::reaper::{Pass, Pick, Retries};

/// What one pass did. Counts agree with the table: every transaction that they count was committed.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Sweep {
    /// `false`: it did nothing, for another reaper was at it, or an outage kept it from starting.
    pub acquired: bool,
    /// Reaped rows, by lane.
    pub reaped: BTreeMap<String, u64>,
    pub retries_created: u64,
    /// Reaped rows of retried lanes without a retry of their own; what follows says of which of them, the others were not needed:
    /// somebody is at their key.
    pub retries_skipped: u64,
    /// They had no attempt left.
    pub retries_capped: u64,
    /// A column of their key is NULL.
    pub retries_keyless: u64,
    /// Postgres refused the retry; `refused` has the reasons.
    pub retries_refused: u64,
    /// Rows that are still stale because another transaction holds them. `None` when the pass met its bounds before it could tell.
    pub stale_locked: Option<u64>,
    /// Rows that are still stale, for whatever reason.
    pub stale_left: u64,
    /// How long the longest silent of the reaped rows had been silent.
    #[serde(rename = "oldest_stale_age", serialize_with = "seconds")]
    pub oldest_stale: Option<Duration>,
    /// What Postgres said to rows that were left, or reaped without their retry; each once, sorted.
    pub refused: BTreeSet<String>,
}

fn seconds<S: Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    duration
        .map(|duration| duration.as_secs_f64())
        .serialize(serializer)
}

impl Sweep {
    /// All reaped rows.
    pub fn total(&self) -> u64 {
        self.reaped.values().sum()
    }

    /// Retries that were not needed, for another active row has their key, or another reaped one was retried.
    pub fn retries_deduplicated(&self) -> u64 {
        self.retries_skipped - self.retries_capped - self.retries_keyless - self.retries_refused
    }

    fn add(&mut self, lanes: &[LaneReaped]) {
        for lane in lanes {
            *self.reaped.entry(lane.lane.clone()).or_default() += lane.reaped;
            self.retries_created += lane.retries_created;
            self.retries_skipped += lane.retries_skipped;
            self.retries_capped += lane.retries_capped;
            self.retries_keyless += lane.retries_keyless;
            self.oldest_stale = self.oldest_stale.max(Some(lane.oldest_stale));
        }
    }
}

/// When a pass ends although rows are stale. It ends between transactions.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// Rows at most.
    pub rows: u64,
    pub time: Duration,
    /// Ends it from outside.
    pub stop: CancellationToken,
}

impl Bounds {
    /// A pass goes on until nothing is stale.
    pub fn none() -> Self {
        Self {
            rows: u64::MAX,
            time: Duration::MAX,
            stop: CancellationToken::new(),
        }
    }
}

/// Reaps what is stale, the longest silent first.
///
/// Postgres may refuse a batch for one of its rows: a retry whose feed is gone, a deadlock, a row that a trigger protects. The batch is then
/// halved until the row stands alone, so that it holds no other up. A row whose retry breaks a constraint is reaped without it; one that
/// met a lock or a time limit is left for the next pass.
///
/// # Errors
/// When the connection is lost, or Postgres refuses something that has nothing to do with single rows. What was committed until then
/// stands; its counts are lost, but logged.
pub async fn reap_stale_runs(
    connection: &mut PgConnection,
    reaper: &Reaper,
    bounds: &Bounds,
) -> sqlx::Result<Sweep> {
    let mut pass = RunningPass {
        connection,
        reaper,
        bounds,
        started: Instant::now(),
        tried: BTreeSet::new(),
        left: 0,
        sweep: Sweep::default(),
    };
    let mut end = pass.run().await?;
    if end == End::Locked && !pass.sweep.acquired {
        return Ok(pass.sweep);
    }
    let mut left = stale_left(pass.connection, reaper).await?;
    if end == End::Exhausted && left > pass.left {
        end = pass.others().await?;
        left = stale_left(pass.connection, reaper).await?;
    }
    pass.sweep.stale_left = left;
    if end == End::Exhausted {
        pass.tell_locked().await?;
    }
    Ok(pass.sweep)
}

async fn stale_left(connection: &mut PgConnection, reaper: &Reaper) -> sqlx::Result<u64> {
    let rows = read(connection, reaper.stale_count(), |query| {
        query.bind(interval(reaper.stale_after))
    })
    .await?;
    let stale: i64 = rows[0].try_get("stale")?;
    Ok(u64::try_from(stale).unwrap_or(0))
}

/// Why a pass ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Nothing is stale that it could take.
    Exhausted,
    /// A bound is met.
    Bounded,
    /// Another reaper came in between; it has the rest.
    Locked,
}

struct RunningPass<'a> {
    connection: &'a mut PgConnection,
    reaper: &'a Reaper,
    bounds: &'a Bounds,
    started: Instant,
    /// The places of rows that were listed, since Postgres refused a batch of unlisted ones.
    tried: BTreeSet<String>,
    /// How many rows Postgres did not let go.
    left: u64,
    sweep: Sweep,
}

impl RunningPass<'_> {
    async fn run(&mut self) -> sqlx::Result<End> {
        loop {
            if self.is_bounded() {
                return Ok(End::Bounded);
            }
            // As long as a row is left that Postgres refused, each batch of the oldest would fail for it again.
            let end = if self.left == 0 {
                self.oldest().await?
            } else {
                self.listed().await?
            };
            if let Some(end) = end {
                return Ok(end);
            }
        }
    }

    /// Rows that a transaction holds are passed over, and so are those whose update a trigger or a policy takes away. Were these the longest
    /// silent ones, they would hide the others.
    async fn others(&mut self) -> sqlx::Result<End> {
        loop {
            if self.is_bounded() {
                return Ok(End::Bounded);
            }
            if let Some(end) = self.listed().await? {
                return Ok(end);
            }
        }
    }

    /// Of the rows that are left, those that are locked; and a word about those that nothing can be said of.
    async fn tell_locked(&mut self) -> sqlx::Result<()> {
        let stale = self.sweep.stale_left;
        let free = if stale > self.left {
            let lanes = free(self.connection, self.reaper).await?;
            lanes.into_iter().map(|(_, free)| free).sum()
        } else {
            stale
        };
        self.sweep.stale_locked = Some(stale.saturating_sub(free));
        let silently_kept = free.saturating_sub(self.left);
        if silently_kept > 0 {
            warn!(
                lane_set = self.reaper.name(),
                runs = silently_kept,
                "stale runs are as they were, though nobody holds them: a trigger, a rule or a policy of the table takes the update away"
            );
        }
        Ok(())
    }

    fn is_bounded(&self) -> bool {
        self.bounds.stop.is_cancelled()
            || self.allowed() == 0
            || self.started.elapsed() >= self.bounds.time
    }

    /// How many rows the next transaction may take.
    fn allowed(&self) -> u64 {
        let rest = self.bounds.rows.saturating_sub(self.sweep.total());
        rest.min(self.reaper.batch.into())
    }

    /// A batch of the longest silent rows. `None` when there may be more.
    async fn oldest(&mut self) -> sqlx::Result<Option<End>> {
        let pass = Pass {
            limit: self.allowed(),
            pick: Pick::Oldest,
            retries: Retries::AsDeclared,
        };
        match self.reap(pass, &[]).await? {
            Outcome::Reaped(0) => Ok(Some(End::Exhausted)),
            Outcome::Reaped(_) => Ok(None),
            Outcome::Locked => Ok(Some(End::Locked)),
            Outcome::Refused(_) => self.listed().await,
        }
    }

    /// A batch of the longest silent rows that were not tried yet, halved wherever Postgres refuses it.
    async fn listed(&mut self) -> sqlx::Result<Option<End>> {
        let mut places = self.stale_places().await?;
        places.retain(|place| !self.tried.contains(place));
        places.truncate(usize::try_from(self.allowed()).unwrap_or(usize::MAX));
        if places.is_empty() {
            return Ok(Some(End::Exhausted));
        }
        self.tried.extend(places.iter().cloned());
        let mut waiting = vec![places];
        while let Some(places) = waiting.pop() {
            if self.is_bounded() {
                return Ok(Some(End::Bounded));
            }
            match self
                .reap(listed(&places, Retries::AsDeclared), &places)
                .await?
            {
                Outcome::Reaped(_) => {}
                Outcome::Locked => return Ok(Some(End::Locked)),
                Outcome::Refused(_) if places.len() > 1 => {
                    let (first, second) = places.split_at(places.len() / 2);
                    // The longest silent first: the last in is the first out.
                    waiting.push(second.to_vec());
                    waiting.push(first.to_vec());
                }
                Outcome::Refused(refusal) => self.alone(&places, refusal).await?,
            }
        }
        Ok(None)
    }

    /// A row that was refused alone.
    async fn alone(&mut self, places: &[String], refusal: Refusal) -> sqlx::Result<()> {
        if refusal == Refusal::Constraint
            && let Outcome::Reaped(reaped) =
                self.reap(listed(places, Retries::None), places).await?
        {
            self.sweep.retries_skipped += reaped;
            self.sweep.retries_refused += reaped;
            return Ok(());
        }
        self.left += 1;
        Ok(())
    }

    async fn stale_places(&mut self) -> sqlx::Result<Vec<String>> {
        let most = usize::try_from(self.allowed()).unwrap_or(usize::MAX);
        let most = i64::try_from(most.saturating_add(self.tried.len())).unwrap_or(i64::MAX);
        let stale_after = interval(self.reaper.stale_after);
        let rows = read(self.connection, self.reaper.stale_places(), |query| {
            query.bind(stale_after).bind(most)
        })
        .await?;
        rows.iter().map(|row| row.try_get("place")).collect()
    }

    async fn reap(&mut self, pass: Pass, places: &[String]) -> sqlx::Result<Outcome> {
        match reap_batch(self.connection, self.reaper, pass, places).await {
            Ok(Batch::Locked) => Ok(Outcome::Locked),
            Ok(Batch::Reaped(lanes)) => {
                self.sweep.acquired = true;
                self.sweep.add(&lanes);
                log(self.reaper, &lanes);
                Ok(Outcome::Reaped(lanes.iter().map(|lane| lane.reaped).sum()))
            }
            Err(error) => match Refusal::of(&error) {
                Some(refusal) => {
                    self.sweep.acquired = true;
                    self.note(&error, places);
                    Ok(Outcome::Refused(refusal))
                }
                None => Err(error),
            },
        }
    }

    fn note(&mut self, error: &sqlx::Error, places: &[String]) {
        let said = said(error);
        if places.len() == 1 {
            warn!(
                lane_set = self.reaper.name(),
                row = places[0],
                "Postgres refused a row: {said}"
            );
        } else {
            info!(
                lane_set = self.reaper.name(),
                "Postgres refused a batch, which is halved: {said}"
            );
        }
        self.sweep.refused.insert(said);
    }
}

/// A pass over rows at places.
fn listed(places: &[String], retries: Retries) -> Pass {
    Pass {
        limit: u64::try_from(places.len()).unwrap_or(u64::MAX),
        pick: Pick::Listed,
        retries,
    }
}

enum Outcome {
    Reaped(u64),
    Locked,
    Refused(Refusal),
}

/// Why Postgres refused what other rows may be granted (manual, appendix A).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    /// It will be refused again: a constraint, or a trigger that raises.
    Constraint,
    /// It may be granted later: a lock, a deadlock, a time limit.
    Passing,
}

/// The classes of errors that have nothing to do with single rows: the connection, what does not exist or is not allowed, the server's
/// resources and its state.
const NOT_OF_ROWS: [&str; 15] = [
    "08", "0A", "25", "26", "28", "34", "3D", "3F", "42", "53", "54", "55", "57", "58", "XX",
];

impl Refusal {
    fn of(error: &sqlx::Error) -> Option<Self> {
        let code = error.as_database_error()?.code()?;
        match code.as_ref() {
            "40001" | "40P01" | "55P03" | "57014" => Some(Refusal::Passing),
            code if NOT_OF_ROWS.contains(&&code[..2]) => None,
            // Triggers may raise any other.
            _ => Some(Refusal::Constraint),
        }
    }
}

fn log(reaper: &Reaper, lanes: &[LaneReaped]) {
    for lane in lanes {
        info!(
            lane_set = reaper.name(),
            lane = lane.lane,
            reaped = lane.reaped,
            retries_created = lane.retries_created,
            "reaped silent runs"
        );
        if lane.retries_skipped > 0 {
            let (capped, keyless) = (lane.retries_capped, lane.retries_keyless);
            warn!(
                lane_set = reaper.name(),
                lane = lane.lane,
                deduplicated = lane.retries_skipped - capped - keyless,
                capped,
                keyless,
                "reaped runs get no retry"
            );
        }
    }
}
