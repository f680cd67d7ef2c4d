//! Where to replay: databases of our own on a server of our own, or on one that was lent.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use super::cluster::Cluster;

/// A server on which databases may be made.
#[derive(Debug)]
pub enum Server {
    Own(Cluster),
    /// Somebody else's, through a database that is left alone.
    Lent(Box<PgConnectOptions>),
}

/// A database of ours. It is to be [dropped](Database::remove) in the end.
#[derive(Debug, Clone)]
pub struct Database {
    name: String,
    maintenance: PgConnectOptions,
    options: PgConnectOptions,
}

static NUMBER: AtomicU32 = AtomicU32::new(1);

impl Server {
    /// A new, empty database, in UTF-8 and in C's order, as pg_dump's output is made for any.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn database(&self) -> sqlx::Result<Database> {
        let maintenance = match self {
            Server::Own(cluster) => cluster.options("postgres"),
            Server::Lent(options) => (**options).clone(),
        };
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("laneset_verify_{}_{number}", std::process::id());
        let mut connection = maintenance.connect().await?;
        let create = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'");
        sqlx::raw_sql(AssertSqlSafe(create))
            .execute(&mut connection)
            .await?;
        connection.close().await?;
        Ok(Database {
            options: maintenance.clone().database(&name),
            name,
            maintenance,
        })
    }

    /// Its version, as it tells it: `15.9`.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn version(&self) -> sqlx::Result<String> {
        let mut connection = match self {
            Server::Own(cluster) => cluster.options("postgres").connect().await?,
            Server::Lent(options) => options.connect().await?,
        };
        let version: (String,) =
            sqlx::query_as("SELECT split_part(current_setting('server_version'), ' ', 1)")
                .fetch_one(&mut connection)
                .await?;
        connection.close().await?;
        Ok(version.0)
    }
}

impl Database {
    /// # Errors
    /// What Postgres says.
    pub async fn connect(&self) -> sqlx::Result<PgConnection> {
        self.options.connect().await
    }

    /// Drops it, whoever is still connected.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn remove(self) -> sqlx::Result<()> {
        let mut connection = self.maintenance.connect().await?;
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        sqlx::raw_sql(AssertSqlSafe(drop))
            .execute(&mut connection)
            .await?;
        connection.close().await
    }
}
