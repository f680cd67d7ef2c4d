//! The executors of the lanes, as far as functions bear the names of lanes and call something that is called a heartbeat.

use std::collections::{BTreeMap, BTreeSet};

use super::places::Places;
use crate::locate::app_source::beats::calls;
use crate::locate::app_source::calls::callee_name;
use crate::locate::app_source::definitions::function_names;
use crate::locate::app_source::kinds::Kind;
use crate::locate::app_source::language::language_of;
use crate::locate::app_source::syntax::Syntax;
use crate::locate::walk::{ReadError, Root};
use crate::model::lane::{Lane, Value};
use crate::source::file::RepoPath;

/// What the name of the call holds, in lower case.
const BEAT: &str = "heartbeat";

/// What was found to beat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundEvidence {
    /// The call that most of the executors make.
    pub call: String,
    /// The file and function of each lane, where one alone was found; in the order of the lanes.
    pub lanes: Vec<(Lane, Option<(RepoPath, String)>)>,
}

/// Looks for a function of each lane that beats. `None` when there is none of any.
///
/// # Errors
/// The first file that cannot be read.
pub fn evidence(
    root: &Root,
    places: &Places,
    lanes: &[Lane],
) -> Result<Option<FoundEvidence>, ReadError> {
    // By call, then lane: where functions make it.
    let mut found: BTreeMap<String, BTreeMap<&Lane, Functions>> = BTreeMap::new();
    for path in &places.sources {
        let Some(language) = language_of(path).filter(|it| it.is_followed()) else {
            continue;
        };
        let file = root.read(path)?;
        if !file.text().to_ascii_lowercase().contains(BEAT) {
            continue;
        }
        let Ok(syntax) = Syntax::parse(language, file.text()) else {
            continue;
        };
        let wanted = beats_in(&syntax);
        for function in function_names(&syntax) {
            let name = syntax.text(function.name);
            let own = lanes.iter().filter(|lane| is_named_for(name, lane));
            for lane in own {
                let makes = |call: &&String| {
                    let made = calls(&syntax, Some(name), call).unwrap_or_default();
                    !made.is_empty() && made.iter().all(|it| it.call.is_some())
                };
                for call in wanted.iter().filter(makes) {
                    let of_call = found.entry(call.clone()).or_default();
                    let places = of_call.entry(lane).or_default();
                    places.insert((path.clone(), name.to_owned()));
                }
            }
        }
    }
    let most = found.into_iter().max_by_key(|(_, lanes)| lanes.len());
    Ok(most.map(|(call, found)| FoundEvidence {
        call,
        lanes: lanes
            .iter()
            .map(|lane| (lane.clone(), only(found.get(lane))))
            .collect(),
    }))
}

/// Functions by their files.
type Functions = BTreeSet<(RepoPath, String)>;

fn only(places: Option<&Functions>) -> Option<(RepoPath, String)> {
    let mut places = places?.iter();
    places.next().filter(|_| places.next().is_none()).cloned()
}

/// The names of calls that may be beats.
fn beats_in(syntax: &Syntax) -> BTreeSet<String> {
    let calls = syntax.all().filter(|it| syntax.kind(*it) == Kind::Call);
    let names = calls.filter_map(|it| callee_name(syntax, it));
    names
        .filter(|name| name.to_ascii_lowercase().contains(BEAT))
        .map(str::to_owned)
        .collect()
}

/// `executeSyncRun` is named for `sync`, and `run_embed_backfill` for `embed_backfill`.
fn is_named_for(function: &str, lane: &Lane) -> bool {
    let Value::Text(lane) = lane else {
        return false;
    };
    let (function, lane) = (words(function), words(lane));
    let mut windows = function.windows(lane.len().max(1));
    !lane.is_empty() && windows.any(|window| window == lane)
}

/// The words of a name in any casing, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut was_lower = false;
    for character in name.chars() {
        let begins = character.is_uppercase() && was_lower;
        if !character.is_alphanumeric() || begins || words.is_empty() {
            words.push(String::new());
        }
        if character.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(character.to_lowercase());
        }
        was_lower = character.is_lowercase() || character.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_named_for_a_lane_by_its_words() {
        let is_it = |function: &str, lane: &str| is_named_for(function, &Value::Text(lane.into()));
        assert!(is_it("executeSyncRun", "sync"));
        assert!(is_it("run_embed_backfill", "embed_backfill"));
        assert!(is_it("EmbedBackfillWorker", "embed-backfill"));
        assert!(!is_it("executeAsyncRun", "sync"));
        assert!(!is_it("backfill", "embed_backfill"));
        assert!(!is_it("run", ""));
    }
}
