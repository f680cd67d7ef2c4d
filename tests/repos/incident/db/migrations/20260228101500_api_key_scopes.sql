-- migrate:up

-- Scopes were free text until now, and three tenants had typed their own. Those are mapped first.
UPDATE public.api_keys
   SET scopes = ARRAY(
        SELECT DISTINCT CASE s
            WHEN 'read' THEN 'events:read'
            WHEN 'write' THEN 'events:write'
            WHEN 'admin' THEN 'organization:admin'
            WHEN '*' THEN 'organization:admin'
            ELSE s
        END
        FROM unnest(scopes) AS s
        ORDER BY 1
       )
 WHERE scopes && ARRAY['read', 'write', 'admin', '*'];

ALTER TABLE public.api_keys ADD CONSTRAINT api_keys_scopes_check CHECK (scopes <@ ARRAY['events:read', 'events:write', 'entities:read', 'entities:write', 'runs:read', 'runs:write', 'watchers:read', 'watchers:write', 'organization:admin']) NOT VALID;
ALTER TABLE public.api_keys VALIDATE CONSTRAINT api_keys_scopes_check;

-- migrate:down

ALTER TABLE public.api_keys DROP CONSTRAINT api_keys_scopes_check;
