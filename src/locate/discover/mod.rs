//! Finds what a manifest would declare, in a repository that has none.

pub mod admission;
pub mod evidence;
pub mod indexes;
pub mod places;
pub mod queries;
