//! Fingerprints: what a baseline or a code host knows a finding by, wherever its lines move.

use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::finding::{Finding, RuleId};
use super::lane::Lane;

/// Made of the rule, the lane set, the path, the subject and the lanes, never of a line: the first 16 hexadecimal digits of a SHA-256. Every
/// part is preceded by its length, so that no two lists of parts are one text. Several findings may share one.
pub fn fingerprint(finding: &Finding) -> String {
    let mut parts = vec![
        finding.rule.as_str().to_owned(),
        finding.lane_set.clone().unwrap_or_default(),
        path(finding),
        finding.subject.clone(),
    ];
    for lanes in [&finding.missing, &finding.extra] {
        parts.push(lanes.len().to_string());
        parts.extend(lanes.iter().map(Lane::to_string));
    }
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let mut digits = String::new();
    for byte in hasher.finalize().iter().take(8) {
        // Writing to a string does not fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// Either of two files that share a version may be the one that is reported.
fn path(finding: &Finding) -> String {
    match finding.rule {
        RuleId::DuplicateVersion => String::new(),
        _ => finding.culprit.location.path().to_string(),
    }
}

/// Tells findings apart that share a fingerprint: the second is shown with `-2` behind it, and so on.
#[derive(Debug, Default)]
pub struct Numbering(BTreeMap<String, usize>);

impl Numbering {
    /// As it is shown, when this finding is the next one.
    pub fn next(&mut self, finding: &Finding) -> String {
        let fingerprint = fingerprint(finding);
        let count = self.0.entry(fingerprint.clone()).or_default();
        *count += 1;
        match *count {
            1 => fingerprint,
            count => format!("{fingerprint}-{count}"),
        }
    }
}

/// A fingerprint as it was shown, without its number.
pub fn without_number(shown: &str) -> &str {
    shown.split_once('-').map_or(shown, |(before, _)| before)
}
