-- migrate:up

-- Removes the rows of workers that are gone for a day. Their runs keep the id.
CREATE FUNCTION public.sweep_workers(silent_for interval DEFAULT '1 day') RETURNS TABLE (worker_id text, open_runs bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    WITH gone AS (
        DELETE FROM public.workers w
         WHERE w.last_seen_at < now() - silent_for
        RETURNING w.id
    )
    SELECT g.id, count(r.id)
      FROM gone g
      LEFT JOIN public.runs r ON r.claimed_by = g.id AND r.completed_at IS NULL
     GROUP BY g.id;
END;
$$;

CREATE FUNCTION public.worker_load(kind_filter text DEFAULT NULL) RETURNS TABLE (worker_id text, kind text, in_flight bigint, oldest timestamp with time zone)
    LANGUAGE sql STABLE
    AS $$
    SELECT w.id, w.kind, count(r.id), min(r.claimed_at)
      FROM public.workers w
      LEFT JOIN public.runs r ON r.claimed_by = w.id AND r.status IN ('claimed', 'running')
     WHERE kind_filter IS NULL OR w.kind = kind_filter
     GROUP BY w.id, w.kind
$$;

-- migrate:down

DROP FUNCTION public.worker_load(text);
DROP FUNCTION public.sweep_workers(interval);
