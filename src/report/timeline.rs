//! `laneset history`: the lanes after each migration that changed them.

use std::io;

use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, Table};
use serde::Serialize;

use super::json::{LaneReport, lane_reports};
use super::look::Color;
use super::matrix::STYLE;
use super::visible::one_line;
use crate::history::Change;
use crate::model::lane::Lane;

/// One lane set's history.
#[derive(Debug)]
pub struct Timeline {
    pub name: String,
    pub table: String,
    pub column: String,
    /// The index that the migrations shape; `None` when the set has none, and so no history.
    pub index: Option<String>,
    /// As declared.
    pub lanes: Vec<Lane>,
    pub changes: Vec<Change>,
}

const HELD: char = '●';
const NOT_HELD: char = '·';
const UNKNOWN: char = '?';
/// More lanes than this make a matrix that no terminal shows; then the list alone is printed.
const MOST_COLUMNS: usize = 16;

/// Writes each timeline for people: a matrix of versions and lanes, and what each version did.
///
/// # Errors
/// What the writer refuses.
pub fn write_full(
    timelines: &[Timeline],
    color: Color,
    writer: &mut dyn io::Write,
) -> io::Result<()> {
    for (number, timeline) in timelines.iter().enumerate() {
        if number > 0 {
            writeln!(writer)?;
        }
        let heading = format!(
            "{} on {}.{}",
            timeline.name, timeline.table, timeline.column
        );
        writeln!(writer, "{}", one_line(&heading))?;
        match &timeline.index {
            None => writeln!(
                writer,
                "It declares no index, so migrations do not hold its lanes."
            )?,
            Some(index) if timeline.changes.is_empty() => {
                writeln!(writer, "No migration makes the index {}.", one_line(index))?;
            }
            Some(_) => {
                let lanes = all_lanes(&timeline.changes);
                if lanes.len() <= MOST_COLUMNS {
                    write!(writer, "{}", matrix(&timeline.changes, &lanes, color))?;
                    writeln!(writer)?;
                }
                for change in &timeline.changes {
                    writeln!(writer, "{}", line(change))?;
                }
            }
        }
    }
    Ok(())
}

/// Every lane that was ever held, in the order in which they came.
fn all_lanes(changes: &[Change]) -> Vec<&Lane> {
    let mut lanes: Vec<&Lane> = Vec::new();
    for lane in changes
        .iter()
        .flat_map(|change| change.difference.lanes.iter().flatten())
    {
        if !lanes.contains(&lane) {
            lanes.push(lane);
        }
    }
    lanes
}

fn matrix(changes: &[Change], lanes: &[&Lane], color: Color) -> String {
    let mut table = Table::new();
    table.load_style(STYLE);
    let names = lanes
        .iter()
        .map(|lane| one_line(&lane.to_string()).into_owned());
    table.set_header(std::iter::once(String::new()).chain(names));
    for change in changes {
        let marks = lanes.iter().map(|lane| match &change.difference.lanes {
            Some(held) if held.contains(lane) => HELD,
            None if change.difference.event.starts_with("it cannot") => UNKNOWN,
            _ => NOT_HELD,
        });
        let version = one_line(&change.version).into_owned();
        table.add_row(std::iter::once(version).chain(marks.map(String::from)));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Center);
    }
    let lines = table.to_string();
    let lines = lines.lines().map(|line| format!("{}\n", line.trim_end()));
    let text: String = lines.collect();
    match color {
        Color::Never => text,
        Color::Always => text.chars().map(painted).collect(),
    }
}

fn painted(character: char) -> String {
    let style = match character {
        HELD => AnsiColor::Green.on_default(),
        UNKNOWN => AnsiColor::Yellow.on_default(),
        _ => Style::new(),
    };
    format!("{style}{character}{style:#}")
}

/// `20260518020000 removes 'action' (db/migrations/20260518020000_narrow.sql:3)`
fn line(change: &Change) -> String {
    let difference = &change.difference;
    let mut parts = Vec::new();
    if !difference.event.is_empty() {
        parts.push(difference.event.clone());
    }
    for (verb, lanes) in [
        ("adds", &difference.added),
        ("removes", &difference.removed),
    ] {
        if !lanes.is_empty() {
            let listed: Vec<String> = lanes
                .iter()
                .map(|lane| format!("{:?}", lane.to_string()))
                .collect();
            parts.push(format!("{verb} {}", listed.join(", ")));
        }
    }
    let place = format!(
        "{}:{}",
        change.location.path(),
        change.location.start().line
    );
    let line = format!("{} {} ({place})", change.version, parts.join("; "));
    one_line(&line).into_owned()
}

#[derive(Serialize)]
struct Report<'a> {
    schema_version: u32,
    lane_sets: Vec<SetReport<'a>>,
}

#[derive(Serialize)]
struct SetReport<'a> {
    name: &'a str,
    table: &'a str,
    column: &'a str,
    index: Option<&'a str>,
    lanes: Vec<LaneReport<'a>>,
    changes: Vec<ChangeReport<'a>>,
}

#[derive(Serialize)]
struct ChangeReport<'a> {
    version: &'a str,
    path: &'a str,
    line: usize,
    lanes: Option<Vec<LaneReport<'a>>>,
    added: Vec<LaneReport<'a>>,
    removed: Vec<LaneReport<'a>>,
    event: Option<&'a str>,
}

/// Writes the timelines as one JSON object, with a newline at the end. `lanes` of a change are null where they are not known or there
/// is no index; `event` is null for a change of lanes alone.
///
/// # Errors
/// What the writer refuses.
pub fn write_json(timelines: &[Timeline], writer: &mut dyn io::Write) -> io::Result<()> {
    let report = Report {
        schema_version: 1,
        lane_sets: timelines.iter().map(set_report).collect(),
    };
    serde_json::to_writer_pretty(&mut *writer, &report).map_err(io::Error::from)?;
    writer.write_all(b"\n")
}

fn set_report(timeline: &Timeline) -> SetReport<'_> {
    let changes = timeline.changes.iter().map(|change| {
        let difference = &change.difference;
        ChangeReport {
            version: &change.version,
            path: change.location.path().as_str(),
            line: change.location.start().line,
            lanes: difference.lanes.as_deref().map(lane_reports),
            added: lane_reports(&difference.added),
            removed: lane_reports(&difference.removed),
            event: Some(difference.event.as_str()).filter(|event| !event.is_empty()),
        }
    });
    SetReport {
        name: &timeline.name,
        table: &timeline.table,
        column: &timeline.column,
        index: timeline.index.as_deref(),
        lanes: lane_reports(&timeline.lanes),
        changes: changes.collect(),
    }
}
