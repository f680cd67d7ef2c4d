-- migrate:up

-- Prices in cents. The enterprise plan isn't public: it has no price and no limits (null).
INSERT INTO public.plans (id, name, monthly_cents, yearly_cents, entitlements, public)
VALUES
    ('free', 'Free', 0, 0, '{"seats": 2, "feeds": 5, "runs_per_day": 200, "history_days": 30, "agents": 1, "sso": false}'::jsonb, true),
    ('starter', 'Starter', 2900, 29000, '{"seats": 5, "feeds": 25, "runs_per_day": 2000, "history_days": 180, "agents": 3, "sso": false}'::jsonb, true),
    ('team', 'Team', 9900, 99000, '{"seats": 20, "feeds": 150, "runs_per_day": 20000, "history_days": 730, "agents": 15, "sso": false}'::jsonb, true),
    ('business', 'Business', 29900, 299000, '{"seats": 80, "feeds": 800, "runs_per_day": 120000, "history_days": 1825, "agents": 60, "sso": true}'::jsonb, true),
    ('enterprise', 'Enterprise', 0, 0, '{"seats": null, "feeds": null, "runs_per_day": null, "history_days": null, "agents": null, "sso": true}'::jsonb, false)
ON CONFLICT (id) DO NOTHING;

-- migrate:down

DELETE FROM public.plans WHERE id IN ('free', 'starter', 'team', 'business', 'enterprise');
