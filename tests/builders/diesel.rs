use diesel::prelude::*;

use crate::schema::runs;

const LANES: [&str; 2] = ["sync", "auth"];

pub fn green(connection: &mut PgConnection, cutoff: DateTime<Utc>) -> QueryResult<Vec<i64>> {
    runs::table
        .filter(runs::status.eq_any(["claimed", "running"]))
        .filter(runs::run_type.eq_any(LANES))
        .filter(runs::last_heartbeat_at.lt(cutoff))
        .select(runs::id)
        .order(runs::id.asc())
        .load(connection)
}

pub fn red(connection: &mut PgConnection) -> QueryResult<usize> {
    use crate::schema::runs::dsl::*;
    let stale = runs.filter(
        status
            .eq("claimed")
            .or(status.eq("running"))
            .and(run_type.eq_any(vec!["sync", "auth"]).or(run_type.eq("action"))),
    );
    diesel::update(stale).set(status.eq("timeout")).execute(connection)
}
