//! `--output-format github`: workflow commands, which GitHub Actions shows as annotations beside the lines.

use std::io;

use super::from_root::FromRoot;
use super::outcome::Outcome;
use super::plain::paragraph;
use crate::model::finding::Finding;
use crate::source::file::Location;

/// Writes `::error file=…,line=…::message`, a line for each finding in the outcome's order; nothing when there are none.
///
/// # Errors
/// What the writer refuses.
pub fn write(
    outcome: &Outcome,
    from_root: &FromRoot,
    writer: &mut dyn io::Write,
) -> io::Result<()> {
    for finding in &outcome.findings {
        writeln!(writer, "{}", command(finding, from_root))?;
    }
    Ok(())
}

fn command(finding: &Finding, from_root: &FromRoot) -> String {
    let location = &finding.culprit.location;
    let mut properties = vec![("file", from_root.path(location.path()))];
    properties.extend(numbers(location));
    properties.push(("title", format!("laneset {}", finding.rule)));
    let properties: Vec<String> = properties
        .into_iter()
        .map(|(name, value)| format!("{name}={}", property(&value)))
        .collect();
    format!(
        "::{} {}::{}",
        finding.rule.level().as_str(),
        properties.join(","),
        message(&paragraph(finding))
    )
}

/// A span of several lines has no columns there: GitHub refuses those ("if `start_line` and `end_line` have different values", Checks API).
fn numbers(location: &Location) -> Vec<(&'static str, String)> {
    let (start, end) = (location.start(), location.end());
    let mut numbers = vec![("line", start.line)];
    if start.line == end.line {
        numbers.push(("col", start.column));
    }
    numbers.push(("endLine", end.line));
    if start.line == end.line {
        numbers.push(("endColumn", end.column));
    }
    let numbers = numbers.into_iter();
    numbers
        .map(|(name, number)| (name, number.to_string()))
        .collect()
}

/// As the runner reads it back (`ActionCommand.cs`): `%` first, since it is what the others become.
fn message(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_property_or_a_line_is_escaped() {
        assert_eq!(message("50% a:b, c\r\nd"), "50%25 a:b, c%0D%0Ad");
        assert_eq!(property("a:b,c%0A\n"), "a%3Ab%2Cc%250A%0A");
    }
}
