//! Conditions that are told to a query builder instead of written as SQL: `.where(inArray(runs.lane, ['sync', 'auth']))`. They are read
//! into SQL, and that is read as any other.

mod aliases;
mod calls;
mod columns;
pub mod condition;
mod ecto;
mod interpolated;
pub mod names;
mod operators;
mod pairs;
mod reader;
mod roots;
mod tables;
#[cfg(test)]
mod tests;
mod values;
mod words;
mod written;

pub use interpolated::with_names;
pub use written::{Built, built};
