-- A table like graphile-worker's, with the index that it fetches by.
CREATE TABLE graphile_jobs (
    id bigserial PRIMARY KEY,
    task_id integer NOT NULL,
    job_queue_id integer,
    payload json NOT NULL DEFAULT '{}',
    priority integer NOT NULL DEFAULT 0,
    run_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL DEFAULT 25,
    locked_at timestamptz,
    locked_by text,
    is_available boolean GENERATED ALWAYS AS (locked_at IS NULL AND attempts < max_attempts) STORED NOT NULL
);
CREATE INDEX ON graphile_jobs (priority, run_at) INCLUDE (id, task_id, job_queue_id) WHERE is_available;
