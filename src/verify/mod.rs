//! Floor 4: what a real Postgres says. With `reaper`, the only place that knows sqlx and tokio.
//!
//! A [`cluster::Cluster`] is a server of our own, from the [`binaries`] of the machine; a [`shadow::Server`] may also be one that somebody
//! lends, and [`pglite`] is where embedded patches run. On each there is a [`session::Session`], that runs what the [`material`] is made
//! of: the migrations ([`migrated`]), the dump ([`dumped`]), the patches ([`embedded`]). A [`catalog::Catalog`] is what one of them has
//! become, and [`judge`] says where two of them should be the same and are not.

mod admission;
mod apart;
pub mod binaries;
pub mod catalog;
pub mod cluster;
mod dumped;
mod embedded;
mod extensions;
mod findings;
pub mod indexes;
pub mod judge;
pub mod live;
pub mod material;
mod migrated;
mod owner;
pub mod pglite;
mod plans;
pub mod replay;
mod restored;
pub mod session;
pub mod shadow;
pub mod watch;
