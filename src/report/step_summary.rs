//! The summary of a job of GitHub Actions: findings, and lanes by sites, in Markdown.

use super::from_root::FromRoot;
use super::matrix::{cell, legend, places, rows};
use super::outcome::{LaneSetOutcome, Outcome, SiteOutcome};
use super::plain::sentence;
use super::summary;
use super::visible::one_line;
use crate::model::finding::Finding;
use crate::source::file::Location;

/// As many findings are listed. GitHub takes 1 MiB a step, and refuses a summary that is longer.
const MOST: usize = 100;

/// The whole summary, with a newline at the end. It may be appended to another.
pub fn markdown(outcome: &Outcome, from_root: &FromRoot) -> String {
    let mut text = "## laneset\n\n".to_owned();
    if !outcome.findings.is_empty() {
        text.push_str(&findings(&outcome.findings, from_root));
    }
    for lane_set in &outcome.lane_sets {
        text.push_str(&matrix(lane_set, from_root));
    }
    for note in &outcome.notes {
        text.push_str(&format!("Note: {}\n\n", escaped(note)));
    }
    text.push_str(&format!("{}\n", summary::line(outcome)));
    text
}

fn findings(findings: &[Finding], from_root: &FromRoot) -> String {
    let mut text = row(["", "rule", "where", "what"].map(str::to_owned));
    text.push_str(&row(["---"; 4].map(str::to_owned)));
    for finding in findings.iter().take(MOST) {
        text.push_str(&row([
            finding.rule.level().as_str().to_owned(),
            code(finding.rule.as_str()),
            place(&finding.culprit.location, from_root),
            escaped(&sentence(finding)),
        ]));
    }
    if let Some(left @ 1..) = findings.len().checked_sub(MOST) {
        text.push_str(&format!("\nAnd {left} more.\n"));
    }
    text.push('\n');
    text
}

/// A row a lane, a column a site.
fn matrix(lane_set: &LaneSetOutcome, from_root: &FromRoot) -> String {
    let heading = format!(
        "{} on {}.{}",
        lane_set.name, lane_set.table, lane_set.column
    );
    let sites = places(lane_set);
    let first = |text: &str| std::iter::once(text.to_owned());
    let mut text = format!("### {}\n\n", escaped(&heading));
    text.push_str(&row(
        first("").chain(sites.iter().map(|site| head(site, from_root)))
    ));
    text.push_str(&row(
        first("---").chain(sites.iter().map(|_| ":---:".to_owned()))
    ));
    for lane in rows(lane_set) {
        let cells = sites.iter().map(|site| cell(site, lane).to_string());
        text.push_str(&row(first(&code(&lane.to_string())).chain(cells)));
    }
    text.push_str(&format!("\n{}\n\n", legend(lane_set)));
    text
}

fn head(site: &SiteOutcome, from_root: &FromRoot) -> String {
    format!("{}<br>{}", site.role, place(&site.location, from_root))
}

fn place(location: &Location, from_root: &FromRoot) -> String {
    let path = from_root.path(location.path());
    code(&format!("{path}:{}", location.start().line))
}

fn row(cells: impl IntoIterator<Item = String>) -> String {
    let cells: Vec<String> = cells.into_iter().collect();
    format!("| {} |\n", cells.join(" | "))
}

/// In a typewriter's letters. Between backticks a bar would still end the cell, and a reference would stay as it is.
fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

/// On one line, with a character reference for whatever means something to Markdown, to HTML or to GitHub (`@team`, `:name:`).
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in one_line(text).chars() {
        match character {
            '-' | '.' | ',' | '/' | '(' | ')' | '=' | '\'' | '?' | '+' | ';' => {
                escaped.push(character);
            }
            other if other.is_ascii_punctuation() => {
                escaped.push_str(&format!("&#{};", u32::from(other)));
            }
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_repository_is_markup() {
        assert_eq!(
            escaped("a|b `c` <d> @e\n"),
            "a&#124;b &#96;c&#96; &#60;d&#62; &#64;e␊"
        );
        assert_eq!(escaped("läufe (x = 'y')"), "läufe (x = 'y')");
        assert_eq!(row(["a", "b"].map(str::to_owned)), "| a | b |\n");
    }
}
