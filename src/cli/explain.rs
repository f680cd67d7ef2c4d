//! `laneset rules` and `laneset explain`.

use std::io::Write;

use anyhow::bail;
use serde::Serialize;

use super::arguments::ListFormat;
use super::exit::Exit;
use super::output;
use crate::rules::registry::{self, RULES, Rule};

/// Lists the rules.
///
/// # Errors
/// What standard output refuses.
pub fn list(format: ListFormat) -> anyhow::Result<Exit> {
    #[derive(Serialize)]
    struct Listed {
        rule: &'static str,
        level: &'static str,
        summary: &'static str,
    }
    let listed = RULES.iter().map(|rule| Listed {
        rule: rule.id.as_str(),
        level: rule.id.level().as_str(),
        summary: rule.summary,
    });
    let mut writer = output::writer();
    match format {
        ListFormat::Json => {
            serde_json::to_writer_pretty(&mut writer, &listed.collect::<Vec<_>>())
                .map_err(std::io::Error::from)?;
            writeln!(writer)?;
        }
        ListFormat::Full => {
            let width = RULES
                .iter()
                .map(|rule| rule.id.as_str().len())
                .max()
                .unwrap_or(0);
            for Listed {
                rule,
                level,
                summary,
            } in listed
            {
                writeln!(writer, "{rule:width$}  {level:7}  {summary}")?;
            }
        }
    }
    writer.flush()?;
    Ok(Exit::Clean)
}

/// Prints a rule's page.
///
/// # Errors
/// When there is no such rule.
pub fn explain(name: &str) -> anyhow::Result<Exit> {
    let rule = find(name)?;
    let mut writer = output::writer();
    writer.write_all(rule.page.as_bytes())?;
    writer.flush()?;
    Ok(Exit::Clean)
}

/// The rule of that name.
///
/// # Errors
/// When there is none; the error names the nearest.
pub fn find(name: &str) -> anyhow::Result<&'static Rule> {
    if let Some(rule) = registry::find(name) {
        return Ok(rule);
    }
    bail!(
        "there is no rule `{name}`; did you mean `{}`? `laneset rules` lists them",
        registry::nearest(name)
    )
}
