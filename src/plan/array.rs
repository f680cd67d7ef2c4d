//! The lanes of an array in application source: the edits that give it others.

use crate::locate::app_source::arrays::{self, ArrayLiteral, Element};
use crate::locate::app_source::language::{Language, language_of};
use crate::locate::app_source::quoting::literal_like;
use crate::model::declaration::LaneSet;
use crate::model::lane::{Lane, Value};
use crate::model::site::{Role, Site};
use crate::source::edit::Edit;
use crate::source::list::{Comments, Entry, WrittenList, merge, rewrite};
use crate::source::span::{Span, Spanned};

/// The edits of a declared array that was located.
///
/// # Errors
/// A reason, when it is written in another way than one literal after the other.
pub fn edits(site: &Site, lane_set: &LaneSet) -> Result<Vec<Edit>, String> {
    let file = &site.location.file;
    let language = language_of(file.path()).ok_or("its language is not known")?;
    let text = file.text();
    let declared = lane_set.arrays.iter();
    let declared = declared.filter(|declared| declared.file.value == *file.path());
    let found = declared
        .filter_map(|declared| arrays::array(language, text, &declared.name.value).ok())
        .find(|found| Some(found.span) == site.lanes_span)
        .ok_or("the array is not found again")?;
    list_edits(
        language,
        text,
        &found,
        &lane_set.lanes_of(Role::Array).value,
    )
}

/// The edits that give a list the wanted lanes.
///
/// # Errors
/// A reason, when it is written in another way than one literal after the other.
pub fn list_edits(
    language: Language,
    text: &str,
    found: &ArrayLiteral,
    wanted: &[Lane],
) -> Result<Vec<Edit>, String> {
    refuse_unwritable(text, found)?;
    if found.elements.iter().all(|it| is_word(text, it)) {
        return words_edit(text, found, wanted);
    }
    let spans = found.elements.iter().map(|element| element.span);
    let list = WrittenList {
        inside: inside(text, found, language)?,
        elements: spans.map(|span| with_map_value(text, span)).collect(),
    };
    let there = found.elements.iter().map(|element| lane(&element.value));
    let there: Vec<Lane> = there.collect();
    let style = Style::of(language, text, found, &list);
    let entries = merge(&there, wanted)
        .into_iter()
        .map(|entry| entry.write(|lane| Ok(style.written(lane))))
        .collect::<Result<Vec<Entry<String>>, String>>()?;
    let Some(mut edit) = rewrite(text, &list, &entries, comments(language))? else {
        return Ok(Vec::new());
    };
    let end = edit.text.trim_end().len();
    if language == Language::Python && entries.len() == 1 && !edit.text[..end].ends_with(',') {
        // `('sync')` is a string, and `('sync',)` a tuple.
        edit.text.insert(end, ',');
    }
    let length = (language == Language::Rust)
        .then(|| declared_length(text, found.span, entries.len()))
        .flatten();
    Ok(length.into_iter().chain([edit]).collect())
}

/// Whether it is written without quotes, as in `%w[sync auth]` and `~w(sync auth)`.
fn is_word(text: &str, element: &Spanned<Element>) -> bool {
    matches!(&element.value, Element::Text(word) if *word == text[element.span.range()])
}

/// Whether a lane can be written without quotes.
fn is_plain(lane: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    !lane.is_empty() && lane.chars().all(is_plain)
}

/// The words of a list, in which white space alone stands between them.
fn words_edit(text: &str, found: &ArrayLiteral, wanted: &[Lane]) -> Result<Vec<Edit>, String> {
    let [first, .., last] = found.elements.as_slice() else {
        return Err("it has one word alone, so there is no layout to follow".to_owned());
    };
    let gap = first.span.end..found.elements[1].span.start;
    let there: Vec<Lane> = found.elements.iter().map(|it| lane(&it.value)).collect();
    let entries = merge(&there, wanted).into_iter();
    let words = entries.map(|entry| match entry {
        Entry::Kept(index) => Ok(there[index].to_string()),
        Entry::New(lane) if is_plain(&lane.to_string()) => Ok(lane.to_string()),
        Entry::New(lane) => Err(format!("'{lane}' is no word that needs no quotes")),
    });
    let words = words.collect::<Result<Vec<String>, String>>()?;
    let whole = Span::new(first.span.start, last.span.end);
    Ok(vec![Edit::new(whole, words.join(&text[gap]))])
}

/// PHP's `'a' => true` is read, and written by people.
fn refuse_unwritable(text: &str, found: &ArrayLiteral) -> Result<(), String> {
    for element in &found.elements {
        if text[element.span.end..].trim_start().starts_with("=>") {
            return Err("its elements are the keys of a map".to_owned());
        }
    }
    Ok(())
}

fn comments(language: Language) -> Comments {
    match language {
        Language::Python | Language::Ruby | Language::Elixir => Comments {
            line: "#",
            blocks: false,
        },
        _ => Comments {
            line: "//",
            blocks: true,
        },
    }
}

/// How the elements are written.
struct Style<'a> {
    language: Language,
    /// The first element that is a string, with its quotes; empty when there is none.
    like: &'a str,
    /// What stands behind the key of a map.
    value: &'a str,
}

impl<'a> Style<'a> {
    fn of(language: Language, text: &'a str, found: &ArrayLiteral, list: &WrittenList) -> Self {
        let mut sources = list.elements.iter().map(|span| &text[span.range()]);
        let like = sources.find(|source| source.starts_with(['\'', '"', '`', ':']));
        let first = found.elements.iter().zip(&list.elements).next();
        Self {
            language,
            like: like.unwrap_or(""),
            value: first.map_or("", |(key, whole)| &text[key.span.end..whole.end]),
        }
    }

    fn written(&self, lane: &Lane) -> String {
        let literal = match lane {
            Value::Integer(integer) => integer.to_string(),
            other => self.text(&other.to_string()),
        };
        format!("{literal}{}", self.value)
    }

    /// A string, or a symbol as Ruby and Elixir have them.
    fn text(&self, lane: &str) -> String {
        let literal = literal_like(self.language, self.like, lane);
        match self.like.starts_with(':') {
            true if is_plain(lane) && !lane.contains(['-', '.']) => format!(":{lane}"),
            true => format!(":{literal}"),
            false => literal,
        }
    }
}

fn lane(element: &Element) -> Lane {
    match element {
        Element::Text(text) => Value::Text(text.clone()),
        Element::Integer(integer) => Value::Integer(*integer),
    }
}

/// The key of a map with its value, `"sync": true`; of what is no map, the element alone.
fn with_map_value(text: &str, key: Span) -> Span {
    let rest = &text[key.end..];
    if !rest.trim_start().starts_with(':') {
        return key;
    }
    let mut depth = 0_usize;
    let end = rest.find(|character: char| {
        match character {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' if depth > 0 => depth -= 1,
            ',' | '}' | ')' | ']' if depth == 0 => return true,
            _ => {}
        }
        false
    });
    let value = rest[..end.unwrap_or(rest.len())].trim_end();
    Span::new(key.start, key.end + value.len())
}

/// What stands between the brackets of an array.
fn inside(text: &str, found: &ArrayLiteral, language: Language) -> Result<Span, String> {
    let first = found
        .elements
        .first()
        .ok_or("it is empty, so there is no layout to follow")?;
    let head = &text[found.span.start..first.span.start];
    let open = match language {
        // `map[string]struct{}{`
        Language::Go => head.rfind('{'),
        _ => head.find(['[', '(', '{']),
    };
    let is_closed = text[..found.span.end].ends_with([']', ')', '}']);
    Ok(match open {
        Some(open) if is_closed => Span::new(found.span.start + open + 1, found.span.end - 1),
        _ => found.span,
    })
}

/// The edit of the length in `[&str; 2] = […]`.
fn declared_length(text: &str, list: Span, length: usize) -> Option<Edit> {
    let head = text[..list.start]
        .trim_end()
        .trim_end_matches('&')
        .trim_end();
    let head = head
        .strip_suffix('=')?
        .trim_end()
        .strip_suffix(']')?
        .trim_end();
    let digits = head.bytes().rev().take_while(u8::is_ascii_digit).count();
    let start = head.len() - digits;
    let is_length = digits > 0 && head[..start].trim_end().ends_with(';');
    is_length.then(|| Edit::new(Span::new(start, head.len()), length.to_string()))
}
