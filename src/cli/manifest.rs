//! Finds and reads the manifest for every command that needs one.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};

use super::arguments::ColorWhen;
use super::output;
use crate::declare::error::ManifestError;
use crate::declare::load;
use crate::declare::parse::{Defaults, parse};
use crate::locate::walk::Root;
use crate::model::declaration::{Declaration, LaneSet};
use crate::read_sql::expression::read_predicate;
use crate::report::full;
use crate::report::look::Look;
use crate::source::file::{RepoPath, SourceFile};

/// What became of a manifest.
#[derive(Debug)]
pub enum Loaded {
    Declaration(Box<Declaration>),
    /// It is not valid, and standard error says where and why.
    Invalid,
}

/// The manifest that was named, or the one that is found from the working directory upwards.
///
/// # Errors
/// When none is found.
pub fn path(config: Option<&Path>) -> anyhow::Result<PathBuf> {
    match config {
        Some(path) => Ok(path.to_owned()),
        None => {
            let here = std::env::current_dir().context("the working directory cannot be told")?;
            Ok(load::discover(&here)?)
        }
    }
}

/// Reads the manifest at `path`, and shows what is wrong with it.
///
/// # Errors
/// When it cannot be read at all.
pub fn load(path: &Path, color: ColorWhen) -> anyhow::Result<Loaded> {
    let read = load::load(path, &|text| read_predicate(text, None), &defaults());
    if let Ok(declaration) = &read {
        let root = Root::new(path.parent().unwrap_or(Path::new(".")));
        see_that_the_variable_leads_somewhere(declaration, &root)?;
    }
    loaded(read, color)
}

/// dbmate's variable is somebody's word for where the migrations are, and no default that may lead nowhere.
///
/// # Errors
/// When there is no such folder, or it names several.
pub fn see_that_the_variable_leads_somewhere(
    declaration: &Declaration,
    root: &Root,
) -> anyhow::Result<()> {
    let dir = &declaration.migrations.dir;
    if dir.declared_at.is_some() || variable(MIGRATIONS_DIR).is_none() || root.exists(&dir.path) {
        return Ok(());
    }
    let what = match dir.path.as_str().contains(',') {
        true => "several folders, of which laneset reads one",
        false => "no folder that is there",
    };
    bail!(
        "{MIGRATIONS_DIR} is {:?} and names {what}; unset it, or set `dir` in [migrations] of {}",
        dir.path.as_str(),
        declaration.file.path()
    );
}

/// Reads a manifest's text, as [`load`] does a file's.
///
/// # Errors
/// As [`load`].
pub fn load_text(file: Arc<SourceFile>, color: ColorWhen) -> anyhow::Result<Loaded> {
    loaded(read_text(file), color)
}

/// Reads a manifest's text, and shows nothing.
///
/// # Errors
/// When it is not valid.
pub fn read_text(file: Arc<SourceFile>) -> Result<Declaration, ManifestError> {
    parse(file, &|text| read_predicate(text, None), &defaults())
}

fn loaded(read: Result<Declaration, ManifestError>, color: ColorWhen) -> anyhow::Result<Loaded> {
    let problems = match read {
        Ok(declaration) => return Ok(Loaded::Declaration(Box::new(declaration))),
        Err(ManifestError::Invalid(problems)) => problems,
        Err(other) => return Err(other.into()),
    };
    let look = Look {
        color: output::error_color(color),
        ..Look::default()
    };
    for problem in problems {
        let message = problem.message();
        let shown = full::problem(&problem.location, &message, &look);
        writeln!(std::io::stderr(), "{shown}\n")?;
    }
    Ok(Loaded::Invalid)
}

/// The lane set of that name.
///
/// # Errors
/// When there is none; the names that there are, and the nearest.
pub fn lane_set<'a>(declaration: &'a Declaration, name: &str) -> anyhow::Result<&'a LaneSet> {
    let sets = &declaration.lane_sets;
    sets.iter()
        .find(|lane_set| lane_set.name.value == name)
        .with_context(|| {
            let names: Vec<&str> = sets.iter().map(|set| set.name.value.as_str()).collect();
            let nearest = names
                .iter()
                .map(|known| (strsim::jaro_winkler(name, known), known))
                .filter(|(likeness, _)| *likeness > 0.8)
                .max_by(|(a, _), (b, _)| a.total_cmp(b));
            let hint = match nearest {
                Some((_, nearest)) => format!("did you mean `{nearest}`?"),
                None => format!("it has {}", names.join(", ")),
            };
            let path = declaration.file.path();
            format!("{path} declares no lane set called {name:?}; {hint}")
        })
}

/// dbmate's own variables (its documentation, "Command line options").
const MIGRATIONS_DIR: &str = "DBMATE_MIGRATIONS_DIR";

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The paths that dbmate would use, when the manifest does not say.
pub fn defaults() -> Defaults {
    let mut defaults = Defaults::default();
    if let Some(dir) = variable(MIGRATIONS_DIR) {
        defaults.migrations_dir = RepoPath::new(dir.trim_start_matches("./"));
    }
    if let Some(file) = variable("DBMATE_SCHEMA_FILE") {
        defaults.schema_file = RepoPath::new(file.trim_start_matches("./"));
    }
    defaults
}
