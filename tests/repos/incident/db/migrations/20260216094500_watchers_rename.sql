-- migrate:up

-- They were rules when they were regular expressions. They're questions to an agent now, and the
-- rest of the code has called them watchers for months. Renamed with everything that carries the
-- old name; the foreign keys follow by themselves.
ALTER TABLE public.watcher_rules RENAME TO watchers;
ALTER TABLE public.watchers RENAME CONSTRAINT watcher_rules_pkey TO watchers_pkey;
ALTER TABLE public.watchers RENAME CONSTRAINT watcher_rules_window_check TO watchers_window_check;
ALTER TABLE public.watchers RENAME CONSTRAINT watcher_rules_organization_id_fkey TO watchers_organization_id_fkey;
ALTER TABLE public.watchers RENAME CONSTRAINT watcher_rules_agent_id_fkey TO watchers_agent_id_fkey;
ALTER TABLE public.watchers RENAME CONSTRAINT watcher_rules_created_by_fkey TO watchers_created_by_fkey;
ALTER INDEX public.idx_watcher_rules_due RENAME TO idx_watchers_due;
ALTER INDEX public.idx_watcher_rules_organization_id RENAME TO idx_watchers_organization_id;
ALTER TRIGGER watcher_rules_touch_updated_at ON public.watchers RENAME TO watchers_touch_updated_at;
ALTER SEQUENCE public.watcher_rules_id_seq RENAME TO watchers_id_seq;

ALTER TABLE public.watcher_windows RENAME COLUMN rule_id TO watcher_id;
ALTER TABLE public.watcher_windows RENAME CONSTRAINT watcher_windows_rule_id_fkey TO watcher_windows_watcher_id_fkey;
ALTER INDEX public.idx_watcher_windows_rule_id_opened_at RENAME TO idx_watcher_windows_watcher_id_opened_at;

ALTER TABLE public.insights RENAME COLUMN rule_id TO watcher_id;
ALTER TABLE public.insights RENAME CONSTRAINT insights_rule_id_fkey TO insights_watcher_id_fkey;
ALTER INDEX public.idx_insights_rule_id RENAME TO idx_insights_watcher_id;

-- migrate:down

ALTER INDEX public.idx_insights_watcher_id RENAME TO idx_insights_rule_id;
ALTER TABLE public.insights RENAME CONSTRAINT insights_watcher_id_fkey TO insights_rule_id_fkey;
ALTER TABLE public.insights RENAME COLUMN watcher_id TO rule_id;

ALTER INDEX public.idx_watcher_windows_watcher_id_opened_at RENAME TO idx_watcher_windows_rule_id_opened_at;
ALTER TABLE public.watcher_windows RENAME CONSTRAINT watcher_windows_watcher_id_fkey TO watcher_windows_rule_id_fkey;
ALTER TABLE public.watcher_windows RENAME COLUMN watcher_id TO rule_id;

ALTER SEQUENCE public.watchers_id_seq RENAME TO watcher_rules_id_seq;
ALTER TRIGGER watchers_touch_updated_at ON public.watchers RENAME TO watcher_rules_touch_updated_at;
ALTER INDEX public.idx_watchers_organization_id RENAME TO idx_watcher_rules_organization_id;
ALTER INDEX public.idx_watchers_due RENAME TO idx_watcher_rules_due;
ALTER TABLE public.watchers RENAME CONSTRAINT watchers_created_by_fkey TO watcher_rules_created_by_fkey;
ALTER TABLE public.watchers RENAME CONSTRAINT watchers_agent_id_fkey TO watcher_rules_agent_id_fkey;
ALTER TABLE public.watchers RENAME CONSTRAINT watchers_organization_id_fkey TO watcher_rules_organization_id_fkey;
ALTER TABLE public.watchers RENAME CONSTRAINT watchers_window_check TO watcher_rules_window_check;
ALTER TABLE public.watchers RENAME CONSTRAINT watchers_pkey TO watcher_rules_pkey;
ALTER TABLE public.watchers RENAME TO watcher_rules;
