//! Floor 5: one file a command, arguments, exit codes. The only place that prints.

pub mod actions;
pub mod arguments;
pub mod baseline;
pub mod change;
pub mod check;
pub mod exit;
pub mod explain;
mod fix;
pub mod generate;
pub mod generated;
pub mod history;
pub mod init;
mod judged;
pub mod live;
pub mod main;
pub mod manifest;
pub mod output;
pub mod patches;
pub mod progress;
pub mod reap;
pub mod reaped;
pub mod report;
pub mod signals;
pub mod status;
pub mod verify;
mod verify_live;
