//! dbmate: `VERSION_name.sql` by file name, with `-- migrate:up` and `-- migrate:down` sections (its documentation, "Migrations").

use std::ops::Range;
use std::sync::Arc;

use super::directive::is_silent;
use super::history::History;
use super::order::Order;
use super::written::{NewFile, NewMigration, Surroundings, comment, statements};
use super::{Entry, Files, Format, Half, Part, Parts, Refusal, flat, leading_digits};
use crate::model::migration_step::{Section, Transaction};
use crate::source::span::Span;

#[derive(Debug)]
pub struct Dbmate;

/// The line that holds a directive.
pub fn directive(text: &str, directive: &str) -> Option<Range<usize>> {
    let mut start = 0;
    for found in memchr::memmem::find_iter(text.as_bytes(), directive) {
        if found < start {
            continue;
        }
        start = memchr::memrchr(b'\n', &text.as_bytes()[..found]).map_or(0, |newline| newline + 1);
        let end = memchr::memchr(b'\n', &text.as_bytes()[found..])
            .map_or(text.len(), |newline| found + newline);
        let is_comment = text[start..found]
            .trim_start_matches('\u{feff}')
            .strip_prefix("--")
            .is_some_and(|between| between.trim().is_empty());
        let after = &text[found + directive.len()..end];
        if is_comment && (after.is_empty() || after.starts_with(char::is_whitespace)) {
            return Some(start..end);
        }
    }
    None
}

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
        let up = directive(text, "migrate:up").ok_or_else(|| {
            Refusal::directive("it has no `-- migrate:up` line, without which dbmate refuses it")
        })?;
        let down = directive(text, "migrate:down");
        if !is_silent(&text[..up.start]) {
            return Err(Refusal::directive(
                "something stands before its `-- migrate:up` line, for which dbmate refuses it",
            ));
        }
        if down.as_ref().is_some_and(|down| down.start < up.start) {
            return Err(Refusal::directive(
                "its `-- migrate:down` section stands before `-- migrate:up`",
            ));
        }
        let more = |from: usize, wanted: &str| directive(&text[from..], wanted).is_some();
        let after_down = down.as_ref().map(|down| down.end);
        if more(up.end, "migrate:up") || after_down.is_some_and(|from| more(from, "migrate:down")) {
            return Err(Refusal::directive(
                "it has a section twice, for which dbmate refuses it",
            ));
        }
        let part = |directive: &Range<usize>, end: usize| Part {
            file: Arc::clone(&files.up),
            span: Span::new(directive.end, end),
            transaction: transaction(&text[directive.clone()]),
        };
        let end = down.as_ref().map_or(text.len(), |down| down.start);
        Ok(Parts {
            up: part(&up, end),
            down: down.map(|down| part(&down, text.len())),
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
        assert!(parts("\u{feff}-- a comment\n\n-- migrate:up\n").is_ok());
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
