//! Floor 4: writes planned changes, or shows them.

pub mod apply;
pub mod diff;
pub mod hook;
mod target;
