-- migrate:up

-- None of these was used in the four weeks since the statistics were reset, on any replica. Each
-- cost a write, and the one on attributes more than all others together. The foreign keys among
-- them belong to tables whose parents are never deleted one by one.
--
-- Together 61 GB. If one is missed, its definition stands below.
DROP INDEX IF EXISTS public.idx_users_created_at;
DROP INDEX IF EXISTS public.idx_audit_log_object_kind_object_id;
DROP INDEX IF EXISTS public.idx_connectors_category_sort_order;
DROP INDEX IF EXISTS public.idx_credentials_organization_id;
DROP INDEX IF EXISTS public.idx_credentials_expiring;
DROP INDEX IF EXISTS public.idx_agent_tools_organization_id;
DROP INDEX IF EXISTS public.idx_entity_links_organization_id;
DROP INDEX IF EXISTS public.idx_documents_event_id;
DROP INDEX IF EXISTS public.idx_conversations_agent_id;
DROP INDEX IF EXISTS public.idx_insights_entity_id;
DROP INDEX IF EXISTS public.idx_invoices_overdue;
DROP INDEX IF EXISTS public.idx_webhook_deliveries_webhook_id_id;
DROP INDEX IF EXISTS public.idx_organizations_plan_id;
DROP INDEX IF EXISTS public.idx_api_keys_live;
DROP INDEX IF EXISTS public.idx_feeds_organization_id;
DROP INDEX IF EXISTS public.idx_connections_connector_id;
DROP INDEX IF EXISTS public.idx_entities_attributes;
DROP INDEX IF EXISTS public.idx_run_artifacts_expires_at;

-- migrate:down

CREATE INDEX IF NOT EXISTS idx_users_created_at ON public.users (created_at DESC);
CREATE INDEX IF NOT EXISTS idx_audit_log_object_kind_object_id ON public.audit_log (object_kind, object_id);
CREATE INDEX IF NOT EXISTS idx_connectors_category_sort_order ON public.connectors (category, sort_order);
CREATE INDEX IF NOT EXISTS idx_credentials_organization_id ON public.credentials (organization_id);
CREATE INDEX IF NOT EXISTS idx_credentials_expiring ON public.credentials (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_agent_tools_organization_id ON public.agent_tools (organization_id);
CREATE INDEX IF NOT EXISTS idx_entity_links_organization_id ON public.entity_links (organization_id);
CREATE INDEX IF NOT EXISTS idx_documents_event_id ON public.documents (event_id);
CREATE INDEX IF NOT EXISTS idx_conversations_agent_id ON public.conversations (agent_id);
CREATE INDEX IF NOT EXISTS idx_insights_entity_id ON public.insights (entity_id);
CREATE INDEX IF NOT EXISTS idx_invoices_overdue ON public.invoices (due_at) WHERE state = 'open';
CREATE INDEX IF NOT EXISTS idx_webhook_deliveries_webhook_id_id ON public.webhook_deliveries (webhook_id, id DESC);
CREATE INDEX IF NOT EXISTS idx_organizations_plan_id ON public.organizations (plan_id) WHERE plan_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_api_keys_live ON public.api_keys (organization_id) WHERE revoked_at IS NULL;
CREATE INDEX IF NOT EXISTS idx_feeds_organization_id ON public.feeds (organization_id);
CREATE INDEX IF NOT EXISTS idx_connections_connector_id ON public.connections (connector_id);
CREATE INDEX IF NOT EXISTS idx_entities_attributes ON public.entities USING gin (attributes jsonb_path_ops);
CREATE INDEX IF NOT EXISTS idx_run_artifacts_expires_at ON public.run_artifacts (expires_at) WHERE expires_at IS NOT NULL;
