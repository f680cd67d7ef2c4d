//! `laneset history`: the lane sets after each migration that changed them.

use std::io::Write;
use std::path::Path;

use super::arguments::{HistoryArguments, ListFormat};
use super::exit::Exit;
use super::manifest::{self, Loaded};
use super::output;
use crate::history::changes;
use crate::locate::timeline::timeline;
use crate::locate::walk::Root;
use crate::report::timeline::{Timeline, write_full, write_json};

/// Prints the history of one lane set, or of all.
///
/// # Errors
/// When the manifest or a migration cannot be read, or no set bears the name.
pub fn run(arguments: &HistoryArguments) -> anyhow::Result<Exit> {
    let path = manifest::path(arguments.config.as_deref())?;
    let declaration = match manifest::load(&path, arguments.color)? {
        Loaded::Declaration(declaration) => declaration,
        Loaded::Invalid => return Ok(Exit::CouldNotCheck),
    };
    let wanted = match &arguments.lane_set {
        Some(name) => Some(manifest::lane_set(&declaration, name)?),
        None => None,
    };
    let root = Root::new(path.parent().unwrap_or(Path::new(".")));
    let moments = timeline(&declaration, &root)?;
    let sets = declaration.lane_sets.iter().enumerate();
    let sets = sets.filter(|(_, set)| wanted.is_none_or(|wanted| std::ptr::eq(wanted, *set)));
    let timelines: Vec<Timeline> = sets
        .map(|(number, lane_set)| Timeline {
            name: lane_set.name.value.clone(),
            table: lane_set.table.value.to_string(),
            column: lane_set.column.value.to_string(),
            index: lane_set
                .index
                .as_ref()
                .map(|index| index.name.value.to_string()),
            lanes: lane_set.lanes.value.clone(),
            changes: changes(lane_set, number, &moments),
        })
        .collect();
    let mut writer = output::writer();
    match arguments.output_format {
        ListFormat::Full => write_full(
            &timelines,
            output::color(arguments.color, None),
            &mut writer,
        )?,
        ListFormat::Json => write_json(&timelines, &mut writer)?,
    }
    writer.flush()?;
    Ok(Exit::Clean)
}
