//! Versions for new migrations and patches: after everything that is there, in the style of what is there.

use std::time::{Duration, SystemTime};

use thiserror::Error;

use crate::locate::formats::{Format, Numbering};

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
    first: Numbering,
    /// Whether a number may grow by a digit.
    is_numeric: bool,
}

impl Versions {
    /// Goes on after `existing`, in any order; `now` is the time that a version is made of, where versions are times. They sort as
    /// text.
    pub fn after<'a>(existing: impl IntoIterator<Item = &'a str>, now: SystemTime) -> Self {
        Self {
            newest: existing.into_iter().max().map(str::to_owned),
            now,
            first: Numbering::Time,
            is_numeric: false,
        }
    }

    /// Goes on after the newest, as the format does.
    pub fn of(format: &dyn Format, newest: Option<String>, now: SystemTime) -> Self {
        Self {
            newest,
            now,
            first: format.numbering(),
            is_numeric: format.is_numeric(),
        }
    }

    /// The next one: the time, or what follows the newest where that is in the future; where versions are plain numbers, the number
    /// after the newest.
    ///
    /// # Errors
    /// When the newest is made of nines, and versions sort as text.
    pub fn give(&mut self) -> Result<String, VersionError> {
        let next = match &self.newest {
            None => self.first(),
            Some(newest) => match time_like(newest, self.now) {
                Some(time) if *newest < time => time,
                _ => following(newest, self.is_numeric).ok_or_else(|| VersionError::Exhausted {
                    newest: newest.clone(),
                })?,
            },
        };
        self.now += Duration::from_secs(1);
        self.newest = Some(next.clone());
        Ok(next)
    }

    fn first(&self) -> String {
        match self.first {
            Numbering::Time => timestamp(self.now),
            Numbering::DashedTime => dashed(self.now),
            Numbering::Milliseconds => milliseconds(self.now),
            Numbering::Count(first) => first.to_owned(),
        }
    }
}

/// The time in the form of a version that is one; `None` for one that is not.
fn time_like(version: &str, now: SystemTime) -> Option<String> {
    let digits = version.bytes().filter(u8::is_ascii_digit).count();
    match (digits, version.len()) {
        (TIMESTAMP_DIGITS, TIMESTAMP_DIGITS) => Some(timestamp(now)),
        (TIMESTAMP_DIGITS, 17) => Some(dashed(now)),
        (13, 13) => Some(milliseconds(now)),
        (17, 17) => Some(format!("{}000", timestamp(now))),
        _ => None,
    }
}

/// As Diesel writes it: `2026-05-03-090000`.
fn dashed(time: SystemTime) -> String {
    let written = timestamp(time);
    format!(
        "{}-{}-{}-{}",
        &written[..4],
        &written[4..6],
        &written[6..8],
        &written[8..]
    )
}

/// As node-pg-migrate writes it.
fn milliseconds(time: SystemTime) -> String {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_millis().to_string()
}

fn timestamp(time: SystemTime) -> String {
    let written = humantime::format_rfc3339_seconds(time).to_string();
    written.chars().filter(char::is_ascii_digit).collect()
}

/// The next number: of as many digits, unless it may have more. Of several the last is counted on; of those in a folder the folder's.
fn following(version: &str, may_grow: bool) -> Option<String> {
    if let Some((folder, name)) = version.rsplit_once('/') {
        let first = format!("{:0>width$}", 1, width = name.len());
        return Some(format!("{}/{first}", following(folder, may_grow)?));
    }
    let start = version.trim_end_matches('9').len();
    let (kept, nines) = version.split_at(start);
    let last = kept.chars().last().and_then(|last| last.to_digit(10));
    let zeros = "0".repeat(nines.len());
    match last {
        Some(last) => {
            let raised = char::from_digit(last + 1, 10)?;
            Some(format!("{}{raised}{zeros}", &kept[..kept.len() - 1]))
        }
        None if may_grow && !nines.is_empty() => Some(format!("{kept}1{zeros}")),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locate::formats::reader;
    use crate::model::declaration::MigrationFormat;

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

    #[test]
    fn each_format_goes_on_in_its_own_way() {
        let next = |format: MigrationFormat, newest: &str| {
            let newest = Some(newest.to_owned()).filter(|newest| !newest.is_empty());
            Versions::of(reader(format), newest, now()).give().unwrap()
        };
        assert_eq!(next(MigrationFormat::Flyway, ""), "1");
        assert_eq!(next(MigrationFormat::Flyway, "9"), "10");
        assert_eq!(next(MigrationFormat::Flyway, "1.9"), "1.10");
        assert_eq!(next(MigrationFormat::Flyway, "1_2"), "1_3");
        assert_eq!(next(MigrationFormat::GolangMigrate, "000999"), "001000");
        assert_eq!(next(MigrationFormat::Diesel, ""), "2026-05-18-070059");
        assert_eq!(
            next(MigrationFormat::Diesel, "2026-05-18-080000"),
            "2026-05-18-080001"
        );
        assert_eq!(next(MigrationFormat::NodePgMigrate, ""), "1779087659000");
        assert_eq!(next(MigrationFormat::Plain, "94/02"), "95/01");
        assert_eq!(next(MigrationFormat::GraphileMigrate, "000009"), "000010");
    }
}
