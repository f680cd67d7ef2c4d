-- migrate:up

-- Watchers write their findings through the queue. A run of this type ends within seconds,
-- so it has no heartbeat and nobody waits for one.
ALTER TABLE public.runs DROP CONSTRAINT runs_run_type_check;
ALTER TABLE public.runs ADD CONSTRAINT runs_run_type_check CHECK (run_type IN ('sync', 'action', 'insight'));

ALTER TABLE public.runs ADD COLUMN error_code text;

COMMENT ON COLUMN public.runs.error_code IS 'Stable and short, for counting; error_message is for people.';

CREATE INDEX idx_runs_error_code ON public.runs (error_code, completed_at DESC) WHERE error_code IS NOT NULL;

-- migrate:down

DROP INDEX public.idx_runs_error_code;
COMMENT ON COLUMN public.runs.error_code IS NULL;
ALTER TABLE public.runs DROP COLUMN error_code;
ALTER TABLE public.runs DROP CONSTRAINT runs_run_type_check;
ALTER TABLE public.runs ADD CONSTRAINT runs_run_type_check CHECK (run_type IN ('sync', 'action'));
