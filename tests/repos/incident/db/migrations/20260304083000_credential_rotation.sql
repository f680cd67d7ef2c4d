-- migrate:up

-- Tenants can change their data key. Every sealed value is then sealed anew, a batch at a time, and
-- the trigger that keeps credentials from changing must let exactly this one change through: it
-- looks for a setting that only this function sets, and only for its own transaction.
CREATE FUNCTION public.refuse_credential_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF current_setting('app.rotating_keys', true) = 'on'
       AND NEW.key_version > OLD.key_version
       AND (NEW.organization_id, NEW.connection_id, NEW.kind) = (OLD.organization_id, OLD.connection_id, OLD.kind)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'credential % is final', OLD.id
        USING ERRCODE = 'restrict_violation',
              HINT = 'Insert a new one; the newest of a connection is the one that counts.';
END;
$$;

DROP TRIGGER credentials_final ON public.credentials;
CREATE TRIGGER credentials_final BEFORE UPDATE ON public.credentials
    FOR EACH ROW EXECUTE FUNCTION public.refuse_credential_change();

CREATE FUNCTION public.credentials_to_rotate(org text, target_version integer, max_rows integer DEFAULT 100) RETURNS TABLE (id bigint, sealed bytea, key_version integer)
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- Only the newest of each connection: what is behind it opens nothing any more.
    RETURN QUERY
    SELECT c.id, c.sealed, c.key_version
      FROM public.credentials c
     WHERE c.organization_id = org
       AND c.key_version < target_version
       AND NOT EXISTS (
            SELECT 1
              FROM public.credentials newer
             WHERE newer.connection_id = c.connection_id
               AND newer.created_at > c.created_at
           )
     ORDER BY c.id
     LIMIT max_rows
       FOR UPDATE SKIP LOCKED;
END;
$$;

CREATE INDEX idx_credentials_key_version ON public.credentials (organization_id, key_version);

-- migrate:down

DROP INDEX public.idx_credentials_key_version;
DROP FUNCTION public.credentials_to_rotate(text, integer, integer);
DROP TRIGGER credentials_final ON public.credentials;
CREATE TRIGGER credentials_final BEFORE UPDATE ON public.credentials
    FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
DROP FUNCTION public.refuse_credential_change();
