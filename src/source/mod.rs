//! Floor 0: files, spans and lines. Nothing here knows of SQL or lanes.

pub mod edit;
pub mod excerpt;
pub mod file;
pub mod lines;
pub mod list;
pub mod shell;
pub mod span;
