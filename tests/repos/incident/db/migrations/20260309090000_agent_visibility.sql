-- migrate:up

-- Who may talk to an agent. An enum rather than a check, as the type goes into three tables and
-- into the API's own types.
CREATE TYPE public.agent_visibility AS ENUM ('private', 'team', 'organization');

ALTER TABLE public.agents ADD COLUMN visibility public.agent_visibility DEFAULT 'organization' NOT NULL;

ALTER TABLE public.mcp_servers ADD COLUMN visibility public.agent_visibility DEFAULT 'organization' NOT NULL;

UPDATE public.agents SET visibility = 'private'
 WHERE created_by IS NOT NULL AND name ILIKE 'test%';

CREATE INDEX idx_agents_visibility ON public.agents (organization_id, visibility) WHERE enabled AND visibility <> 'private';

-- migrate:down

DROP INDEX public.idx_agents_visibility;
ALTER TABLE public.mcp_servers DROP COLUMN visibility;
ALTER TABLE public.agents DROP COLUMN visibility;
DROP TYPE public.agent_visibility;
