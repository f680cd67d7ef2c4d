//! Versions for new migrations and patches: after everything that is there, in the style of what is there.

use std::time::{Duration, SystemTime};

use thiserror::Error;

/// How dbmate and its kin write the time of a migration, in UTC: `20260503090000`.
const TIMESTAMP_DIGITS: usize = 14;

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VersionError {
    #[error("no version sorts after {newest}, the newest one: rename the files to longer numbers")]
    Exhausted { newest: String },
}

/// Gives out one version after the other.
#[derive(Debug, Clone)]
pub struct Versions {
    newest: Option<String>,
    now: SystemTime,
}

impl Versions {
    /// Goes on after `existing`, in any order; `now` is the time that a version is made of, where versions are times.
    pub fn after<'a>(existing: impl IntoIterator<Item = &'a str>, now: SystemTime) -> Self {
        Self {
            newest: existing.into_iter().max().map(str::to_owned),
            now,
        }
    }

    /// The next one: the time, or the second after the newest where that is in the future; where versions are plain numbers, the
    /// number after the newest. Versions sort as text, as their files do.
    ///
    /// # Errors
    /// When the newest is made of nines.
    pub fn give(&mut self) -> Result<String, VersionError> {
        let timestamp = timestamp(self.now);
        let next = match &self.newest {
            None => timestamp,
            Some(newest) if newest.len() == TIMESTAMP_DIGITS && *newest < timestamp => timestamp,
            Some(newest) => following(newest).ok_or_else(|| VersionError::Exhausted {
                newest: newest.clone(),
            })?,
        };
        self.now += Duration::from_secs(1);
        self.newest = Some(next.clone());
        Ok(next)
    }
}

fn timestamp(time: SystemTime) -> String {
    let written = humantime::format_rfc3339_seconds(time).to_string();
    written.chars().filter(char::is_ascii_digit).collect()
}

/// The next number of as many digits.
fn following(version: &str) -> Option<String> {
    let start = version.trim_end_matches('9').len();
    let (kept, nines) = version.split_at(start);
    let last = kept.chars().last()?;
    let raised = char::from_digit(last.to_digit(10)? + 1, 10)?;
    Some(format!(
        "{}{raised}{}",
        &kept[..kept.len() - 1],
        "0".repeat(nines.len())
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-05-18 07:00:59 UTC.
    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_779_087_659)
    }

    fn two_after(existing: &[&str]) -> [String; 2] {
        let mut versions = Versions::after(existing.iter().copied(), now());
        [versions.give().unwrap(), versions.give().unwrap()]
    }

    #[test]
    fn a_version_is_the_time_unless_the_newest_is_later() {
        assert_eq!(two_after(&[]), ["20260518070059", "20260518070100"]);
        assert_eq!(
            two_after(&["20260518070000", "20250101000000"]),
            ["20260518070059", "20260518070100"]
        );
        assert_eq!(
            two_after(&["20300101000099"]),
            ["20300101000100", "20300101000101"]
        );
        assert_eq!(
            two_after(&["20260518070059"]),
            ["20260518070060", "20260518070100"]
        );
    }

    #[test]
    fn numbers_are_counted_on_in_their_own_width() {
        assert_eq!(two_after(&["0001", "0009"]), ["0010", "0011"]);
        assert_eq!(two_after(&["20260518"]), ["20260519", "20260520"]);
        let mut versions = Versions::after(["999"], now());
        let newest = "999".to_owned();
        assert_eq!(versions.give(), Err(VersionError::Exhausted { newest }));
    }
}
