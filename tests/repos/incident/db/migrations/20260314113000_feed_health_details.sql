-- migrate:up

-- A feed that syncs every minute isn't unhealthy after three of them. New columns go to the end,
-- so that the view can be replaced in place and its readers notice nothing.
CREATE OR REPLACE VIEW public.feed_health AS
SELECT f.id AS feed_id,
    f.organization_id,
    f.feed_key,
    f.failures,
    f.last_synced_at,
    now() - f.last_synced_at AS silent_for,
    f.failures >= 5 OR f.last_synced_at < (now() - GREATEST(3::double precision * f.sync_every, '01:00:00'::interval)) AS unhealthy,
    c.auth_state,
    (SELECT max(r.created_at)
       FROM public.runs r
      WHERE r.feed_id = f.id AND r.run_type = 'sync') AS last_attempt_at,
    (SELECT count(*)
       FROM public.events e
      WHERE e.feed_id = f.id AND e.occurred_at > (now() - '7 days'::interval)) AS events_in_a_week
   FROM public.feeds f
     JOIN public.connections c ON c.id = f.connection_id
  WHERE f.deleted_at IS NULL AND NOT f.paused AND c.deleted_at IS NULL;

-- migrate:down

DROP VIEW public.feed_health;
CREATE VIEW public.feed_health AS
SELECT f.id AS feed_id,
    f.organization_id,
    f.feed_key,
    f.failures,
    f.last_synced_at,
    now() - f.last_synced_at AS silent_for,
    f.failures >= 5 OR f.last_synced_at < (now() - 3::double precision * f.sync_every) AS unhealthy
   FROM public.feeds f
  WHERE f.deleted_at IS NULL AND NOT f.paused;
