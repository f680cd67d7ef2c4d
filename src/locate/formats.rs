//! Migration formats: which files are migrations, in which order, which part of each runs on the way up, and what a new one looks like.

use std::ops::Range;

use crate::model::declaration::MigrationFormat;
use crate::model::migration_step::{MigrationStep, Section, Transaction};
use crate::source::span::Span;

/// What a migration tool makes of the files in its folder.
pub trait Format: Sync {
    /// The version in a file's name; `None` for a file that the tool passes over.
    fn version<'a>(&self, file_name: &'a str) -> Option<&'a str>;

    /// The parts of the file that run on the way up and down; the reason when the tool would refuse the file.
    ///
    /// # Errors
    /// A reason, as the end of "cannot be read: …".
    fn parts(&self, text: &str) -> Result<Parts, String>;

    /// The table in which the tool records the versions that it has applied, a row each, in a column `version`.
    fn history_table(&self) -> &'static str;

    /// The name of a new migration's file.
    fn file_name(&self, version: &str, slug: &str) -> String;

    /// The text of a new migration's file, with line feeds alone.
    fn text(&self, step: &MigrationStep) -> String;
}

/// What a migration does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    pub up: Part,
    /// `None` when there is no way back.
    pub down: Option<Part>,
}

/// One direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub span: Span,
    pub transaction: Transaction,
}

/// The reader of a format; `None` for the ones that this version does not read.
pub fn reader(format: MigrationFormat) -> Option<&'static dyn Format> {
    match format {
        MigrationFormat::Dbmate => Some(&Dbmate),
        _ => None,
    }
}

/// The format that a file shows by its directives.
pub fn detect(text: &str) -> Option<MigrationFormat> {
    Dbmate::directive(text, "migrate:up").map(|_| MigrationFormat::Dbmate)
}

/// dbmate: `VERSION_name.sql` by file name, with `-- migrate:up` and `-- migrate:down` sections (its documentation, "Migrations").
struct Dbmate;

impl Dbmate {
    /// The line that holds a directive.
    fn directive(text: &str, directive: &str) -> Option<Range<usize>> {
        let mut start = 0;
        for found in memchr::memmem::find_iter(text.as_bytes(), directive) {
            if found < start {
                continue;
            }
            start =
                memchr::memrchr(b'\n', &text.as_bytes()[..found]).map_or(0, |newline| newline + 1);
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
}

impl Dbmate {
    /// `-- migrate:up transaction:false`
    fn transaction(directive: &str) -> Transaction {
        let mut options = directive.split_whitespace();
        match options.any(|option| option == "transaction:false") {
            true => Transaction::None,
            false => Transaction::Wrapped,
        }
    }
}

impl Format for Dbmate {
    fn version<'a>(&self, file_name: &'a str) -> Option<&'a str> {
        let digits = file_name.bytes().take_while(u8::is_ascii_digit).count();
        (digits > 0).then(|| &file_name[..digits])
    }

    fn parts(&self, text: &str) -> Result<Parts, String> {
        let up = Self::directive(text, "migrate:up")
            .ok_or("it has no `-- migrate:up` line, without which dbmate refuses it")?;
        let down = Self::directive(text, "migrate:down");
        let is_blank = |line: &str| line.trim().is_empty() || line.trim_start().starts_with("--");
        let before = text[..up.start].trim_start_matches('\u{feff}');
        if !before.lines().all(is_blank) {
            return Err(
                "something stands before its `-- migrate:up` line, for which dbmate refuses it"
                    .to_owned(),
            );
        }
        if down.as_ref().is_some_and(|down| down.start < up.start) {
            return Err("its `-- migrate:down` section stands before `-- migrate:up`".to_owned());
        }
        let part = |directive: &Range<usize>, end: usize| Part {
            span: Span::new(directive.end, end),
            transaction: Self::transaction(&text[directive.clone()]),
        };
        let end = down.as_ref().map_or(text.len(), |down| down.start);
        Ok(Parts {
            up: part(&up, end),
            down: down.map(|down| part(&down, text.len())),
        })
    }

    fn history_table(&self) -> &'static str {
        "schema_migrations"
    }

    fn file_name(&self, version: &str, slug: &str) -> String {
        format!("{version}_{slug}.sql")
    }

    /// A section runs as one string, and so must hold one statement where there is no transaction (its source, `pkg/dbmate/db.go`).
    fn text(&self, step: &MigrationStep) -> String {
        let comment: String = (step.comment.iter())
            .map(|sentence| format!("-- {sentence}\n"))
            .collect();
        format!(
            "-- migrate:up{}\n{comment}{}\n-- migrate:down{}\n{}",
            options(&step.up),
            statements(&step.up),
            options(&step.down),
            statements(&step.down),
        )
    }
}

fn options(section: &Section) -> &'static str {
    match section.transaction {
        Transaction::Wrapped => "",
        Transaction::None => " transaction:false",
    }
}

fn statements(section: &Section) -> String {
    let statements = section.statements.iter();
    statements
        .map(|statement| format!("{statement};\n"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_up_section_ends_where_down_begins() {
        let text = "-- a comment of migrate:up\r\n--  migrate:up transaction:false\r\nSELECT 1;\r\n-- migrate:down\r\nSELECT 2;\r\n";
        let parts = Dbmate.parts(text).unwrap();
        assert_eq!(text[parts.up.span.range()].trim(), "SELECT 1;");
        assert_eq!(parts.up.transaction, Transaction::None);
        let down = parts.down.unwrap();
        assert_eq!(text[down.span.range()].trim(), "SELECT 2;");
        assert_eq!(down.transaction, Transaction::Wrapped);
        assert!(Dbmate.parts("SELECT 1;").is_err());
        assert!(Dbmate.parts("-- migrate:down\n-- migrate:up\n").is_err());
        // What dbmate's binary says of it: "does not support statements preceding the '-- migrate:up' block".
        assert!(Dbmate.parts("SELECT 1;\n-- migrate:up\n").is_err());
        assert!(
            Dbmate
                .parts("\u{feff}-- a comment\n\n-- migrate:up\n")
                .is_ok()
        );
    }

    #[test]
    fn versions_are_leading_digits() {
        assert_eq!(Dbmate.version("20260101_x.sql"), Some("20260101"));
        assert_eq!(Dbmate.version("readme.sql"), None);
    }
}
