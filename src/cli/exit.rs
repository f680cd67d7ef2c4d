//! Exit codes, and errors on their way to one.

use std::process::ExitCode;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing is wrong.
    Clean = 0,
    /// Drift was found.
    Drift = 1,
    /// The check could not be made.
    CouldNotCheck = 2,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}
