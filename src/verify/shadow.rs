//! Where to replay: databases of our own on a server of our own, or on one that was lent; the patches on PGlite, where it is there.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use super::cluster::Cluster;
use super::judge::VerifyError;
use super::pglite::Instance;
use super::session::{Engine, Session};

/// A server on which databases may be made.
#[derive(Debug)]
pub enum Server {
    Own(Cluster),
    /// Somebody else's, through a database that is left alone.
    Lent(Box<PgConnectOptions>),
}

/// A database of ours. It is to be [removed](Database::remove) in the end.
#[derive(Debug)]
pub enum Database {
    Postgres {
        name: String,
        maintenance: Box<PgConnectOptions>,
        /// The server's: `15.9`.
        version: String,
    },
    PGlite {
        instance: Instance,
        version: String,
    },
}

static NUMBER: AtomicU32 = AtomicU32::new(1);

impl Server {
    fn maintenance(&self) -> PgConnectOptions {
        match self {
            Server::Own(cluster) => cluster.options("postgres"),
            Server::Lent(options) => (**options).clone(),
        }
    }

    /// So many new, empty databases, in UTF-8 and in C's order, as pg_dump's output is made for any. Either all are made or none.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn databases(&self, count: usize) -> sqlx::Result<Vec<Database>> {
        // Each copies a template: side by side that takes half as long.
        let made = join_all((0..count).map(|_| self.database())).await;
        let (databases, mut refused): (Vec<_>, Vec<_>) = made.into_iter().partition(Result::is_ok);
        let databases = databases.into_iter().filter_map(Result::ok);
        match refused.pop() {
            None => Ok(databases.collect()),
            Some(refusal) => {
                for database in databases {
                    database.remove().await?;
                }
                refusal.map(|_| Vec::new())
            }
        }
    }

    async fn database(&self) -> sqlx::Result<Database> {
        let mut connection = self.maintenance().connect().await?;
        let version = connection.server_version_num().unwrap_or_default();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // Two containers may number their processes alike, and share a server.
        let random = RandomState::new().build_hasher().finish();
        let name = format!("laneset_verify_{random:016x}_{number}");
        let create = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'");
        sqlx::raw_sql(AssertSqlSafe(create))
            .execute(&mut connection)
            .await?;
        connection.close().await?;
        Ok(Database::Postgres {
            name,
            maintenance: Box::new(self.maintenance()),
            version: format!("{}.{}", version / 10_000, version % 10_000),
        })
    }
}

impl Database {
    /// A session on it, in which no statement takes longer than that.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn session(&self, longest: Duration) -> Result<Session, VerifyError> {
        let (connection, engine): (PgConnection, Engine) = match self {
            Database::Postgres {
                name,
                maintenance,
                version,
            } => {
                let options = (**maintenance).clone().database(name);
                (options.connect().await?, Engine::Postgres(version.clone()))
            }
            Database::PGlite { instance, version } => {
                (instance.connect().await?, Engine::PGlite(version.clone()))
            }
        };
        Ok(Session::new(connection, engine, longest).await?)
    }

    /// Drops it, whoever is still connected.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn remove(self) -> sqlx::Result<()> {
        let Database::Postgres {
            name, maintenance, ..
        } = self
        else {
            // PGlite's ends with its process.
            return Ok(());
        };
        let mut connection = maintenance.connect().await?;
        let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        sqlx::raw_sql(AssertSqlSafe(drop))
            .execute(&mut connection)
            .await?;
        connection.close().await
    }
}
