//! Text to declaration: TOML, then its tables, then what they mean.

use std::sync::Arc;

use serde::Deserialize;
use toml::de::{DeTable, Deserializer};

use super::build;
use super::error::{Fault, ManifestError, Problem};
use super::explain;
use super::manifest::{DEFAULT_MIGRATIONS_DIR, DEFAULT_SCHEMA_FILE, Manifest};
use crate::model::declaration::Declaration;
use crate::model::predicate::Predicate;
use crate::source::file::{Location, RepoPath, SourceFile};
use crate::source::span::Span;

/// Reads a guard's SQL, or says why it cannot be read. Passed in, because reading SQL is another module of this floor.
pub type ReadGuard<'a> = dyn Fn(&str) -> Result<Predicate, String> + 'a;

/// The paths that stand where the manifest has none. They are not *declared*: what does not exist there is no site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defaults {
    pub migrations_dir: RepoPath,
    pub schema_file: RepoPath,
}

impl Default for Defaults {
    /// dbmate's own.
    fn default() -> Self {
        Self {
            migrations_dir: RepoPath::new(DEFAULT_MIGRATIONS_DIR),
            schema_file: RepoPath::new(DEFAULT_SCHEMA_FILE),
        }
    }
}

/// Reads the text of a `laneset.toml`.
///
/// # Errors
/// [`ManifestError::Invalid`] with every problem of the first stage that has any: syntax; then keys and types;
/// then meaning.
pub fn parse(
    file: Arc<SourceFile>,
    read_guard: &ReadGuard<'_>,
    defaults: &Defaults,
) -> Result<Declaration, ManifestError> {
    let manifest = read_tables(&file).map_err(in_order)?;
    build::declaration(&file, manifest, read_guard, defaults).map_err(in_order)
}

fn read_tables(file: &Arc<SourceFile>) -> Result<Manifest, Vec<Problem>> {
    let root = read_toml(file)?;
    Manifest::deserialize(Deserializer::from(root)).map_err(|error| {
        // serde stops at the first fault and names no neighbours, so the tree is read once more, to explain.
        let mut problems = match read_toml(file) {
            Ok(root) => explain::problems(file, root.get_ref()),
            Err(problems) => problems,
        };
        if problems.is_empty() {
            let fault = Fault::Refused(error.message().to_owned());
            problems.push(problem(file, error.span(), fault));
        }
        problems
    })
}

fn read_toml(file: &Arc<SourceFile>) -> Result<toml::Spanned<DeTable<'_>>, Vec<Problem>> {
    let (root, errors) = DeTable::parse_recoverable(file.text());
    if errors.is_empty() {
        return Ok(root);
    }
    let problems = errors
        .iter()
        .map(|error| {
            problem(
                file,
                error.span(),
                Fault::Syntax(error.message().to_owned()),
            )
        })
        .collect();
    Err(problems)
}

fn problem(file: &Arc<SourceFile>, span: Option<std::ops::Range<usize>>, fault: Fault) -> Problem {
    Problem {
        location: Location::new(file, span.map_or_else(Span::default, Span::from)),
        fault,
    }
}

fn in_order(mut problems: Vec<Problem>) -> ManifestError {
    problems.sort_by_key(|problem| problem.location.span);
    ManifestError::Invalid(problems)
}
