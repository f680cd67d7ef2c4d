-- migrate:up

-- Between "somebody took it" and "it runs" lies the download of the connector's bundle, up to a
-- minute. And a person may stop a run, which is not a failure.
ALTER TABLE public.runs DROP CONSTRAINT IF EXISTS runs_status_check;
ALTER TABLE public.runs ADD CONSTRAINT runs_status_check CHECK (status IN ('pending', 'claimed', 'running', 'completed', 'failed', 'cancelled'));

DROP INDEX IF EXISTS public.idx_runs_claimed_by;
CREATE INDEX idx_runs_claimed_by ON public.runs (claimed_by) WHERE claimed_by IS NOT NULL AND status IN ('claimed', 'running');

ALTER TABLE public.runs ADD COLUMN cancelled_by text;

ALTER TABLE public.runs
    ADD CONSTRAINT runs_cancelled_by_fkey FOREIGN KEY (cancelled_by) REFERENCES public.users (id) ON DELETE SET NULL;

-- migrate:down

ALTER TABLE public.runs DROP CONSTRAINT runs_cancelled_by_fkey;
ALTER TABLE public.runs DROP COLUMN cancelled_by;
DROP INDEX IF EXISTS public.idx_runs_claimed_by;
CREATE INDEX idx_runs_claimed_by ON public.runs (claimed_by) WHERE claimed_by IS NOT NULL AND status = 'running';
ALTER TABLE public.runs DROP CONSTRAINT runs_status_check;
ALTER TABLE public.runs ADD CONSTRAINT runs_status_check CHECK (status IN ('pending', 'running', 'completed', 'failed'));
