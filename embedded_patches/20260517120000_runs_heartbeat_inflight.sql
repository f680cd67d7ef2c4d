-- Mirrors migration 20260517120000. No DROP: on a later boot the index of this name is the
-- work of a later patch, and those two settle what it holds.
CREATE INDEX IF NOT EXISTS idx_runs_heartbeat_inflight ON public.runs (last_heartbeat_at)
    WHERE status IN ('claimed', 'running') AND run_type IN ('sync', 'action', 'embed_backfill', 'auth');
