//! What a pass did, or would meet, for people and machines.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::reaper::guard::{Allowance, Held};
use crate::reaper::service::Tick;
use crate::reaper::status::Survey;
use crate::reaper::sweep::Sweep;

/// A result of the reaper.
pub trait Printed {
    /// One object.
    fn json(&self, lane_set: &str) -> Value;
    /// One line.
    fn text(&self, lane_set: &str) -> String;
}

/// What a pass would meet.
pub struct Foreseen {
    pub survey: Survey,
    pub allowance: Allowance,
}

impl Printed for Tick {
    fn json(&self, lane_set: &str) -> Value {
        let mut object = Map::new();
        object.insert("lane_set".to_owned(), lane_set.into());
        object.insert("dry_run".to_owned(), false.into());
        if let Ok(Value::Object(sweep)) = serde_json::to_value(&self.sweep) {
            object.extend(sweep);
        }
        object.insert("held".to_owned(), held(self.held));
        object.insert("seconds".to_owned(), self.took.as_secs_f64().into());
        Value::Object(object)
    }

    fn text(&self, lane_set: &str) -> String {
        let mut text = format!("{lane_set}: {}", outcome(&self.sweep, self.held));
        if let Some(held) = self.held {
            // Infallible: it writes to a string.
            let _ = write!(text, "; {held}");
        }
        text
    }
}

impl Printed for Foreseen {
    fn json(&self, lane_set: &str) -> Value {
        let lanes: Map<String, Value> = self
            .survey
            .lanes
            .iter()
            .map(|lane| {
                (
                    lane.lane.clone(),
                    json!({ "in_flight": lane.live, "stale": lane.stale }),
                )
            })
            .collect();
        json!({
            "lane_set": lane_set, "dry_run": true, "lanes": lanes,
            "would_reap": self.survey.stale().min(self.allowance.rows),
            "oldest_stale_age": oldest(&self.survey).map(|age| age.as_secs_f64()),
            "held": held(self.allowance.held),
        })
    }

    fn text(&self, lane_set: &str) -> String {
        let (live, stale) = (self.survey.live(), self.survey.stale());
        let would = stale.min(self.allowance.rows);
        let mut text = format!("{lane_set}: would reap {would} of {live} live runs");
        let lanes = self.survey.lanes.iter().filter(|lane| lane.stale > 0);
        let lanes: Vec<String> = lanes
            .map(|lane| format!("{} {} of {}", lane.lane, lane.stale, lane.live))
            .collect();
        if !lanes.is_empty() {
            let _ = write!(text, " (stale: {})", lanes.join(", "));
        }
        if let Some(age) = oldest(&self.survey) {
            let _ = write!(text, "; the oldest has been silent for {}", spoken(age));
        }
        if let Some(held) = self.allowance.held {
            let _ = write!(text, "; {held}");
        }
        text
    }
}

fn held(held: Option<Held>) -> Value {
    serde_json::to_value(held).unwrap_or(Value::Null)
}

fn oldest(survey: &Survey) -> Option<Duration> {
    survey
        .lanes
        .iter()
        .filter_map(|lane| lane.oldest_stale)
        .max()
}

fn outcome(sweep: &Sweep, held: Option<Held>) -> String {
    if !sweep.acquired {
        return match held {
            Some(_) => format!("reaped none of {} stale runs", sweep.stale_left),
            None => "another reaper is at it".to_owned(),
        };
    }
    let lanes: Vec<String> = sweep
        .reaped
        .iter()
        .map(|(lane, count)| format!("{lane} {count}"))
        .collect();
    let mut text = match lanes.as_slice() {
        [] => "nothing to reap".to_owned(),
        lanes => format!("reaped {} ({})", sweep.total(), lanes.join(", ")),
    };
    if sweep.retries_created + sweep.retries_skipped > 0 {
        let _ = write!(text, "; {} queued again", sweep.retries_created);
        let _ = write!(text, "{}", skipped(sweep));
    }
    if let Some(age) = sweep.oldest_stale {
        let _ = write!(text, "; the oldest was silent for {}", spoken(age));
    }
    if sweep.stale_left > 0 {
        let _ = write!(text, "; {} still stale", sweep.stale_left);
        if let Some(locked) = sweep.stale_locked.filter(|locked| *locked > 0) {
            let _ = write!(
                text,
                ", {locked} of them locked by other transactions or hidden by row security"
            );
        }
    }
    for refusal in &sweep.refused {
        let _ = write!(text, "; Postgres said: {refusal}");
    }
    text
}

/// Why runs were not queued again.
fn skipped(sweep: &Sweep) -> String {
    let reasons = [
        (sweep.retries_deduplicated(), "have another run at it"),
        (sweep.retries_capped, "had no attempt left"),
        (sweep.retries_keyless, "have no key"),
        (sweep.retries_refused, "were refused"),
    ];
    let reasons = reasons.iter().filter(|(count, _)| *count > 0);
    reasons
        .map(|(count, reason)| format!(", {count} {reason}"))
        .collect()
}

/// A duration in whole seconds.
fn spoken(duration: Duration) -> String {
    humantime::format_duration(Duration::from_secs(duration.as_secs())).to_string()
}
