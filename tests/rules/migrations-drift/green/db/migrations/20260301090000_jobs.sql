-- migrate:up

CREATE TABLE public.jobs (
    id bigserial PRIMARY KEY,
    kind text NOT NULL,
    state text NOT NULL DEFAULT 'queued',
    checkpoint_at timestamptz
);
CREATE INDEX idx_jobs_resumable ON public.jobs (checkpoint_at)
    WHERE state = 'running' AND kind IN ('import', 'export');

-- migrate:down

DROP TABLE public.jobs;
