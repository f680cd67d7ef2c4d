//! In which order migrations run: by number or by name, and what runs last whenever it changes.

use std::cmp::Ordering;

/// A number of any length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    pub fn new(digits: &str) -> Self {
        Self(digits.trim_start_matches('0').to_owned())
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let length = self.0.len().cmp(&other.0.len());
        length.then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The place of a migration among the others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    /// Behind all that has a version.
    pub is_last: bool,
    numbers: Vec<Number>,
    text: String,
}

impl Order {
    /// By a text, in byte order.
    pub fn text(text: &str) -> Self {
        Self {
            is_last: false,
            numbers: Vec::new(),
            text: text.to_owned(),
        }
    }

    /// By the numbers of a version, `1` before `1.1`; zeros at its end say nothing.
    pub fn version(version: &str) -> Self {
        let parts = version.split(|c: char| !c.is_ascii_digit());
        let mut numbers: Vec<Number> = parts.map(Number::new).collect();
        while numbers.len() > 1 && numbers.last().is_some_and(|number| number.0.is_empty()) {
            numbers.pop();
        }
        Self {
            is_last: false,
            numbers,
            text: String::new(),
        }
    }

    /// By the number, and by the text where that is the same.
    pub fn numbered(digits: &str, text: &str) -> Self {
        Self {
            text: text.to_owned(),
            ..Self::version(digits)
        }
    }

    /// Behind everything, by the text.
    pub fn last(text: &str) -> Self {
        Self {
            is_last: true,
            ..Self::text(text)
        }
    }

    /// By the numbers that each part of a path begins with, and by its bytes.
    pub fn path(path: &str) -> Self {
        let numbers = path.split('/').map(|part| {
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            Number::new(&part[..digits])
        });
        Self {
            is_last: false,
            numbers: numbers.collect(),
            text: path.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_comes_before_ten_and_a_version_before_its_children() {
        let versions = ["1", "1.1", "1_9", "1.10", "9", "10", "20260101000000"];
        let orders = versions.map(Order::version);
        assert!(orders.is_sorted(), "{orders:?}");
        assert_eq!(Order::version("1.0"), Order::version("01"));
        assert!(Order::text("10") < Order::text("9"));
        assert!(Order::version("99") < Order::last("a"));
        assert!(Order::path("9/01_a.sql") < Order::path("94/01_a.sql"));
        assert!(Order::path("94/2_a.sql") < Order::path("94/10_a.sql"));
    }
}
