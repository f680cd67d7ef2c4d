-- migrate:up

-- The map's query, with a brake: a mailing list is linked with everyone, and everyone with it.
CREATE FUNCTION public.entity_neighbourhood(centre bigint, max_depth integer DEFAULT 2, max_degree integer DEFAULT 200) RETURNS TABLE (entity_id bigint, depth integer, via text[], weight real)
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    org text;
BEGIN
    SELECT e.organization_id INTO org FROM public.entities e WHERE e.id = centre;
    RETURN QUERY
    WITH RECURSIVE hubs AS (
        SELECT l.to_entity_id AS id
          FROM public.entity_links l
         WHERE l.organization_id = org
         GROUP BY l.to_entity_id
        HAVING count(*) > max_degree
    ), walk AS (
        SELECT centre AS id, 0 AS depth, ARRAY[]::text[] AS via, 1.0::real AS weight, ARRAY[centre] AS seen
        UNION ALL
        SELECT step.id, walk.depth + 1, walk.via || step.relation, (walk.weight * step.weight)::real, walk.seen || step.id
          FROM walk
         CROSS JOIN LATERAL (
                SELECT l.to_entity_id AS id, l.relation, l.weight
                  FROM public.entity_links l WHERE l.from_entity_id = walk.id
                UNION ALL
                SELECT l.from_entity_id, '←' || l.relation, l.weight
                  FROM public.entity_links l WHERE l.to_entity_id = walk.id
               ) AS step
         WHERE walk.depth < max_depth
           AND NOT step.id = ANY (walk.seen)
           AND NOT EXISTS (SELECT 1 FROM hubs WHERE hubs.id = walk.id AND walk.depth > 0)
    )
    SELECT DISTINCT ON (w.id) w.id, w.depth, w.via, w.weight
      FROM walk w
     ORDER BY w.id, w.depth, w.weight DESC;
END;
$$;

CREATE INDEX idx_entity_links_from_relation ON public.entity_links (from_entity_id, relation) INCLUDE (to_entity_id, weight);

-- migrate:down

DROP INDEX public.idx_entity_links_from_relation;
DROP FUNCTION public.entity_neighbourhood(bigint, integer, integer);
