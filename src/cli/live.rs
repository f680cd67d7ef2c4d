//! What the commands have in common that meet a live database.

use std::future::Future;
use std::time::Duration;

use anyhow::Context;
use sqlx::postgres::{PgConnectOptions, PgConnection};

use tracing::level_filters::LevelFilter;

use super::arguments::{ColorWhen, LiveArguments};
use super::manifest::{self, Loaded};
use super::output;
use crate::model::declaration::{Declaration, LaneSet};
use crate::reaper::configuration::Reaper;
use crate::reaper::connect::{connect, options, said};
use crate::report::look::Color;

/// The reapers that are meant, each with its lane set; `None` when the manifest is not valid, which was said.
///
/// # Errors
/// When there is no manifest, no such set, or the set declares no reaper.
pub fn reapers(arguments: &LiveArguments) -> anyhow::Result<Option<Vec<(LaneSet, Reaper)>>> {
    let path = manifest::path(arguments.config.as_deref())?;
    let declaration = match manifest::load(&path, arguments.color)? {
        Loaded::Declaration(declaration) => declaration,
        Loaded::Invalid => return Ok(None),
    };
    let mut reapers = match &arguments.lane_set {
        Some(name) => vec![the_one(&declaration, name)?],
        None => all(&declaration)?,
    };
    if let Some(seconds) = arguments.stale_after {
        for (_, reaper) in &mut reapers {
            reaper.stale_after = Duration::from_secs(seconds);
        }
    }
    Ok(Some(reapers))
}

fn the_one(declaration: &Declaration, name: &str) -> anyhow::Result<(LaneSet, Reaper)> {
    let lane_set = manifest::lane_set(declaration, name)?;
    let reaper = Reaper::of(lane_set).with_context(|| {
        let path = declaration.file.path();
        format!("{name} declares no reaper; add [lane_set.{name}.reaper] to {path}: every key has a default")
    })?;
    Ok((lane_set.clone(), reaper))
}

fn all(declaration: &Declaration) -> anyhow::Result<Vec<(LaneSet, Reaper)>> {
    let sets = declaration.lane_sets.iter();
    let reapers: Vec<(LaneSet, Reaper)> = sets
        .filter_map(|lane_set| Some((lane_set.clone(), Reaper::of(lane_set)?)))
        .collect();
    if reapers.is_empty() {
        let path = declaration.file.path();
        anyhow::bail!(
            "{path} declares no reaper; add [lane_set.NAME.reaper] to it: every key has a default"
        );
    }
    Ok(reapers)
}

/// How to reach the database that was named.
///
/// # Errors
/// When that is no connection string. It is not repeated, for it may hold a password.
pub fn database(url: &str, application: &str) -> anyhow::Result<PgConnectOptions> {
    options(url, application).map_err(|_| {
        anyhow::anyhow!(
            "the database URL (--database-url or DATABASE_URL) cannot be read; write postgres://user:password@host:port/name, with \
             percent-encoding for what is special in a password, and options that Postgres knows"
        )
    })
}

/// Sends the log to standard error: what is at least as grave as `most`, for machines where the output is for machines.
pub fn log(most: LevelFilter, is_json: bool, color: ColorWhen) {
    let logger = tracing_subscriber::fmt()
        .with_max_level(most)
        .with_writer(std::io::stderr)
        .with_ansi(output::error_color(color) == Color::Always);
    // Only the first subscriber of a process counts, and this is it.
    if is_json {
        logger.json().init();
    } else {
        logger.with_target(false).init();
    }
}

/// Connects.
///
/// # Errors
/// When the server cannot be reached, or refuses.
pub async fn open(database: &PgConnectOptions) -> anyhow::Result<PgConnection> {
    let connection = connect(database).await;
    connection.map_err(|error| told(&error).context("the database cannot be reached"))
}

/// An error of the database as one sentence; its causes stand in it already.
pub fn told(error: &sqlx::Error) -> anyhow::Error {
    anyhow::Error::msg(said(error))
}

/// Runs what waits for a database.
///
/// # Errors
/// What the future gives, and when the system lets no runtime start.
pub fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(future)
}
