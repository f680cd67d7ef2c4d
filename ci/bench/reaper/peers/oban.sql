-- A table like Oban's oban_jobs, with the index that its engine fetches by.
CREATE TABLE oban_jobs (
    id bigserial PRIMARY KEY,
    state text NOT NULL,
    attempt integer NOT NULL,
    max_attempts integer NOT NULL DEFAULT 20,
    attempted_at timestamp,
    discarded_at timestamp,
    scheduled_at timestamp NOT NULL DEFAULT timezone('UTC', now()),
    priority integer NOT NULL DEFAULT 0,
    queue text NOT NULL DEFAULT 'default',
    worker text NOT NULL,
    args jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX ON oban_jobs (state, queue, priority, scheduled_at, id);
