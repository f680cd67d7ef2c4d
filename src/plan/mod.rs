//! Floor 3: what has to change so that every site agrees with its declaration. Nothing is written here.

pub mod admission;
pub mod array;
pub mod draft;
pub mod dump;
pub mod embedded;
pub mod hook;
pub mod migrations;
pub mod planner;
pub mod query;
pub mod reaper;
pub mod scope;
mod source;
pub mod spelling;
pub mod sql_list;
pub mod surroundings;
pub mod target;
pub mod versions;
pub mod wording;
