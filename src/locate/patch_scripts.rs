//! The embedded patches as they can be run: each a list of statements, with the way back to the file.

use std::sync::Arc;

use thiserror::Error;

use super::app_source::patches::{Patch, PatchPiece};
use super::embedded::Embedded;
use super::error::LocateError;
use super::script::{Statement, cut};
use crate::read_sql::placeholder::has_interpolation;
use crate::read_sql::split::leading_words;
use crate::source::excerpt::Excerpt;
use crate::source::file::{Location, SourceFile};
use crate::source::span::Span;

/// One patch.
#[derive(Debug, Clone)]
pub struct PatchScript {
    /// The file's name, or the id of the array's element.
    pub name: String,
    /// In the order in which they run.
    pub statements: Vec<Statement>,
}

/// Why a patch cannot be run by anybody but the program that holds it, or not in a transaction.
#[derive(Debug, Error)]
pub enum PatchError {
    #[error("{}:{}: {reason}", location.path(), location.start().line)]
    NotRunnable { location: Location, reason: String },
    #[error(transparent)]
    Unreadable(#[from] LocateError),
}

/// The patches in their order.
///
/// # Errors
/// When one cannot be cut into statements, depends on what only its program knows, or ends a transaction.
pub fn scripts(embedded: &Embedded) -> Result<Vec<PatchScript>, PatchError> {
    match embedded {
        Embedded::Folder(files) => files.iter().map(of_file).collect(),
        Embedded::Array { file, patches } => {
            let patches = patches.iter().enumerate();
            patches
                .map(|(number, patch)| of_element(file, number, patch))
                .collect()
        }
    }
}

fn of_file(file: &Arc<SourceFile>) -> Result<PatchScript, PatchError> {
    let whole = Excerpt::verbatim(file.text(), Span::new(0, file.text().len()));
    Ok(PatchScript {
        name: file.path().file_name().to_owned(),
        statements: runnable(file, &whole)?,
    })
}

fn of_element(
    file: &Arc<SourceFile>,
    number: usize,
    patch: &Patch,
) -> Result<PatchScript, PatchError> {
    let not_runnable = |span: Span, reason: String| PatchError::NotRunnable {
        location: Location::new(file, span),
        reason,
    };
    let mut statements = Vec::new();
    for piece in &patch.pieces {
        match piece {
            PatchPiece::Sql {
                span,
                conditional: true,
                ..
            } => {
                let reason =
                    "the program decides whether this SQL runs; only it can apply this patch";
                return Err(not_runnable(*span, reason.to_owned()));
            }
            PatchPiece::Sql { span, excerpt, .. } if has_interpolation(excerpt.text()) => {
                let reason =
                    "the program puts something into this SQL; only it can apply this patch";
                return Err(not_runnable(*span, reason.to_owned()));
            }
            PatchPiece::Sql { excerpt, .. } => statements.extend(runnable(file, excerpt)?),
            PatchPiece::Opaque { span, reason } => {
                let reason = format!("{reason}; only the program can apply this patch");
                return Err(not_runnable(*span, reason));
            }
        }
    }
    Ok(PatchScript {
        name: patch
            .id
            .clone()
            .unwrap_or_else(|| format!("patch {}", number + 1)),
        statements,
    })
}

fn runnable(file: &Arc<SourceFile>, excerpt: &Excerpt) -> Result<Vec<Statement>, PatchError> {
    let statements = cut(file, excerpt)?;
    match statements.iter().find(|statement| ends_transaction(&statement.sql)) {
        Some(statement) => Err(PatchError::NotRunnable {
            location: statement.location.clone(),
            reason: "every patch runs in a transaction already; take BEGIN, COMMIT and the like out of it".to_owned(),
        }),
        None => Ok(statements),
    }
}

fn ends_transaction(sql: &str) -> bool {
    const KINDS: [&str; 8] = [
        "BEGIN",
        "START",
        "COMMIT",
        "END",
        "ROLLBACK",
        "ABORT",
        "SAVEPOINT",
        "RELEASE",
    ];
    let words = leading_words(sql, 2);
    let is_prepared = words
        .iter()
        .map(String::as_str)
        .eq(["PREPARE", "TRANSACTION"]);
    is_prepared
        || words
            .first()
            .is_some_and(|word| KINDS.contains(&word.as_str()))
}
