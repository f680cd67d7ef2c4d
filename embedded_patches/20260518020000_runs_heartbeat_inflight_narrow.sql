-- Mirrors migration 20260518020000: only 'sync' and 'auth' were beating, and the other two
-- lanes lost live work. Without the DROP, IF NOT EXISTS would see the name and do nothing.
DROP INDEX IF EXISTS public.idx_runs_heartbeat_inflight;
CREATE INDEX IF NOT EXISTS idx_runs_heartbeat_inflight ON public.runs (last_heartbeat_at)
    WHERE status IN ('claimed', 'running') AND run_type IN ('sync', 'auth');
