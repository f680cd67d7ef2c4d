-- Mirrors migration 20260518070000: all four lanes beat, so all four may be reaped. The last
-- patch on this index, and therefore the one that decides what an embedded database has.
DROP INDEX IF EXISTS public.idx_runs_heartbeat_inflight;
CREATE INDEX IF NOT EXISTS idx_runs_heartbeat_inflight ON public.runs (last_heartbeat_at)
    WHERE status IN ('claimed', 'running') AND run_type IN ('sync', 'action', 'embed_backfill', 'auth');
