-- migrate:up

-- Nobody reads the view since saved views exist, and it keeps runs.error_message from changing
-- its type.
DROP VIEW public.recent_failures;

-- migrate:down

CREATE VIEW public.recent_failures AS
 SELECT r.id,
    r.organization_id,
    r.run_type,
    r.error_message,
    r.completed_at,
    c.display_name AS connection_name
   FROM public.runs r
     LEFT JOIN public.connections c ON c.id = r.connection_id
  WHERE r.status = 'failed'::text AND r.completed_at > (now() - '7 days'::interval);
