//! `laneset reap`: the reaper beside a service, or one pass.

use std::io::Write;

use anyhow::Context;
use futures_util::future::join_all;
use metrics_exporter_prometheus::PrometheusBuilder;
use sqlx::postgres::PgConnectOptions;
use tokio_util::sync::CancellationToken;
use tracing::level_filters::LevelFilter;

use super::arguments::ReapArguments;
use super::exit::Exit;
use super::live;
use super::reaped::{Foreseen, Printed};
use super::signals::Signals;
use crate::reaper::configuration::Reaper;
use crate::reaper::guard::{Guard, Limits};
use crate::reaper::metrics::describe;
use crate::reaper::service::{keep_reaping, tick};
use crate::reaper::status::{survey, uptime};

/// Reaps until it is told to stop, or once.
///
/// # Errors
/// When the manifest cannot be read; with --once, when the database cannot be either.
pub fn run(arguments: &ReapArguments) -> anyhow::Result<Exit> {
    let Some(reapers) = live::reapers(&arguments.live)? else {
        return Ok(Exit::CouldNotCheck);
    };
    let database = live::database(&arguments.live.database_url, "laneset reap")?;
    live::log(
        log_level(arguments),
        arguments.live.json,
        arguments.live.color,
    );
    let reapings: Vec<Reaping> = reapers
        .into_iter()
        .map(|(_, reaper)| Reaping {
            limits: if arguments.force {
                Limits::none()
            } else {
                reaper.limits()
            },
            reaper,
            is_json: arguments.live.json,
        })
        .collect();
    live::block_on(async {
        if arguments.dry_run {
            dry_run(&database, &reapings).await
        } else if arguments.once {
            once(&database, &reapings).await
        } else {
            serve_metrics(arguments)?;
            until_stopped(&database, &reapings).await
        }
    })?;
    Ok(Exit::Clean)
}

/// One lane set's reaper, and how it is to work here.
struct Reaping {
    reaper: Reaper,
    limits: Limits,
    is_json: bool,
}

impl Reaping {
    fn guard(&self) -> Guard {
        Guard::new(self.limits, self.reaper.every)
    }

    /// Prints at once: whoever watches the service wants to see each tick when it ends.
    fn print(&self, result: &impl Printed) -> std::io::Result<()> {
        let name = self.reaper.name();
        let line = if self.is_json {
            result.json(name).to_string()
        } else {
            result.text(name)
        };
        writeln!(std::io::stdout(), "{line}")
    }
}

async fn dry_run(database: &PgConnectOptions, reapings: &[Reaping]) -> anyhow::Result<()> {
    let mut connection = live::open(database).await?;
    for reaping in reapings {
        let survey = survey(&mut connection, &reaping.reaper)
            .await
            .map_err(|error| live::told(&error))
            .with_context(|| format!("{} cannot be looked at", reaping.reaper.name()))?;
        let mut guard = reaping.guard();
        let allowance = guard.allowance(&survey, uptime(&mut connection).await?);
        reaping.print(&Foreseen { survey, allowance })?;
    }
    Ok(())
}

async fn once(database: &PgConnectOptions, reapings: &[Reaping]) -> anyhow::Result<()> {
    let mut connection = live::open(database).await?;
    for reaping in reapings {
        let reaper = &reaping.reaper;
        let mut guard = reaping.guard();
        let tick = tick(
            &mut connection,
            reaper,
            &mut guard,
            &CancellationToken::new(),
        )
        .await
        .map_err(|error| live::told(&error))
        .with_context(|| format!("{} was not reaped to the end", reaper.name()))?;
        reaping.print(&tick)?;
    }
    Ok(())
}

async fn until_stopped(database: &PgConnectOptions, reapings: &[Reaping]) -> anyhow::Result<()> {
    let (stop, abort) = (CancellationToken::new(), CancellationToken::new());
    let mut signals = Signals::new()?;
    let (to_stop, to_abort) = (stop.clone(), abort.clone());
    tokio::spawn(async move {
        signals.next().await;
        tracing::info!("stopping after this transaction; the next signal ends it at once");
        to_stop.cancel();
        signals.next().await;
        to_abort.cancel();
    });
    let services = reapings.iter().map(|reaping| {
        keep_reaping(database, &reaping.reaper, reaping.guard(), &stop, |tick| {
            let is_news =
                tick.held.is_some() || tick.sweep.stale_left > 0 || tick.sweep.total() > 0;
            // When nobody reads what it prints any more, it ends.
            if (reaping.is_json || is_news) && reaping.print(tick).is_err() {
                stop.cancel();
            }
        })
    });
    tokio::select! {
        _ = join_all(services) => {}
        () = abort.cancelled() => tracing::warn!("ended in the middle of a transaction, which Postgres rolls back"),
    }
    Ok(())
}

/// Bounds of the histogram of durations, in seconds: an idle tick takes milliseconds, a long one is cut off after `every`.
const BUCKETS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0];

fn serve_metrics(arguments: &ReapArguments) -> anyhow::Result<()> {
    let Some(address) = arguments.metrics else {
        return Ok(());
    };
    PrometheusBuilder::new()
        .with_http_listener(address)
        .set_buckets(&BUCKETS)?
        .install()
        .with_context(|| format!("metrics cannot be served at {address}"))?;
    describe();
    Ok(())
}

fn log_level(arguments: &ReapArguments) -> LevelFilter {
    match (arguments.quiet, arguments.verbose) {
        (true, _) => LevelFilter::ERROR,
        // One pass says what it did on standard output.
        (_, 0) if arguments.once => LevelFilter::WARN,
        (_, 0) => LevelFilter::INFO,
        (_, 1) => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    }
}
