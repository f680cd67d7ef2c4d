-- migrate:up

-- Reindexing writes checkpoints since release 14.
DROP INDEX IF EXISTS public.idx_jobs_resumable;
CREATE INDEX idx_jobs_resumable ON public.jobs (checkpoint_at)
    WHERE state = 'running' AND kind IN ('import', 'reindex', 'vacuum');

-- migrate:down

DROP INDEX IF EXISTS public.idx_jobs_resumable;
CREATE INDEX idx_jobs_resumable ON public.jobs (checkpoint_at)
    WHERE state = 'running' AND kind IN ('import', 'export');
