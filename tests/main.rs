//! The one integration binary: each module is a part of what users rely on.

mod builders;
mod cli;
mod copies;
mod covers;
mod faults;
mod floors;
mod formats;
mod generate;
mod history;
mod hostile;
mod incident;
mod init;
mod languages;
mod postgres;
mod program;
mod reaper;
mod rules;
mod suppressions;
mod tools;
mod verify;
