//! Floor 5: the reaper itself, on a live Postgres. With `verify`, the only place that knows sqlx and tokio.
//!
//! A service starts [`service::keep_reaping`] with a [`configuration::Reaper`]; that ticks, asks the [`guard`] how much may be reaped,
//! and makes a pass ([`sweep`]) of transactions ([`batch`]). A worker holds a [`lease::Lease`] and keeps it with a
//! [`heartbeat::Heartbeat`]. [`patches::apply`] brings an embedded database up to date, and tells by its catalog what changed.

pub mod batch;
pub mod configuration;
pub mod connect;
pub mod guard;
pub mod heartbeat;
pub mod lease;
pub mod metrics;
pub mod patches;
pub mod service;
pub mod status;
pub mod sweep;
