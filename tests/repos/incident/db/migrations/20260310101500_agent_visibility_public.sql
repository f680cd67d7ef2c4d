-- migrate:up

-- Agents that answer on a customer's own web site. The value can't be used in the transaction that
-- adds it, so nothing here does.
ALTER TYPE public.agent_visibility ADD VALUE IF NOT EXISTS 'public' AFTER 'organization';

-- migrate:down

-- An enum can't lose a value: a new type takes its name, and every column moves over. Fails, and
-- should, while an agent is still public.
DROP INDEX public.idx_agents_visibility;
ALTER TYPE public.agent_visibility RENAME TO agent_visibility_with_public;
CREATE TYPE public.agent_visibility AS ENUM ('private', 'team', 'organization');
ALTER TABLE public.agents
    ALTER COLUMN visibility DROP DEFAULT,
    ALTER COLUMN visibility TYPE public.agent_visibility USING visibility::text::public.agent_visibility,
    ALTER COLUMN visibility SET DEFAULT 'organization';
ALTER TABLE public.mcp_servers
    ALTER COLUMN visibility DROP DEFAULT,
    ALTER COLUMN visibility TYPE public.agent_visibility USING visibility::text::public.agent_visibility,
    ALTER COLUMN visibility SET DEFAULT 'organization';
DROP TYPE public.agent_visibility_with_public;
CREATE INDEX idx_agents_visibility ON public.agents (organization_id, visibility) WHERE enabled AND visibility <> 'private';
