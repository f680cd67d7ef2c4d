//! Floor 2: `laneset.toml`, from text to [`crate::model::declaration::Declaration`]; and the baseline beside it.

pub mod baseline;
mod build;
pub mod edit;
pub mod error;
mod explain;
mod fields;
mod heartbeat;
pub mod load;
mod manifest;
mod pair;
pub mod parse;
mod reaper;
pub mod schema;
pub mod template;

#[cfg(test)]
mod tests;
