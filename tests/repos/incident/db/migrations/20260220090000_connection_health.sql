-- migrate:up

-- One line per connection, for the list that support looks at all day.
CREATE VIEW public.connection_health AS
SELECT c.id AS connection_id,
    c.organization_id,
    c.connector_id,
    c.auth_state,
    count(f.id) AS feeds,
    count(f.id) FILTER (WHERE f.paused) AS paused_feeds,
    count(f.id) FILTER (WHERE f.failures > 0) AS failing_feeds,
    max(f.last_synced_at) AS last_synced_at
   FROM public.connections c
     LEFT JOIN public.feeds f ON f.connection_id = c.id AND f.deleted_at IS NULL
  WHERE c.deleted_at IS NULL
  GROUP BY c.id;

COMMENT ON VIEW public.connection_health IS 'Counts only; the reasons are in feeds.failures and runs.error_message.';

-- migrate:down

COMMENT ON VIEW public.connection_health IS NULL;
DROP VIEW public.connection_health;
