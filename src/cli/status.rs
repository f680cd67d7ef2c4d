//! `laneset status`: what is in flight, stale and locked, and who is reaping.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

use anyhow::Context;
use serde_json::json;
use sqlx::postgres::PgConnection;

use super::arguments::StatusArguments;
use super::exit::Exit;
use super::live;
use super::output;
use crate::model::declaration::LaneSet;
use crate::reaper::configuration::Reaper;
use crate::reaper::status::{Holder, LaneSurvey, free, holders, survey};
use crate::report::matrix::STYLE;

/// Shows one lane set, or all that declare a reaper.
///
/// # Errors
/// When the manifest or the database cannot be read.
pub fn run(arguments: &StatusArguments) -> anyhow::Result<Exit> {
    let Some(reapers) = live::reapers(&arguments.live)? else {
        return Ok(Exit::CouldNotCheck);
    };
    let database = live::database(&arguments.live.database_url, "laneset status")?;
    let statuses = live::block_on(async {
        let mut connection = live::open(&database).await?;
        let mut statuses = Vec::new();
        for (lane_set, reaper) in &reapers {
            let status = Status::of(&mut connection, lane_set, reaper)
                .await
                .map_err(|error| live::told(&error))
                .with_context(|| format!("{} cannot be looked at", reaper.name()))?;
            statuses.push(status);
        }
        Ok(statuses)
    })?;
    let mut writer = output::writer();
    for status in &statuses {
        if arguments.live.json {
            writeln!(writer, "{}", status.json())?;
        } else {
            status.write(&mut writer)?;
        }
    }
    writer.flush()?;
    Ok(Exit::Clean)
}

/// A server that only replays another's changes, or a role that may only read (manual, appendix A).
fn may_only_look(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| matches!(code.as_ref(), "25006" | "42501"))
}

struct Status {
    lane_set: String,
    table: String,
    stale_after: Duration,
    lanes: Vec<LaneStatus>,
    holders: Vec<Holder>,
}

struct LaneStatus {
    survey: LaneSurvey,
    /// Stale runs that a transaction holds; `None` where only looking is allowed.
    locked: Option<u64>,
}

impl Status {
    async fn of(
        connection: &mut PgConnection,
        lane_set: &LaneSet,
        reaper: &Reaper,
    ) -> sqlx::Result<Self> {
        let holders = holders(connection, reaper).await?;
        let survey = survey(connection, reaper).await?;
        let free: Option<BTreeMap<String, u64>> = if survey.stale() == 0 {
            Some(BTreeMap::new())
        } else {
            match free(connection, reaper).await {
                Ok(free) => Some(free.into_iter().collect()),
                Err(error) if may_only_look(&error) => None,
                Err(error) => return Err(error),
            }
        };
        let lanes = survey.lanes.into_iter().map(|survey| {
            let free = free.as_ref();
            let free = free.map(|free| free.get(&survey.lane).copied().unwrap_or(0));
            LaneStatus {
                locked: free.map(|free| survey.stale.saturating_sub(free)),
                survey,
            }
        });
        Ok(Self {
            lane_set: reaper.name().to_owned(),
            table: lane_set.table.value.to_string(),
            stale_after: reaper.stale_after,
            lanes: lanes.collect(),
            holders,
        })
    }

    fn json(&self) -> serde_json::Value {
        let lanes: Vec<_> = self
            .lanes
            .iter()
            .map(|LaneStatus { survey, locked }| {
                json!({
                    "lane": survey.lane, "in_flight": survey.live, "stale": survey.stale, "stale_locked": locked,
                    "oldest_stale_age": survey.oldest_stale.map(|age| age.as_secs_f64()),
                })
            })
            .collect();
        let holders: Vec<_> = self
            .holders
            .iter()
            .map(|holder| {
                json!({
                    "pid": holder.process, "application_name": holder.application, "address": holder.address,
                    "seconds": holder.held_for.as_secs_f64(),
                })
            })
            .collect();
        json!({
            "lane_set": self.lane_set, "table": self.table, "stale_after": self.stale_after.as_secs_f64(),
            "lanes": lanes, "lock_held_by": holders,
        })
    }

    fn write(&self, writer: &mut dyn Write) -> std::io::Result<()> {
        let after = humantime::format_duration(self.stale_after);
        writeln!(
            writer,
            "{} ({}), stale after {after}",
            self.lane_set, self.table
        )?;
        if self.lanes.is_empty() {
            writeln!(writer, "  nothing is in flight")?;
        } else {
            writeln!(writer, "{}", self.grid())?;
        }
        if self.holders.is_empty() {
            writeln!(writer, "  nobody is reaping at the moment")?;
        }
        for holder in &self.holders {
            let address = holder
                .address
                .as_deref()
                .unwrap_or("the server's own machine");
            let held = humantime::format_duration(Duration::from_millis(
                u64::try_from(holder.held_for.as_millis()).unwrap_or(u64::MAX),
            ));
            writeln!(
                writer,
                "  {:?} reaps, from {address}, as process {} of the server, for {held}",
                holder.application, holder.process
            )?;
        }
        Ok(())
    }

    fn grid(&self) -> comfy_table::Table {
        let mut grid = comfy_table::Table::new();
        grid.load_style(STYLE);
        grid.set_header(["", "in flight", "stale", "locked", "oldest stale"]);
        for LaneStatus { survey, locked } in &self.lanes {
            let oldest = survey.oldest_stale.map_or_else(
                || "-".to_owned(),
                |age| humantime::format_duration(Duration::from_secs(age.as_secs())).to_string(),
            );
            grid.add_row([
                format!(" {}", survey.lane),
                survey.live.to_string(),
                survey.stale.to_string(),
                locked.map_or_else(|| "?".to_owned(), |locked| locked.to_string()),
                oldest,
            ]);
        }
        grid
    }
}
