-- migrate:up

-- Failed means that the work said so. A run whose worker is gone said nothing, and must be counted
-- apart: the one is the source's fault, the other is ours.
ALTER TABLE public.runs
    DROP CONSTRAINT IF EXISTS runs_status_check,
    ADD CONSTRAINT runs_status_check CHECK (status IN ('pending', 'claimed', 'running', 'completed', 'failed', 'timeout', 'cancelled'));

-- migrate:down

ALTER TABLE public.runs DROP CONSTRAINT runs_status_check;
ALTER TABLE public.runs ADD CONSTRAINT runs_status_check CHECK (status IN ('pending', 'claimed', 'running', 'completed', 'failed', 'cancelled'));
