-- migrate:up

-- Full text over events. The configuration is 'simple', as half of our tenants write in two languages
-- at once; stemming one of them is worse than stemming none. Title weighs more than body.
ALTER TABLE public.events ADD COLUMN search tsvector GENERATED ALWAYS AS (setweight(to_tsvector('simple'::regconfig, COALESCE(title, ''::text)), 'A'::"char") || setweight(to_tsvector('simple'::regconfig, "left"(COALESCE(body, ''::text), 20000)), 'B'::"char")) STORED;

CREATE INDEX idx_events_search ON public.events USING gin (search);

CREATE FUNCTION public.search_events(org text, words text, since timestamp with time zone DEFAULT '-infinity', max_rows integer DEFAULT 50) RETURNS TABLE (event_id bigint, rank real, excerpt text)
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    wanted tsquery := websearch_to_tsquery('simple', words);
BEGIN
    IF numnode(wanted) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH hits AS (
        SELECT e.id, e.title, e.body, ts_rank_cd(e.search, wanted) AS score, e.occurred_at
          FROM public.events e
         WHERE e.organization_id = org
           AND e.occurred_at >= since
           AND e.search @@ wanted
         ORDER BY score DESC, e.occurred_at DESC
         LIMIT max_rows
    )
    -- Marked after the limit: ts_headline reads the whole body of each.
    SELECT h.id, h.score,
           ts_headline('simple', coalesce(h.title || E'\n', '') || coalesce(h.body, ''), wanted,
                       'StartSel=«, StopSel=», MaxWords=35, MinWords=12, MaxFragments=2')
      FROM hits h;
END;
$$;

-- migrate:down

DROP FUNCTION public.search_events(text, text, timestamp with time zone, integer);
DROP INDEX public.idx_events_search;
ALTER TABLE public.events DROP COLUMN search;
