//! dbmate: `VERSION_name.sql` by file name, with `-- migrate:up` and `-- migrate:down` sections (its documentation, "Migrations").

use std::ops::Range;
use std::sync::Arc;

use super::directive::{is_silent, said};
use super::history::History;
use super::order::Order;
use super::written::{NewFile, NewMigration, Surroundings, comment, statements};
use super::{Entry, Files, Format, Half, Part, Parts, Refusal, flat, leading_digits};
use crate::model::migration_step::{Section, Transaction};
use crate::source::span::Span;

#[derive(Debug)]
pub struct Dbmate;

/// What the SQL below it is.
const UP: &str = "migrate:up";
const DOWN: &str = "migrate:down";

/// The line that holds a directive: two dashes at its very beginning, the directive, and a blank or nothing behind it (the expressions of
/// its source, `pkg/dbmate/migration.go`).
pub fn directive(text: &str, directive: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = memchr::memmem::find_iter(bytes, directive);
    found.find_map(|at| {
        let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |newline| newline + 1);
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(text.len(), |newline| at + newline);
        let between = text[start..at].strip_prefix("--")?;
        let after = &text[at + directive.len()..end];
        let is_told = between.trim_start_matches(BLANK).is_empty()
            && (after.is_empty() || after.starts_with(BLANK));
        is_told.then_some(start..end)
    })
}

/// Whether a file is meant for dbmate, which may refuse it for where or how its directive stands.
pub fn is_meant(text: &str) -> bool {
    let mut lines = text.lines().filter_map(said);
    lines.any(|told| {
        told.split_whitespace()
            .next()
            .is_some_and(|it| it.eq_ignore_ascii_case(UP))
    })
}

/// What stands between words there.
const BLANK: [char; 4] = [' ', '\t', '\r', '\x0c'];

/// `-- migrate:up transaction:false`: the section is handed to Postgres as one string then (its source, `pkg/dbmate/db.go`).
fn transaction(directive: &str) -> Transaction {
    let mut options = directive.split_whitespace();
    match options.any(|option| option == "transaction:false") {
        true => Transaction::OneString,
        false => Transaction::Wrapped,
    }
}

impl Format for Dbmate {
    fn entry(&self, path: &str) -> Option<Entry> {
        let name = flat(path, "")?;
        let (version, _) = leading_digits(name).filter(|_| name.ends_with(".sql"))?;
        Some(Entry::new(version, Half::Up, Order::text(name)))
    }

    fn parts(&self, files: &Files) -> Result<Parts, Refusal> {
        let text = files.up.text();
        let refused = |reason| Err(Refusal::directive(reason));
        let Some(up) = directive(text, UP) else {
            return refused(
                "it has no `-- migrate:up` at the beginning of a line, without which dbmate refuses it",
            );
        };
        if !is_silent(&text[..up.start]) {
            return refused(
                "something stands before its `-- migrate:up` line, for which dbmate refuses it",
            );
        }
        let Some(down) = directive(text, DOWN) else {
            return refused(
                "it has no `-- migrate:down` at the beginning of a line, without which dbmate refuses it",
            );
        };
        if down.start < up.start {
            return refused("its `-- migrate:down` section stands before `-- migrate:up`");
        }
        let is_twice = |first: &Range<usize>, name| directive(&text[first.end..], name).is_some();
        if is_twice(&up, UP) || is_twice(&down, DOWN) {
            return refused("it has a section twice, for which dbmate refuses it");
        }
        let part = |directive: &Range<usize>, end: usize| Part {
            file: Arc::clone(&files.up),
            span: Span::new(directive.end, end),
            transaction: transaction(&text[directive.clone()]),
        };
        Ok(Parts {
            up: part(&up, down.start),
            down: Some(part(&down, text.len())),
        })
    }

    fn history(&self) -> Option<History> {
        History::each(
            "schema_migrations",
            "SELECT version::text AS version FROM {table}",
        )
    }

    fn is_numeric(&self) -> bool {
        false
    }

    fn dumps_versions(&self) -> bool {
        true
    }

    /// A section runs as one string, and so must hold one statement where there is no transaction (its source, `pkg/dbmate/db.go`).
    fn files(&self, new: &NewMigration, _: &Surroundings) -> Result<Vec<NewFile>, String> {
        let step = new.step;
        let text = format!(
            "-- migrate:up{}\n{}{}\n-- migrate:down{}\n{}",
            options(&step.up),
            comment(step),
            statements(&step.up),
            options(&step.down),
            statements(&step.down),
        );
        let path = format!("{}_{}.sql", new.version, step.slug);
        Ok(vec![NewFile { path, text }])
    }
}

fn options(section: &Section) -> &'static str {
    match section.transaction {
        Transaction::None => " transaction:false",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::file::{RepoPath, SourceFile};

    fn parts(text: &str) -> Result<Parts, Refusal> {
        Dbmate.parts(&Files {
            up: SourceFile::new(RepoPath::new("1_a.sql"), text.to_owned()),
            down: None,
            settings: None,
        })
    }

    #[test]
    fn the_up_section_ends_where_down_begins() {
        let text = "-- a comment of migrate:up\r\n--  migrate:up transaction:false\r\nSELECT 1;\r\n-- migrate:down\r\nSELECT 2;\r\n";
        let read = parts(text).unwrap();
        assert_eq!(text[read.up.span.range()].trim(), "SELECT 1;");
        assert_eq!(read.up.transaction, Transaction::OneString);
        let down = read.down.unwrap();
        assert_eq!(text[down.span.range()].trim(), "SELECT 2;");
        assert_eq!(down.transaction, Transaction::Wrapped);
        assert!(parts("SELECT 1;").is_err());
        assert!(parts("-- migrate:down\n-- migrate:up\n").is_err());
        // What dbmate's binary says of it: "does not support statements preceding the '-- migrate:up' block".
        assert!(parts("SELECT 1;\n-- migrate:up\n").is_err());
        assert!(parts("-- migrate:up\n-- migrate:up\n-- migrate:down\n").is_err());
        assert!(parts("-- migrate:up\n-- migrate:down\n-- migrate:down\n").is_err());
    }

    #[test]
    fn versions_are_leading_digits() {
        let version = |path: &str| Dbmate.entry(path).map(|entry| entry.version);
        assert_eq!(version("20260101_x.sql").as_deref(), Some("20260101"));
        assert_eq!(version("readme.sql"), None);
        assert_eq!(version("20260101_x.SQL"), None);
        assert_eq!(version("old/20260101_x.sql"), None);
    }
}
