-- migrate:up

-- Two syncs of one feed would fetch the same pages twice and race for its cursor. The
-- database refuses the second one, whoever asks: scheduler, retry or a person.
CREATE UNIQUE INDEX idx_runs_active_sync_per_feed ON public.runs (feed_id)
    WHERE run_type = 'sync' AND status IN ('pending', 'claimed', 'running');

-- migrate:down

DROP INDEX public.idx_runs_active_sync_per_feed;
