//! Lanes by sites: one look shows which place has which lane.

use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, Table, presets};

use super::concise::Color;
use super::outcome::{LaneSetOutcome, SiteOutcome};
use super::visible::one_line;
use crate::model::lane::Lane;
use crate::model::site::Role;

const AGREES: char = '✓';
const ABSENT: char = '·';
const WRONG: char = '✗';
const UNKNOWN: char = '?';

/// Characters of a path at most.
const PATH: usize = 28;

/// The matrix of one lane set, every line with its newline: a heading, one table or more of at most `columns` characters, a legend.
pub(super) fn matrix(lane_set: &LaneSetOutcome, columns: usize, color: Color) -> String {
    let rows = rows(lane_set);
    let heading = format!(
        "{} on {}.{}",
        lane_set.name, lane_set.table, lane_set.column
    );
    let mut text = format!("{}\n", one_line(&heading));
    for sites in fitting(&lane_set.sites, lane_width(&rows), columns) {
        for line in table(lane_set, &rows, sites).lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    let mut legend =
        format!("{AGREES} has it   {ABSENT} has not   {WRONG} differs from the declaration");
    if lane_set.sites.iter().any(|site| site.lanes.is_none()) {
        legend.push_str(&format!("   {UNKNOWN} not known"));
    }
    text.push_str(&legend);
    text.push('\n');
    match color {
        Color::Always => painted(&text),
        Color::Never => text,
    }
}

/// The declared lanes, then those that a site has beyond them. What a constraint admits beyond them is no fault and gets no row.
fn rows(lane_set: &LaneSetOutcome) -> Vec<&Lane> {
    let mut rows: Vec<&Lane> = lane_set.lanes.iter().collect();
    for site in &lane_set.sites {
        for lane in site.lanes.iter().flatten() {
            if site.role != Role::Check && !rows.contains(&lane) {
                rows.push(lane);
            }
        }
    }
    rows
}

fn lane_width(rows: &[&Lane]) -> usize {
    let width = |lane: &&Lane| lane.to_string().chars().count();
    rows.iter().map(width).max().unwrap_or(0)
}

/// The sites in groups whose tables are not wider than `columns`; a group has one site at least.
fn fitting(sites: &[SiteOutcome], lane_width: usize, columns: usize) -> Vec<&[SiteOutcome]> {
    let mut groups = Vec::new();
    let mut start = 0;
    let mut width = lane_width + 2;
    for (index, site) in sites.iter().enumerate() {
        let site_width = short_place(site).chars().count().max(10) + 3;
        if width + site_width > columns && index > start {
            groups.push(&sites[start..index]);
            (start, width) = (index, lane_width + 2);
        }
        width += site_width;
    }
    groups.push(&sites[start..]);
    groups
}

fn table(lane_set: &LaneSetOutcome, rows: &[&Lane], sites: &[SiteOutcome]) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_NO_BORDERS);
    let places = sites
        .iter()
        .map(|site| format!("{}\n{}", site.role, short_place(site)));
    table.set_header(std::iter::once(String::new()).chain(places));
    for lane in rows {
        let cells = sites
            .iter()
            .map(|site| cell(lane_set, site, lane).to_string());
        let name = one_line(&lane.to_string()).into_owned();
        table.add_row(std::iter::once(name).chain(cells));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Center);
    }
    table.to_string()
}

fn cell(lane_set: &LaneSetOutcome, site: &SiteOutcome, lane: &Lane) -> char {
    let Some(lanes) = &site.lanes else {
        return UNKNOWN;
    };
    let declared = lane_set.lanes.contains(lane);
    match (declared, lanes.contains(lane)) {
        (true, true) => AGREES,
        (false, true) if site.role == Role::Check => AGREES,
        (false, false) => ABSENT,
        _ => WRONG,
    }
}

/// The end of the path, and the line.
fn short_place(site: &SiteOutcome) -> String {
    let path = one_line(site.location.path().file_name()).into_owned();
    let length = path.chars().count();
    let line = site.location.start().line;
    match length > PATH {
        true => {
            let end: String = path.chars().skip(length - PATH + 1).collect();
            format!("…{end}:{line}")
        }
        false => format!("{path}:{line}"),
    }
}

fn painted(text: &str) -> String {
    let mut painted = String::new();
    for character in text.chars() {
        let style = match character {
            AGREES => AnsiColor::Green.on_default(),
            WRONG => AnsiColor::BrightRed.on_default().bold(),
            UNKNOWN => AnsiColor::Yellow.on_default(),
            _ => Style::new(),
        };
        painted.push_str(&format!("{style}{character}{style:#}"));
    }
    painted
}
