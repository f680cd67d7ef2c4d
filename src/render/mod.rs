//! Floor 2: from the model back to SQL text.

pub mod admission;
pub mod index;
pub mod index_change;
pub mod keyword;
pub mod lease;
pub mod patch;
pub mod predicate;
pub mod reaper;
mod stale;
pub mod stored;
pub mod stored_index;
pub mod survey;
