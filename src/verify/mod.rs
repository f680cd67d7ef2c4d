//! Floor 4: what a real Postgres says. With `reaper`, the only place that knows sqlx and tokio.
//!
//! A [`cluster::Cluster`] is a server of our own, from the [`binaries`] of the machine; a [`shadow::Server`] may also be one that somebody
//! lends. [`replay`] runs migrations, dump and patches there, each in a database of its own; a [`catalog::Catalog`] is what one of them has
//! become, and [`judge`] says where two of them should be the same and are not. What is replayed is [`material`].

pub mod binaries;
pub mod catalog;
pub mod cluster;
mod findings;
pub mod indexes;
pub mod judge;
pub mod material;
mod owner;
mod plans;
pub mod replay;
mod restored;
pub mod shadow;
