//! laneset: one declaration for the lanes of a Postgres job queue.

pub mod locate;
pub mod model;
pub mod read_sql;
pub mod source;
