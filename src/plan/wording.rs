//! Names and words of what is planned: they end up in file names and comments, whatever a lane is called.

use crate::model::declaration::LaneSet;
use crate::model::lane::Lane;
use crate::render::predicate::literal;

/// The set's name in ASCII letters, digits and underscores.
pub fn slug_of(lane_set: &LaneSet) -> String {
    let name = lane_set.name.value.to_ascii_lowercase();
    let words: Vec<&str> = name
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() {
        "lane_set".to_owned()
    } else {
        words.join("_")
    }
}

/// The lanes as SQL writes them, between commas, on one line.
pub fn listed(lanes: &[Lane]) -> String {
    let lanes: Vec<String> = lanes.iter().map(literal).collect();
    one_line(&lanes.join(", "))
}

/// The text without what would end a comment's line.
pub fn one_line(text: &str) -> String {
    text.replace(
        |character: char| character.is_control() || is_line_end(character),
        " ",
    )
}

fn is_line_end(character: char) -> bool {
    matches!(character, '\u{85}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::lane::Value;

    #[test]
    fn a_comment_stays_on_its_line() {
        let lanes = ["a\u{2028}b".to_owned(), "it's\r\nx".to_owned()].map(Value::Text);
        let text = listed(&lanes);
        assert_eq!(text, "'a b', E'it''s\\r\\nx'");
        assert_eq!(one_line("a\u{85}b\u{1b}c\n"), "a b c ");
    }
}
