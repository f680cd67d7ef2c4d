-- migrate:up

-- The reaper looks every 30 seconds for runs in flight whose heartbeat went stale. The
-- index holds only runs in flight, in lanes that the reaper may time out: a few hundred
-- rows, however many finished ones the table keeps.
CREATE INDEX idx_runs_heartbeat_inflight ON public.runs (last_heartbeat_at)
    WHERE status IN ('claimed', 'running') AND run_type IN ('sync', 'action', 'embed_backfill', 'auth');

-- migrate:down

DROP INDEX IF EXISTS public.idx_runs_heartbeat_inflight;
