-- migrate:up

-- Code asks for a flag by its id, and an id that isn't here is off. The descriptions are shown to our
-- own people only.
INSERT INTO public.feature_flags (id, description, enabled, rollout_percent)
VALUES
    ('watchers.snooze', 'Lets a watcher be silenced for a while instead of switched off', false, 0),
    ('watchers.suggest', 'Proposes new watchers from what people search for', false, 5),
    ('agents.memory', 'Agents keep notes between conversations', false, 10),
    ('agents.parallel_tools', 'Calls independent tools at the same time', true, 100),
    ('agents.visible_plan', 'Shows the agent''s plan before it acts', false, 25),
    ('feeds.adaptive_interval', 'Syncs a quiet feed less often, and a busy one more', false, 15),
    ('feeds.backfill_windows', 'Fetches history in windows rather than in one go', false, 0),
    ('feeds.webhook_first', 'Prefers the source''s webhooks to polling where it has any', true, 100),
    ('search.semantic', 'Adds nearest neighbours to the full text hits', true, 100),
    ('search.highlight', 'Marks the words that matched', true, 100),
    ('search.typos', 'Forgives one wrong letter per word', false, 50),
    ('entities.auto_merge', 'Merges two entities whose aliases agree', false, 0),
    ('entities.graph_view', 'The map of who is linked with what', true, 100),
    ('billing.yearly', 'Offers the yearly price in the checkout', true, 100),
    ('billing.tax_id_check', 'Asks the tax office''s register about a VAT number', false, 50),
    ('notifications.digest', 'One message a day rather than one each', true, 100),
    ('notifications.quiet_hours', 'Nothing between 22:00 and 07:00 in the reader''s time zone', false, 30),
    ('exports.parquet', 'Parquet beside CSV and JSON lines', false, 10),
    ('workers.browser', 'Runs cookie connectors in the customer''s own browser', false, 20),
    ('workers.desktop', 'The desktop worker, for sources behind a firewall', false, 20),
    ('audit.stream', 'Sends the audit log to the customer''s own bucket', false, 0),
    ('mcp.servers', 'Tools from the customer''s own MCP servers', true, 100),
    ('mcp.resources', 'Lists an MCP server''s resources as documents', false, 10),
    ('ui.compact', 'Smaller rows', true, 100),
    ('ui.dark', 'Dark colours', true, 100),
    ('ui.keyboard', 'Shortcuts for everything that has a button', true, 100)
ON CONFLICT (id) DO UPDATE SET description = EXCLUDED.description;

-- migrate:down

DELETE FROM public.feature_flags
WHERE id IN (
    'watchers.snooze',
    'watchers.suggest',
    'agents.memory',
    'agents.parallel_tools',
    'agents.visible_plan',
    'feeds.adaptive_interval',
    'feeds.backfill_windows',
    'feeds.webhook_first',
    'search.semantic',
    'search.highlight',
    'search.typos',
    'entities.auto_merge',
    'entities.graph_view',
    'billing.yearly',
    'billing.tax_id_check',
    'notifications.digest',
    'notifications.quiet_hours',
    'exports.parquet',
    'workers.browser',
    'workers.desktop',
    'audit.stream',
    'mcp.servers',
    'mcp.resources',
    'ui.compact',
    'ui.dark',
    'ui.keyboard'
);
