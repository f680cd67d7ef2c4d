//! node-pg-migrate: `VERSION_name.sql` with `-- Up Migration` and `-- Down Migration` (its source, `sqlMigration.ts`).

use std::ops::Range;
use std::sync::Arc;
use std::time::SystemTime;

use super::directive::lines;
use super::history::History;
use super::order::Order;
use super::written::{NewFile, NewMigration, Surroundings, comment, refuse_alone, statements};
use super::{
    Entry, Files, Format, Half, Numbering, Part, Parts, Refusal, flat, leading_digits, refuse_mark,
};
use crate::model::migration_step::Transaction;
use crate::source::span::Span;

#[derive(Debug)]
pub struct NodePgMigrate;

/// The first line that begins a direction, whatever follows: `-- Up Migration`.
pub fn begins(text: &str, direction: &str) -> Option<Range<usize>> {
    let mut lines = lines(text);
    let found = lines.find(|(_, line)| {
        let Some(rest) = line.trim_start().strip_prefix("--") else {
            return false;
        };
        let rest = rest.trim_start_matches(|c: char| c == '-' || c.is_whitespace());
        let rest = rest.to_ascii_lowercase();
        rest.strip_prefix(direction).is_some_and(|after| {
            after.starts_with(char::is_whitespace) && after.trim_start().starts_with("migration")
        })
    });
    found.map(|(range, _)| range)
}

impl Format for NodePgMigrate {
    fn entry(&self, path: &str) -> Option<Entry> {
        let (stem, extension) = flat(path, "")?.rsplit_once('.')?;
        if !extension.eq_ignore_ascii_case("sql") {
            return None;
        }
        let Some((version, _)) = leading_digits(stem) else {
            let refused = "its name does not begin with a number, for which node-pg-migrate refuses the folder".to_owned();
            let refused = (!stem.starts_with('.')).then_some(refused)?;
            return Some(Entry {
                refused: Some(refused),
                ..Entry::new(stem, Half::Up, Order::last(stem))
            });
        };
        Some(Entry {
            recorded: stem.to_owned(),
            ..Entry::new(version, Half::Up, order(version, stem))
        })
    }

    fn is_program(&self, path: &str) -> bool {
        [".js", ".ts", ".mjs", ".cjs", ".mts", ".cts"]
            .iter()
            .any(|it| path.ends_with(it))
    }

    /// A file without either line is a way up as a whole; one that has the way down alone is up and down at once.
    fn parts(&self, files: &Files) -> Result<Parts, Refusal> {
        refuse_mark(&files.up, "node-pg-migrate")?;
        let text = files.up.text();
        let (up, down) = (begins(text, "up"), begins(text, "down"));
        let ends = |start: usize, other: &Option<Range<usize>>| match other {
            Some(other) if other.start > start => other.start,
            _ => text.len(),
        };
        let part = |start: usize, end: usize| Part {
            file: Arc::clone(&files.up),
            span: Span::new(start, end),
            transaction: Transaction::Wrapped,
        };
        let up_part = match &up {
            Some(up) => part(up.start, ends(up.start, &down)),
            None => part(0, text.len()),
        };
        let down = down.map(|down| part(down.start, ends(down.start, &up)));
        Ok(Parts { up: up_part, down })
    }

    fn history(&self) -> Option<History> {
        History::each("pgmigrations", "SELECT name::text AS version FROM {table}")
    }

    fn numbering(&self) -> Numbering {
        Numbering::Milliseconds
    }

    fn files(&self, new: &NewMigration, _: &Surroundings) -> Result<Vec<NewFile>, String> {
        let step = new.step;
        refuse_alone(
            step,
            "node-pg-migrate, which has no word for it in SQL files,",
        )?;
        let text = format!(
            "-- Up Migration\n{}{}\n-- Down Migration\n{}",
            comment(step),
            statements(&step.up),
            statements(&step.down),
        );
        let path = format!("{}_{}.sql", new.version, step.slug);
        Ok(vec![NewFile { path, text }])
    }
}

/// By number, and then by name; seventeen digits are a time, and its milliseconds are the number (its `fileNameUtils.ts`).
fn order(version: &str, stem: &str) -> Order {
    let milliseconds = match version.len() {
        17 => utc(version),
        _ => None,
    };
    Order::numbered_collated(milliseconds.as_deref().unwrap_or(version), stem)
}

/// The milliseconds since 1970 of `20260503090000123`.
fn utc(digits: &str) -> Option<String> {
    let part = |range: Range<usize>| &digits[range];
    let written = format!(
        "{}-{}-{}T{}:{}:{}.{}Z",
        part(0..4),
        part(4..6),
        part(6..8),
        part(8..10),
        part(10..12),
        part(12..14),
        part(14..17),
    );
    let time = humantime::parse_rfc3339(&written).ok()?;
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(since.as_millis().to_string())
}
