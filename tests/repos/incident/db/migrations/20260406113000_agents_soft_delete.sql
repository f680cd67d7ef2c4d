-- migrate:up

-- Deleting an agent took the author's name from every message it had written. It's hidden instead,
-- and its slug is free again.
ALTER TABLE public.agents ADD COLUMN deleted_at timestamp with time zone;

ALTER TABLE public.agents DROP CONSTRAINT agents_organization_id_slug_key;
CREATE UNIQUE INDEX idx_agents_slug ON public.agents (organization_id, slug) WHERE deleted_at IS NULL;

DROP INDEX IF EXISTS public.idx_agents_enabled;
CREATE INDEX idx_agents_enabled ON public.agents (organization_id) WHERE enabled AND deleted_at IS NULL;

CREATE FUNCTION public.retire_agent(agent bigint, by_user text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
DECLARE
    org text;
BEGIN
    UPDATE public.agents a
       SET deleted_at = now(), enabled = false
     WHERE a.id = agent AND a.deleted_at IS NULL
    RETURNING a.organization_id INTO org;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE public.watchers w SET enabled = false WHERE w.agent_id = agent AND w.enabled;
    UPDATE public.runs r
       SET status = 'cancelled', completed_at = now(), cancelled_by = by_user
     WHERE r.agent_id = agent AND r.status = 'pending';
    PERFORM public.audit(org, by_user, 'retire', 'agent', agent::text);
    RETURN true;
END;
$$;

-- migrate:down

DROP FUNCTION public.retire_agent(bigint, text);
DROP INDEX IF EXISTS public.idx_agents_enabled;
CREATE INDEX idx_agents_enabled ON public.agents (organization_id) WHERE enabled;
DROP INDEX public.idx_agents_slug;
ALTER TABLE public.agents ADD CONSTRAINT agents_organization_id_slug_key UNIQUE (organization_id, slug);
ALTER TABLE public.agents DROP COLUMN deleted_at;
