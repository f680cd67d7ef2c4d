-- migrate:up

-- Actions and embedding backfills don't heartbeat: their executors never did. The reaper took their
-- silence for death and timed them out after two minutes, while they worked. Until they beat, the
-- index and the reaper's WHERE clause cover the two lanes that do.
DROP INDEX IF EXISTS public.idx_runs_heartbeat_inflight;
CREATE INDEX IF NOT EXISTS idx_runs_heartbeat_inflight
    ON public.runs (last_heartbeat_at)
    WHERE status IN ('claimed', 'running') AND run_type IN ('sync', 'auth');

-- migrate:down

DROP INDEX IF EXISTS public.idx_runs_heartbeat_inflight;
CREATE INDEX IF NOT EXISTS idx_runs_heartbeat_inflight
    ON public.runs (last_heartbeat_at)
    WHERE status IN ('claimed', 'running') AND run_type IN ('sync', 'action', 'embed_backfill', 'auth');
