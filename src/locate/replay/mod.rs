//! Replays statements on a [`super::catalog::Catalog`], in order, as Postgres would run them. What cannot be followed and names a
//! governed object becomes a doubt about that object, which only a statement that settles the object's state takes away.
//!
//! [`session`] takes statements in and hands each to what it is about: [`indexes`], [`tables`], [`enums`], [`bodies`] of routines and
//! `DO` blocks. Where a body may go several [`ways`], the state is what they agree on.

mod bodies;
mod enums;
mod execute;
pub mod governed;
mod harmless;
mod indexes;
pub mod session;
mod tables;
mod ways;
