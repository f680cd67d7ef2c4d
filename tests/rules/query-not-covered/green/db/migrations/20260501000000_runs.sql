-- migrate:up

CREATE TABLE public.runs (
    id bigserial PRIMARY KEY,
    run_type text NOT NULL CONSTRAINT runs_run_type_check CHECK (run_type IN ('sync', 'auth', 'insight')),
    status text NOT NULL,
    last_heartbeat_at timestamptz
);
CREATE INDEX idx_runs_heartbeating ON public.runs (last_heartbeat_at)
    WHERE status = 'running' AND run_type IN ('sync', 'auth');

-- migrate:down

DROP TABLE public.runs;
