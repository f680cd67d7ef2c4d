//! laneset: one declaration for the lanes of a Postgres job queue.

pub mod compare;
pub mod locate;
pub mod model;
pub mod read_sql;
pub mod render;
pub mod rules;
pub mod source;
