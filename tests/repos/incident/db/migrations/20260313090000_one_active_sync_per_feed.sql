-- migrate:up

-- Two syncs of one feed fetched the same pages and raced for its cursor; whichever lost wrote an
-- older cursor over a newer one. What is in flight twice is cancelled first, all but the newest, then
-- the index sees to it that it can't happen again.
UPDATE public.runs r
   SET status = 'cancelled',
       completed_at = now(),
       error_code = 'duplicate_sync'
 WHERE r.run_type = 'sync'
   AND r.status IN ('pending', 'claimed', 'running')
   AND EXISTS (
        SELECT 1
          FROM public.runs newer
         WHERE newer.feed_id = r.feed_id
           AND newer.run_type = 'sync'
           AND newer.status IN ('pending', 'claimed', 'running')
           AND newer.id > r.id
       );

CREATE UNIQUE INDEX idx_runs_active_sync_per_feed ON public.runs (feed_id)
    WHERE run_type = 'sync' AND status IN ('pending', 'claimed', 'running');

-- migrate:down

DROP INDEX public.idx_runs_active_sync_per_feed;
