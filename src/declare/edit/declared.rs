//! Adds a query or an array to a lane set, in a table of its own.

use std::ops::Range;

use toml_edit::{Document, Item};

use super::{EditError, applied, parse, table};
use crate::declare::template::{key, quoted};
use crate::source::edit::Edit;

/// A site that is to be declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewSite<'a> {
    Query {
        file: &'a str,
        within: Option<&'a str>,
    },
    Array {
        file: &'a str,
        name: &'a str,
    },
}

impl NewSite<'_> {
    /// The key of its tables in a lane set.
    fn kind(self) -> &'static str {
        match self {
            NewSite::Query { .. } => "query",
            NewSite::Array { .. } => "array",
        }
    }

    fn pairs(self) -> Vec<(&'static str, String)> {
        let (file, more) = match self {
            NewSite::Query { file, within } => (file, within.map(|it| ("within", it))),
            NewSite::Array { file, name } => (file, Some(("name", name))),
        };
        let more = more.map(|(key, value)| (key, quoted(value)));
        std::iter::once(("file", quoted(file)))
            .chain(more)
            .collect()
    }
}

/// Adds `[[lane_set.NAME.query]]` or `[[lane_set.NAME.array]]` behind the last table of the set.
///
/// # Errors
/// When the text is not TOML, has no such set, or writes the set or its queries between braces or brackets, where no table can be added.
pub fn add_site(text: &str, lane_set: &str, site: NewSite) -> Result<String, EditError> {
    let document = parse(text)?;
    let set =
        table(&document, lane_set).ok_or_else(|| EditError::NoSuchLaneSet(lane_set.to_owned()))?;
    let refused = || EditError::NoTable {
        lane_set: lane_set.to_owned(),
        kind: site.kind(),
    };
    let end = end(set).ok_or_else(refused)?;
    let line_end = memchr::memchr(b'\n', &text.as_bytes()[end..]);
    let place = line_end.map_or(text.len(), |newline| end + newline + 1);
    let added = added(text, place, lane_set, site);
    let after = applied(text, &Edit::insert(place, added));
    let there = count(&document, lane_set, site.kind());
    let is_added = parse(&after).is_ok_and(|it| count(&it, lane_set, site.kind()) == there + 1);
    is_added.then_some(after).ok_or_else(refused)
}

/// The lines of the table, with an empty one before, in the text's line ends.
fn added(text: &str, place: usize, lane_set: &str, site: NewSite) -> String {
    let mut lines = String::new();
    if !text[..place].is_empty() && !text[..place].ends_with('\n') {
        lines.push('\n');
    }
    lines.push_str(&format!(
        "\n[[lane_set.{}.{}]]\n",
        key(lane_set),
        site.kind()
    ));
    for (key, value) in site.pairs() {
        lines.push_str(&format!("{key} = {value}\n"));
    }
    match text.contains("\r\n") {
        true => lines.replace('\n', "\r\n"),
        false => lines,
    }
}

/// Where the last value inside ends.
fn end(item: &Item) -> Option<usize> {
    let of_value = item.as_value().and_then(|value| value.span());
    let tables = item.as_array_of_tables();
    let of_tables = tables.and_then(|tables| {
        let ends = tables.iter().filter_map(|it| end_of_pairs(it.iter()));
        ends.max()
    });
    let table = item.as_table();
    let of_table = table.and_then(|table| end_of_pairs(table.iter()));
    let own = of_value.map(|Range { end, .. }| end);
    own.max(of_tables).max(of_table)
}

fn end_of_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a Item)>) -> Option<usize> {
    pairs.filter_map(|(_, item)| end(item)).max()
}

fn count(document: &Document<&str>, lane_set: &str, kind: &str) -> usize {
    let set = table(document, lane_set).and_then(Item::as_table_like);
    let sites = set.and_then(|set| set.get(kind));
    let tables = sites.and_then(Item::as_array_of_tables);
    tables.map_or(0, |tables| tables.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUERY: NewSite = NewSite::Query {
        file: "src/a \"b\".ts",
        within: Some("reap"),
    };
    const ADDED: &str = "\n[[lane_set.x.query]]\nfile = 'src/a \"b\".ts'\nwithin = \"reap\"\n";

    #[test]
    fn a_query_is_added_behind_the_last_table_of_its_set() {
        for (before, behind) in [
            ("[lane_set.x]\nlanes = ['a'] # c\n", ""),
            (
                "[lane_set.x]\nlanes = ['a']\n[lane_set.x.index]\nname = 'i'\n",
                "\n# the other\n[lane_set.y]\nlanes = ['b']\n",
            ),
            (
                "[lane_set.x]\nlanes = [\n  'a',\n]\n[[lane_set.x.query]]\nfile = 'f'\n",
                "[lane_set.y]\nlanes = ['b']",
            ),
        ] {
            let after = add_site(&format!("{before}{behind}"), "x", QUERY).unwrap();
            assert_eq!(after, format!("{before}{ADDED}{behind}"));
        }
        let array = NewSite::Array {
            file: "f.py",
            name: "LANES",
        };
        let after = add_site("[lane_set.'a.b']\r\nlanes = ['a']", "a.b", array).unwrap();
        assert!(
            after.ends_with(
                "\r\n[[lane_set.\"a.b\".array]]\r\nfile = \"f.py\"\r\nname = \"LANES\"\r\n"
            ),
            "{after:?}"
        );
    }

    #[test]
    fn where_no_table_can_be_added_nothing_is() {
        for text in [
            "lane_set.x = { lanes = ['a'] }\n",
            "[lane_set.x]\nlanes = ['a']\nquery = [{ file = 'f' }]\n",
        ] {
            let refused = add_site(text, "x", QUERY);
            assert!(
                matches!(refused, Err(EditError::NoTable { .. })),
                "{refused:?}"
            );
        }
        let unknown = add_site("version = 1\n", "x", QUERY);
        assert!(matches!(unknown, Err(EditError::NoSuchLaneSet(_))));
    }
}
