//! A text file of the repository, as it was read.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::lines::{LineIndex, Position};
use super::span::Span;

/// A path inside the repository, relative to the manifest's folder, with `/` on every system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(String);

impl RepoPath {
    pub fn new(path: impl Into<String>) -> Self {
        let path: String = path.into();
        if cfg!(windows) {
            return Self(path.replace('\\', "/"));
        }
        Self(path)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows the last `/`.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// What follows the last dot of the file name, in lower case; empty when there is none.
    pub fn extension(&self) -> String {
        match self.file_name().rsplit_once('.') {
            Some((_, extension)) => extension.to_ascii_lowercase(),
            None => String::new(),
        }
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text file: its path and its whole text. The line index is built when the first position is asked for.
#[derive(Debug)]
pub struct SourceFile {
    path: RepoPath,
    text: String,
    lines: OnceLock<LineIndex>,
}

impl SourceFile {
    pub fn new(path: RepoPath, text: String) -> Arc<Self> {
        Arc::new(Self {
            path,
            text,
            lines: OnceLock::new(),
        })
    }

    pub fn path(&self) -> &RepoPath {
        &self.path
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The position of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        self.lines
            .get_or_init(|| LineIndex::new(&self.text))
            .position(&self.text, offset)
    }
}

/// A span of a file.
#[derive(Debug, Clone)]
pub struct Location {
    pub file: Arc<SourceFile>,
    pub span: Span,
}

impl Location {
    pub fn new(file: &Arc<SourceFile>, span: Span) -> Self {
        Self {
            file: Arc::clone(file),
            span,
        }
    }

    /// The whole file, as its first character.
    pub fn top(file: &Arc<SourceFile>) -> Self {
        Self::new(file, Span::new(0, 0))
    }

    pub fn path(&self) -> &RepoPath {
        self.file.path()
    }

    pub fn start(&self) -> Position {
        self.file.position(self.span.start)
    }

    /// The position after the last character.
    pub fn end(&self) -> Position {
        self.file.position(self.span.end)
    }

    pub fn text(&self) -> &str {
        &self.file.text()[self.span.range()]
    }
}
