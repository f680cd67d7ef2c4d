-- migrate:up

-- Only the executors of 'sync' and 'auth' beat. Runs of the other two lanes looked stale
-- after two minutes and were killed while they worked, so the set shrinks to what beats.
-- The DROP matters: CREATE INDEX IF NOT EXISTS goes by the name and would keep the old set.
DROP INDEX IF EXISTS public.idx_runs_heartbeat_inflight;
CREATE INDEX IF NOT EXISTS idx_runs_heartbeat_inflight ON public.runs (last_heartbeat_at)
    WHERE status IN ('claimed', 'running') AND run_type IN ('sync', 'auth');

-- migrate:down

DROP INDEX IF EXISTS public.idx_runs_heartbeat_inflight;
CREATE INDEX IF NOT EXISTS idx_runs_heartbeat_inflight ON public.runs (last_heartbeat_at)
    WHERE status IN ('claimed', 'running') AND run_type IN ('sync', 'action', 'embed_backfill', 'auth');
