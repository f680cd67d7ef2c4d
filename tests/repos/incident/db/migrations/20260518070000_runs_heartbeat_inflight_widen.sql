-- migrate:up

-- The executors of actions and embedding backfills beat now, every thirty seconds, like the other two.
-- All four lanes may be reaped again.
DROP INDEX IF EXISTS public.idx_runs_heartbeat_inflight;
CREATE INDEX IF NOT EXISTS idx_runs_heartbeat_inflight
    ON public.runs (last_heartbeat_at)
    WHERE status IN ('claimed', 'running') AND run_type IN ('sync', 'action', 'embed_backfill', 'auth');

-- migrate:down

DROP INDEX IF EXISTS public.idx_runs_heartbeat_inflight;
CREATE INDEX IF NOT EXISTS idx_runs_heartbeat_inflight
    ON public.runs (last_heartbeat_at)
    WHERE status IN ('claimed', 'running') AND run_type IN ('sync', 'auth');
