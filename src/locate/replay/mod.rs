//! Replays statements on a [`super::catalog::Catalog`], in order, as Postgres would run them. What cannot be followed and names a
//! governed object becomes a doubt about that object, which only a statement that settles the object's state takes away.
//!
//! [`session`] takes statements in and hands each to what it is about: [`indexes`], [`tables`] and [`copies`] of them, [`schemas`],
//! [`enums`], [`bodies`] of routines and `DO` blocks, and the text that these [`execute`]. Where a body may go several [`ways`], the state is what they agree on.

mod bodies;
mod copies;
mod enums;
mod execute;
pub mod governed;
mod harmless;
mod indexes;
mod schemas;
pub mod session;
mod tables;
mod ways;
