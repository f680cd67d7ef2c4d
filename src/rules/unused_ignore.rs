//! `unused-ignore`: a suppression that suppresses nothing. It is judged last, when the findings of the other rules are there.

use super::registry::{self, Command, Judge, Rule};
use crate::locate::base_migrations::Base;
use crate::model::finding::{Excuse, Excused, Finding, Remark, RuleId};
use crate::model::suppression::{Directive, Suppression};
use crate::source::file::Location;
use crate::source::span::{Span, Spanned};

pub const RULE: Rule = Rule {
    id: RuleId::UnusedIgnore,
    summary: "a suppression that suppresses nothing",
    page: include_str!("unused_ignore.md"),
    judge: Judge::Last,
};

/// What a command judged by.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a> {
    pub command: Command,
    pub rules: &'a [RuleId],
    pub base: &'a Base,
}

impl Judged<'_> {
    /// Whether nothing to excuse means that there is nothing: the rule was asked for, and this command finds all that there is.
    pub fn settles(self, rule: &Rule) -> bool {
        let is_compared =
            matches!(self.base, Base::Known(_)) || !registry::compares_with_base(rule.id);
        self.rules.contains(&rule.id) && rule.settled_by() == self.command && is_compared
    }

    /// Whether a suppression has had its day: what it let into the base branch is no difference from that any more. It may stay, and
    /// excuses nothing that comes after.
    fn is_past(self, suppression: &Suppression, rule: RuleId) -> bool {
        let location = &suppression.location;
        match self.base {
            Base::Known(base) => {
                registry::fades(rule) && base.holds(location.path(), location.text())
            }
            Base::Unknown(_) | Base::NotAsked => false,
        }
    }
}

/// What suppressions leave of the findings.
#[derive(Debug, Default)]
pub struct Applied {
    pub findings: Vec<Finding>,
    pub excused: Vec<Excused>,
}

/// Takes out the findings that a suppression speaks of, and adds one for each rule of a suppression that has none.
pub fn apply(findings: Vec<Finding>, suppressions: &[Suppression], judged: Judged) -> Applied {
    let mut applied = Applied::default();
    let mut used = Vec::new();
    for finding in findings {
        let excusing = |it| excusing(it, &finding).filter(|_| !judged.is_past(it, finding.rule));
        match suppressions.iter().find_map(excusing) {
            Some((suppression, directive)) => {
                // Every other that speaks of it is used too, so that two runs do not fall out with each other.
                let speaking = suppressions.iter().filter_map(excusing);
                used.extend(speaking.map(|(it, _)| (it.location.span, place(it), finding.rule)));
                applied.excused.push(Excused {
                    excuse: Excuse::Suppression(suppression.location.clone()),
                    reason: directive.reason.clone(),
                    finding,
                });
            }
            None => applied.findings.push(finding),
        }
    }
    if !judged.rules.contains(&RuleId::UnusedIgnore) {
        return applied;
    }
    for suppression in suppressions {
        let is_used = |rule| used.contains(&(suppression.location.span, place(suppression), rule));
        applied
            .findings
            .extend(unused(suppression, judged, &is_used));
    }
    applied
}

fn place(suppression: &Suppression) -> String {
    suppression.location.path().to_string()
}

/// The suppression, when it speaks of the finding.
fn excusing<'a>(
    suppression: &'a Suppression,
    finding: &Finding,
) -> Option<(&'a Suppression, &'a Directive)> {
    let directive = suppression.directive.as_ref().ok()?;
    // Either of two files that share a version may be the one that is reported.
    let is_of_both = finding.rule == RuleId::DuplicateVersion;
    let related = finding.related.iter().filter(|_| is_of_both);
    let mut ends = related.chain([&finding.culprit]);
    let is_meant = ends.any(|end| stands_at(suppression, &end.location))
        && directive
            .rules
            .iter()
            .any(|rule| rule.value == finding.rule.as_str())
        && finding.rule != RuleId::UnusedIgnore;
    is_meant.then_some((suppression, directive))
}

/// Whether a suppression speaks of what is at a place.
fn stands_at(suppression: &Suppression, place: &Location) -> bool {
    // A finding about a file as a whole stands on its first line, with no line above.
    let is_of_file = place.span == Span::default();
    let line = place.start().line;
    place.path() == suppression.location.path()
        && (suppression.line == line || is_of_file && suppression.location.start().line == line)
        && suppression
            .within
            .is_none_or(|within| within.contains(place.span.start))
}

fn unused(
    suppression: &Suppression,
    judged: Judged,
    is_used: &dyn Fn(RuleId) -> bool,
) -> Vec<Finding> {
    let directive = match &suppression.directive {
        Ok(directive) => directive,
        Err(malformed) => {
            let message = format!("this suppression suppresses nothing: {}", malformed.0);
            let help = "write `laneset: ignore RULE reason=\"why it may stay\"`, with several rules between commas";
            return vec![finding(&suppression.location, message, help.to_owned())];
        }
    };
    let rules = directive.rules.iter();
    rules
        .filter_map(|name| of_rule(suppression, name, judged, is_used))
        .collect()
}

fn of_rule(
    suppression: &Suppression,
    name: &Spanned<String>,
    judged: Judged,
    is_used: &dyn Fn(RuleId) -> bool,
) -> Option<Finding> {
    let location = Location::new(&suppression.location.file, name.span);
    let name = &name.value;
    let Some(rule) = registry::find(name) else {
        let message = format!("this suppression names no rule: there is none called `{name}`");
        let help = format!(
            "did you mean `{}`? `laneset rules` lists them",
            registry::nearest(name)
        );
        return Some(finding(&location, message, help));
    };
    if rule.id == RuleId::UnusedIgnore {
        let message = "unused-ignore cannot be suppressed".to_owned();
        let help = "take the suppression out that suppresses nothing".to_owned();
        return Some(finding(&location, message, help));
    }
    if !judged.settles(rule) || judged.is_past(suppression, rule.id) || is_used(rule.id) {
        return None;
    }
    let message = format!(
        "this suppression of {name} suppresses nothing: line {} has no such finding",
        suppression.line
    );
    let help = "take it out; or put it on the finding's line, or on the line above".to_owned();
    Some(finding(&location, message, help))
}

/// A finding about a suppression at that place.
pub fn finding(location: &Location, message: String, help: String) -> Finding {
    let remark = Remark {
        location: location.clone(),
        text: String::new(),
    };
    Finding {
        help: Some(help),
        // Lines move; what it says does not.
        subject: location.text().to_owned(),
        ..Finding::new(RuleId::UnusedIgnore, message, remark)
    }
}
