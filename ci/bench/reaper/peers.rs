//! The rescue statements of other queues, in our words, each on a table of its own like theirs. What is compared is how their cost grows
//! with the rows that are done, and not what they promise: none of them knows heartbeats, so they wait for minutes or hours.

/// A queue's table, and how it looks for abandoned jobs.
pub struct Peer {
    pub name: &'static str,
    pub schema: &'static str,
    pub table: &'static str,
    /// Columns and values of jobs that are done.
    pub done: (&'static str, &'static str),
    /// Columns and values of jobs that a worker has just taken.
    pub live: (&'static str, &'static str),
    /// What it runs when there may be abandoned jobs.
    pub rescue: &'static [&'static str],
}

pub const PEERS: [Peer; 4] = [
    // JobGetStuck; its update by id follows only when a job was found.
    Peer {
        name: "River",
        schema: include_str!("peers/river.sql"),
        table: "river_job",
        done: (
            "state, attempt, kind, attempted_at, finalized_at",
            "'completed', 1, 'sync', now() - interval '1 day', now() - interval '1 day'",
        ),
        live: (
            "state, attempt, kind, attempted_at",
            "'running', 1, 'sync', now()",
        ),
        rescue: &["SELECT * FROM river_job \
            WHERE state = 'running' AND attempted_at < now() - interval '1 hour' ORDER BY id LIMIT 1000"],
    },
    // The Lifeline plugin: what has attempts left is available again, the rest is discarded.
    Peer {
        name: "Oban",
        schema: include_str!("peers/oban.sql"),
        table: "oban_jobs",
        done: (
            "state, attempt, worker, attempted_at",
            "'completed', 1, 'Sync', timezone('UTC', now()) - interval '1 day'",
        ),
        live: (
            "state, attempt, worker, attempted_at",
            "'executing', 1, 'Sync', timezone('UTC', now())",
        ),
        rescue: &[
            "UPDATE oban_jobs SET state = 'available' WHERE state = 'executing' \
                AND attempted_at < timezone('UTC', now()) - interval '1 hour' AND attempt < max_attempts RETURNING id, queue",
            "UPDATE oban_jobs SET state = 'discarded', discarded_at = timezone('UTC', now()) WHERE state = 'executing' \
                AND attempted_at < timezone('UTC', now()) - interval '1 hour' AND attempt >= max_attempts RETURNING id, queue",
        ],
    },
    // Version 10, failJobsByTimeout: jobs are deleted and added again as they are to be.
    Peer {
        name: "pg-boss",
        schema: include_str!("peers/pg_boss.sql"),
        table: "pgboss_job",
        done: (
            "name, state, started_on, completed_on",
            "'sync', 'completed', now() - interval '1 day', now() - interval '1 day'",
        ),
        live: ("name, state, started_on", "'sync', 'active', now()"),
        rescue: &["WITH expired AS (
                DELETE FROM pgboss_job WHERE state = 'active' AND started_on + expire_in < now() RETURNING *
            )
            INSERT INTO pgboss_job (id, name, state, retry_limit, retry_count, priority, start_after, expire_in, created_on, data)
            SELECT id, name, CASE WHEN retry_count < retry_limit THEN 'retry' ELSE 'failed' END::job_state,
                retry_limit, retry_count, priority, now(), expire_in, created_on, data
            FROM expired"],
    },
    // resetLockedAt. Jobs that are done are deleted there: the rows stand for jobs that have failed for good, which are kept.
    Peer {
        name: "graphile-worker",
        schema: include_str!("peers/graphile_worker.sql"),
        table: "graphile_jobs",
        done: ("task_id, attempts", "1, 25"),
        live: ("task_id, attempts, locked_at, locked_by", "1, 1, now(), 'worker'"),
        rescue: &["UPDATE graphile_jobs SET locked_at = NULL, locked_by = NULL, run_at = greatest(run_at, now()) \
            WHERE locked_at < now() - interval '4 hours'"],
    },
];
