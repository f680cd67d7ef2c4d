-- migrate:up transaction:false

CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_runs_connection_created_at
    ON public.runs (connection_id, created_at DESC) WHERE connection_id IS NOT NULL;

-- migrate:down transaction:false

DROP INDEX CONCURRENTLY IF EXISTS public.idx_runs_connection_created_at;
