//! Floor 2: where the lane sets of a repository are written.

pub mod app_source;
