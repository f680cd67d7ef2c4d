-- Times out the runs whose worker fell silent, and queues each lost sync once more.
--   $1 interval: how long a run may be silent, e.g. '120 seconds'
--   $2 integer:  how many runs one pass may take
-- The lanes are literals, never parameters: Postgres uses a partial index only when it can
-- prove that the query stays within it, and a generic plan knows no parameter's value.
WITH stale AS (
    -- Locked here and updated below in one statement: a beat that comes in between is seen.
    -- A run that never beat is judged by its claim. That age is no column of the index, so
    -- all of the partial index is read; it holds the runs in flight and nothing else.
    SELECT run.id
    FROM public.runs AS run
    WHERE run.status IN ('claimed', 'running')
      AND run.run_type IN ('sync', 'action', 'embed_backfill', 'auth')
      AND COALESCE(run.last_heartbeat_at, run.claimed_at, run.created_at) < now() - $1::interval
    ORDER BY run.last_heartbeat_at
    LIMIT $2::integer
    FOR UPDATE SKIP LOCKED
),
reaped AS (
    UPDATE public.runs AS run
    SET status = 'timeout',
        error_message = 'worker_heartbeat_lost',
        completed_at = now()
    FROM stale
    WHERE run.id = stale.id
    RETURNING run.id, run.organization_id, run.feed_id, run.run_type, run.attempts, run.payload
),
retries AS (
    -- From what was updated, not from what was found. The rows just reaped are excluded by
    -- id, because this look-up still sees them as they were before the statement began.
    INSERT INTO public.runs (organization_id, feed_id, run_type, status, attempts, payload)
    SELECT reaped.organization_id, reaped.feed_id, reaped.run_type, 'pending', reaped.attempts + 1, reaped.payload
    FROM reaped
    WHERE reaped.run_type = 'sync'
      AND reaped.feed_id IS NOT NULL
      AND reaped.attempts < 5
      AND NOT EXISTS (
          SELECT 1
          FROM public.runs AS sibling
          WHERE sibling.feed_id = reaped.feed_id
            AND sibling.run_type = 'sync'
            AND sibling.status IN ('pending', 'claimed', 'running')
            AND sibling.id NOT IN (SELECT id FROM reaped)
      )
    RETURNING id
)
SELECT
    (SELECT count(*) FROM reaped) AS reaped,
    (SELECT count(*) FROM retries) AS retries_created;
