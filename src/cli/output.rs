//! Where a report goes, and whether it has colours.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use anyhow::Context;

use super::arguments::ColorWhen;
use crate::report::look::Color;

/// Standard output, or the file that was named.
///
/// # Errors
/// When the file cannot be made.
pub fn writer(file: Option<&Path>) -> anyhow::Result<Box<dyn Write>> {
    match file {
        None => Ok(Box::new(BufWriter::new(std::io::stdout()))),
        Some(path) => {
            let file = File::create(path)
                .with_context(|| format!("{} cannot be written", path.display()))?;
            Ok(Box::new(BufWriter::new(file)))
        }
    }
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
