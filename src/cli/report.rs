//! What `check` and `verify` say in the end, in the format that was asked for, and where it goes.

use std::io::Write;

use super::arguments::{CheckArguments, OutputFormat};
use super::exit::Exit;
use super::output;
use crate::report::look::{Look, ShowMatrix};
use crate::report::outcome::{Outcome, Status};
use crate::report::{concise, full, json};

/// Reports as the arguments ask, and gives the exit code.
///
/// # Errors
/// When the report cannot be written.
pub fn report(outcome: &Outcome, arguments: &CheckArguments) -> anyhow::Result<Exit> {
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
    let written = written(outcome, format, arguments)?;
    output::write(&written, arguments.output_file.as_deref())?;
    Ok(exit)
}

fn written(
    outcome: &Outcome,
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
    }
    Ok(bytes)
}
