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

    /// By a text, as JavaScript's `localeCompare` sorts it.
    pub fn collated(text: &str) -> Self {
        Self::text(&collated(text))
    }

    /// By the number, and where that is the same as `localeCompare` sorts the text when punctuation does not count.
    pub fn numbered_collated(digits: &str, text: &str) -> Self {
        let text: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        Self::numbered(digits, &collated(&text))
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

/// Sorts by its bytes as the text does in Unicode's root collation, as far as file names go: punctuation before digits, these before
/// letters, and case only where all else is the same, small letters first.
fn collated(text: &str) -> String {
    const PUNCTUATION: &str = " _-,;:!?.";
    let rank = |c: char| PUNCTUATION.chars().position(|known| known == c);
    let mut key = String::new();
    for c in text.chars() {
        match rank(c).and_then(|rank| u8::try_from(rank + 1).ok()) {
            Some(rank) => key.push(char::from(rank)),
            None if c.is_alphanumeric() => key.extend(c.to_lowercase()),
            None => key.extend(['\u{1f}', c]),
        }
    }
    key.push('\0');
    key.extend(
        text.chars()
            .map(|c| if c.is_uppercase() { '1' } else { '0' }),
    );
    key
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
        // What Node makes of them, sorted with `localeCompare`.
        let names = [
            "_", "-", ".a", "#", "1_z", "1-a", "10_a", "2_a", "2_B", "a", "A", "ab", "Ab",
        ];
        let orders = names.map(Order::collated);
        assert!(orders.is_sorted(), "{orders:?}");
        assert!(Order::numbered_collated("9", "9_Z") > Order::numbered_collated("9", "9-a"));
        assert!(Order::version("99") < Order::last("a"));
        assert!(Order::path("9/01_a.sql") < Order::path("94/01_a.sql"));
        assert!(Order::path("94/2_a.sql") < Order::path("94/10_a.sql"));
    }
}
