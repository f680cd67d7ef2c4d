-- Mirrors migration 20260505080000. IF NOT EXISTS alone is enough here: no database has ever
-- had an index of this name with another predicate.
CREATE UNIQUE INDEX IF NOT EXISTS idx_runs_active_sync_per_feed ON public.runs (feed_id)
    WHERE run_type = 'sync' AND status IN ('pending', 'claimed', 'running');
