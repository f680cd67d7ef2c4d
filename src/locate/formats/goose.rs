//! goose: `VERSION_name.sql` with `-- +goose Up` and `-- +goose Down` (its documentation, "SQL migrations", and `internal/sqlparser`).

use std::sync::Arc;

use super::directive::{is_silent, lines, said};
use super::history::History;
use super::order::Order;
use super::written::{NewFile, NewMigration, Surroundings, comment, is_alone};
use super::{Entry, Files, Format, Half, Part, Parts, Refusal, flat, leading_digits};
use crate::model::migration_step::{Section, Transaction};
use crate::source::span::Span;

#[derive(Debug)]
pub struct Goose;

/// What a line tells goose, in lower case: `up`, `statementbegin`.
pub fn annotation(line: &str) -> Option<String> {
    let told = said(line)?.strip_prefix("+goose ")?;
    Some(told.trim().to_ascii_lowercase())
}

impl Format for Goose {
    fn entry(&self, path: &str) -> Option<Entry> {
        let (version, rest) = leading_digits(flat(path, ".sql")?)?;
        let number = version.parse::<i64>().ok().filter(|number| *number > 0)?;
        rest.starts_with('_').then(|| Entry {
            recorded: number.to_string(),
            ..Entry::new(version, Half::Up, Order::version(version))
        })
    }

    /// Beside the migrations of a Go program stand its tests.
    fn is_program(&self, path: &str) -> bool {
        path.ends_with(".go") && !path.ends_with("_test.go")
    }

    fn parts(&self, files: &Files) -> Result<Parts, Refusal> {
        let text = files.up.text();
        let mut transaction = Transaction::Wrapped;
        let (mut up, mut down) = (None, None);
        let mut opened = false;
        for (range, line) in lines(text) {
            match annotation(line).as_deref() {
                Some("no transaction") => transaction = Transaction::None,
                Some("up") if up.is_some() => {
                    return Err(Refusal::directive(
                        "it has `-- +goose Up` twice, for which goose refuses it",
                    ));
                }
                Some("up") => up = Some(range),
                Some("down") if up.is_none() => {
                    return Err(Refusal::directive(
                        "its `-- +goose Down` stands before `-- +goose Up`",
                    ));
                }
                Some("down") if down.is_some() => {
                    return Err(Refusal::directive(
                        "it has `-- +goose Down` twice, for which goose refuses it",
                    ));
                }
                Some("down") if opened => break,
                Some("down") => down = Some(range),
                Some("statementbegin") => opened = true,
                Some("statementend") if opened => opened = false,
                Some("statementend") => {
                    return Err(Refusal::directive(
                        "its `-- +goose StatementEnd` ends nothing, for which goose refuses it",
                    ));
                }
                _ => {}
            }
        }
        if opened {
            return Err(Refusal::directive(
                "its `-- +goose StatementBegin` has no end, for which goose refuses it",
            ));
        }
        let up = up.ok_or_else(|| {
            Refusal::directive("it has no `-- +goose Up` line, without which goose refuses it")
        })?;
        if !is_silent(&text[..up.start]) {
            return Err(Refusal::directive(
                "something stands before its `-- +goose Up` line, for which goose refuses it",
            ));
        }
        let part = |start: usize, end: usize| Part {
            file: Arc::clone(&files.up),
            span: Span::new(start, end),
            transaction,
        };
        let end = down.as_ref().map_or(text.len(), |down| down.start);
        Ok(Parts {
            up: part(up.end, end),
            down: down.map(|down| part(down.end, text.len())),
        })
    }

    /// Version 0 is goose's own; what was taken back by an old goose has a later row that says so.
    fn history(&self) -> Option<History> {
        History::each(
            "goose_db_version",
            "SELECT version_id::text AS version FROM (SELECT DISTINCT ON (version_id) version_id, is_applied FROM {table} \
             WHERE version_id > 0 ORDER BY version_id, id DESC) AS newest WHERE is_applied",
        )
    }

    /// One line speaks for both directions, which a single statement each does not mind.
    fn files(&self, new: &NewMigration, _: &Surroundings) -> Result<Vec<NewFile>, String> {
        let step = new.step;
        let alone = match is_alone(&step.up) || is_alone(&step.down) {
            true => "-- +goose NO TRANSACTION\n",
            false => "",
        };
        let text = format!(
            "{alone}-- +goose Up\n{}{}\n-- +goose Down\n{}",
            comment(step),
            statements(&step.up),
            statements(&step.down),
        );
        let path = format!("{}_{}.sql", new.version, step.slug);
        Ok(vec![NewFile { path, text }])
    }
}

/// goose ends a statement at a semicolon at the end of a line, in a literal too.
fn statements(section: &Section) -> String {
    let written = section
        .statements
        .iter()
        .map(|statement| match statement.contains(';') {
            true => {
                format!("-- +goose StatementBegin\n{statement};\n-- +goose StatementEnd\n")
            }
            false => format!("{statement};\n"),
        });
    written.collect()
}
