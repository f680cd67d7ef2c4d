//! Edits of a manifest that keep its comments and its layout.

use std::ops::Range;

use thiserror::Error;
use toml_edit::{Array, Document, Item, TableLike, Value as TomlValue};

use crate::model::lane::{Lane, Value};
use crate::source::edit::{Edit, apply};
use crate::source::list::{Comments, WrittenList, merge, rewrite};
use crate::source::span::Span;

/// Why a manifest was not edited.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditError {
    #[error("the manifest cannot be edited: it is not TOML: {0}")]
    NotToml(String),
    #[error("the manifest cannot be edited: it has no lanes at [lane_set.{0}]")]
    NoSuchLaneSet(String),
    #[error("the lanes of [lane_set.{lane_set}] cannot be edited: {reason}")]
    Lanes { lane_set: String, reason: String },
}

const COMMENTS: Comments = Comments {
    line: "#",
    blocks: false,
};
const LANES: &str = "lanes";
const QUERY_LANES: &str = "query_lanes";
/// What stands above `query_lanes`; by its first words the line is known when the key is taken away.
const REMARK: &str = "# Rolled out in two steps: what queries name meanwhile. `laneset widen` or `narrow` without --split ends it.";

/// Gives a lane set these lanes. Those that are there stay where they are, with their comments; a new one follows the nearest one
/// before it in `lanes`. A text that needs no change comes back byte for byte.
///
/// # Errors
/// When the text is not TOML, or has no such set.
pub fn set_lanes(text: &str, lane_set: &str, lanes: &[Lane]) -> Result<String, EditError> {
    let document = parse(text)?;
    let array = array(&document, lane_set, LANES)
        .ok_or_else(|| EditError::NoSuchLaneSet(lane_set.to_owned()))?;
    with_lanes(text, lane_set, array, lanes)
}

/// Gives a lane set its `query_lanes`, right below its lanes, or takes them away with the remark above them.
///
/// # Errors
/// As [`set_lanes`]; and when the set is written as one inline table.
pub fn set_query_lanes(
    text: &str,
    lane_set: &str,
    lanes: Option<&[Lane]>,
) -> Result<String, EditError> {
    let document = parse(text)?;
    let there = array(&document, lane_set, QUERY_LANES);
    match (there, lanes) {
        (None, None) => Ok(text.to_owned()),
        (Some(there), Some(lanes)) => with_lanes(text, lane_set, there, lanes),
        (Some(there), None) => {
            let span = span_of(there).ok_or_else(|| no_span(lane_set))?;
            let lines = without_remark(text, whole_lines(text, span));
            let edit = Edit::new(lines.into(), "");
            Ok(applied(text, &edit))
        }
        (None, Some(lanes)) => {
            let above = array(&document, lane_set, LANES)
                .ok_or_else(|| EditError::NoSuchLaneSet(lane_set.to_owned()))?;
            let span = span_of(above).ok_or_else(|| no_span(lane_set))?;
            let lines = whole_lines(text, span.clone());
            let key = text[lines.start..span.start].trim_end();
            let prefix = key.trim_end_matches('=').trim_end().strip_suffix(LANES);
            let Some(prefix) = prefix.filter(|prefix| !prefix.contains(['=', '{'])) else {
                let reason = "it is written on one line; write it as a table of its own";
                return Err(EditError::Lanes {
                    lane_set: lane_set.to_owned(),
                    reason: reason.to_owned(),
                });
            };
            let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
            let before = if text[..lines.end].ends_with('\n') {
                ""
            } else {
                newline
            };
            let indentation = &prefix[..prefix.len() - prefix.trim_start().len()];
            let listed: Vec<String> = lanes.iter().map(written).collect();
            let listed = listed.join(", ");
            let added = format!(
                "{before}{indentation}{REMARK}{newline}{prefix}{QUERY_LANES} = [{listed}]{newline}"
            );
            Ok(applied(text, &Edit::insert(lines.end, added)))
        }
    }
}

fn parse(text: &str) -> Result<Document<&str>, EditError> {
    Document::parse(text).map_err(|error| EditError::NotToml(error.message().to_owned()))
}

fn no_span(lane_set: &str) -> EditError {
    EditError::NoSuchLaneSet(lane_set.to_owned())
}

fn array<'a>(document: &'a Document<&str>, lane_set: &str, key: &str) -> Option<&'a Array> {
    let sets = document.as_table().get("lane_set")?;
    let set: &dyn TableLike = sets.as_table_like()?.get(lane_set)?.as_table_like()?;
    set.get(key).and_then(Item::as_array)
}

fn span_of(array: &Array) -> Option<Range<usize>> {
    array.span()
}

fn with_lanes(
    text: &str,
    lane_set: &str,
    array: &Array,
    lanes: &[Lane],
) -> Result<String, EditError> {
    let whole = span_of(array).ok_or_else(|| no_span(lane_set))?;
    let elements: Option<Vec<Range<usize>>> = array.iter().map(TomlValue::span).collect();
    let elements = elements.ok_or_else(|| no_span(lane_set))?;
    let there: Vec<Lane> = array.iter().filter_map(lane_of).collect();
    let is_literal = |range: &Range<usize>| text[range.clone()].starts_with('\'');
    let literals = !elements.is_empty() && elements.iter().all(is_literal);
    let in_style = |lane: &Lane| match lane {
        Value::Text(lane) if literals && !lane.contains(|c: char| c == '\'' || c.is_control()) => {
            format!("'{lane}'")
        }
        other => written(other),
    };
    let entries = merge(&there, lanes)
        .into_iter()
        .map(|entry| entry.write(|lane| Ok(in_style(lane))))
        .collect::<Result<Vec<_>, EditError>>()?;
    let list = WrittenList {
        inside: Span::new(whole.start + 1, whole.end - 1),
        elements: elements.into_iter().map(Span::from).collect(),
    };
    let edit = rewrite(text, &list, &entries, COMMENTS).map_err(|reason| EditError::Lanes {
        lane_set: lane_set.to_owned(),
        reason,
    })?;
    Ok(edit.map_or_else(|| text.to_owned(), |edit| applied(text, &edit)))
}

fn applied(text: &str, edit: &Edit) -> String {
    // One edit overlaps no other.
    apply(text, std::slice::from_ref(edit)).unwrap_or_else(|_| text.to_owned())
}

fn lane_of(value: &TomlValue) -> Option<Lane> {
    match value {
        TomlValue::String(text) => Some(Value::Text(text.value().clone())),
        TomlValue::Integer(integer) => Some(Value::Integer(*integer.value())),
        _ => None,
    }
}

/// A lane as TOML.
fn written(lane: &Lane) -> String {
    match lane {
        Value::Integer(integer) => integer.to_string(),
        other => {
            let mut quoted = String::from("\"");
            for character in other.to_string().chars() {
                match character {
                    '"' | '\\' => quoted.extend(['\\', character]),
                    control if control.is_control() => {
                        quoted.push_str(&format!("\\u{:04X}", u32::from(control)));
                    }
                    other => quoted.push(other),
                }
            }
            quoted.push('"');
            quoted
        }
    }
}

/// The lines that hold the span, with the last line's end.
fn whole_lines(text: &str, span: Range<usize>) -> Range<usize> {
    let start = text[..span.start]
        .rfind('\n')
        .map_or(0, |newline| newline + 1);
    let end = text[span.end..]
        .find('\n')
        .map_or(text.len(), |newline| span.end + newline + 1);
    start..end
}

/// The same lines, with the remark above them.
fn without_remark(text: &str, lines: Range<usize>) -> Range<usize> {
    let above = text[..lines.start].trim_end_matches(['\r', '\n']);
    let start = above.rfind('\n').map_or(0, |newline| newline + 1);
    if above[start..].trim() == REMARK {
        start..lines.end
    } else {
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "# lanes = [\"x\"]\nversion = 1\n\n[lane_set.\"a.b\"]\ntable = 'runs'   # the table\nlanes  = [\n    \"sync\", # beats\n    \
                            # since May\n    \"auth\",\n]\nguard = \"a = ']'\"\n\n[lane_set.c]\nlanes = [1, 2]\n";

    fn lanes(names: &[&str]) -> Vec<Lane> {
        names
            .iter()
            .map(|name| Value::Text((*name).into()))
            .collect()
    }

    #[test]
    fn lanes_change_and_nothing_else_does() {
        let widened =
            set_lanes(MANIFEST, "a.b", &lanes(&["sync", "it's", "a\"b\n", "auth"])).unwrap();
        let expected = MANIFEST.replace(
            "\"sync\", # beats\n",
            "\"sync\", # beats\n    \"it's\",\n    \"a\\\"b\\u000A\",\n",
        );
        assert_eq!(widened, expected);
        assert_eq!(
            set_lanes(&widened, "a.b", &lanes(&["sync", "auth"])).unwrap(),
            MANIFEST
        );
        let narrowed = set_lanes(MANIFEST, "a.b", &lanes(&["auth"])).unwrap();
        assert_eq!(narrowed, MANIFEST.replace("    \"sync\", # beats\n", ""));
        let integers = [Value::Integer(1), Value::Integer(-5), Value::Integer(2)];
        let integers = set_lanes(MANIFEST, "c", &integers).unwrap();
        assert_eq!(integers, MANIFEST.replace("[1, 2]", "[1, -5, 2]"));
        assert_eq!(
            set_lanes(MANIFEST, "a.b", &lanes(&["auth", "sync"])).unwrap(),
            MANIFEST
        );
    }

    #[test]
    fn other_ways_to_write_a_set_are_edited_too() {
        for (before, after) in [
            ("lane_set.x.lanes = ['a']", "lane_set.x.lanes = ['a', 'b']"),
            (
                "lane_set = { x = { lanes = [ \"a\", ] } }",
                "lane_set = { x = { lanes = [ \"a\", \"b\", ] } }",
            ),
            (
                "[lane_set]\r\nx.lanes = [\r\n\t'''a''',\r\n]\r\n",
                "[lane_set]\r\nx.lanes = [\r\n\t'''a''',\r\n\t'b',\r\n]\r\n",
            ),
        ] {
            assert_eq!(set_lanes(before, "x", &lanes(&["a", "b"])).unwrap(), after);
        }
        assert!(matches!(
            set_lanes("a = ", "x", &lanes(&["a"])),
            Err(EditError::NotToml(_))
        ));
        assert!(matches!(
            set_lanes("a = 1", "x", &lanes(&["a"])),
            Err(EditError::NoSuchLaneSet(_))
        ));
    }

    #[test]
    fn query_lanes_come_and_go_without_a_trace() {
        let with = set_query_lanes(MANIFEST, "a.b", Some(&lanes(&["auth"]))).unwrap();
        let expected = MANIFEST.replace(
            "]\nguard",
            &format!("]\n{REMARK}\nquery_lanes = [\"auth\"]\nguard"),
        );
        assert_eq!(with, expected);
        assert_eq!(set_query_lanes(&with, "a.b", None).unwrap(), MANIFEST);
        assert_eq!(set_query_lanes(MANIFEST, "a.b", None).unwrap(), MANIFEST);
        let other = set_query_lanes(&with, "a.b", Some(&lanes(&["sync"]))).unwrap();
        assert_eq!(
            other,
            with.replace("query_lanes = [\"auth\"]", "query_lanes = [\"sync\"]")
        );
        for text in [
            "  lane_set.x.lanes = ['a'] # c",
            "[lane_set.x]\r\nlanes=['a']\r\n",
        ] {
            let with = set_query_lanes(text, "x", Some(&lanes(&["a"]))).unwrap();
            let document = parse(&with).unwrap();
            assert!(array(&document, "x", QUERY_LANES).is_some(), "{with}");
            assert_eq!(
                set_query_lanes(&with, "x", None).unwrap().trim_end(),
                text.trim_end()
            );
        }
        assert!(
            set_query_lanes("lane_set.x = { lanes = ['a'] }", "x", Some(&lanes(&["a"]))).is_err()
        );
    }
}
