-- migrate:up

-- A retry names the run that it repeats. The chain is what support reads when a feed keeps failing.
ALTER TABLE public.runs ADD COLUMN retry_of bigint;
ALTER TABLE public.runs
    ADD CONSTRAINT runs_retry_of_fkey FOREIGN KEY (retry_of) REFERENCES public.runs (id) ON DELETE SET NULL;

CREATE INDEX idx_runs_retry_of ON public.runs (retry_of) WHERE retry_of IS NOT NULL;

CREATE FUNCTION public.retry_chain(last_run bigint) RETURNS TABLE (run_id bigint, depth integer, status text, error_code text, ended_at timestamp with time zone)
    LANGUAGE sql STABLE
    AS $$
    WITH RECURSIVE chain AS (
        SELECT r.id, r.retry_of, 0 AS depth, r.status, r.error_code, r.completed_at
          FROM public.runs r
         WHERE r.id = last_run
        UNION ALL
        SELECT older.id, older.retry_of, chain.depth + 1, older.status, older.error_code, older.completed_at
          FROM public.runs older
          JOIN chain ON older.id = chain.retry_of
         WHERE chain.depth < 50
    )
    SELECT chain.id, chain.depth, chain.status, chain.error_code, chain.completed_at FROM chain ORDER BY chain.depth
$$;

-- migrate:down

DROP FUNCTION public.retry_chain(bigint);
DROP INDEX public.idx_runs_retry_of;
ALTER TABLE public.runs DROP COLUMN retry_of;
