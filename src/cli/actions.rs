//! GitHub Actions, when a command runs there.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::report::from_root::FromRoot;
use crate::report::outcome::Outcome;
use crate::report::step_summary;

/// What the runner says of itself.
pub struct Actions {
    /// The command runs in a workflow.
    pub is_on: bool,
    /// The file to which a step appends its part of the job's summary.
    step_summary: Option<PathBuf>,
}

impl Actions {
    pub fn of_environment() -> Self {
        let summary = std::env::var_os("GITHUB_STEP_SUMMARY");
        Self {
            is_on: std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true"),
            step_summary: summary.filter(|path| !path.is_empty()).map(PathBuf::from),
        }
    }

    /// Appends to the job's summary, where there is one. When it cannot be written a note says so: the verdict stands without it.
    ///
    /// # Errors
    /// What standard error refuses.
    pub fn summarize(&self, outcome: &Outcome, from_root: &FromRoot) -> std::io::Result<()> {
        let Some(path) = &self.step_summary else {
            return Ok(());
        };
        let text = step_summary::markdown(outcome, from_root);
        match append(path, &text) {
            Ok(()) => Ok(()),
            Err(error) => writeln!(
                std::io::stderr(),
                "note: the job's summary {} cannot be written: {error}",
                path.display()
            ),
        }
    }
}

fn append(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = File::options().append(true).create(true).open(path)?;
    file.write_all(text.as_bytes())
}
