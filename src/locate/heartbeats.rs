//! Whether the declared executors beat.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::app_source::beats::{Calls, calls};
use super::app_source::error::SourceError;
use super::app_source::language::language_of;
use super::app_source::syntax::Syntax;
use super::error::LocateError;
use super::walk::Root;
use crate::model::declaration::{Declaration, HeartbeatDeclaration, HeartbeatLane};
use crate::model::lane::Lane;
use crate::source::file::{Location, RepoPath, SourceFile};
use crate::source::span::Span;

/// What there is to say of one lane's executor.
#[derive(Debug)]
pub struct Heartbeat {
    /// The index of its set in [`Declaration::lane_sets`].
    pub lane_set: usize,
    pub lane: Lane,
    /// The lane's evidence in the manifest, or the lanes, where it has none.
    pub declared_at: Location,
    pub evidence: Evidence,
}

/// What stands where the manifest says that it beats.
#[derive(Debug)]
pub enum Evidence {
    /// The call.
    Beats(Location),
    /// No call that can run was found.
    Silent {
        function: Location,
        /// Where the search ended without an answer, and why.
        gave_up: Vec<(Location, String)>,
    },
    /// The file or the function is not there; the text is a sentence.
    Missing(String),
    Unreadable(Location, String),
    /// The manifest names no evidence for this lane.
    Undeclared,
}

/// The lanes of every set that declares heartbeats, in the order declared; where several functions bear a declared name, each of them.
///
/// # Errors
/// The first file that is there and cannot be read at all.
pub fn heartbeats(declaration: &Declaration, root: &Root) -> Result<Vec<Heartbeat>, LocateError> {
    let mut all = Vec::new();
    for (number, lane_set) in declaration.lane_sets.iter().enumerate() {
        let Some(declared) = &lane_set.heartbeat else {
            continue;
        };
        let files = Files::read(root, declared)?;
        for lane in &lane_set.lanes.value {
            let own: Vec<&HeartbeatLane> = (declared.lanes.iter())
                .filter(|it| it.lane.value == *lane)
                .collect();
            let mut add = |span, evidence| {
                all.push(Heartbeat {
                    lane_set: number,
                    lane: lane.clone(),
                    declared_at: declaration.location(span),
                    evidence,
                });
            };
            if own.is_empty() {
                add(lane_set.lanes.span, Evidence::Undeclared);
            }
            for beat in own {
                for evidence in files.evidence(beat, &declared.call.value) {
                    add(beat.lane.span, evidence);
                }
            }
        }
    }
    Ok(all)
}

/// The files that a set's heartbeats name. `None`: not there.
struct Files(BTreeMap<RepoPath, Option<Arc<SourceFile>>>);

impl Files {
    fn read(root: &Root, declared: &HeartbeatDeclaration) -> Result<Self, LocateError> {
        let mut files = BTreeMap::new();
        for lane in &declared.lanes {
            let path = &lane.file.value;
            if files.contains_key(path) {
                continue;
            }
            if language_of(path).is_none() {
                return Err(LocateError::UnknownLanguage(path.clone()));
            }
            let file = match root.exists(path) {
                true => Some(root.read(path)?),
                false => None,
            };
            files.insert(path.clone(), file);
        }
        Ok(Self(files))
    }

    fn evidence(&self, beat: &HeartbeatLane, wanted: &str) -> Vec<Evidence> {
        let path = &beat.file.value;
        let Some(file) = self.0.get(path).and_then(Option::as_ref) else {
            return vec![Evidence::Missing(format!("{path} does not exist"))];
        };
        let Some(language) = language_of(path) else {
            return Vec::new();
        };
        if !language.is_followed() {
            let reason = format!(
                "calls are followed in TypeScript, JavaScript, Rust, Go and Python, not in {}",
                language.name()
            );
            let start = Location::new(file, Span::new(0, 0));
            return vec![Evidence::Unreadable(start, reason)];
        }
        let within = beat.within.as_ref().map(|within| within.value.as_str());
        let found =
            Syntax::parse(language, file.text()).and_then(|syntax| calls(&syntax, within, wanted));
        match found {
            Ok(found) => found.into_iter().map(|it| evidence(file, it)).collect(),
            Err(error) => vec![refused(file, &error)],
        }
    }
}

fn evidence(file: &Arc<SourceFile>, calls: Calls) -> Evidence {
    let place = |span| Location::new(file, span);
    match calls.call {
        Some(call) => Evidence::Beats(place(call)),
        None => Evidence::Silent {
            function: place(calls.function),
            gave_up: (calls.gave_up.into_iter())
                .map(|it| (place(it.span), it.reason))
                .collect(),
        },
    }
}

fn refused(file: &Arc<SourceFile>, error: &SourceError) -> Evidence {
    match error.span() {
        Some(span) => Evidence::Unreadable(Location::new(file, span), error.to_string()),
        None => Evidence::Missing(format!("in {} {error}", file.path())),
    }
}
