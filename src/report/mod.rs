//! Floor 4: an outcome, written for a person or a machine. Nothing here decides anything, and nothing prints: every format is given a writer.

pub mod concise;
mod disagreement;
pub mod from_root;
pub mod full;
pub mod github;
pub mod gitlab;
pub mod interpolation;
pub mod json;
pub mod junit;
pub mod look;
pub mod matrix;
pub mod outcome;
mod plain;
pub mod sarif;
pub mod step_summary;
pub mod summary;
pub mod timeline;
pub mod visible;
mod window;

#[cfg(test)]
mod tests;
