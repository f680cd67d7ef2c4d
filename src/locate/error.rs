//! What keeps the sites from being found.

use thiserror::Error;

use super::app_source::error::SourceError;
use super::walk::ReadError;
use crate::read_sql::lexical::Unterminated;
use crate::source::excerpt::Excerpt;
use crate::source::file::{RepoPath, SourceFile};

/// A file that matters could not be read: nothing can be said of the repository.
#[derive(Debug, Error)]
pub enum LocateError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("{path}:{line}:{column}: {reason}")]
    Unreadable {
        path: RepoPath,
        line: usize,
        column: usize,
        reason: String,
    },
    #[error(
        "{0}: ends before pg_dump's last line (`-- PostgreSQL database dump complete`); dump the schema again"
    )]
    TruncatedDump(RepoPath),
    #[error(
        "{folder}: the migrations' format cannot be told, for {why}; set `format` in [migrations]"
    )]
    UnknownFormat { folder: RepoPath, why: String },
    #[error(
        "{folder}: migrations of several formats in one folder: {files}; set `format` in [migrations] to the tool that runs it"
    )]
    MixedFormats { folder: RepoPath, files: String },
    #[error(
        "{0}: source in this language is not read by this version; it reads TypeScript, JavaScript, Rust, Go, Python and SQL"
    )]
    UnknownLanguage(RepoPath),
}

impl LocateError {
    pub fn unterminated(file: &SourceFile, excerpt: &Excerpt, error: &Unterminated) -> Self {
        let at = excerpt.source_span(error.at..error.at).start;
        Self::at(file, at, error.to_string())
    }

    pub fn source(file: &SourceFile, error: &SourceError) -> Self {
        Self::at(
            file,
            error.span().map_or(0, |span| span.start),
            error.to_string(),
        )
    }

    fn at(file: &SourceFile, offset: usize, reason: String) -> Self {
        let position = file.position(offset);
        Self::Unreadable {
            path: file.path().clone(),
            line: position.line,
            column: position.column,
            reason,
        }
    }
}
