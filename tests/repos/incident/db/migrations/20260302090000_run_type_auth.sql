-- migrate:up

-- Signing in to a source in a real browser is work like any other: it's claimed, it runs, it may
-- hang. It becomes a lane of its own, so that a full sync queue never keeps a person waiting who is
-- looking at a login form.
ALTER TABLE public.runs DROP CONSTRAINT IF EXISTS runs_run_type_check;
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'runs_run_type_check') THEN
        ALTER TABLE public.runs
            ADD CONSTRAINT runs_run_type_check CHECK (run_type IN ('sync', 'action', 'insight', 'embed_backfill', 'auth'));
    END IF;
END
$$;

CREATE UNIQUE INDEX idx_runs_auth_open ON public.runs (connection_id) WHERE run_type = 'auth' AND status = 'pending';

-- migrate:down

DROP INDEX public.idx_runs_auth_open;
ALTER TABLE public.runs DROP CONSTRAINT runs_run_type_check;
ALTER TABLE public.runs ADD CONSTRAINT runs_run_type_check CHECK (run_type IN ('sync', 'action', 'insight', 'embed_backfill'));
