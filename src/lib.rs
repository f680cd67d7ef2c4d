//! laneset: one declaration for the lanes of a Postgres job queue.

pub mod declare;
pub mod model;
pub mod report;
pub mod source;
