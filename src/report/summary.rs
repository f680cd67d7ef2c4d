//! The last line of everything written for people: what was checked, and what came of it.

use super::outcome::{Checked, Outcome};
use crate::model::finding::Level;

/// The summary, without a newline. It counts what was looked at, so that a gate which looked at nothing does not look green.
pub fn line(outcome: &Outcome) -> String {
    let checked = checked(&outcome.checked);
    let found: Vec<String> = [(Level::Error, "error"), (Level::Warning, "warning")]
        .into_iter()
        .map(|(level, noun)| (outcome.count(level), noun))
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| counted(count, noun, "s"))
        .collect();
    let excused = excused(outcome);
    match found.is_empty() {
        true => format!("{checked}{excused} No drift."),
        false => format!("Found {}. {checked}{excused}", found.join(", ")),
    }
}

/// What stands above the last line where something can be mended without a decision; without a newline.
pub fn fixable(outcome: &Outcome) -> Option<String> {
    let findings = outcome.findings.iter();
    let count = findings.filter(|finding| finding.is_fixable).count();
    (count > 0).then(|| format!("{count} fixable with `laneset check --fix`."))
}

/// What does not count is counted, with a space before it.
fn excused(outcome: &Outcome) -> String {
    let (by_comment, by_baseline) = outcome.count_excused();
    let mut text = String::new();
    if by_comment > 0 {
        text.push_str(&format!(
            " {} suppressed.",
            counted(by_comment, "finding", "s")
        ));
    }
    if by_baseline > 0 {
        text.push_str(&format!(
            " {} in the baseline.",
            counted(by_baseline, "known finding", "s")
        ));
    }
    text
}

fn checked(checked: &Checked) -> String {
    let parts = [
        (checked.migrations, "migration", "s"),
        (checked.patches, "patch", "es"),
        (checked.queries, "quer", "ies"),
        (checked.source_files, "source file", "s"),
        (checked.live_indexes, "live index", "es"),
    ];
    let nothing = parts.iter().all(|(count, ..)| *count == 0);
    let listed: Vec<String> = parts
        .into_iter()
        .filter(|(count, noun, _)| *count > 0 || (nothing && *noun != "live index"))
        .map(|(count, noun, plural)| match (noun, count) {
            ("quer", 1) => "1 query".to_owned(),
            _ => counted(count, noun, plural),
        })
        .collect();
    let lane_sets = counted(checked.lane_sets, "lane set", "s");
    let searched = match checked.searched_files {
        0 => String::new(),
        count => format!("; searched {} for copies", counted(count, "file", "s")),
    };
    format!("Checked {lane_sets}: {}{searched}.", listed.join(", "))
}

fn counted(count: usize, noun: &str, plural: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}{plural}"),
    }
}
