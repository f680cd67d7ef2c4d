-- migrate:up

-- The repository layer sets updated_at by itself since the winter, and the trigger only set it again.
-- It stays where SQL functions or people with a console write: organizations, feeds, connections,
-- agents, watchers, webhooks, invoices.
--
-- The foreign keys below repeat what another one of the same table already sees to: these rows have a
-- parent that goes with the organization, and they go with the parent.
DROP TRIGGER users_touch_updated_at ON public.users;
DROP TRIGGER connectors_touch_updated_at ON public.connectors;
DROP TRIGGER notification_templates_touch_updated_at ON public.notification_templates;
DROP TRIGGER plans_touch_updated_at ON public.plans;
DROP TRIGGER subscriptions_touch_updated_at ON public.subscriptions;
DROP TRIGGER settings_touch_updated_at ON public.settings;
DROP TRIGGER feature_flags_touch_updated_at ON public.feature_flags;
DROP TRIGGER worker_pools_touch_updated_at ON public.worker_pools;
DROP TRIGGER saved_views_touch_updated_at ON public.saved_views;
DROP TRIGGER schedules_touch_updated_at ON public.schedules;
DROP TRIGGER mcp_servers_touch_updated_at ON public.mcp_servers;
DROP TRIGGER auth_attempts_touch_updated_at ON public.auth_attempts;
DROP TRIGGER documents_touch_updated_at ON public.documents;
DROP TRIGGER agent_tools_touch_updated_at ON public.agent_tools;
DROP TRIGGER channels_touch_updated_at ON public.channels;
DROP TRIGGER notification_preferences_touch_updated_at ON public.notification_preferences;
DROP TRIGGER entity_types_touch_updated_at ON public.entity_types;

ALTER TABLE public.credentials DROP CONSTRAINT IF EXISTS credentials_organization_id_fkey;
ALTER TABLE public.agent_tools DROP CONSTRAINT IF EXISTS agent_tools_organization_id_fkey;
ALTER TABLE public.entity_aliases DROP CONSTRAINT IF EXISTS entity_aliases_organization_id_fkey;
ALTER TABLE public.entity_links DROP CONSTRAINT IF EXISTS entity_links_organization_id_fkey;
ALTER TABLE public.embeddings DROP CONSTRAINT IF EXISTS embeddings_organization_id_fkey;
ALTER TABLE public.insights DROP CONSTRAINT IF EXISTS insights_organization_id_fkey;
ALTER TABLE public.tool_calls DROP CONSTRAINT IF EXISTS tool_calls_organization_id_fkey;
ALTER TABLE public.run_artifacts DROP CONSTRAINT IF EXISTS run_artifacts_organization_id_fkey;
ALTER TABLE public.auth_attempts DROP CONSTRAINT IF EXISTS auth_attempts_organization_id_fkey;
ALTER TABLE public.notifications DROP CONSTRAINT IF EXISTS notifications_organization_id_fkey;
ALTER TABLE public.worker_tokens DROP CONSTRAINT IF EXISTS worker_tokens_organization_id_fkey;
ALTER TABLE public.saved_views DROP CONSTRAINT IF EXISTS saved_views_organization_id_fkey;

-- migrate:down

ALTER TABLE public.credentials
    ADD CONSTRAINT credentials_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;
ALTER TABLE public.agent_tools
    ADD CONSTRAINT agent_tools_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;
ALTER TABLE public.entity_aliases
    ADD CONSTRAINT entity_aliases_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;
ALTER TABLE public.entity_links
    ADD CONSTRAINT entity_links_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;
ALTER TABLE public.embeddings
    ADD CONSTRAINT embeddings_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;
ALTER TABLE public.insights
    ADD CONSTRAINT insights_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;
ALTER TABLE public.tool_calls
    ADD CONSTRAINT tool_calls_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;
ALTER TABLE public.run_artifacts
    ADD CONSTRAINT run_artifacts_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;
ALTER TABLE public.auth_attempts
    ADD CONSTRAINT auth_attempts_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;
ALTER TABLE public.notifications
    ADD CONSTRAINT notifications_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;
ALTER TABLE public.worker_tokens
    ADD CONSTRAINT worker_tokens_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;
ALTER TABLE public.saved_views
    ADD CONSTRAINT saved_views_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE;

CREATE TRIGGER entity_types_touch_updated_at BEFORE UPDATE ON public.entity_types
    FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER notification_preferences_touch_updated_at BEFORE UPDATE ON public.notification_preferences
    FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER channels_touch_updated_at BEFORE UPDATE ON public.channels
    FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER agent_tools_touch_updated_at BEFORE UPDATE ON public.agent_tools
    FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER documents_touch_updated_at BEFORE UPDATE ON public.documents
    FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER auth_attempts_touch_updated_at BEFORE UPDATE ON public.auth_attempts
    FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER mcp_servers_touch_updated_at BEFORE UPDATE ON public.mcp_servers
    FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER schedules_touch_updated_at BEFORE UPDATE ON public.schedules
    FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER saved_views_touch_updated_at BEFORE UPDATE ON public.saved_views
    FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER worker_pools_touch_updated_at BEFORE UPDATE ON public.worker_pools
    FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER feature_flags_touch_updated_at BEFORE UPDATE ON public.feature_flags
    FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER settings_touch_updated_at BEFORE UPDATE ON public.settings
    FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER subscriptions_touch_updated_at BEFORE UPDATE ON public.subscriptions
    FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER plans_touch_updated_at BEFORE UPDATE ON public.plans
    FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER notification_templates_touch_updated_at BEFORE UPDATE ON public.notification_templates
    FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER connectors_touch_updated_at BEFORE UPDATE ON public.connectors
    FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER users_touch_updated_at BEFORE UPDATE ON public.users
    FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
