//! Floor 1: the words of the house as types. No parser, no serialisation, no world outside.

pub mod baseline;
pub mod column_type;
pub mod declaration;
pub mod domain;
pub mod file_change;
pub mod finding;
pub mod fingerprint;
pub mod index_facts;
pub mod index_setting;
pub mod lane;
pub mod migration_step;
pub mod name;
pub mod planner;
pub mod predicate;
pub mod relation;
mod row_box;
pub mod rows;
pub mod site;
pub mod suppression;
