//! Edits of a manifest that keep its comments and its layout.

pub mod declared;

use std::ops::Range;

use thiserror::Error;
use toml_edit::{Array, Document, Item, Value as TomlValue};

use super::pair::Pair;
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
    #[error(
        "[lane_set.{lane_set}] is written in a way that takes no [[lane_set.{lane_set}.{kind}]]; declare it there by hand"
    )]
    NoTable {
        lane_set: String,
        kind: &'static str,
    },
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

/// Gives a lane set its `query_lanes`, right behind its lanes, or takes them away with the remark above them. Quotes are those of
/// the lanes.
///
/// # Errors
/// As [`set_lanes`].
pub fn set_query_lanes(
    text: &str,
    lane_set: &str,
    lanes: Option<&[Lane]>,
) -> Result<String, EditError> {
    let document = parse(text)?;
    let there = array(&document, lane_set, QUERY_LANES);
    let edit = match (there, lanes) {
        (None, None) => return Ok(text.to_owned()),
        (Some(there), Some(lanes)) => return with_lanes(text, lane_set, there, lanes),
        (Some(_), None) => pair(text, &document, lane_set, QUERY_LANES)?.remove(text, REMARK),
        (None, Some(lanes)) => {
            let lanes_of_index = array(&document, lane_set, LANES);
            let elements = lanes_of_index.map(elements).unwrap_or_default();
            let quotes = Quotes::of(text, &elements.unwrap_or_default());
            let listed: Vec<String> = lanes.iter().map(|lane| quotes.written(lane)).collect();
            let listed = format!("[{}]", listed.join(", "));
            pair(text, &document, lane_set, LANES)?.add(text, REMARK, QUERY_LANES, &listed)
        }
    };
    Ok(applied(text, &edit))
}

fn parse(text: &str) -> Result<Document<&str>, EditError> {
    Document::parse(text).map_err(|error| EditError::NotToml(error.message().to_owned()))
}

fn no_span(lane_set: &str) -> EditError {
    EditError::NoSuchLaneSet(lane_set.to_owned())
}

fn table<'a>(document: &'a Document<&str>, lane_set: &str) -> Option<&'a Item> {
    let sets = document.as_table().get("lane_set")?;
    sets.as_table_like()?.get(lane_set)
}

fn array<'a>(document: &'a Document<&str>, lane_set: &str, key: &str) -> Option<&'a Array> {
    let table = table(document, lane_set)?.as_table_like()?;
    table.get(key).and_then(Item::as_array)
}

fn pair(
    text: &str,
    document: &Document<&str>,
    lane_set: &str,
    key: &str,
) -> Result<Pair, EditError> {
    table(document, lane_set)
        .and_then(|table| Pair::find(text, table, key))
        .ok_or_else(|| no_span(lane_set))
}

fn elements(array: &Array) -> Option<Vec<Range<usize>>> {
    array.iter().map(TomlValue::span).collect()
}

fn with_lanes(
    text: &str,
    lane_set: &str,
    array: &Array,
    lanes: &[Lane],
) -> Result<String, EditError> {
    let whole = array.span().ok_or_else(|| no_span(lane_set))?;
    let elements = elements(array).ok_or_else(|| no_span(lane_set))?;
    let there: Vec<Lane> = array.iter().filter_map(lane_of).collect();
    let quotes = Quotes::of(text, &elements);
    let entries = merge(&there, lanes)
        .into_iter()
        .map(|entry| entry.write(|lane| Ok(quotes.written(lane))))
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

/// How the strings of a list are quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    /// `"a"`, also where both stand in one list.
    Basic,
    /// `'a'`
    Literal,
}

impl Quotes {
    fn of(text: &str, elements: &[Range<usize>]) -> Self {
        let is_literal = |range: &Range<usize>| text[range.clone()].starts_with('\'');
        if !elements.is_empty() && elements.iter().all(is_literal) {
            Self::Literal
        } else {
            Self::Basic
        }
    }

    /// The lane in these quotes, or in `"` where a literal string cannot hold it.
    fn written(self, lane: &Lane) -> String {
        match lane {
            Value::Text(lane)
                if self == Self::Literal
                    && !lane.contains(|c: char| c == '\'' || c.is_control()) =>
            {
                format!("'{lane}'")
            }
            other => written(other),
        }
    }
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

#[cfg(test)]
mod any_layout;

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
            assert_eq!(set_query_lanes(&with, "x", None).unwrap(), text);
        }
    }

    #[test]
    fn query_lanes_come_and_go_between_braces_and_behind_quoted_keys() {
        for (without, with) in [
            (
                "lane_set.x = { lanes = ['a', 'b'] }",
                "lane_set.x = { lanes = ['a', 'b'], query_lanes = ['a'] }",
            ),
            (
                "[lane_set]\nx = { lanes = ['a', 'b'], column = \"c\" } # k\n",
                "[lane_set]\nx = { lanes = ['a', 'b'], query_lanes = ['a'], column = \"c\" } # k\n",
            ),
            (
                "[lane_set]\nx = {\n  table = 't',\n  lanes = ['a', 'b'] # k\n}\n",
                "[lane_set]\nx = {\n  table = 't',\n  lanes = ['a', 'b'], query_lanes = ['a'] # k\n}\n",
            ),
            (
                "lane_set = { x . lanes = ['a', 'b'], y.lanes = ['c'] }\n",
                "lane_set = { x . lanes = ['a', 'b'], x . query_lanes = ['a'], y.lanes = ['c'] }\n",
            ),
        ] {
            let chosen = lanes(&["a"]);
            assert_eq!(set_query_lanes(without, "x", Some(&chosen)).unwrap(), with);
            assert_eq!(set_query_lanes(with, "x", None).unwrap(), without);
        }
        let quoted = "[lane_set.x]\n  \"lanes\" = ['a', 'b'] # k\nguard = 'g'";
        let with = set_query_lanes(quoted, "x", Some(&lanes(&["a"]))).unwrap();
        let expected = format!("# k\n  {REMARK}\n  query_lanes = ['a']\n");
        assert_eq!(with, quoted.replace("# k\n", &expected));
        assert_eq!(set_query_lanes(&with, "x", None).unwrap(), quoted);
        let first = "lane_set.x = { query_lanes = ['a'], lanes = ['a', 'b'] }\n";
        assert_eq!(
            set_query_lanes(first, "x", None).unwrap(),
            "lane_set.x = { lanes = ['a', 'b'] }\n"
        );
        let dotted = "lane_set.\"a\\\".\".lanes = ['a', 'b']";
        let with = set_query_lanes(dotted, "a\".", Some(&lanes(&["a"]))).unwrap();
        assert!(
            with.ends_with("\nlane_set.\"a\\\".\".query_lanes = ['a']"),
            "{with}"
        );
        assert_eq!(set_query_lanes(&with, "a\".", None).unwrap(), dotted);
    }
}
