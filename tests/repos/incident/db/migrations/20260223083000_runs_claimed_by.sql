-- migrate:up

-- worker_id sounded like a foreign key, which it must not be: the row of a worker goes long before
-- its runs do. The name says now what the column means. Renaming is instant, but the old workers
-- write the old name, so this ships together with the release that drains them first.
ALTER TABLE public.runs RENAME COLUMN worker_id TO claimed_by;

CREATE INDEX idx_runs_claimed_by ON public.runs (claimed_by) WHERE claimed_by IS NOT NULL AND status = 'running';

COMMENT ON COLUMN public.runs.claimed_by IS 'The worker''s id at the time of the claim. Not a foreign key.';

-- migrate:down

COMMENT ON COLUMN public.runs.claimed_by IS NULL;
DROP INDEX public.idx_runs_claimed_by;
ALTER TABLE public.runs RENAME COLUMN claimed_by TO worker_id;
