//! Any list, however it is laid out, takes any elements and stays a list.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;

const SQL: Comments = Comments {
    line: "--",
    blocks: true,
};

/// A list of letters with what stands before each element, before and behind each comma.
fn list() -> impl Strategy<Value = String> {
    let blank = || {
        select(vec![
            "",
            " ",
            "\n  ",
            " -- it's (x),\n",
            "\n  -- y\n  ",
            " /* ), z */ ",
        ])
    };
    let letters = subsequence(vec!['a', 'b', 'c', 'd', 'e'], 1..=5).prop_shuffle();
    let gaps = prop::collection::vec((blank(), blank()), 6);
    (letters, gaps, any::<bool>(), any::<bool>()).prop_map(|(letters, gaps, trailing, crlf)| {
        let mut text = format!("({}", gaps[5].0);
        for (index, letter) in letters.iter().enumerate() {
            text.push(*letter);
            text.push_str(gaps[index].0);
            if trailing || index + 1 < letters.len() {
                text.push(',');
                text.push_str(gaps[index].1);
            }
        }
        text.push(')');
        if crlf {
            text.replace('\n', "\r\n")
        } else {
            text
        }
    })
}

/// The text without its comments.
fn bare_text(text: &str) -> String {
    let mut rest = text;
    let mut bare = String::new();
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("--") {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else if rest.starts_with("/*") {
            rest = &rest[rest.find("*/").unwrap() + 2..];
        } else {
            if !first.is_whitespace() {
                bare.push(first);
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    bare
}

/// The list in `text`, by a reader of its own.
fn changed(text: &str, wanted: &str) -> String {
    let mut at = 0;
    let mut elements = Vec::new();
    while at < text.len() {
        let rest = &text[at..];
        at += if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").unwrap() + 2
        } else {
            if rest.starts_with(|c: char| c.is_ascii_lowercase()) {
                elements.push(Span::new(at, at + 1));
            }
            1
        };
    }
    let there: Vec<char> = elements
        .iter()
        .filter_map(|span| text[span.range()].chars().next())
        .collect();
    let list = WrittenList {
        inside: Span::new(1, text.len() - 1),
        elements,
    };
    let wanted: Vec<char> = wanted.chars().collect();
    let entries: Vec<Entry<String>> = merge(&there, &wanted)
        .into_iter()
        .map(|entry| {
            entry
                .write(|letter| Ok::<_, ()>(letter.to_string()))
                .unwrap()
        })
        .collect();
    match rewrite(text, &list, &entries, SQL).unwrap() {
        Some(edit) => super::super::edit::apply(text, &[edit]).unwrap(),
        None => text.to_owned(),
    }
}

fn sorted(text: &str) -> String {
    let mut letters: Vec<char> = bare_text(text)
        .chars()
        .filter(char::is_ascii_lowercase)
        .collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_list_takes_any_elements(text in list(), wanted in subsequence(vec!['a', 'b', 'c', 'd', 'e', 'f'], 1..=6).prop_shuffle()) {
        let wanted: String = wanted.into_iter().collect();
        let after = changed(&text, &wanted);
        prop_assert_eq!(sorted(&after), sorted(&wanted), "{:?}", after);
        let skeleton: String = bare_text(&after).chars().map(|c| if c.is_ascii_lowercase() { 'x' } else { c }).collect();
        let trailing = if bare_text(&text).ends_with(",)") { "," } else { "" };
        prop_assert_eq!(skeleton, format!("({}{trailing})", vec!["x"; wanted.len()].join(",")), "{:?}", after);
        prop_assert_eq!(&changed(&after, &wanted), &after);
        if text.contains("\r\n") { prop_assert!(!after.replace("\r\n", "").contains('\n'), "{:?}", after); }
        if !text.contains('\n') { prop_assert!(!after.contains('\n'), "{:?}", after); }
    }
}
