-- migrate:up

-- The claim was written in three languages, one per kind of worker, and one of them had forgotten
-- SKIP LOCKED. Now there is one.
CREATE FUNCTION public.claim_next_run(worker text, lane text) RETURNS SETOF public.runs
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

COMMENT ON FUNCTION public.claim_next_run(text, text) IS 'Zero rows or one. The caller asks again after runs_pending was notified, or after five seconds.';

-- migrate:down

DROP FUNCTION public.claim_next_run(text, text);
