//! Why a piece of application source could not be read.

use thiserror::Error;

use crate::source::span::Span;

/// What stopped the reading. Spans are bytes of the text that was given.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SourceError {
    /// The text is not what the language's grammar expects, at a place that matters to the question.
    #[error("this is not valid {language}, so what stands around it was not read")]
    ParseFailed { language: &'static str, span: Span },
    /// The parser was stopped before its end: the tree would take too much time and memory.
    #[error("this file is too large, or too broken, to be read as {language}")]
    TooMuch { language: &'static str, span: Span },
    /// No function, method or constant bears the name.
    #[error("no function or constant is called `{name}`{}", or_nearest(nearest))]
    NoSuchFunction {
        name: String,
        nearest: Option<String>,
    },
    /// No array bears the name.
    #[error("no array is called `{name}`{}", or_nearest(nearest))]
    NoSuchArray {
        name: String,
        nearest: Option<String>,
    },
    /// The name is bound to something other than an array of literals.
    #[error("`{name}` is not an array of literals")]
    NotAnArray { name: String, span: Span },
    /// Several arrays bear the name.
    #[error("`{name}` is declared more than once")]
    AmbiguousArray {
        name: String,
        first: Span,
        second: Span,
    },
    /// An element of the array is neither a string nor an integer, nor a constant of the file that holds one.
    #[error("`{name}` holds something other than a literal")]
    NotALiteral { name: String, span: Span },
    /// No array of the file holds SQL.
    #[error("no array of patches was found: no array of this file holds SQL")]
    NoPatches,
    /// Two arrays have an equal claim to be the patches.
    #[error("both `{first}` and `{second}` look like the array of patches")]
    AmbiguousPatches {
        first: String,
        first_span: Span,
        second: String,
        second_span: Span,
    },
    /// The array of patches is put together or changed when the program runs.
    #[error(
        "the array `{name}` is changed by `.{method}()` when the program runs; write the patches out in order"
    )]
    Reshaped {
        name: String,
        method: String,
        span: Span,
    },
    /// Patches are read from TypeScript and JavaScript only.
    #[error("patches are read from TypeScript and JavaScript, not from {language}")]
    NotJavaScript { language: &'static str },
}

impl SourceError {
    /// Where in the file the fault stands, when it stands anywhere.
    pub fn span(&self) -> Option<Span> {
        match self {
            SourceError::ParseFailed { span, .. }
            | SourceError::TooMuch { span, .. }
            | SourceError::NotAnArray { span, .. }
            | SourceError::NotALiteral { span, .. }
            | SourceError::Reshaped { span, .. } => Some(*span),
            SourceError::AmbiguousArray { second, .. } => Some(*second),
            SourceError::AmbiguousPatches { second_span, .. } => Some(*second_span),
            SourceError::NoSuchFunction { .. }
            | SourceError::NoSuchArray { .. }
            | SourceError::NoPatches
            | SourceError::NotJavaScript { .. } => None,
        }
    }
}

fn or_nearest(nearest: &Option<String>) -> String {
    match nearest {
        Some(nearest) => format!("; the nearest name is `{nearest}`"),
        None => String::new(),
    }
}
