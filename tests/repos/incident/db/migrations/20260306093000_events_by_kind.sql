-- migrate:up transaction:false

-- The timeline's filter. Built while syncs go on writing, which is why this file has no transaction
-- and nothing else in it.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_events_kind_occurred_at
    ON public.events (organization_id, kind, occurred_at DESC);

-- migrate:down transaction:false

DROP INDEX CONCURRENTLY IF EXISTS public.idx_events_kind_occurred_at;
