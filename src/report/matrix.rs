//! Lanes by sites: one look shows which place has which lane.

use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, ContentLineStyle, LineStyle, Table, TableStyle};

use super::look::Color;
use super::outcome::{LaneSetOutcome, SiteOutcome};
use super::visible::one_line;
use crate::model::lane::Lane;
use crate::model::site::Role;

const AGREES: char = '✓';
const ABSENT: char = '·';
const WRONG: char = '✗';
const UNKNOWN: char = '?';

/// Characters of a path at most: the first of these with which all sites fit into one table, or else the first.
const PATHS: [usize; 3] = [28, 20, 12];

/// What a migration's name begins with, and is known by: never cut.
const TIMESTAMP: usize = "20260503090000".len();

/// A line under the heading, and lines between the columns.
pub const STYLE: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none().junction('│'))
    .header_separator(LineStyle::none().fill('─').junction('┼'))
    .content_lines(ContentLineStyle::none().junction('│'));

/// The matrix of one lane set, every line with its newline: a heading, one table or more of at most `columns` characters, a legend.
pub(super) fn matrix(lane_set: &LaneSetOutcome, columns: usize, color: Color) -> String {
    let rows = rows(lane_set);
    let heading = format!(
        "{} on {}.{}",
        lane_set.name, lane_set.table, lane_set.column
    );
    let mut text = format!("{}\n", one_line(&heading));
    let left = columns.saturating_sub(lane_width(&rows) + 2);
    let places = places(lane_set);
    let path_length = path_length(&places, left);
    for (index, sites) in fitting(&places, left, path_length).iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        for line in table(&rows, sites, path_length).lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text.push_str(&legend(lane_set));
    text.push('\n');
    match color {
        Color::Always => painted(&text),
        Color::Never => text,
    }
}

/// The sites, but for the executors of one file, which are one place: each says something of its own lane.
pub(super) fn places(lane_set: &LaneSetOutcome) -> Vec<SiteOutcome> {
    let mut places: Vec<SiteOutcome> = Vec::new();
    for site in &lane_set.sites {
        let mut earlier = places.iter_mut();
        let same = earlier.find(|it| {
            let is_executor = [it.role, site.role] == [Role::Heartbeat; 2];
            let are_known = it.lanes.is_some() == site.lanes.is_some();
            is_executor && are_known && it.location.path() == site.location.path()
        });
        match same {
            Some(place) => {
                place.declared.extend(site.declared.iter().cloned());
                let lanes = place.lanes.iter_mut();
                lanes.for_each(|all| all.extend(site.lanes.iter().flatten().cloned()));
            }
            None => places.push(site.clone()),
        }
    }
    places
}

/// What the signs of the cells mean.
pub(super) fn legend(lane_set: &LaneSetOutcome) -> String {
    let mut legend = format!("{AGREES} as declared   {ABSENT} not declared   {WRONG} wrong");
    if lane_set.sites.iter().any(|site| site.lanes.is_none()) {
        legend.push_str(&format!("   {UNKNOWN} unknown"));
    }
    legend
}

/// The declared lanes, then those that a site has beyond them. What a constraint admits beyond them is no fault and gets no row.
pub(super) fn rows(lane_set: &LaneSetOutcome) -> Vec<&Lane> {
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

fn path_length(sites: &[SiteOutcome], columns: usize) -> usize {
    let fits = |length: &usize| {
        let widths = sites.iter().map(|site| site_width(site, *length));
        widths.sum::<usize>() <= columns
    };
    let [longest, ..] = PATHS;
    PATHS.into_iter().find(fits).unwrap_or(longest)
}

/// With the bar and the white space on both sides.
fn site_width(site: &SiteOutcome, path_length: usize) -> usize {
    let role = site.role.as_str().len();
    short_place(site, path_length).chars().count().max(role) + 3
}

/// The sites in groups whose tables are not wider than `columns`; a group has one site at least.
fn fitting(sites: &[SiteOutcome], columns: usize, path_length: usize) -> Vec<&[SiteOutcome]> {
    let mut groups = Vec::new();
    let mut start = 0;
    let mut width = 0;
    for (index, site) in sites.iter().enumerate() {
        let site_width = site_width(site, path_length);
        if width + site_width > columns && index > start {
            groups.push(&sites[start..index]);
            (start, width) = (index, 0);
        }
        width += site_width;
    }
    groups.push(&sites[start..]);
    groups
}

fn table(rows: &[&Lane], sites: &[SiteOutcome], path_length: usize) -> String {
    let mut table = Table::new();
    table.load_style(STYLE);
    let places = sites
        .iter()
        .map(|site| format!("{}\n{}", site.role, short_place(site, path_length)));
    table.set_header(std::iter::once(String::new()).chain(places));
    for lane in rows {
        let cells = sites.iter().map(|site| cell(site, lane).to_string());
        let name = one_line(&lane.to_string()).into_owned();
        table.add_row(std::iter::once(name).chain(cells));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Center);
    }
    table.to_string()
}

/// Whether a site has a lane, as a sign.
pub(super) fn cell(site: &SiteOutcome, lane: &Lane) -> char {
    let declared = site.declared.contains(lane);
    let Some(lanes) = &site.lanes else {
        return match site.role {
            Role::Heartbeat if !declared => ABSENT,
            _ => UNKNOWN,
        };
    };
    match (declared, lanes.contains(lane)) {
        (true, true) if site.is_uncovered => WRONG,
        (true, true) => AGREES,
        (false, true) if site.role == Role::Check => AGREES,
        (false, false) => ABSENT,
        _ => WRONG,
    }
}

/// As much of the path's end as fits, and the line.
fn short_place(site: &SiteOutcome, path_length: usize) -> String {
    let line = site.location.start().line;
    let path = one_line(site.location.path().as_str());
    format!("{}:{line}", short_path(&path, path_length))
}

fn short_path(path: &str, longest: usize) -> String {
    let length = |text: &str| text.chars().count();
    let starts = std::iter::once(0).chain(path.match_indices('/').map(|(slash, _)| slash + 1));
    let mut suffixes = starts.map(|start| &path[start..]);
    if let Some(suffix) = suffixes.find(|suffix| length(suffix) <= longest) {
        return suffix.to_owned();
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    if length(name) <= longest.max(TIMESTAMP) {
        return name.to_owned();
    }
    let head: String = name.chars().take((longest - 1).max(TIMESTAMP)).collect();
    format!("{head}…")
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
