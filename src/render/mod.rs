//! Floor 2: from the model back to SQL text.

pub mod predicate;
