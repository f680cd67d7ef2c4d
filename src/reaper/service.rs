//! The reaper beside a service: a tick at boot and then one every so often, through outages, until it is told to stop.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::configuration::Reaper;
use super::connect::{connect, no_answer, said};
use super::guard::{Guard, Held};
use super::metrics;
use super::status::{survey, uptime};
use super::sweep::{Bounds, Sweep, reap_stale_runs};

/// What one tick did.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    pub sweep: Sweep,
    /// Why it reaped less than what is stale.
    pub held: Option<Held>,
    /// How long the longest silent run had been silent when the tick began. `None` when none was stale.
    pub oldest_stale: Option<Duration>,
    pub took: Duration,
}

/// Looks, decides how much may be reaped, and reaps it.
///
/// # Errors
/// As [`reap_stale_runs`].
pub async fn tick(
    connection: &mut PgConnection,
    reaper: &Reaper,
    guard: &mut Guard,
    stop: &CancellationToken,
) -> sqlx::Result<Tick> {
    let started = Instant::now();
    let uptime = uptime(connection).await?;
    let survey = survey(connection, reaper).await?;
    guard.contact();
    let allowance = guard.allowance(&survey, uptime);
    let mut sweep = Sweep {
        stale_left: survey.stale(),
        ..Sweep::default()
    };
    if allowance.rows > 0 {
        let bounds = Bounds {
            rows: allowance.rows,
            time: reaper.every,
            stop: stop.clone(),
        };
        sweep = reap_stale_runs(connection, reaper, &bounds).await?;
        guard.contact();
    }
    if let Some(held) = &allowance.held {
        warn!(lane_set = reaper.name(), "{held}");
    }
    Ok(Tick {
        sweep,
        held: allowance.held,
        oldest_stale: survey
            .lanes
            .iter()
            .filter_map(|lane| lane.oldest_stale)
            .max(),
        took: started.elapsed(),
    })
}

/// Ticks at once and then every [`Reaper::every`], one after the other, until `stop`; it ends between two transactions. When the database is
/// away it is tried again after 1, 2, 4 seconds and so on up to `every`. `report` sees every tick.
pub async fn keep_reaping(
    options: &PgConnectOptions,
    reaper: &Reaper,
    mut guard: Guard,
    stop: &CancellationToken,
    mut report: impl FnMut(&Tick),
) {
    let mut ticks = interval(reaper.every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut link = Link::new(options);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        let tick = link.tick(reaper, &mut guard, stop).await;
        let Some(tick) = tick else { break };
        metrics::record(reaper.name(), &tick);
        report(&tick);
    }
    info!(lane_set = reaper.name(), "stopped");
}

/// A connection that is made again when it is lost.
struct Link<'a> {
    options: &'a PgConnectOptions,
    connection: Option<PgConnection>,
}

impl<'a> Link<'a> {
    fn new(options: &'a PgConnectOptions) -> Self {
        Self {
            options,
            connection: None,
        }
    }

    /// A tick, as soon as the database lets it happen; `None` when it is told to stop before.
    async fn tick(
        &mut self,
        reaper: &Reaper,
        guard: &mut Guard,
        stop: &CancellationToken,
    ) -> Option<Tick> {
        let mut pause = Duration::from_secs(1).min(reaper.every);
        loop {
            let error = match self.try_tick(reaper, guard, stop).await? {
                Ok(tick) => return Some(tick),
                Err(error) => error,
            };
            metrics::record_failure(reaper.name());
            warn!(
                lane_set = reaper.name(),
                "no tick, the next try is in {} s: {}",
                pause.as_secs_f64(),
                said(&error)
            );
            stop.run_until_cancelled(sleep(pause)).await?;
            pause = (pause * 2).min(reaper.every);
        }
    }

    /// A connection that fails is not used again.
    async fn try_tick(
        &mut self,
        reaper: &Reaper,
        guard: &mut Guard,
        stop: &CancellationToken,
    ) -> Option<sqlx::Result<Tick>> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => match stop.run_until_cancelled(connect(self.options)).await? {
                Ok(connection) => connection,
                Err(error) => return Some(Err(error)),
            },
        };
        let longest = reaper.every + 2 * reaper.statement_timeout;
        let tick = timeout(longest, tick(&mut connection, reaper, guard, stop))
            .await
            .unwrap_or_else(|_| Err(no_answer(longest)));
        if tick.is_ok() {
            self.connection = Some(connection);
        }
        Some(tick)
    }
}
