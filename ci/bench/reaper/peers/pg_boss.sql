-- A partition like those of pg-boss 10, with the index that it fetches by.
CREATE TYPE job_state AS ENUM ('created', 'retry', 'active', 'completed', 'cancelled', 'failed');
CREATE TABLE pgboss_job (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL,
    state job_state NOT NULL,
    retry_limit integer NOT NULL DEFAULT 2,
    retry_count integer NOT NULL DEFAULT 0,
    priority integer NOT NULL DEFAULT 0,
    start_after timestamptz NOT NULL DEFAULT now(),
    started_on timestamptz,
    expire_in interval NOT NULL DEFAULT '15 minutes',
    created_on timestamptz NOT NULL DEFAULT now(),
    completed_on timestamptz,
    data jsonb,
    PRIMARY KEY (name, id)
);
CREATE INDEX ON pgboss_job (name, start_after) INCLUDE (priority, created_on, id) WHERE state < 'active';
