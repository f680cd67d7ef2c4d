//! Migrations, dump and patches as their tools run them.

use std::sync::Arc;

use super::session::ReplayError;
use crate::locate::formats::Part;
use crate::locate::migrations::Migrations;
use crate::locate::patch_scripts::PatchScript;
use crate::locate::script::{Statement, cut_part};
use crate::model::migration_step::Transaction;
use crate::read_sql::split::leading_words;
use crate::source::file::{Location, SourceFile};
use crate::source::span::Span;

/// A migration as it runs.
pub struct Migration {
    pub file: Arc<SourceFile>,
    pub up: Run,
    /// `None` when there is no way back.
    pub down: Option<Run>,
}

/// Statements that run together.
pub struct Run {
    pub statements: Vec<Statement>,
    pub transaction: Transaction,
}

/// The migrations in their order.
///
/// # Errors
/// When one cannot be cut into statements, or its tool would refuse it.
pub fn migrations(migrations: &Migrations) -> Result<Vec<Migration>, ReplayError> {
    let list = migrations.list.iter();
    list.map(|migration| {
        let file = &migration.file;
        let parts = migration
            .parts
            .as_ref()
            .map_err(|refusal| ReplayError::Unusable {
                location: Box::new(Location::top(file)),
                reason: refusal.reason.clone(),
            })?;
        let run = |part: &Part| -> Result<Run, ReplayError> {
            Ok(Run {
                statements: cut_part(&part.file, part.span)?,
                transaction: part.transaction,
            })
        };
        Ok(Migration {
            file: Arc::clone(file),
            up: run(&parts.up)?,
            down: parts.down.as_ref().map(run).transpose()?,
        })
    })
    .collect()
}

/// The statements of a dump, without the lines that are for psql.
///
/// # Errors
/// When it cannot be cut into statements.
pub fn dump(file: &Arc<SourceFile>) -> Result<Run, ReplayError> {
    let mut statements = cut_part(file, Span::new(0, file.text().len()))?;
    statements.retain(|statement| !sets_timeout(&statement.sql) && !is_of_roles(&statement.sql));
    Ok(Run {
        statements,
        transaction: Transaction::None,
    })
}

/// pg_dump takes the limits of its session away, among them ones that an older server does not know.
fn sets_timeout(sql: &str) -> bool {
    let sql = sql.to_ascii_lowercase();
    let setting = sql
        .strip_prefix("set ")
        .and_then(|set| set.split_whitespace().next());
    setting.is_some_and(|setting| setting.ends_with("_timeout"))
}

/// Owners and privileges are not compared, and the roles are those of another server.
fn is_of_roles(sql: &str) -> bool {
    let words = leading_words(sql, 3);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["GRANT" | "REVOKE", ..] | ["ALTER", "DEFAULT", "PRIVILEGES"] => true,
        ["ALTER", ..] => sql.contains(" OWNER TO "),
        _ => false,
    }
}

/// The statements of a patch, each in a transaction of its own.
pub fn patch(script: &PatchScript) -> Run {
    Run {
        statements: script.statements.clone(),
        transaction: Transaction::None,
    }
}

/// Where a text has a name as a word of its own.
pub(super) fn words<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_inside = |c: char| c.is_alphanumeric() || c == '_';
    let found = text.match_indices(name).map(|(at, _)| at);
    found.filter(move |at| {
        let (before, after) = (&text[..*at], &text[at + name.len()..]);
        !name.is_empty() && !before.ends_with(is_inside) && !after.starts_with(is_inside)
    })
}

impl Run {
    /// Whether it makes the schema that every database has: a dump of that schema alone does.
    pub fn makes_public(&self) -> bool {
        let mut statements = self.statements.iter();
        statements.any(|statement| {
            let words = leading_words(&statement.sql, 3);
            words
                .iter()
                .map(String::as_str)
                .eq(["CREATE", "SCHEMA", "PUBLIC"])
        })
    }

    /// The last of its statements that names something.
    pub fn naming(&self, name: &str) -> Option<Location> {
        let mut statements = self.statements.iter();
        let naming = statements.rfind(|statement| words(&statement.sql, name).next().is_some());
        naming.map(|statement| statement.location.clone())
    }

    /// As [`Run::naming`]; where none does, its beginning.
    pub fn place_of(&self, name: &str) -> Option<Location> {
        let first = self.statements.first();
        self.naming(name)
            .or_else(|| first.map(|statement| statement.location.clone()))
    }
}
