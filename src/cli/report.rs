//! What `check` and `verify` say in the end, in the format that was asked for, and where it goes.

use std::io::Write;
use std::path::Path;

use super::actions::Actions;
use super::arguments::{CheckArguments, OutputFormat};
use super::exit::Exit;
use super::output;
use crate::report::from_root::FromRoot;
use crate::report::look::{Look, ShowMatrix};
use crate::report::outcome::{Outcome, Status};
use crate::report::{concise, full, github, gitlab, json, junit, sarif};

/// Reports as the arguments ask, and gives the exit code.
///
/// # Errors
/// When the report cannot be written.
pub fn report(
    outcome: &Outcome,
    manifest: &Path,
    arguments: &CheckArguments,
) -> anyhow::Result<Exit> {
    let exit = match outcome.status() {
        Status::Drift if !arguments.exit_zero => Exit::Drift,
        _ => Exit::Clean,
    };
    let format = arguments.output_format.unwrap_or(OutputFormat::Full);
    if !format.is_for_people() {
        for note in &outcome.notes {
            writeln!(std::io::stderr(), "note: {note}")?;
        }
    }
    if format.is_for_people() && arguments.quiet && outcome.status() == Status::Clean {
        return Ok(exit);
    }
    let from_root = from_root(manifest);
    let actions = Actions::of_environment();
    let is_beside = arguments.output_format.is_none() && actions.is_on;
    if is_beside {
        // First, so that the last line still is the one that counts what was checked.
        annotate(outcome, &from_root)?;
    }
    let written = written(outcome, &from_root, format, arguments)?;
    output::write(&written, arguments.output_file.as_deref())?;
    if is_beside || format == OutputFormat::Github {
        actions.summarize(outcome, &from_root)?;
    }
    Ok(exit)
}

fn written(
    outcome: &Outcome,
    from_root: &FromRoot,
    format: OutputFormat,
    arguments: &CheckArguments,
) -> anyhow::Result<Vec<u8>> {
    let look = Look {
        color: output::color(arguments.color, arguments.output_file.as_deref()),
        matrix: if arguments.verbose {
            ShowMatrix::Always
        } else {
            ShowMatrix::WithFindings
        },
        ..Look::default()
    };
    let mut bytes = Vec::new();
    match format {
        OutputFormat::Full => full::write(outcome, &look, &mut bytes)?,
        OutputFormat::Concise => concise::write(outcome, look.color, &mut bytes)?,
        OutputFormat::Json => json::write(outcome, &mut bytes)?,
        OutputFormat::Github => github::write(outcome, from_root, &mut bytes)?,
        OutputFormat::Gitlab => gitlab::write(outcome, from_root, &mut bytes)?,
        OutputFormat::Junit => junit::write(outcome, from_root, &mut bytes)?,
        OutputFormat::Sarif => sarif::write(outcome, from_root, &mut bytes)?,
    }
    Ok(bytes)
}

fn annotate(outcome: &Outcome, from_root: &FromRoot) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    github::write(outcome, from_root, &mut bytes)?;
    output::write(&bytes, None)
}

/// Where the manifest's folder lies in its repository; outside of any, it is its own root.
fn from_root(manifest: &Path) -> FromRoot {
    let manifest = manifest.canonicalize().ok();
    let Some(folder) = manifest.as_deref().and_then(Path::parent) else {
        return FromRoot::default();
    };
    let root = folder.ancestors().find(|each| each.join(".git").exists());
    let parts = root.and_then(|root| folder.strip_prefix(root).ok());
    let parts: Vec<String> = parts
        .into_iter()
        .flat_map(Path::components)
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    FromRoot::new(parts.join("/"))
}
