//! The reaper on a real Postgres: what it reaps, what it leaves, and what becomes of it when the world is not kind.

mod beside;
mod chaos;
mod commands;
mod crowd;
mod leases;
mod mutants;
mod outage;
mod passes;
mod patches;
mod plans;
mod pooler;
mod queue;
mod refusals;
mod service;
