-- migrate:up

-- A person who presses "sync now" waits for it; a schedule does not. The claim index must lead
-- with what the claim orders by, so it's built anew under its old name.
ALTER TABLE public.runs ADD COLUMN priority smallint DEFAULT 0 NOT NULL;

DROP INDEX IF EXISTS public.idx_runs_claim;
CREATE INDEX idx_runs_claim ON public.runs (run_type, priority DESC, created_at) WHERE status = 'pending';

-- migrate:down

DROP INDEX IF EXISTS public.idx_runs_claim;
CREATE INDEX idx_runs_claim ON public.runs (run_type, created_at) WHERE status = 'pending';
ALTER TABLE public.runs DROP COLUMN priority;
