//! Migration formats: which files are migrations, in which order, which part of each runs on the way up, and what a new one looks like.

use std::ops::Range;

use crate::model::declaration::MigrationFormat;
use crate::model::migration_step::{MigrationStep, Section, Transaction};
use crate::source::span::Span;

/// What a migration tool makes of the files in its folder.
pub trait Format: Sync {
    /// The version in a file's name; `None` for a file that the tool passes over.
    fn version<'a>(&self, file_name: &'a str) -> Option<&'a str>;

    /// The part of the file that runs on the way up; the reason when the tool would refuse the file.
    ///
    /// # Errors
    /// A reason, as the end of "cannot be read: …".
    fn up(&self, text: &str) -> Result<Span, String>;

    /// The name of a new migration's file.
    fn file_name(&self, version: &str, slug: &str) -> String;

    /// The text of a new migration's file, with line feeds alone.
    fn text(&self, step: &MigrationStep) -> String;
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

impl Format for Dbmate {
    fn version<'a>(&self, file_name: &'a str) -> Option<&'a str> {
        let digits = file_name.bytes().take_while(u8::is_ascii_digit).count();
        (digits > 0).then(|| &file_name[..digits])
    }

    fn up(&self, text: &str) -> Result<Span, String> {
        let up = Self::directive(text, "migrate:up")
            .ok_or("it has no `-- migrate:up` line, without which dbmate refuses it")?;
        let end = match Self::directive(text, "migrate:down") {
            Some(down) if down.start < up.start => {
                return Err(
                    "its `-- migrate:down` section stands before `-- migrate:up`".to_owned(),
                );
            }
            Some(down) => down.start,
            None => text.len(),
        };
        Ok(Span::new(up.end, end))
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
        let up = Dbmate.up(text).unwrap();
        assert_eq!(text[up.range()].trim(), "SELECT 1;");
        assert!(Dbmate.up("SELECT 1;").is_err());
        assert!(Dbmate.up("-- migrate:down\n-- migrate:up\n").is_err());
    }

    #[test]
    fn versions_are_leading_digits() {
        assert_eq!(Dbmate.version("20260101_x.sql"), Some("20260101"));
        assert_eq!(Dbmate.version("readme.sql"), None);
    }
}
