//! Single values of the manifest, read and checked. What is wrong is noted, and reading goes on.

use std::sync::Arc;
use std::time::Duration;

use super::error::{Fault, Problem};
use super::manifest::{At, LaneValue, ScalarValue};
use crate::model::lane::{Lane, Value};
use crate::model::name::{Identifier, QualifiedName};
use crate::source::file::{Location, RepoPath, SourceFile};
use crate::source::span::{Span, Spanned};

/// Reads values and keeps what was wrong with them. A method that gives `None` has noted why.
pub(super) struct Fields<'a> {
    pub file: &'a Arc<SourceFile>,
    pub problems: Vec<Problem>,
}

impl Fields<'_> {
    pub fn report(&mut self, span: Span, fault: Fault) {
        self.problems.push(Problem {
            location: Location::new(self.file, span),
            fault,
        });
    }

    /// The line, from 1, on which a span begins.
    pub fn line(&self, span: Span) -> usize {
        self.file.position(span.start).line
    }

    /// A string that says something.
    pub fn text(&mut self, key: &str, value: At<String>) -> Option<Spanned<String>> {
        if value.value().trim().is_empty() {
            self.report(value.span(), Fault::Empty(key.into()));
            return None;
        }
        Some(value.into_spanned())
    }

    /// A path inside the manifest's folder, without `.` and `..`.
    pub fn path(&mut self, key: &str, value: At<String>) -> Option<Spanned<RepoPath>> {
        let value = self.text(key, value)?;
        match inside(&value.value) {
            Ok(path) => Some(Spanned::new(RepoPath::new(path), value.span)),
            Err(reason) => {
                let key = key.into();
                self.report(value.span, Fault::PathOutside { key, reason });
                None
            }
        }
    }

    /// The name of a column, index or constraint as Postgres stores it: upper-case letters are kept. A string that is itself
    /// wrapped in double quotes is unwrapped.
    pub fn stored_name(&mut self, key: &str, value: &At<String>) -> Option<Spanned<Identifier>> {
        match stored_name(value.value()) {
            Ok(name) => Some(Spanned::new(name, value.span())),
            Err(reason) => {
                let key = key.into();
                let reason = reason.into();
                self.report(value.span(), Fault::NotAName { key, reason });
                None
            }
        }
    }

    /// A name as SQL writes it, with its schema when it has one.
    pub fn qualified_name(
        &mut self,
        key: &str,
        value: &At<String>,
    ) -> Option<Spanned<QualifiedName>> {
        if let Some(name) = QualifiedName::parse(value.value()) {
            return Some(Spanned::new(name, value.span()));
        }
        let fault = Fault::NotAName {
            key: key.into(),
            reason: format!(
                "{:?} is not of the form `name` or `schema.name`",
                value.value()
            ),
        };
        self.report(value.span(), fault);
        None
    }

    /// A duration of more than nothing.
    pub fn duration(&mut self, key: &str, value: &At<String>) -> Option<Duration> {
        let fault = match humantime::parse_duration(value.value()) {
            Ok(duration) if !duration.is_zero() => return Some(duration),
            Ok(_) => Fault::Zero(key.into()),
            Err(error) => Fault::NotADuration {
                key: key.into(),
                reason: error.to_string(),
            },
        };
        self.report(value.span(), fault);
        None
    }

    /// A count of at least one.
    pub fn count(&mut self, key: &str, value: &At<u32>) -> Option<u32> {
        if *value.value() == 0 {
            self.report(value.span(), Fault::Zero(key.into()));
            return None;
        }
        Some(*value.value())
    }

    /// A part of a whole: more than nothing, at most all of it.
    pub fn share(&mut self, key: &str, value: &At<f64>) -> Option<f64> {
        let share = *value.value();
        if share > 0.0 && share <= 1.0 {
            return Some(share);
        }
        self.report(value.span(), Fault::NotAShare(key.into()));
        None
    }

    /// Lanes as listed: at least one, none twice, none empty, all of one kind.
    pub fn lanes(
        &mut self,
        key: &str,
        value: At<Vec<At<LaneValue>>>,
    ) -> Option<Spanned<Vec<Lane>>> {
        let list = value.into_spanned();
        let before = self.problems.len();
        if list.value.is_empty() {
            self.report(list.span, Fault::Empty(key.into()));
        }
        let mut lanes: Vec<Spanned<Lane>> = Vec::new();
        for lane in list.value {
            let lane = lane.into_spanned();
            let lane = Spanned::new(Lane::from(lane.value), lane.span);
            if let Some(fault) = self.lane_fault(&lane.value, &lanes) {
                self.report(lane.span, fault);
            }
            lanes.push(lane);
        }
        let lanes = lanes.into_iter().map(|lane| lane.value).collect();
        (self.problems.len() == before).then_some(Spanned::new(lanes, list.span))
    }

    /// Some of the set's lanes, and not all of them.
    pub fn query_lanes(
        &mut self,
        value: At<Vec<At<LaneValue>>>,
        lanes: Option<&[Lane]>,
    ) -> Option<Spanned<Vec<Lane>>> {
        let before = self.problems.len();
        for lane in value.value() {
            self.lane_of_set(&lane.value().clone().into(), lane, lanes);
        }
        let listed = self.lanes("query_lanes", value)?;
        if lanes.is_some_and(|lanes| lanes.len() == listed.value.len()) {
            self.report(listed.span, Fault::AllLanes);
        }
        (self.problems.len() == before).then_some(listed)
    }

    fn lane_fault(&self, lane: &Lane, before: &[Spanned<Lane>]) -> Option<Fault> {
        if matches!(lane, Value::Text(text) if text.is_empty()) {
            return Some(Fault::Empty("a lane".into()));
        }
        if matches!(lane, Value::Text(text) if text.contains('\0')) {
            return Some(Fault::NulInLane);
        }
        if let Some(first) = before.iter().find(|each| each.value == *lane) {
            return Some(Fault::DuplicateLane {
                lane: lane.to_string(),
                first_line: self.line(first.span),
            });
        }
        let first = before.first()?;
        let (found, first) = (kind(lane), kind(&first.value));
        (found != first).then(|| Fault::MixedLanes {
            lane: lane.to_string(),
            found,
            first,
        })
    }
}

/// Reads what may be left out. The outer `None` says that it is there and wrong.
pub(super) fn optional<T, U>(
    value: Option<T>,
    read: impl FnOnce(T) -> Option<U>,
) -> Option<Option<U>> {
    match value {
        Some(value) => read(value).map(Some),
        None => Some(None),
    }
}

fn kind(lane: &Lane) -> &'static str {
    match lane {
        Value::Integer(_) => "an integer",
        _ => "a string",
    }
}

impl From<LaneValue> for Lane {
    fn from(value: LaneValue) -> Self {
        match value {
            LaneValue::Integer(value) => Value::Integer(value),
            LaneValue::Text(value) => Value::Text(value),
        }
    }
}

impl From<ScalarValue> for Value {
    fn from(value: ScalarValue) -> Self {
        match value {
            ScalarValue::Boolean(value) => Value::Boolean(value),
            ScalarValue::Integer(value) => Value::Integer(value),
            ScalarValue::Text(value) => Value::Text(value),
        }
    }
}

fn stored_name(text: &str) -> Result<Identifier, &'static str> {
    if let Some(quoted) = text.strip_prefix('"') {
        return match QualifiedName::parse(text) {
            Some(QualifiedName { schema: None, name }) => Ok(name),
            _ if quoted.len() < 2 => Err("nothing stands between the quotes"),
            _ => Err("its double quotes do not enclose one name"),
        };
    }
    match text {
        "" => Err("it is empty"),
        _ if text.contains('"') => Err("it holds a double quote"),
        _ if text.contains('.') => {
            Err("it stands without a schema or table (a dot of its own needs double quotes inside)")
        }
        _ if text.contains(char::is_control) || text.trim() != text => {
            Err("it holds white space at an end, or a control character")
        }
        _ => Ok(Identifier::quoted(text)),
    }
}

fn inside(path: &str) -> Result<String, &'static str> {
    let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic();
    if drive || path.starts_with(['/', '\\']) {
        return Err("it is absolute");
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return Err("`..` leads out of it");
                }
            }
            part => parts.push(part),
        }
    }
    match parts.is_empty() {
        true => Ok(".".to_owned()),
        false => Ok(parts.join("/")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_laid_straight_and_stay_inside() {
        assert_eq!(inside("./db//migrations/"), Ok("db/migrations".into()));
        assert_eq!(inside("a/../b"), Ok("b".into()));
        assert_eq!(inside("."), Ok(".".into()));
        assert_eq!(inside("a/../../b"), Err("`..` leads out of it"));
        assert_eq!(inside("/etc/passwd"), Err("it is absolute"));
        assert_eq!(inside("C:/x"), Err("it is absolute"));
    }

    #[test]
    fn stored_names_keep_their_letters() {
        let read = |text| stored_name(text).map(|name| name.as_str().to_owned());
        assert_eq!(read("runType"), Ok("runType".into()));
        assert_eq!(read("\"run\"\"Type\""), Ok("run\"Type".into()));
        assert_eq!(read("\"a.b\""), Ok("a.b".into()));
        assert_eq!(read("größe"), Ok("größe".into()));
        for refused in [
            "",
            " a",
            "runs.run_type",
            "\"\"",
            "\"a",
            "a\"b",
            "\"a\".\"b\"",
        ] {
            assert!(read(refused).is_err(), "{refused}");
        }
    }
}
