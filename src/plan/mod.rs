//! Floor 3: what has to change so that every site agrees with its declaration. Nothing is written here.

pub mod versions;
