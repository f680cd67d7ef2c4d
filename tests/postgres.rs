//! A real Postgres is the judge: of how predicates are read, of what the planner can prove, of where migrations lead.

pub mod cases;
mod conditions;
mod counterexamples;
mod planner;
mod predicates;
mod reaper;
mod replay;
mod sequences;
pub mod server;
