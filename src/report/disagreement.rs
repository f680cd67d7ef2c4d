//! Two predicates under each other, with the words marked that differ.

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use super::look::Color;
use super::visible::one_line;
use crate::model::finding::{Disagreement, RuleId};

const HERE: Side = Side {
    mark: '-',
    style: AnsiColor::Red.on_default(),
};
const DECLARED: Side = Side {
    mark: '+',
    style: AnsiColor::Green.on_default(),
};

/// How the words are marked that only one predicate has.
struct Side {
    mark: char,
    style: Style,
}

/// Both predicates, in lines of at most `columns` characters. Under a line with a word that the other predicate lacks stands a line of marks.
pub(super) struct Compared {
    pub here: String,
    pub declared: String,
}

/// What the predicate that stands against the one here is called.
pub(super) fn other_side(rule: RuleId) -> &'static str {
    match rule {
        RuleId::ReplayDrift => "replayed",
        _ => "declared",
    }
}

/// A word with the white space around it cut off, and whether the other side lacks it.
type Word = (String, bool);

impl Compared {
    pub fn new(disagreement: &Disagreement, columns: usize, color: Color) -> Self {
        let here = one_line(&disagreement.here);
        let declared = one_line(&disagreement.declared);
        let (mut here_words, mut declared_words) = (Vec::new(), Vec::new());
        for change in TextDiff::from_words(&*here, &*declared).iter_all_changes() {
            let text = change.value().to_owned();
            match change.tag() {
                ChangeTag::Equal => {
                    here_words.push((text.clone(), false));
                    declared_words.push((text, false));
                }
                ChangeTag::Delete => here_words.push((text, true)),
                ChangeTag::Insert => declared_words.push((text, true)),
            }
        }
        Self {
            here: laid_out(here_words, &HERE, columns, color),
            declared: laid_out(declared_words, &DECLARED, columns, color),
        }
    }
}

fn laid_out(words: Vec<Word>, side: &Side, columns: usize, color: Color) -> String {
    let lines: Vec<String> = wrapped(words, columns)
        .into_iter()
        .flat_map(|line| painted(line, side, color))
        .collect();
    lines.join("\n")
}

/// Lines of words. A space at a break is dropped; a word longer than a line stands alone on it.
fn wrapped(words: Vec<Word>, columns: usize) -> Vec<Vec<Word>> {
    let mut lines: Vec<Vec<Word>> = vec![Vec::new()];
    let mut width = 0;
    for (word, differs) in words {
        let length = word.chars().count();
        if width + length > columns && width > 0 && !word.trim().is_empty() {
            lines.push(Vec::new());
            width = 0;
        }
        if let Some(line) = lines.last_mut()
            && !(line.is_empty() && word.trim().is_empty())
        {
            line.push((word, differs));
            width += length;
        }
    }
    lines
}

/// A line, and the marks under it when there are any.
fn painted(line: Vec<Word>, side: &Side, color: Color) -> Vec<String> {
    let mut text = String::new();
    let mut marks = String::new();
    for (word, differs) in &line {
        let differs = *differs && !word.trim().is_empty();
        let mark = if differs { side.mark } else { ' ' };
        marks.extend(word.chars().map(|_| mark));
        match differs && color == Color::Always {
            true => text.push_str(&format!("{}{word}{:#}", side.style, side.style)),
            false => text.push_str(word),
        }
    }
    let marks = marks.trim_end();
    let text = text.trim_end().to_owned();
    match (marks.is_empty(), color) {
        (true, _) => vec![text],
        (false, Color::Never) => vec![text, marks.to_owned()],
        (false, Color::Always) => vec![text, format!("{}{marks}{:#}", side.style, side.style)],
    }
}
