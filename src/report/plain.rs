//! A finding in words alone, for formats that have no place for its parts.

use super::concise::{listed, unsaid};
use super::disagreement::other_side;
use super::visible::{lines, one_line};
use crate::model::finding::Finding;

/// On one line: what is wrong, and the lanes that it is about.
pub(super) fn sentence(finding: &Finding) -> String {
    let whole = format!("{}{}", finding.message, unsaid(finding));
    one_line(&whole).into_owned()
}

/// On as many lines as it takes, without a newline at the end: what is wrong, the lanes, the two that disagree, what to do.
pub(super) fn paragraph(finding: &Finding) -> String {
    let mut text = one_line(&finding.message).into_owned();
    let mut add = |name: &str, value: &str| text.push_str(&format!("\n{name}: {value}"));
    for (name, lanes) in [("missing", &finding.missing), ("extra", &finding.extra)] {
        if !lanes.is_empty() {
            add(name, &one_line(&listed(lanes)));
        }
    }
    if let Some(disagreement) = &finding.disagreement {
        add("here", &one_line(&disagreement.here));
        add(other_side(finding.rule), &one_line(&disagreement.declared));
    }
    if let Some(help) = &finding.help {
        add("help", &lines(help));
    }
    text
}
