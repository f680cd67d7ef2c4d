//! `--output-format concise`: one line for each finding, as compilers and editors know it.

use std::io;

use anstyle::{AnsiColor, Style};

use super::look::Color;
use super::outcome::Outcome;
use super::summary;
use super::visible::one_line;
use crate::model::finding::{Finding, Level};
use crate::model::lane::Lane;

/// Writes `path:line:column: error[rule] message`, a line for each finding in the outcome's order, then the notes and the summary.
///
/// # Errors
/// What the writer refuses.
pub fn write(outcome: &Outcome, color: Color, writer: &mut dyn io::Write) -> io::Result<()> {
    for finding in &outcome.findings {
        writeln!(writer, "{}", line(finding, color))?;
    }
    for note in &outcome.notes {
        writeln!(writer, "note: {}", one_line(note))?;
    }
    writeln!(writer, "{}", summary::line(outcome))
}

fn line(finding: &Finding, color: Color) -> String {
    let location = &finding.culprit.location;
    let start = location.start();
    let (rule, level) = (finding.rule, finding.rule.level());
    let style = match color {
        Color::Always => style(level),
        Color::Never => Style::new(),
    };
    format!(
        "{}:{}:{}: {style}{}[{rule}]{style:#} {}{}",
        one_line(location.path().as_str()),
        start.line,
        start.column,
        level.as_str(),
        one_line(&finding.message),
        one_line(&unsaid(finding)),
    )
}

/// The style of a level's name.
pub(super) fn style(level: Level) -> Style {
    match level {
        Level::Error => AnsiColor::BrightRed.on_default().bold(),
        Level::Warning => AnsiColor::Yellow.on_default().bold(),
    }
}

/// The missing and extra lanes, unless the message names them all.
pub(super) fn unsaid(finding: &Finding) -> String {
    [("missing", &finding.missing), ("extra", &finding.extra)]
        .into_iter()
        .filter(|(_, lanes)| lanes.iter().any(|lane| !names(&finding.message, lane)))
        .map(|(word, lanes)| format!("; {word} {}", listed(lanes)))
        .collect()
}

/// The lanes, with commas between them.
pub(super) fn listed(lanes: &[Lane]) -> String {
    let lanes: Vec<String> = lanes.iter().map(Lane::to_string).collect();
    lanes.join(", ")
}

/// Whether a message has the lane as a word: `sync` is not in `async`.
fn names(message: &str, lane: &Lane) -> bool {
    let lane = lane.to_string();
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    message.match_indices(&lane).any(|(start, _)| {
        let end = start + lane.len();
        !message[..start].ends_with(in_word) && !message[end..].starts_with(in_word)
    })
}
