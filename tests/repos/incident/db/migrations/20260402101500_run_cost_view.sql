-- migrate:up

-- By day and agent, for the page on which a customer finds out which agent talks too much.
CREATE VIEW public.agent_costs AS
SELECT r.organization_id,
    r.agent_id,
    a.name AS agent_name,
    date_trunc('day'::text, c.created_at) AS day,
    sum(c.quantity * c.unit_price) AS cents,
    sum(c.quantity) FILTER (WHERE c.kind = ANY (ARRAY['tokens_in'::text, 'tokens_out'::text])) AS tokens,
    count(DISTINCT r.id) AS runs
   FROM public.run_costs c
     JOIN public.runs r ON r.id = c.run_id
     LEFT JOIN public.agents a ON a.id = r.agent_id
  GROUP BY r.organization_id, r.agent_id, a.name, (date_trunc('day'::text, c.created_at));

COMMENT ON VIEW public.agent_costs IS 'Runs without an agent have a row too, with neither id nor name: embeddings cost something as well.';

CREATE FUNCTION public.costly_days(org text, factor numeric DEFAULT 3) RETURNS TABLE (day timestamp with time zone, cents numeric, usual numeric)
    LANGUAGE sql STABLE
    AS $$
    WITH days AS (
        SELECT c.day, sum(c.cents) AS cents
          FROM public.agent_costs c
         WHERE c.organization_id = org
         GROUP BY c.day
    ), windowed AS (
        SELECT d.day, d.cents,
               avg(d.cents) OVER (ORDER BY d.day ROWS BETWEEN 14 PRECEDING AND 1 PRECEDING) AS usual
          FROM days d
    )
    SELECT w.day, w.cents, w.usual
      FROM windowed w
     WHERE w.usual IS NOT NULL AND w.cents > factor * w.usual
     ORDER BY w.day DESC
$$;

-- migrate:down

DROP FUNCTION public.costly_days(text, numeric);
COMMENT ON VIEW public.agent_costs IS NULL;
DROP VIEW public.agent_costs;
