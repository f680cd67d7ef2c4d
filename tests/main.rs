//! The one integration binary: each module is a part of what users rely on.

mod baseline;
mod builders;
mod cli;
mod copies;
mod covers;
mod faults;
mod fix;
mod floors;
mod formats;
mod generate;
mod history;
mod hostile;
mod hygiene;
mod incident;
mod init;
mod languages;
mod postgres;
mod program;
mod reaper;
mod rules;
mod staged;
mod suppressions;
mod tools;
mod verify;
