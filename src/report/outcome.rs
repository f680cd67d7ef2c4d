//! What a check found, as data: the input of every format.

use super::interpolation;
use crate::model::finding::{Excuse, Excused, Finding, Level, RuleId};
use crate::model::fingerprint::Numbering;
use crate::model::index_facts::IndexFacts;
use crate::model::lane::Lane;
use crate::model::relation::Relation;
use crate::model::site::{Role, UndeclaredSite};
use crate::source::file::Location;

/// Everything that a format may show.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    pub checked: Checked,
    /// In the order declared.
    pub lane_sets: Vec<LaneSetOutcome>,
    /// In the order of [`Outcome::sort`] once that was called.
    pub findings: Vec<Finding>,
    /// Those that do not count, in the same order.
    pub excused: Vec<Excused>,
    /// The copies among them that lack nothing but a declaration.
    pub declarable: Vec<UndeclaredSite>,
    /// The rules that were judged by, in the order of their list; empty until [`Outcome::keep`] was called.
    pub rules: Vec<RuleId>,
    /// The declared indexes of a live database, where one was looked at.
    pub live: Vec<IndexFacts>,
    /// What was declared and not checked, each a sentence without a full stop.
    pub notes: Vec<String>,
}

/// How much was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checked {
    pub lane_sets: usize,
    pub migrations: usize,
    pub patches: usize,
    pub queries: usize,
    /// Files of application source that were read.
    pub source_files: usize,
    /// Files that were searched for copies that nobody declared.
    pub searched_files: usize,
    /// Declared indexes that a live database has.
    pub live_indexes: usize,
}

/// One lane set and every place where it was found.
#[derive(Debug, Clone)]
pub struct LaneSetOutcome {
    pub name: String,
    pub table: String,
    pub column: String,
    /// As declared, in the order declared.
    pub lanes: Vec<Lane>,
    pub sites: Vec<SiteOutcome>,
}

/// What one site says.
#[derive(Debug, Clone)]
pub struct SiteOutcome {
    pub role: Role,
    pub location: Location,
    /// What it should name.
    pub declared: Vec<Lane>,
    /// In the order in which the site names them; `None` when they could not be read.
    pub lanes: Option<Vec<Lane>>,
    pub relation: Option<Relation>,
    /// It means the declared rows, and its condition still lets others through that the index does not hold.
    pub is_uncovered: bool,
    /// As SQL.
    pub predicate: Option<String>,
}

/// What a gate says in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Clean,
    /// Any finding at all, warnings included.
    Drift,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Clean => "clean",
            Status::Drift => "drift",
        }
    }
}

impl Outcome {
    pub fn status(&self) -> Status {
        match self.findings.is_empty() {
            true => Status::Clean,
            false => Status::Drift,
        }
    }

    /// Keeps the findings of these rules, in the order of every format, and the rules themselves: they are what was judged by.
    pub fn keep(&mut self, rules: &[RuleId]) {
        self.findings
            .retain(|finding| rules.contains(&finding.rule));
        self.rules = rules.to_vec();
        self.sort();
    }

    /// Puts the findings in the order of every format: by path, line, column, rule; then by what they are about.
    pub fn sort(&mut self) {
        fn key(finding: &Finding) -> impl Ord + use<> {
            (
                finding.culprit.location.path().clone(),
                finding.culprit.location.start(),
                finding.rule.as_str(),
                finding.lane_set.clone(),
                finding.subject.clone(),
                finding.message.clone(),
            )
        }
        self.findings.sort_by_cached_key(key);
        self.excused
            .sort_by_cached_key(|excused| key(&excused.finding));
    }

    /// How many findings are excused by comments, and how many by the baseline.
    pub fn count_excused(&self) -> (usize, usize) {
        let is_by_comment = |excused: &&Excused| matches!(excused.excuse, Excuse::Suppression(_));
        let by_comment = self.excused.iter().filter(is_by_comment).count();
        (by_comment, self.excused.len() - by_comment)
    }

    /// Shows interpolations of templates as such, wherever a parameter of ours stands for one.
    pub fn show_interpolations(&mut self) {
        let excused = self.excused.iter_mut().map(|it| &mut it.finding);
        for finding in self.findings.iter_mut().chain(excused) {
            finding.for_each_text(&mut interpolation::show);
        }
        let sites = self.lane_sets.iter_mut().flat_map(|set| &mut set.sites);
        sites
            .filter_map(|site| site.predicate.as_mut())
            .for_each(interpolation::show);
    }

    /// How many findings are of this level.
    pub fn count(&self, level: Level) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.rule.level() == level)
            .count()
    }

    /// One fingerprint for each finding, in their order, then one for each that is excused: what a baseline or a code host knows a
    /// finding by. Of several that share one, those that the baseline knows are counted first, so that a new one is the last.
    pub fn fingerprints(&self) -> Vec<String> {
        let is_known = |it: &Excused| matches!(it.excuse, Excuse::Baseline(_));
        let all: Vec<(u8, &Finding)> = (self.findings.iter().map(|finding| (1, finding)))
            .chain(self.excused.iter().map(|it| match is_known(it) {
                true => (0, &it.finding),
                false => (2, &it.finding),
            }))
            .collect();
        let mut counted: Vec<usize> = (0..all.len()).collect();
        counted.sort_by_key(|index| all[*index].0);
        let mut numbering = Numbering::default();
        let mut fingerprints = vec![String::new(); all.len()];
        for index in counted {
            fingerprints[index] = numbering.next(all[index].1);
        }
        fingerprints
    }
}
