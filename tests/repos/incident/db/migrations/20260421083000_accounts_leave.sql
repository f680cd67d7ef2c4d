-- migrate:up

-- Signing in is a service of its own since last week, with a database of its own. What was here was
-- copied on Sunday and compared on Monday; nothing has read it since. users stays: it's what
-- everything else points at, and the service keeps it up to date.
DROP FUNCTION public.expire_sessions(interval);
DROP TABLE public.sessions;
DROP TABLE public.accounts;
DROP TABLE public.invitations;

-- A user may now arrive later than what names it, and go earlier. These are for the record, and a
-- record is kept as it was written.
ALTER TABLE public.agents DROP CONSTRAINT agents_created_by_fkey;
ALTER TABLE public.agent_versions DROP CONSTRAINT agent_versions_published_by_fkey;
ALTER TABLE public.api_keys DROP CONSTRAINT api_keys_created_by_fkey;
ALTER TABLE public.connections DROP CONSTRAINT connections_created_by_fkey;
ALTER TABLE public.insights DROP CONSTRAINT insights_dismissed_by_fkey;
ALTER TABLE public.members DROP CONSTRAINT members_invited_by_fkey;
ALTER TABLE public.settings DROP CONSTRAINT settings_updated_by_fkey;
ALTER TABLE public.watchers DROP CONSTRAINT watchers_created_by_fkey;
ALTER TABLE public.worker_tokens DROP CONSTRAINT worker_tokens_created_by_fkey;
ALTER TABLE public.mcp_servers DROP CONSTRAINT mcp_servers_created_by_fkey;
ALTER TABLE public.audit_log DROP CONSTRAINT audit_log_actor_user_id_fkey;
ALTER TABLE public.runs DROP CONSTRAINT runs_cancelled_by_fkey;

-- migrate:down

-- The tables come back empty; the service exports what belongs into them.
ALTER TABLE public.agents
    ADD CONSTRAINT agents_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users (id) ON DELETE SET NULL;
ALTER TABLE public.agent_versions
    ADD CONSTRAINT agent_versions_published_by_fkey FOREIGN KEY (published_by) REFERENCES public.users (id) ON DELETE SET NULL;
ALTER TABLE public.api_keys
    ADD CONSTRAINT api_keys_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users (id) ON DELETE SET NULL;
ALTER TABLE public.connections
    ADD CONSTRAINT connections_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users (id) ON DELETE SET NULL;
ALTER TABLE public.insights
    ADD CONSTRAINT insights_dismissed_by_fkey FOREIGN KEY (dismissed_by) REFERENCES public.users (id) ON DELETE SET NULL;
ALTER TABLE public.members
    ADD CONSTRAINT members_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES public.users (id) ON DELETE SET NULL;
ALTER TABLE public.settings
    ADD CONSTRAINT settings_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.users (id) ON DELETE SET NULL;
ALTER TABLE public.watchers
    ADD CONSTRAINT watchers_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users (id) ON DELETE SET NULL;
ALTER TABLE public.worker_tokens
    ADD CONSTRAINT worker_tokens_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users (id) ON DELETE SET NULL;
ALTER TABLE public.mcp_servers
    ADD CONSTRAINT mcp_servers_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users (id) ON DELETE SET NULL;
ALTER TABLE public.audit_log
    ADD CONSTRAINT audit_log_actor_user_id_fkey FOREIGN KEY (actor_user_id) REFERENCES public.users (id) ON DELETE SET NULL;
ALTER TABLE public.runs
    ADD CONSTRAINT runs_cancelled_by_fkey FOREIGN KEY (cancelled_by) REFERENCES public.users (id) ON DELETE SET NULL;

CREATE TABLE public.invitations (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id text NOT NULL,
    email text NOT NULL,
    "role" text DEFAULT 'member' NOT NULL,
    token_hash bytea NOT NULL,
    expires_at timestamp with time zone DEFAULT (now() + '7 days'::interval) NOT NULL,
    accepted_at timestamp with time zone,
    invited_by text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT invitations_pkey PRIMARY KEY (id),
    CONSTRAINT invitations_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE,
    CONSTRAINT invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES public.users(id) ON DELETE SET NULL,
    CONSTRAINT invitations_role_check CHECK ("role" IN ('admin', 'member', 'viewer'))
);

CREATE UNIQUE INDEX idx_invitations_pending ON public.invitations (organization_id, lower(email)) WHERE accepted_at IS NULL;
CREATE UNIQUE INDEX idx_invitations_token_hash ON public.invitations (token_hash);

CREATE TABLE public.accounts (
    id text NOT NULL,
    user_id text NOT NULL,
    provider_key text NOT NULL,
    provider_account_id text NOT NULL,
    access_token_enc bytea,
    refresh_token_enc bytea,
    scope text[] DEFAULT '{}'::text[] NOT NULL,
    expires_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT accounts_pkey PRIMARY KEY (id),
    CONSTRAINT accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE,
    CONSTRAINT accounts_provider_key_provider_account_id_key UNIQUE (provider_key, provider_account_id)
);

CREATE INDEX idx_accounts_user_id ON public.accounts (user_id);

CREATE TRIGGER accounts_touch_updated_at BEFORE UPDATE ON public.accounts FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

COMMENT ON TABLE public.accounts IS 'Identities at sign-in providers, one row per provider and user.';
COMMENT ON COLUMN public.accounts.access_token_enc IS 'Sealed with the tenant''s data key, never with the platform''s.';

CREATE TABLE public.sessions (
    id text NOT NULL,
    user_id text NOT NULL,
    organization_id text,
    ip_address inet,
    user_agent text,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE,
    CONSTRAINT sessions_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE
);

CREATE INDEX idx_sessions_user_id ON public.sessions (user_id);
CREATE INDEX idx_sessions_expires_at ON public.sessions (expires_at);

CREATE TRIGGER sessions_touch_updated_at BEFORE UPDATE ON public.sessions FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

CREATE FUNCTION public.expire_sessions(keep interval DEFAULT interval '90 days') returns integer
language plpgsql
as $fn$
declare
    gone integer;
begin
    -- Two ways to be over: past its end, or not used for so long that nobody will miss it.
    delete from public.sessions
     where expires_at < now()
        or updated_at < now() - keep;
    get diagnostics gone = row_count;
    delete from public.invitations
     where accepted_at is null
       and expires_at < now() - keep;
    return gone;
end
$fn$;
