-- migrate:up

-- Pools, draining workers, and the first heartbeat at the claim. The signature stays, so that workers
-- of the last release go on claiming while this one rolls out.
CREATE OR REPLACE FUNCTION public.claim_next_run(worker text, lane text) RETURNS SETOF public.runs
    LANGUAGE plpgsql
    AS $$
DECLARE
    pool public.worker_pools;
    is_draining boolean;
BEGIN
    SELECT w.draining INTO is_draining FROM public.workers w WHERE w.id = worker;
    IF is_draining THEN
        RETURN;
    END IF;
    SELECT p.* INTO pool
      FROM public.workers w
      JOIN public.worker_pools p ON p.id = w.pool_id
     WHERE w.id = worker;
    IF FOUND AND cardinality(pool.lanes) > 0 AND NOT lane = ANY (pool.lanes) THEN
        RETURN;
    END IF;
    UPDATE public.workers SET last_seen_at = now() WHERE id = worker;

    RETURN QUERY
    UPDATE public.runs r
       SET status = 'claimed',
           claimed_by = worker,
           claimed_at = now(),
           -- The first beat is the claim itself: a worker that dies before its second is noticed.
           last_heartbeat_at = now(),
           attempts = r.attempts + 1
     WHERE r.id = (
            SELECT q.id
              FROM public.runs q
             WHERE q.status = 'pending'
               AND q.run_type = lane
               -- A pool of a tenant takes that tenant's runs; everybody else takes the rest.
               AND (pool.organization_id IS NULL OR q.organization_id = pool.organization_id)
               AND (pool.organization_id IS NOT NULL OR NOT EXISTS (
                    SELECT 1
                      FROM public.worker_pools own
                     WHERE own.organization_id = q.organization_id
                       AND (own.lanes = '{}' OR lane = ANY (own.lanes))
                   ))
             ORDER BY q.priority DESC, q.created_at
             LIMIT 1
               FOR UPDATE SKIP LOCKED
           )
    RETURNING r.*;
END;
$$;

-- migrate:down

CREATE OR REPLACE FUNCTION public.claim_next_run(worker text, lane text) RETURNS SETOF public.runs
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    UPDATE public.runs r
       SET status = 'claimed',
           claimed_by = worker,
           claimed_at = now(),
           attempts = r.attempts + 1
     WHERE r.id = (
            SELECT q.id
              FROM public.runs q
             WHERE q.status = 'pending'
               AND q.run_type = lane
             ORDER BY q.priority DESC, q.created_at
             LIMIT 1
               FOR UPDATE SKIP LOCKED
           )
    RETURNING r.*;
END;
$$;
