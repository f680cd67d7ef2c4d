//! The file of the baseline: from text to [`Baseline`], and from one to the next, in its layout.

use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::error::{Fault, Problem};
use crate::model::baseline::{Baseline, Known, NewEntry};
use crate::model::fingerprint::without_number;
use crate::source::file::{Location, SourceFile};
use crate::source::span::Span;

/// The baseline's name, beside the manifest.
pub const FILE_NAME: &str = ".laneset-baseline.toml";

const VERSION: i64 = 1;

/// The text of a baseline that knows nothing yet.
const EMPTY: &str = "\
# Findings that were there already and may stay for now, each with its reason, which is yours to change. Whatever is not in here makes
# `laneset check` fail; so does an entry that matches nothing any more. `laneset check --write-baseline` brings this file up to date.
version = 1
";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: Spanned<i64>,
    #[serde(default)]
    finding: Vec<WrittenEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEntry {
    rule: Spanned<String>,
    // For those who read it; the fingerprint knows the path.
    #[serde(rename = "path")]
    _path: String,
    #[serde(rename = "summary", default)]
    _summary: String,
    reason: Spanned<String>,
    found_by: Option<String>,
    fingerprint: Spanned<String>,
}

/// Reads a baseline.
///
/// # Errors
/// The first thing that is wrong with the text, and where.
pub fn parse(file: &Arc<SourceFile>) -> Result<Baseline, Box<Problem>> {
    let written: Written = toml::from_str(file.text()).map_err(|error| {
        let span = error.span().unwrap_or_default();
        problem(file, span, Fault::Refused(error.message().to_owned()))
    })?;
    let version = *written.version.get_ref();
    if version != VERSION {
        return Err(problem(
            file,
            written.version.span(),
            Fault::Version(version),
        ));
    }
    let entries = written.finding.into_iter().map(|entry| {
        let is_blank = |text: &Spanned<String>| text.get_ref().trim().is_empty();
        for (key, text) in [
            ("reason", &entry.reason),
            ("fingerprint", &entry.fingerprint),
        ] {
            if is_blank(text) {
                return Err(problem(file, text.span(), Fault::Empty(key.to_owned())));
            }
        }
        Ok(Known {
            location: Location::new(file, Span::from(entry.rule.span())),
            rule: entry.rule.into_inner(),
            found_by: entry.found_by,
            fingerprint: without_number(entry.fingerprint.get_ref()).to_owned(),
            reason: entry.reason.get_ref().trim().to_owned(),
        })
    });
    Ok(Baseline {
        file: Arc::clone(file),
        entries: entries.collect::<Result<_, _>>()?,
    })
}

fn problem(file: &Arc<SourceFile>, span: std::ops::Range<usize>, fault: Fault) -> Box<Problem> {
    let location = Location::new(file, Span::from(span));
    Box::new(Problem { location, fault })
}

/// The text with these entries added and without those that `is_kept` refuses, by their indexes. What stays keeps its layout, its
/// comments and its reason; a new entry stands before the first that is of a later path. `text` is one that [`parse`] takes, or `None`.
///
/// # Errors
/// When the text is not TOML.
pub fn rewritten(
    text: Option<&str>,
    is_kept: &dyn Fn(usize) -> bool,
    new: &[NewEntry],
) -> Result<String, toml_edit::TomlError> {
    let before = text.unwrap_or(EMPTY);
    let mut document: DocumentMut = before.parse()?;
    let there = document.get("finding").and_then(Item::as_array_of_tables);
    let there = there.map_or(0, ArrayOfTables::len);
    if new.is_empty() && (0..there).all(is_kept) {
        return Ok(before.to_owned());
    }
    let mut tables: Vec<Table> = match document.remove("finding") {
        Some(Item::ArrayOfTables(tables)) => tables.into_iter().collect(),
        _ => Vec::new(),
    };
    let mut index = 0;
    tables.retain(|_| {
        index += 1;
        is_kept(index - 1)
    });
    for entry in new {
        let place = tables.iter().position(|table| key_of(table) > key(entry));
        tables.insert(place.unwrap_or(tables.len()), table(entry));
    }
    if !tables.is_empty() {
        let mut written = ArrayOfTables::new();
        for (position, mut table) in tables.into_iter().enumerate() {
            table.set_position(isize::try_from(position).ok());
            written.push(table);
        }
        document.insert("finding", Item::ArrayOfTables(written));
    }
    let after = document.to_string();
    Ok(match before.contains("\r\n") {
        true => after.replace("\r\n", "\n").replace('\n', "\r\n"),
        false => after,
    })
}

fn key_of(table: &Table) -> (String, String, String) {
    let text = |key: &str| {
        let text = table.get(key).and_then(Item::as_str);
        text.unwrap_or_default().to_owned()
    };
    (text("path"), text("rule"), text("fingerprint"))
}

fn key(entry: &NewEntry) -> (String, String, String) {
    (
        entry.path.clone(),
        entry.rule.to_string(),
        entry.fingerprint.clone(),
    )
}

fn table(entry: &NewEntry) -> Table {
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    table.insert("rule", value(entry.rule.as_str()));
    table.insert("path", value(&entry.path));
    table.insert("summary", value(&entry.summary));
    table.insert("reason", value(&entry.reason));
    if let Some(command) = entry.found_by {
        table.insert("found_by", value(command));
    }
    table.insert("fingerprint", value(&entry.fingerprint));
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::RuleId;
    use crate::source::file::RepoPath;

    fn entry(path: &str, fingerprint: &str) -> NewEntry {
        NewEntry {
            rule: RuleId::QueryDrift,
            path: path.to_owned(),
            summary: "a \"b\"\n\\".to_owned(),
            reason: "it's known".to_owned(),
            found_by: None,
            fingerprint: fingerprint.to_owned(),
        }
    }

    fn read(text: &str) -> Result<Baseline, Box<Problem>> {
        parse(&SourceFile::new(RepoPath::new(FILE_NAME), text.to_owned()))
    }

    #[test]
    fn what_is_written_is_read_and_written_again_as_it_was() {
        let new = [
            entry("b.sql", "bb"),
            entry("a.sql", "aa"),
            entry("a.sql", "aa-2"),
        ];
        let text = rewritten(None, &|_| true, &new).unwrap();
        let baseline = read(&text).unwrap();
        let known: Vec<&str> = baseline
            .entries
            .iter()
            .map(|it| it.fingerprint.as_str())
            .collect();
        assert_eq!(known, ["aa", "aa", "bb"]);
        assert_eq!(baseline.entries[0].reason, "it's known");
        assert_eq!(baseline.entries[0].location.text(), "\"query-drift\"");
        assert_eq!(rewritten(Some(&text), &|_| true, &[]).unwrap(), text);
        assert!(
            text.starts_with(EMPTY) && text.ends_with("fingerprint = \"bb\"\n"),
            "{text}"
        );
    }

    #[test]
    fn layout_and_comments_of_what_stays_are_kept() {
        for end in ["\n", "\r\n"] {
            let kept = "# ours\n[[finding]]  # Ann looks at it\npath = 'm.sql'\nrule   =   'index-drift'\n\
                        reason = '''because''' # c\nfingerprint = 'mm'\n";
            let gone = "\n[[finding]]\nrule = 'index-drift'\npath = 'n.sql'\nreason = 'x'\nfingerprint = 'nn'\n";
            let text = format!("version = 1 # v\n\n{kept}{gone}").replace('\n', end);
            let after =
                rewritten(Some(&text), &|index| index == 0, &[entry("z.sql", "zz")]).unwrap();
            let new = "\n[[finding]]\nrule = \"query-drift\"\npath = \"z.sql\"\nsummary = ";
            let expected = format!("version = 1 # v\n\n{kept}{new}").replace('\n', end);
            assert!(after.starts_with(&expected), "{after}");
            assert_eq!(after.matches("[[finding]]").count(), 2);
            let none = rewritten(Some(&text), &|_| false, &[]).unwrap();
            assert_eq!(none.trim_end(), "version = 1 # v");
            assert!(read(&none).unwrap().entries.is_empty());
        }
    }

    #[test]
    fn what_is_malformed_is_said_with_its_place() {
        let entry = "version = 1\n[[finding]]\nrule = 'index-drift'\npath = 'a'\nreason = 'x'\nfingerprint = 'aa'\n";
        read(entry).unwrap();
        for (text, says) in [
            (
                entry.replace("'x'", "' '"),
                ":5:10: `reason` must not be empty",
            ),
            (
                entry.replace("reason = 'x'\n", ""),
                ":2:1: missing field `reason`",
            ),
            (entry.replace("path", "pth"), ":4:1: unknown field `pth`"),
            (entry.replace("= 1", "= 2"), ":1:11: version 2 is not known"),
            (entry.replace("'a'", "'a"), ":4:"),
            (entry.replace("version = 1", ""), "missing field `version`"),
            (
                entry.replace("'aa'", "''"),
                ":6:15: `fingerprint` must not be empty",
            ),
        ] {
            let said = read(&text).unwrap_err().to_string();
            assert!(said.contains(says), "{said}");
        }
    }
}
