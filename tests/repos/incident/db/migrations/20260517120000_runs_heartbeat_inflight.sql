-- migrate:up

-- For the reaper: runs in flight by their last heartbeat, in the four lanes that connector workers
-- execute. A few hundred rows of several million.
CREATE INDEX idx_runs_heartbeat_inflight
    ON public.runs (last_heartbeat_at)
    WHERE status IN ('claimed', 'running') AND run_type IN ('sync', 'action', 'embed_backfill', 'auth');

-- migrate:down

DROP INDEX IF EXISTS public.idx_runs_heartbeat_inflight;
