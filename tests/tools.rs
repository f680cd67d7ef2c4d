//! The real migration tools apply what is generated, in the order in which the replay believes that they do, and take it back.

mod agreement;
mod alembic;
mod dbmate;
mod diesel;
mod graphile_migrate;
mod node_pg_migrate;
mod prisma;
mod refinery;
mod sqlx;
mod story;
