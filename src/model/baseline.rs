//! The baseline: findings that were there when laneset was adopted, and may stay for now.

use std::sync::Arc;

use super::finding::{Finding, RuleId};
use crate::source::file::{Location, SourceFile};

/// A baseline, as it was read.
#[derive(Debug, Clone)]
pub struct Baseline {
    pub file: Arc<SourceFile>,
    /// In the order of the file.
    pub entries: Vec<Known>,
}

/// A finding that is known.
#[derive(Debug, Clone)]
pub struct Known {
    /// Where its rule is named.
    pub location: Location,
    /// As it was written, whether or not there is such a rule.
    pub rule: String,
    /// The command that found it, where another one judges by the rule first.
    pub found_by: Option<String>,
    /// Without its number: of entries that share one each knows one finding.
    pub fingerprint: String,
    /// Never blank.
    pub reason: String,
}

/// An entry to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    pub rule: RuleId,
    pub path: String,
    /// The finding's message; nothing is known by it.
    pub summary: String,
    pub reason: String,
    pub found_by: Option<&'static str>,
    pub fingerprint: String,
}

impl NewEntry {
    /// Of a finding that only the command `found_by` finds, where that is named.
    pub fn new(
        finding: &Finding,
        fingerprint: String,
        reason: &str,
        found_by: Option<&'static str>,
    ) -> Self {
        Self {
            rule: finding.rule,
            path: finding.culprit.location.path().to_string(),
            summary: finding.message.clone(),
            reason: reason.to_owned(),
            found_by,
            fingerprint,
        }
    }
}
