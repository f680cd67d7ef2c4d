//! laneset: one declaration for the lanes of a Postgres job queue.

pub mod locate;
pub mod source;
