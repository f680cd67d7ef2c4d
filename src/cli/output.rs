//! Where a report goes, and whether it has colours.

use std::fs::File;
use std::io::{BufWriter, Stdout, Write};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use anyhow::Context;

use super::arguments::ColorWhen;
use crate::report::look::Color;

/// Standard output.
pub fn writer() -> BufWriter<Stdout> {
    BufWriter::new(std::io::stdout())
}

/// Writes a whole report to the file that was named, or else to standard output.
///
/// # Errors
/// When it cannot be written; the file is as it was then.
pub fn write(report: &[u8], file: Option<&Path>) -> anyhow::Result<()> {
    match file {
        None => {
            let mut writer = writer();
            writer.write_all(report)?;
            Ok(writer.flush()?)
        }
        Some(path) => {
            replace(path, report).with_context(|| format!("{} cannot be written", path.display()))
        }
    }
}

/// Writes a file beside and renames it, so that nobody ever reads half a report. A link stays one, and a file keeps its permissions.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let there = path.metadata().ok();
    if there.as_ref().is_some_and(|there| !there.is_file()) {
        // A pipe, or /dev/stdout: there is nothing to put in its place.
        return File::options().write(true).open(path)?.write_all(bytes);
    }
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut staged = tempfile::Builder::new()
        .prefix(".laneset-")
        .make_in(folder, |path| File::create_new(path))?;
    staged.write_all(bytes)?;
    if let Some(there) = there {
        // Who may not write a file should not replace it either.
        File::options().append(true).open(&target)?;
        staged.as_file().set_permissions(there.permissions())?;
    }
    staged.persist(&target)?;
    Ok(())
}

/// Whether the output has colours: a file has none unless they are forced.
pub fn color(when: ColorWhen, file: Option<&Path>) -> Color {
    let is_on = match (when, file) {
        (ColorWhen::Always, _) => true,
        (ColorWhen::Never, _) | (ColorWhen::Auto, Some(_)) => false,
        (ColorWhen::Auto, None) => AutoStream::choice(&std::io::stdout()) != ColorChoice::Never,
    };
    if is_on { Color::Always } else { Color::Never }
}

/// Whether what goes to standard error has colours.
pub fn error_color(when: ColorWhen) -> Color {
    let is_on = match when {
        ColorWhen::Always => true,
        ColorWhen::Never => false,
        ColorWhen::Auto => AutoStream::choice(&std::io::stderr()) != ColorChoice::Never,
    };
    if is_on { Color::Always } else { Color::Never }
}
