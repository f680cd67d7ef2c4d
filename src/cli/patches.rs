//! `laneset patches apply`: an embedded database brought up to date at boot.

use std::io::Write;
use std::path::Path;

use anyhow::Context;
use serde_json::json;
use tracing::level_filters::LevelFilter;

use super::arguments::ApplyArguments;
use super::exit::Exit;
use super::live;
use super::manifest::{self, Loaded};
use super::output;
use crate::locate::embedded::Embedded;
use crate::locate::patch_scripts::{PatchScript, scripts};
use crate::locate::walk::Root;
use crate::reaper::patches::{Applied, AppliedPatch, Effect, apply as apply_patches};
use crate::verify::catalog::Change;

/// Applies the patches that the manifest names.
///
/// # Errors
/// When the manifest or a patch cannot be read, or Postgres refuses.
pub fn apply(arguments: &ApplyArguments) -> anyhow::Result<Exit> {
    let Some(patches) = patches(arguments)? else {
        return Ok(Exit::CouldNotCheck);
    };
    let database = live::database(&arguments.database_url, "laneset patches apply")?;
    live::log(LevelFilter::WARN, arguments.json, arguments.color);
    let applied = live::block_on(async {
        let mut connection = live::open(&database).await?;
        apply_patches(&mut connection, &patches)
            .await
            .map_err(|error| anyhow::anyhow!("{error}"))
    })?;
    let mut writer = output::writer();
    for patch in &applied.patches {
        if arguments.json {
            writeln!(writer, "{}", json_line(patch))?;
        } else {
            write_lines(&mut writer, patch, applied.was_empty)?;
        }
    }
    if !arguments.json {
        writeln!(writer, "{}", summary(&applied))?;
    }
    writer.flush()?;
    Ok(Exit::Clean)
}

/// `None` when the manifest is not valid, which was said.
fn patches(arguments: &ApplyArguments) -> anyhow::Result<Option<Vec<PatchScript>>> {
    let path = manifest::path(arguments.config.as_deref())?;
    let declaration = match manifest::load(&path, arguments.color)? {
        Loaded::Declaration(declaration) => declaration,
        Loaded::Invalid => return Ok(None),
    };
    let embedded = declaration.embedded.as_ref().with_context(|| {
        let path = declaration.file.path();
        format!("{path} names no patches; add [embedded] with the path of their folder or file")
    })?;
    let root = Root::new(path.parent().unwrap_or(Path::new(".")));
    let read = Embedded::read(&root, &embedded.path.value)?;
    let scripts = scripts(&read)?;
    anyhow::ensure!(
        !scripts.is_empty(),
        "{} holds no patch",
        embedded.path.value
    );
    Ok(Some(scripts))
}

fn json_line(patch: &AppliedPatch) -> serde_json::Value {
    let changes: Vec<_> = patch
        .changes
        .iter()
        .map(|(object, change)| json!({ "object": object, "change": change.as_str() }))
        .collect();
    json!({ "patch": patch.name, "changes": changes, "seconds": patch.took.as_secs_f64() })
}

/// The patch, and what it changed; in an empty database that is all that there is, and not told.
fn write_lines(
    writer: &mut dyn Write,
    patch: &AppliedPatch,
    was_empty: bool,
) -> std::io::Result<()> {
    let verdict = match patch.effect() {
        Effect::None => "unchanged",
        Effect::Rebuilt => "rebuilt  ",
        Effect::Changed => "changed  ",
    };
    writeln!(writer, "{verdict}  {}", patch.name)?;
    let told = patch.changes.iter().filter(|_| !was_empty);
    for (object, change) in told {
        let mark = match change {
            Change::Created => '+',
            Change::Dropped => '-',
            Change::Altered | Change::Rebuilt => '~',
        };
        writeln!(writer, "             {mark} {object} ({})", change.as_str())?;
    }
    Ok(())
}

fn summary(applied: &Applied) -> String {
    let (all, changed) = (applied.patches.len(), applied.of(Effect::Changed).count());
    let mut text = match changed {
        0 => format!("Applied {all} patches. None changed the schema."),
        _ if applied.was_empty => format!("Applied {all} patches to an empty database."),
        _ => format!(
            "Applied {all} patches. {changed} changed the schema: a migration that should have done it is missing, or was not applied."
        ),
    };
    let rebuilt = applied.of(Effect::Rebuilt).count();
    if rebuilt > 0 && !applied.was_empty {
        text.push_str(&format!(
            " {rebuilt} rebuilt what was there, as at every boot."
        ));
    }
    text
}
