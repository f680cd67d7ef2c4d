//! Which places a plan is for: those that findings speak of, or all but those.

use crate::model::declaration::Declaration;
use crate::model::finding::{Finding, RuleId};
use crate::model::site::{Role, Site};
use crate::source::file::{Location, RepoPath};

/// Which places may change.
#[derive(Debug, Clone)]
pub enum Scope {
    /// Every place that these do not speak of.
    AllBut(Vec<Finding>),
    /// The places that these speak of.
    Only(Vec<Finding>),
}

impl Default for Scope {
    /// Every place.
    fn default() -> Self {
        Self::AllBut(Vec::new())
    }
}

impl Scope {
    /// Whether the site may change.
    pub fn holds(&self, declaration: &Declaration, site: &Site) -> bool {
        self.holds_what(|finding| speaks_of(declaration, finding, site))
    }

    /// Whether the file of a generated statement may change.
    pub fn holds_statement(&self, path: &RepoPath) -> bool {
        self.holds_what(|finding| {
            finding.rule == RuleId::QueryDrift && finding.culprit.location.path() == path
        })
    }

    fn holds_what(&self, is_spoken_of: impl Fn(&Finding) -> bool) -> bool {
        match self {
            Self::AllBut(findings) => !findings.iter().any(is_spoken_of),
            Self::Only(findings) => findings.iter().any(is_spoken_of),
        }
    }
}

fn speaks_of(declaration: &Declaration, finding: &Finding, site: &Site) -> bool {
    let lane_set = &declaration.lane_sets[site.lane_set].name.value;
    if finding.lane_set.as_ref() != Some(lane_set) {
        return false;
    }
    let culprit = &finding.culprit.location;
    match finding.rule {
        RuleId::MigrationsDrift => site.role == Role::Migrations,
        RuleId::EmbeddedDrift => site.role == Role::Embedded,
        RuleId::IndexDrift => site.role == Role::Index,
        // The statement that did nothing may stand in another file than the one that made the index.
        RuleId::CreateWithoutEffect => match is_embedded(declaration, culprit.path()) {
            true => site.role == Role::Embedded,
            false => site.role == Role::Migrations,
        },
        RuleId::QueryDrift => {
            matches!(site.role, Role::Query | Role::Array) && touch(culprit, &site.location)
        }
        RuleId::SiteMissing | RuleId::UnreadableSite => touch(culprit, &site.location),
        _ => false,
    }
}

fn is_embedded(declaration: &Declaration, path: &RepoPath) -> bool {
    declaration.embedded.as_ref().is_some_and(|embedded| {
        let place = embedded.path.value.as_str().trim_end_matches('/');
        let rest = path.as_str().strip_prefix(place);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

fn touch(culprit: &Location, site: &Location) -> bool {
    culprit.path() == site.path()
        && culprit.span.start <= site.span.end
        && site.span.start <= culprit.span.end
}
