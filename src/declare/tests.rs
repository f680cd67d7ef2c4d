//! Manifests and what is said of them. Line numbers are asserted by hand, and the text under each span.

mod meaning;
mod reading;
mod shape;

use std::sync::Arc;
use std::time::Duration;

use super::error::{ManifestError, Problem};
use super::parse::{Defaults, parse};
use crate::model::declaration::{AdmittedBy, Declaration, IndexBuild, MigrationFormat};
use crate::model::lane::Value;
use crate::model::name::Identifier;
use crate::model::predicate::{Column, Predicate};
use crate::source::file::{RepoPath, SourceFile};

/// A lane set on lines 2 to 5, after the version.
const SMALL: &str = "version = 1\n[lane_set.x]\ntable = \"public.runs\"\ncolumn = \"run_type\"\nlanes = [\"a\", \"b\"]\n";

/// Reads `COLUMN …` as a predicate on that column; of `nonsense` it says where it stopped.
fn read_guard(text: &str) -> Result<Predicate, String> {
    let column = text.split(' ').next().unwrap_or_default();
    if column == "nonsense" {
        return Err("expected an operator after `nonsense`".into());
    }
    let column = Column::new(Identifier::unquoted(column));
    Ok(Predicate::among(
        column,
        vec![Value::Text("claimed".into())],
    ))
}

fn read(text: &str) -> Result<Declaration, ManifestError> {
    let file = SourceFile::new(RepoPath::new("laneset.toml"), text.to_owned());
    parse(file, &read_guard, &Defaults::default())
}

fn problems(text: &str) -> Vec<Problem> {
    match read(text) {
        Err(ManifestError::Invalid(problems)) => problems,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("no problem in:\n{text}"),
    }
}

/// The only problem of a manifest: what is displayed, without the path, and what stands under the span.
fn only_problem(text: &str) -> (String, String) {
    let problems = problems(text);
    let [problem] = problems.as_slice() else {
        panic!("{problems:#?}");
    };
    let shown = problem.to_string();
    let shown = shown.strip_prefix("laneset.toml:").unwrap();
    (shown.to_owned(), problem.location.text().to_owned())
}

/// [`SMALL`] and more, whose first line is line 6.
fn with(more: &str) -> String {
    format!("{SMALL}{more}")
}

fn assert_problem(text: &str, shown: &str, under: &str) {
    let (actual, text) = only_problem(text);
    assert_eq!(actual, shown);
    assert_eq!(text, under);
}
