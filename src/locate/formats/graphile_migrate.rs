//! graphile-migrate: `committed/000001.sql`, each with the hash of the one before and its own (its source, `migration.ts` and `hash.ts`).

use std::collections::BTreeSet;
use std::sync::Arc;

use sha1::{Digest, Sha1};

use super::directive::lines;
use super::history::History;
use super::order::Order;
use super::written::{NewFile, NewMigration, Surroundings, is_alone, script};
use super::{Entry, Files, Format, Half, Numbering, Part, Parts, Refusal, leading_digits};
use crate::model::migration_step::Transaction;
use crate::source::file::SourceFile;
use crate::source::span::Span;

#[derive(Debug)]
pub struct GraphileMigrate;

/// The folder in which committed migrations are.
const COMMITTED: &str = "committed/";
/// What the first line of a body says to run outside of a transaction, behind `--!`.
const ALONE: &str = "no-transaction";

/// The header of a migration whose hash is known to be wrong.
const EXCUSE: &str = "AllowInvalidHash";

/// What a header line says of a key: `--! Previous: sha1:…`.
pub fn header<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let value = headers(text).find_map(|header| header.strip_prefix(key)?.strip_prefix(':'));
    value.map(str::trim)
}

/// The header lines, each behind its `--! `.
fn headers(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map_while(|line| line.strip_prefix("--! "))
}

/// Whether the first line of a body takes it out of the transaction (its `header.ts`).
fn is_alone_as_written(body: &str) -> bool {
    let first = body
        .trim()
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("--!"));
    let rest = first.and_then(|said| said.trim_start().strip_prefix(ALONE));
    rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
}

/// Where the body begins, behind the headers and the empty line that ends them.
fn body_start(text: &str) -> Option<usize> {
    let is_header = |line: &str| {
        let key = line.strip_prefix("--! ");
        key.is_some_and(|key| key.starts_with(|c: char| c.is_ascii_uppercase()))
    };
    let mut rest = lines(text).skip_while(|(_, line)| is_header(line));
    let (blank, line) = rest.next()?;
    // A carriage return is no empty line to graphile-migrate.
    (line.is_empty() && blank.is_empty()).then_some((blank.end + 1).min(text.len()))
}

/// The hash of a body behind another migration's.
fn hash(body: &str, previous: Option<&str>) -> String {
    let hashed = format!("{}\n{}", previous.unwrap_or_default(), body.trim());
    let mut digest = Sha1::new();
    digest.update(format!("{}\n", hashed.trim()));
    let hex: String = digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("sha1:{hex}")
}

impl Format for GraphileMigrate {
    /// The folder that is declared may be `committed` or the one above it.
    fn entry(&self, path: &str) -> Option<Entry> {
        let name = path.strip_prefix(COMMITTED).unwrap_or(path);
        let (version, rest) = leading_digits(name)?;
        let slug = rest.strip_suffix(".sql")?;
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if !(slug.is_empty() || slug.starts_with('-') && slug.chars().all(is_word)) {
            return None;
        }
        Some(Entry {
            recorded: format!("{version}.sql"),
            ..Entry::new(version, Half::Up, Order::text(version))
        })
    }

    fn parts(&self, files: &Files) -> Result<Parts, Refusal> {
        let text = files.up.text();
        let previous = header(text, "Previous").ok_or_else(|| {
            Refusal::directive(
                "it has no `--! Previous:` line, without which graphile-migrate refuses it",
            )
        })?;
        let own = header(text, "Hash").ok_or_else(|| {
            Refusal::directive(
                "it has no `--! Hash:` line, without which graphile-migrate refuses it",
            )
        })?;
        let mut keys = BTreeSet::new();
        let repeated = headers(text).find(|header| !keys.insert(header.split(':').next()));
        if let Some(header) = repeated {
            return Err(Refusal::other(format!(
                "its header `--! {header}` is a second one, for which graphile-migrate refuses it"
            )));
        }
        let start = body_start(text).ok_or_else(|| {
            Refusal::directive(
                "no empty line follows its headers, without which graphile-migrate refuses it",
            )
        })?;
        let body = &text[start..];
        let previous = (previous != "-").then_some(previous);
        let is_excused = headers(text).any(|header| header.split(':').next() == Some(EXCUSE));
        match (hash(body, previous) == own, is_excused) {
            (false, false) => {
                return Err(Refusal::other(
                    "its hash is not that of its text, for which graphile-migrate refuses it",
                ));
            }
            (true, true) => {
                return Err(Refusal::other(format!(
                    "its hash is that of its text, for which graphile-migrate refuses `--! {EXCUSE}`"
                )));
            }
            _ => {}
        }
        let transaction = match is_alone_as_written(body) {
            true => Transaction::OneString,
            false => Transaction::Wrapped,
        };
        let up = Part {
            file: Arc::clone(&files.up),
            span: Span::new(start, text.len()),
            transaction,
        };
        Ok(Parts { up, down: None })
    }

    fn follows(&self, previous: Option<&SourceFile>, file: &SourceFile) -> Result<(), Refusal> {
        let said = header(file.text(), "Previous").filter(|said| *said != "-");
        let expected = previous.and_then(|previous| header(previous.text(), "Hash"));
        match said == expected {
            true => Ok(()),
            false => Err(Refusal::other(format!(
                "its `--! Previous:` is {} and the hash before it is {}, for which graphile-migrate refuses the folder",
                said.unwrap_or("-"),
                expected.unwrap_or("-"),
            ))),
        }
    }

    fn history(&self) -> Option<History> {
        History::each(
            "graphile_migrate.migrations",
            "SELECT filename AS version FROM {table}",
        )
    }

    fn numbering(&self) -> Numbering {
        Numbering::Count("000001")
    }

    fn is_numeric(&self) -> bool {
        false
    }

    fn is_hashed(&self) -> bool {
        true
    }

    fn keeps_checksums(&self) -> bool {
        true
    }

    fn files(
        &self,
        new: &NewMigration,
        surroundings: &Surroundings,
    ) -> Result<Vec<NewFile>, String> {
        let step = new.step;
        let newest = surroundings.newest.as_ref();
        let previous = match newest {
            Some(newest) => Some(header(&newest.text, "Hash").ok_or_else(|| {
                format!("{} has no hash for a new migration to follow", newest.path)
            })?),
            None => None,
        };
        let alone = match is_alone(&step.up) {
            true => format!("--! {ALONE}\n"),
            false => String::new(),
        };
        let body = format!("{alone}{}", script(step, &step.up));
        let text = format!(
            "--! Previous: {}\n--! Hash: {}\n\n{body}",
            previous.unwrap_or("-"),
            hash(&body, previous),
        );
        let folder = newest.map_or(COMMITTED, |_| surroundings.subfolder());
        let path = format!("{folder}{}.sql", new.version);
        Ok(vec![NewFile { path, text }])
    }
}
