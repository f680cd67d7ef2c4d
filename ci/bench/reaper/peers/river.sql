-- A table like River's river_job, with the indexes that its rescuer can choose from.
CREATE TABLE river_job (
    id bigserial PRIMARY KEY,
    state text NOT NULL,
    attempt smallint NOT NULL,
    max_attempts smallint NOT NULL DEFAULT 25,
    attempted_at timestamptz,
    finalized_at timestamptz,
    scheduled_at timestamptz NOT NULL DEFAULT now(),
    priority smallint NOT NULL DEFAULT 1,
    queue text NOT NULL DEFAULT 'default',
    kind text NOT NULL,
    args jsonb NOT NULL DEFAULT '{}',
    errors jsonb[]
);
CREATE INDEX ON river_job (state, queue, priority, scheduled_at, id);
CREATE INDEX ON river_job (state, finalized_at) WHERE finalized_at IS NOT NULL;
