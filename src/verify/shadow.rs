//! Where to replay: databases of our own on a server of our own, or on one that was lent; the patches on PGlite, where it is there.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

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
        let mut connection = self.maintenance().connect().await?;
        let number = connection.server_version_num().unwrap_or_default();
        let version = format!("{}.{}", number / 10_000, number % 10_000);
        let mut databases = Vec::new();
        for _ in 0..count {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let name = format!("laneset_verify_{}_{number}", std::process::id());
            let create = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'");
            let made = sqlx::raw_sql(AssertSqlSafe(create))
                .execute(&mut connection)
                .await;
            if let Err(error) = made {
                for database in databases {
                    Database::remove(database).await?;
                }
                return Err(error);
            }
            databases.push(Database::Postgres {
                name,
                maintenance: Box::new(self.maintenance()),
                version: version.clone(),
            });
        }
        connection.close().await?;
        Ok(databases)
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
