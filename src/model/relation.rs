//! How what a site says relates to what was declared.

use std::fmt;

use super::rows::{Decision, Rows};

/// The relation of a site's rows to the declared ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    Same,
    /// The site means fewer rows.
    Narrower,
    /// The site means more rows.
    Wider,
    /// Each has rows that the other lacks, and some are common.
    Overlapping,
    /// No row is common.
    Disjoint,
    /// It could not be told. Never a pass.
    Undecided,
}

impl Relation {
    pub fn between(site: &Rows, declared: &Rows) -> Self {
        match (site.within(declared), declared.within(site)) {
            (Decision::Yes, Decision::Yes) => Relation::Same,
            (Decision::Yes, Decision::No) => Relation::Narrower,
            (Decision::No, Decision::Yes) => Relation::Wider,
            (Decision::No, Decision::No) if site.intersect(declared).is_empty() => {
                Relation::Disjoint
            }
            (Decision::No, Decision::No) => Relation::Overlapping,
            _ => Relation::Undecided,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Relation::Same => "same",
            Relation::Narrower => "narrower",
            Relation::Wider => "wider",
            Relation::Overlapping => "overlapping",
            Relation::Disjoint => "disjoint",
            Relation::Undecided => "undecided",
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
