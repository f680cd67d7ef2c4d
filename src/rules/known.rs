//! What the baseline knows, and its entries that match nothing any more: they are `unused-ignore`.

use super::registry;
use super::unused_ignore::{self, Judged};
use crate::model::baseline::{Baseline, Known};
use crate::model::finding::{Excuse, Excused, Finding, RuleId};
use crate::model::fingerprint::fingerprint;

/// What a baseline leaves of the findings.
#[derive(Debug, Default)]
pub struct Held {
    /// In their order.
    pub findings: Vec<Finding>,
    pub excused: Vec<Excused>,
    /// For each entry, whether it knows a finding.
    pub is_used: Vec<bool>,
}

/// Takes out the findings that the baseline knows. An entry knows one finding: of those with one fingerprint the last are new.
pub fn hold(findings: Vec<Finding>, baseline: &Baseline) -> Held {
    let mut held = Held {
        is_used: vec![false; baseline.entries.len()],
        ..Held::default()
    };
    for finding in findings {
        let print = fingerprint(&finding);
        let mut entries = baseline.entries.iter().enumerate();
        let knows = |(index, entry): &(usize, &Known)| {
            !held.is_used[*index] && entry.fingerprint == print && may_be_known(finding.rule)
        };
        match entries.find(knows) {
            Some((index, entry)) => {
                held.is_used[index] = true;
                held.excused.push(Excused {
                    excuse: Excuse::Baseline(entry.location.clone()),
                    reason: entry.reason.clone(),
                    finding,
                });
            }
            None => held.findings.push(finding),
        }
    }
    held
}

/// Whether a baseline may hold findings of that rule: what suppresses nothing is to be taken out, not kept.
pub fn may_be_known(rule: RuleId) -> bool {
    rule != RuleId::UnusedIgnore
}

/// Whether an entry that knows no finding is there for nothing: its rule was asked for, and this command is the one that finds such things.
pub fn is_settled(entry: &Known, judged: Judged) -> bool {
    let Some(rule) = registry::find(&entry.rule) else {
        return true;
    };
    match &entry.found_by {
        Some(command) => judged.rules.contains(&rule.id) && command == judged.command.as_str(),
        // It says of no file whether it is merged.
        None => !registry::fades(rule.id) && judged.settles(rule),
    }
}

/// A finding for each entry that knows none.
pub fn unused(baseline: &Baseline, is_used: &[bool], judged: Judged) -> Vec<Finding> {
    if !judged.rules.contains(&RuleId::UnusedIgnore) {
        return Vec::new();
    }
    let entries = baseline.entries.iter().zip(is_used);
    let unused = entries.filter(|(entry, is_used)| !**is_used && is_settled(entry, judged));
    unused.map(|(entry, _)| finding(entry)).collect()
}

fn finding(entry: &Known) -> Finding {
    let rule = &entry.rule;
    let (message, help) = match registry::find(rule) {
        None => (
            format!("this entry of the baseline names no rule: there is none called `{rule}`"),
            format!(
                "did you mean `{}`? `laneset rules` lists them",
                registry::nearest(rule)
            ),
        ),
        Some(known) if !may_be_known(known.id) => (
            format!("{rule} cannot be kept in the baseline"),
            "take the suppression out that suppresses nothing".to_owned(),
        ),
        Some(_) => (
            format!(
                "this entry of the baseline matches nothing any more: there is no such finding of {rule}"
            ),
            "run `laneset check --write-baseline`, which takes it out".to_owned(),
        ),
    };
    Finding {
        subject: entry.fingerprint.clone(),
        ..unused_ignore::finding(&entry.location, message, help)
    }
}
