-- migrate:up

-- The catalogue. It's data, but code depends on the ids, so it travels with the schema.
-- The comment behind each row is for whoever debugs a sync at three in the morning.
INSERT INTO public.connectors (id, name, category, auth_kind, capabilities, docs_path, rate_limit_per_minute, beta, sort_order)
VALUES
    ('github', 'GitHub', 'code', 'oauth2', ARRAY['feed:issues', 'feed:pull_requests', 'feed:discussions', 'action:comment', 'action:open_issue']::text[],
     'connectors/code/github.md', 60, false, 100), -- repositories, issues and reviews
    ('gitlab', 'GitLab', 'code', 'oauth2', ARRAY['feed:issues', 'feed:merge_requests', 'action:comment']::text[],
     'connectors/code/gitlab.md', 60, false, 110), -- self-managed instances need a base URL
    ('bitbucket', 'Bitbucket', 'code', 'oauth2', ARRAY['feed:pull_requests', 'action:comment']::text[],
     'connectors/code/bitbucket.md', 30, false, 120), -- workspaces, not accounts
    ('jira', 'Jira', 'tickets', 'oauth2', ARRAY['feed:issues', 'feed:comments', 'action:transition', 'action:comment']::text[],
     'connectors/tickets/jira.md', 40, false, 130), -- cloud only
    ('linear', 'Linear', 'tickets', 'oauth2', ARRAY['feed:issues', 'feed:projects', 'action:create_issue']::text[],
     'connectors/tickets/linear.md', 40, false, 140), -- one team per feed
    ('zendesk', 'Zendesk', 'support', 'oauth2', ARRAY['feed:tickets', 'feed:satisfaction', 'action:reply']::text[],
     'connectors/support/zendesk.md', 50, false, 150), -- ratings arrive a day late
    ('intercom', 'Intercom', 'support', 'oauth2', ARRAY['feed:conversations', 'feed:contacts', 'action:reply']::text[],
     'connectors/support/intercom.md', 50, false, 160), -- deleted contacts keep their id
    ('freshdesk', 'Freshdesk', 'support', 'api_key', ARRAY['feed:tickets', 'action:reply']::text[],
     'connectors/support/freshdesk.md', 20, false, 170), -- the key is per agent, not per account
    ('helpscout', 'Help Scout', 'support', 'oauth2', ARRAY['feed:conversations']::text[],
     'connectors/support/helpscout.md', 20, false, 180), -- threads are fetched one by one
    ('slack', 'Slack', 'chat', 'oauth2', ARRAY['feed:messages', 'feed:files', 'action:post']::text[],
     'connectors/chat/slack.md', 50, false, 190), -- private channels only after an invitation
    ('discord', 'Discord', 'chat', 'oauth2', ARRAY['feed:messages', 'action:post']::text[],
     'connectors/chat/discord.md', 50, false, 200), -- intents must be enabled by hand
    ('teams', 'Microsoft Teams', 'chat', 'oauth2', ARRAY['feed:messages', 'action:post']::text[],
     'connectors/chat/teams.md', 30, false, 210), -- needs an administrator's consent
    ('telegram', 'Telegram', 'chat', 'api_key', ARRAY['feed:messages', 'action:post']::text[],
     'connectors/chat/telegram.md', 30, false, 220), -- bots see only what mentions them
    ('gmail', 'Gmail', 'mail', 'oauth2', ARRAY['feed:threads', 'action:send', 'action:draft']::text[],
     'connectors/mail/gmail.md', 100, false, 230), -- history ids expire after a week
    ('outlook', 'Outlook', 'mail', 'oauth2', ARRAY['feed:threads', 'action:send']::text[],
     'connectors/mail/outlook.md', 100, false, 240), -- delta links, one per folder
    ('imap', 'IMAP mailbox', 'mail', 'basic', ARRAY['feed:threads']::text[],
     'connectors/mail/imap.md', 20, false, 250), -- whatever the server's flags say
    ('notion', 'Notion', 'documents', 'oauth2', ARRAY['feed:pages', 'feed:databases', 'action:append']::text[],
     'connectors/documents/notion.md', 3, false, 260), -- three requests a second, and it means it
    ('confluence', 'Confluence', 'documents', 'oauth2', ARRAY['feed:pages', 'feed:comments']::text[],
     'connectors/documents/confluence.md', 40, false, 270), -- bodies in storage format
    ('google_drive', 'Google Drive', 'documents', 'oauth2', ARRAY['feed:files', 'feed:comments']::text[],
     'connectors/documents/google_drive.md', 100, false, 280), -- shared drives are a feed of their own
    ('sharepoint', 'SharePoint', 'documents', 'oauth2', ARRAY['feed:files']::text[],
     'connectors/documents/sharepoint.md', 40, false, 290), -- one site per connection
    ('dropbox', 'Dropbox', 'documents', 'oauth2', ARRAY['feed:files']::text[],
     'connectors/documents/dropbox.md', 60, false, 300), -- cursors survive a rename
    ('salesforce', 'Salesforce', 'crm', 'oauth2', ARRAY['feed:accounts', 'feed:opportunities', 'feed:cases', 'action:update']::text[],
     'connectors/crm/salesforce.md', 100, false, 310), -- polls by SystemModstamp
    ('hubspot', 'HubSpot', 'crm', 'oauth2', ARRAY['feed:contacts', 'feed:deals', 'feed:tickets', 'action:update']::text[],
     'connectors/crm/hubspot.md', 100, false, 320), -- search stops at 10,000 hits
    ('pipedrive', 'Pipedrive', 'crm', 'oauth2', ARRAY['feed:deals', 'feed:notes']::text[],
     'connectors/crm/pipedrive.md', 40, false, 330), -- recents endpoint, last 30 days
    ('stripe', 'Stripe', 'billing', 'api_key', ARRAY['feed:charges', 'feed:disputes', 'feed:subscriptions']::text[],
     'connectors/billing/stripe.md', 80, false, 340), -- restricted keys are enough
    ('chargebee', 'Chargebee', 'billing', 'api_key', ARRAY['feed:events']::text[],
     'connectors/billing/chargebee.md', 60, false, 350), -- events are kept for 90 days
    ('paddle', 'Paddle', 'billing', 'api_key', ARRAY['feed:transactions']::text[],
     'connectors/billing/paddle.md', 40, false, 360), -- amounts as strings, in cents
    ('shopify', 'Shopify', 'commerce', 'oauth2', ARRAY['feed:orders', 'feed:reviews']::text[],
     'connectors/commerce/shopify.md', 40, false, 370), -- bulk operations for backfills
    ('woocommerce', 'WooCommerce', 'commerce', 'basic', ARRAY['feed:orders']::text[],
     'connectors/commerce/woocommerce.md', 20, false, 380), -- every shop is its own version
    ('amazon_reviews', 'Amazon reviews', 'reviews', 'cookie', ARRAY['feed:reviews']::text[],
     'connectors/reviews/amazon_reviews.md', 5, true, 390), -- browser worker only
    ('trustpilot', 'Trustpilot', 'reviews', 'api_key', ARRAY['feed:reviews', 'action:reply']::text[],
     'connectors/reviews/trustpilot.md', 20, false, 400), -- business unit id, not the domain
    ('google_reviews', 'Google reviews', 'reviews', 'oauth2', ARRAY['feed:reviews', 'action:reply']::text[],
     'connectors/reviews/google_reviews.md', 20, false, 410), -- one location per feed
    ('app_store', 'App Store', 'reviews', 'api_key', ARRAY['feed:reviews']::text[],
     'connectors/reviews/app_store.md', 20, false, 420), -- per country, newest 500
    ('google_play', 'Google Play', 'reviews', 'api_key', ARRAY['feed:reviews', 'action:reply']::text[],
     'connectors/reviews/google_play.md', 20, false, 430), -- last seven days only
    ('g2', 'G2', 'reviews', 'api_key', ARRAY['feed:reviews']::text[],
     'connectors/reviews/g2.md', 10, false, 440), -- vendor access required
    ('capterra', 'Capterra', 'reviews', 'cookie', ARRAY['feed:reviews']::text[],
     'connectors/reviews/capterra.md', 5, true, 450), -- browser worker only
    ('reddit', 'Reddit', 'social', 'oauth2', ARRAY['feed:posts', 'feed:comments']::text[],
     'connectors/social/reddit.md', 60, false, 460), -- listings end after 1,000 items
    ('hackernews', 'Hacker News', 'social', 'none', ARRAY['feed:stories', 'feed:comments']::text[],
     'connectors/social/hackernews.md', 60, false, 470), -- no account needed
    ('x', 'X', 'social', 'oauth2', ARRAY['feed:mentions', 'action:post']::text[],
     'connectors/social/x.md', 15, false, 480), -- the tier decides the window
    ('youtube', 'YouTube', 'social', 'oauth2', ARRAY['feed:videos', 'feed:comments']::text[],
     'connectors/social/youtube.md', 60, false, 490), -- quota units, not requests
    ('linkedin', 'LinkedIn', 'social', 'cookie', ARRAY['feed:posts']::text[],
     'connectors/social/linkedin.md', 5, true, 500), -- browser worker only
    ('bluesky', 'Bluesky', 'social', 'api_key', ARRAY['feed:posts', 'action:post']::text[],
     'connectors/social/bluesky.md', 60, false, 510), -- app password
    ('mastodon', 'Mastodon', 'social', 'oauth2', ARRAY['feed:mentions', 'action:post']::text[],
     'connectors/social/mastodon.md', 60, false, 520), -- instance URL in the configuration
    ('rss', 'RSS and Atom', 'web', 'none', ARRAY['feed:items']::text[],
     'connectors/web/rss.md', 60, false, 530), -- conditional requests where the server can
    ('website', 'Website', 'web', 'none', ARRAY['feed:pages']::text[],
     'connectors/web/website.md', 30, false, 540), -- honours robots.txt
    ('sitemap', 'Sitemap', 'web', 'none', ARRAY['feed:pages']::text[],
     'connectors/web/sitemap.md', 30, false, 550), -- lastmod is a hint, nothing more
    ('postgres', 'PostgreSQL', 'databases', 'basic', ARRAY['feed:rows', 'action:query']::text[],
     'connectors/databases/postgres.md', 600, false, 560), -- read only role
    ('mysql', 'MySQL', 'databases', 'basic', ARRAY['feed:rows', 'action:query']::text[],
     'connectors/databases/mysql.md', 600, false, 570), -- read only user
    ('bigquery', 'BigQuery', 'databases', 'oauth2', ARRAY['feed:rows', 'action:query']::text[],
     'connectors/databases/bigquery.md', 100, false, 580), -- bytes billed are capped per run
    ('snowflake', 'Snowflake', 'databases', 'basic', ARRAY['feed:rows', 'action:query']::text[],
     'connectors/databases/snowflake.md', 100, false, 590), -- warehouse suspends after a minute
    ('s3', 'S3 bucket', 'files', 'api_key', ARRAY['feed:objects']::text[],
     'connectors/files/s3.md', 300, false, 600), -- prefix, not the whole bucket
    ('sftp', 'SFTP', 'files', 'basic', ARRAY['feed:objects']::text[],
     'connectors/files/sftp.md', 10, false, 610), -- host key is pinned at first use
    ('sentry', 'Sentry', 'observability', 'oauth2', ARRAY['feed:issues', 'action:resolve']::text[],
     'connectors/observability/sentry.md', 40, false, 620), -- events sampled at the source
    ('pagerduty', 'PagerDuty', 'observability', 'api_key', ARRAY['feed:incidents', 'action:acknowledge']::text[],
     'connectors/observability/pagerduty.md', 60, false, 630), -- log entries make the timeline
    ('datadog', 'Datadog', 'observability', 'api_key', ARRAY['feed:monitors']::text[],
     'connectors/observability/datadog.md', 60, false, 640), -- application key on top of the API key
    ('grafana', 'Grafana', 'observability', 'api_key', ARRAY['feed:annotations']::text[],
     'connectors/observability/grafana.md', 60, false, 650), -- folders filter
    ('calendly', 'Calendly', 'calendars', 'oauth2', ARRAY['feed:events']::text[],
     'connectors/calendars/calendly.md', 40, false, 660), -- cancelled ones are kept
    ('google_calendar', 'Google Calendar', 'calendars', 'oauth2', ARRAY['feed:events', 'action:create_event']::text[],
     'connectors/calendars/google_calendar.md', 100, false, 670) -- sync tokens per calendar
ON CONFLICT (id) DO UPDATE SET
    name = EXCLUDED.name,
    category = EXCLUDED.category,
    auth_kind = EXCLUDED.auth_kind,
    capabilities = EXCLUDED.capabilities,
    docs_path = EXCLUDED.docs_path,
    rate_limit_per_minute = EXCLUDED.rate_limit_per_minute,
    beta = EXCLUDED.beta,
    sort_order = EXCLUDED.sort_order;

-- migrate:down

DELETE FROM public.connectors
WHERE id IN (
    'github', 'gitlab', 'bitbucket', 'jira', 'linear', 'zendesk',
    'intercom', 'freshdesk', 'helpscout', 'slack', 'discord', 'teams',
    'telegram', 'gmail', 'outlook', 'imap', 'notion', 'confluence',
    'google_drive', 'sharepoint', 'dropbox', 'salesforce', 'hubspot', 'pipedrive',
    'stripe', 'chargebee', 'paddle', 'shopify', 'woocommerce', 'amazon_reviews',
    'trustpilot', 'google_reviews', 'app_store', 'google_play', 'g2', 'capterra',
    'reddit', 'hackernews', 'x', 'youtube', 'linkedin', 'bluesky',
    'mastodon', 'rss', 'website', 'sitemap', 'postgres', 'mysql',
    'bigquery', 'snowflake', 's3', 'sftp', 'sentry', 'pagerduty',
    'datadog', 'grafana', 'calendly', 'google_calendar'
);
