//! Floor 2: finds the sites. Reads files through [`walk`] alone, and yields what stands at each site: never a verdict.

pub mod app_source;
pub mod base_branch;
mod candidates;
pub mod catalog;
pub mod condition;
pub mod copies;
pub mod discover;
pub mod dump;
pub mod embedded;
pub mod error;
pub mod formats;
pub mod heartbeats;
pub mod index_sites;
pub mod interest;
pub mod made_up;
pub mod meant;
pub mod migrations;
mod moves;
pub mod patch_scripts;
pub mod query;
pub mod replay;
pub mod replays;
pub mod script;
pub mod sites;
pub mod stored_condition;
pub mod timeline;
pub mod walk;
