-- migrate:up

-- Forty more. Those that drive a browser stay in beta until they've survived a redesign of their site.
INSERT INTO public.connectors (id, name, category, auth_kind, capabilities, docs_path, rate_limit_per_minute, beta, sort_order)
VALUES
    ('asana', 'Asana', 'tickets', 'oauth2', ARRAY['feed:tasks', 'feed:stories', 'action:comment']::text[],
     'connectors/tickets/asana.md', 50, false, 800), -- events expire after a day
    ('trello', 'Trello', 'tickets', 'api_key', ARRAY['feed:cards', 'action:comment']::text[],
     'connectors/tickets/trello.md', 50, false, 810), -- boards are listed once an hour
    ('clickup', 'ClickUp', 'tickets', 'oauth2', ARRAY['feed:tasks', 'action:comment']::text[],
     'connectors/tickets/clickup.md', 50, false, 820), -- folderless lists too
    ('monday', 'monday.com', 'tickets', 'oauth2', ARRAY['feed:items', 'action:update']::text[],
     'connectors/tickets/monday.md', 20, false, 830), -- complexity budget, not requests
    ('shortcut', 'Shortcut', 'tickets', 'api_key', ARRAY['feed:stories']::text[],
     'connectors/tickets/shortcut.md', 60, false, 840), -- epics come with them
    ('azure_devops', 'Azure DevOps', 'code', 'oauth2', ARRAY['feed:work_items', 'feed:pull_requests']::text[],
     'connectors/code/azure_devops.md', 40, false, 850), -- WIQL under the hood
    ('gitea', 'Gitea', 'code', 'api_key', ARRAY['feed:issues', 'feed:pull_requests']::text[],
     'connectors/code/gitea.md', 60, false, 860), -- Forgejo answers the same
    ('front', 'Front', 'support', 'oauth2', ARRAY['feed:conversations', 'action:reply']::text[],
     'connectors/support/front.md', 40, false, 870), -- shared inboxes only
    ('gorgias', 'Gorgias', 'support', 'api_key', ARRAY['feed:tickets', 'action:reply']::text[],
     'connectors/support/gorgias.md', 30, false, 880), -- satisfaction surveys included
    ('kustomer', 'Kustomer', 'support', 'api_key', ARRAY['feed:conversations']::text[],
     'connectors/support/kustomer.md', 30, false, 890), -- timeline items
    ('crisp', 'Crisp', 'support', 'api_key', ARRAY['feed:conversations', 'action:reply']::text[],
     'connectors/support/crisp.md', 30, false, 900), -- plugin tier
    ('whatsapp', 'WhatsApp Business', 'chat', 'api_key', ARRAY['feed:messages', 'action:post']::text[],
     'connectors/chat/whatsapp.md', 60, false, 910), -- templates outside the 24 hour window
    ('mattermost', 'Mattermost', 'chat', 'api_key', ARRAY['feed:messages', 'action:post']::text[],
     'connectors/chat/mattermost.md', 60, false, 920), -- channels by id
    ('rocketchat', 'Rocket.Chat', 'chat', 'api_key', ARRAY['feed:messages', 'action:post']::text[],
     'connectors/chat/rocketchat.md', 60, false, 930), -- rooms by id
    ('fastmail', 'Fastmail', 'mail', 'api_key', ARRAY['feed:threads']::text[],
     'connectors/mail/fastmail.md', 60, false, 940), -- JMAP state strings
    ('coda', 'Coda', 'documents', 'api_key', ARRAY['feed:pages', 'feed:tables']::text[],
     'connectors/documents/coda.md', 20, false, 950), -- rows as events
    ('airtable', 'Airtable', 'documents', 'oauth2', ARRAY['feed:records', 'action:update']::text[],
     'connectors/documents/airtable.md', 5, false, 960), -- five a second per base
    ('box', 'Box', 'documents', 'oauth2', ARRAY['feed:files']::text[],
     'connectors/documents/box.md', 60, false, 970), -- event stream of the user
    ('attio', 'Attio', 'crm', 'oauth2', ARRAY['feed:records', 'action:update']::text[],
     'connectors/crm/attio.md', 60, false, 980), -- lists and objects
    ('close', 'Close', 'crm', 'api_key', ARRAY['feed:leads', 'feed:activities']::text[],
     'connectors/crm/close.md', 60, false, 990), -- activity log
    ('zoho', 'Zoho CRM', 'crm', 'oauth2', ARRAY['feed:deals', 'feed:contacts']::text[],
     'connectors/crm/zoho.md', 40, false, 1000), -- data centre in the token
    ('braintree', 'Braintree', 'billing', 'basic', ARRAY['feed:transactions']::text[],
     'connectors/billing/braintree.md', 20, false, 1010), -- search by date
    ('adyen', 'Adyen', 'billing', 'api_key', ARRAY['feed:notifications']::text[],
     'connectors/billing/adyen.md', 60, false, 1020), -- HMAC is checked
    ('bigcommerce', 'BigCommerce', 'commerce', 'api_key', ARRAY['feed:orders']::text[],
     'connectors/commerce/bigcommerce.md', 60, false, 1030), -- stores by hash
    ('magento', 'Magento', 'commerce', 'api_key', ARRAY['feed:orders']::text[],
     'connectors/commerce/magento.md', 20, false, 1040), -- integration token
    ('tripadvisor', 'Tripadvisor', 'reviews', 'cookie', ARRAY['feed:reviews']::text[],
     'connectors/reviews/tripadvisor.md', 5, true, 1050), -- browser worker only
    ('booking', 'Booking.com', 'reviews', 'cookie', ARRAY['feed:reviews']::text[],
     'connectors/reviews/booking.md', 5, true, 1060), -- browser worker only
    ('glassdoor', 'Glassdoor', 'reviews', 'cookie', ARRAY['feed:reviews']::text[],
     'connectors/reviews/glassdoor.md', 5, true, 1070), -- browser worker only
    ('yelp', 'Yelp', 'reviews', 'api_key', ARRAY['feed:reviews']::text[],
     'connectors/reviews/yelp.md', 20, false, 1080), -- three excerpts per place
    ('instagram', 'Instagram', 'social', 'oauth2', ARRAY['feed:comments', 'feed:mentions']::text[],
     'connectors/social/instagram.md', 30, false, 1090), -- business accounts
    ('tiktok', 'TikTok', 'social', 'oauth2', ARRAY['feed:comments']::text[],
     'connectors/social/tiktok.md', 30, false, 1100), -- research access
    ('threads', 'Threads', 'social', 'oauth2', ARRAY['feed:mentions']::text[],
     'connectors/social/threads.md', 30, false, 1110), -- replies count as mentions
    ('podcasts', 'Podcasts', 'web', 'none', ARRAY['feed:episodes']::text[],
     'connectors/web/podcasts.md', 30, false, 1120), -- transcripts when the feed has them
    ('arxiv', 'arXiv', 'web', 'none', ARRAY['feed:papers']::text[],
     'connectors/web/arxiv.md', 20, false, 1130), -- one request every three seconds
    ('clickhouse', 'ClickHouse', 'databases', 'basic', ARRAY['feed:rows', 'action:query']::text[],
     'connectors/databases/clickhouse.md', 300, false, 1140), -- readonly=2
    ('mongodb', 'MongoDB', 'databases', 'basic', ARRAY['feed:documents']::text[],
     'connectors/databases/mongodb.md', 300, false, 1150), -- change streams where they exist
    ('gcs', 'Cloud Storage', 'files', 'oauth2', ARRAY['feed:objects']::text[],
     'connectors/files/gcs.md', 300, false, 1160), -- prefix, not the whole bucket
    ('azure_blob', 'Azure Blob Storage', 'files', 'api_key', ARRAY['feed:objects']::text[],
     'connectors/files/azure_blob.md', 300, false, 1170), -- container SAS
    ('honeycomb', 'Honeycomb', 'observability', 'api_key', ARRAY['feed:triggers']::text[],
     'connectors/observability/honeycomb.md', 60, false, 1180), -- markers are separate
    ('opsgenie', 'Opsgenie', 'observability', 'api_key', ARRAY['feed:alerts', 'action:acknowledge']::text[],
     'connectors/observability/opsgenie.md', 60, false, 1190) -- regions differ
ON CONFLICT (id) DO UPDATE SET
    name = EXCLUDED.name,
    category = EXCLUDED.category,
    auth_kind = EXCLUDED.auth_kind,
    capabilities = EXCLUDED.capabilities,
    docs_path = EXCLUDED.docs_path,
    rate_limit_per_minute = EXCLUDED.rate_limit_per_minute,
    beta = EXCLUDED.beta,
    sort_order = EXCLUDED.sort_order;

INSERT INTO public.connector_versions (connector_id, version, manifest, bundle_sha256, bundle_bytes, published_at)
SELECT v.connector_id, v.version, v.manifest::jsonb, v.bundle_sha256, v.bundle_bytes, now()
  FROM (VALUES
    ('asana', '0.9.0', $json${"auth": {"kind": "oauth2"}, "feeds": {"tasks": {"cursor": "timestamp", "every": "15 minutes", "identity": ["id"]}, "stories": {"cursor": "timestamp", "every": "15 minutes", "identity": ["id"]}}, "actions": {"comment": {"approval": "ask", "idempotent": false}}}$json$,
     '4de4a07ad031569c0eb2743672e9938dc098599f7f97e7dbe92fad9498a60d53', 40000),
    ('trello', '0.9.1', $json${"auth": {"kind": "api_key"}, "feeds": {"cards": {"cursor": "opaque", "every": "1 hour", "identity": ["id"]}}, "actions": {"comment": {"approval": "ask", "idempotent": false}}}$json$,
     '1768c21fc46884dfc50dda89562fca6d9eff9d714c30db4a5575ce849632fb61', 41337),
    ('clickup', '0.9.2', $json${"auth": {"kind": "oauth2"}, "feeds": {"tasks": {"cursor": "opaque", "every": "6 hours", "identity": ["id"]}}, "actions": {"comment": {"approval": "ask", "idempotent": false}}}$json$,
     'c0d67255424148d869b8c00b4e7c27645b97147e36aaf9538a661a3d87883098', 42674),
    ('monday', '0.9.3', $json${"auth": {"kind": "oauth2"}, "feeds": {"items": {"cursor": "timestamp", "every": "15 minutes", "identity": ["id"]}}, "actions": {"update": {"approval": "ask", "idempotent": false}}}$json$,
     'd618fb157a4b382e92fcd4a830c5fa8adef45a809543c524f7904e38f867dac8', 44011),
    ('shortcut', '0.9.4', $json${"auth": {"kind": "api_key"}, "feeds": {"stories": {"cursor": "opaque", "every": "1 hour", "identity": ["id"]}}}$json$,
     '8dfea6856769fb4dca2805958774914b2156feea1f915e79eb40524de77a71c1', 45348),
    ('azure_devops', '0.9.5', $json${"auth": {"kind": "oauth2"}, "feeds": {"work_items": {"cursor": "opaque", "every": "6 hours", "identity": ["id"]}, "pull_requests": {"cursor": "opaque", "every": "6 hours", "identity": ["id"]}}}$json$,
     '88061fb9344be9a6a6710bd0600811e2c027988be6b9b7d6deb7cd3883bed442', 46685),
    ('gitea', '0.9.6', $json${"auth": {"kind": "api_key"}, "feeds": {"issues": {"cursor": "timestamp", "every": "15 minutes", "identity": ["id"]}, "pull_requests": {"cursor": "timestamp", "every": "15 minutes", "identity": ["id"]}}}$json$,
     '6ccce4863b70f258d691f59609d31b4502e1ba5199942d3bc5d35d17a4ce771d', 48022),
    ('front', '0.9.0', $json${"auth": {"kind": "oauth2"}, "feeds": {"conversations": {"cursor": "opaque", "every": "1 hour", "identity": ["id"]}}, "actions": {"reply": {"approval": "ask", "idempotent": false}}}$json$,
     '2d8d693177ac44895fc02c009ec3f6af32e51eb00783c17000d7051d1662b93a', 49359),
    ('gorgias', '0.9.1', $json${"auth": {"kind": "api_key"}, "feeds": {"tickets": {"cursor": "opaque", "every": "6 hours", "identity": ["id"]}}, "actions": {"reply": {"approval": "ask", "idempotent": false}}}$json$,
     '6839df7ba19310d3c181dc3a3fc58552bb519f54b886967fa4319f35c1be4840', 50696),
    ('kustomer', '0.9.2', $json${"auth": {"kind": "api_key"}, "feeds": {"conversations": {"cursor": "timestamp", "every": "15 minutes", "identity": ["id"]}}}$json$,
     '5fa31221036360b4f910b606c92876319bf82e3fc7f2b26ea778e98cb5d644e1', 52033),
    ('crisp', '0.9.3', $json${"auth": {"kind": "api_key"}, "feeds": {"conversations": {"cursor": "opaque", "every": "1 hour", "identity": ["id"]}}, "actions": {"reply": {"approval": "ask", "idempotent": false}}}$json$,
     '06df90ccef78b5002bf5d2b2c5a9ab54c58ba70be98b839161928e8d76a0d478', 53370),
    ('whatsapp', '0.9.4', $json${"auth": {"kind": "api_key"}, "feeds": {"messages": {"cursor": "opaque", "every": "6 hours", "identity": ["id"]}}, "actions": {"post": {"approval": "ask", "idempotent": false}}}$json$,
     'ec8202b6f9fb16f9e26b66367afa4e037752f3c09a18cefab426165e06a424b1', 54707),
    ('mattermost', '0.9.5', $json${"auth": {"kind": "api_key"}, "feeds": {"messages": {"cursor": "timestamp", "every": "15 minutes", "identity": ["id"]}}, "actions": {"post": {"approval": "ask", "idempotent": false}}}$json$,
     'f1b7401bf3d4b49f15bedafd1620d177676ee171f1f478c0465b1cd7cc1dbdd5', 56044),
    ('rocketchat', '0.9.6', $json${"auth": {"kind": "api_key"}, "feeds": {"messages": {"cursor": "opaque", "every": "1 hour", "identity": ["id"]}}, "actions": {"post": {"approval": "ask", "idempotent": false}}}$json$,
     'be73fb846f10e1ee40d9001655e4c5af92bb69d510af93c53a456561941511b6', 57381),
    ('fastmail', '0.9.0', $json${"auth": {"kind": "api_key"}, "feeds": {"threads": {"cursor": "opaque", "every": "6 hours", "identity": ["id"]}}}$json$,
     '0fc712a7cb8fc3e5612dd91ccffb6d695e177db770985ae45bfdbd05c4690a28', 58718),
    ('coda', '0.9.1', $json${"auth": {"kind": "api_key"}, "feeds": {"pages": {"cursor": "timestamp", "every": "15 minutes", "identity": ["id"]}, "tables": {"cursor": "timestamp", "every": "15 minutes", "identity": ["id"]}}}$json$,
     '66c8aec217cac5fa9829e4e314c2dfe6f3b3710cbf2c4b4df462c333565b4e27', 60055),
    ('airtable', '0.9.2', $json${"auth": {"kind": "oauth2"}, "feeds": {"records": {"cursor": "opaque", "every": "1 hour", "identity": ["id"]}}, "actions": {"update": {"approval": "ask", "idempotent": false}}}$json$,
     '40c57bb53c07338bae1af8ebeec59eedf0b1df7452734a66fd67dca50c25a3de', 61392),
    ('box', '0.9.3', $json${"auth": {"kind": "oauth2"}, "feeds": {"files": {"cursor": "opaque", "every": "6 hours", "identity": ["id"]}}}$json$,
     '26f8567f2569182294c3fa5b9f9cb2270b554eef628b4c149cf82a42888ff4ae', 62729),
    ('attio', '0.9.4', $json${"auth": {"kind": "oauth2"}, "feeds": {"records": {"cursor": "timestamp", "every": "15 minutes", "identity": ["id"]}}, "actions": {"update": {"approval": "ask", "idempotent": false}}}$json$,
     '5b7f832dd957f6b32686aabfe51835b4036b145f71b1aef238955344a9b867cb', 64066),
    ('close', '0.9.5', $json${"auth": {"kind": "api_key"}, "feeds": {"leads": {"cursor": "opaque", "every": "1 hour", "identity": ["id"]}, "activities": {"cursor": "opaque", "every": "1 hour", "identity": ["id"]}}}$json$,
     '310ff200149b44a32f124023d7caba19a1a890763a980606813d3a3d4a085d36', 65403),
    ('zoho', '0.9.6', $json${"auth": {"kind": "oauth2"}, "feeds": {"deals": {"cursor": "opaque", "every": "6 hours", "identity": ["id"]}, "contacts": {"cursor": "opaque", "every": "6 hours", "identity": ["id"]}}}$json$,
     'cb2317426a5c336d2b0a044101bb5f53bcc1b5ca1630f486fb707b9b1f549cbe', 66740),
    ('braintree', '0.9.0', $json${"auth": {"kind": "basic"}, "feeds": {"transactions": {"cursor": "timestamp", "every": "15 minutes", "identity": ["id"]}}}$json$,
     'e2d67f41fee239d12faf598242412e25b357740b9a20a5b14c9795dcae320bf5', 68077),
    ('adyen', '0.9.1', $json${"auth": {"kind": "api_key"}, "feeds": {"notifications": {"cursor": "opaque", "every": "1 hour", "identity": ["id"]}}}$json$,
     'ee46e2d141d53f08cc6dc5102319ddb97817480ce931d2b6381bf7ccca94bed0', 69414),
    ('bigcommerce', '0.9.2', $json${"auth": {"kind": "api_key"}, "feeds": {"orders": {"cursor": "opaque", "every": "6 hours", "identity": ["id"]}}}$json$,
     '40e1ee44b7c96bc92b2545345229d83f6fc73395d2a9389ba953fb153f9f630e', 70751),
    ('magento', '0.9.3', $json${"auth": {"kind": "api_key"}, "feeds": {"orders": {"cursor": "timestamp", "every": "15 minutes", "identity": ["id"]}}}$json$,
     '850f4e8602b77a2e1a8e51b68017361af8faff7b8f20c8f6100ae789d9f399fc', 72088),
    ('tripadvisor', '0.9.4', $json${"auth": {"kind": "cookie"}, "feeds": {"reviews": {"cursor": "opaque", "every": "1 hour", "identity": ["id"]}}, "worker": "browser"}$json$,
     'd88a7a0307375fc5a0b350d6271be37ae9bb88e03aa1c94b72151238119211dd', 73425),
    ('booking', '0.9.5', $json${"auth": {"kind": "cookie"}, "feeds": {"reviews": {"cursor": "opaque", "every": "6 hours", "identity": ["id"]}}, "worker": "browser"}$json$,
     '001d057c49888db925f47ba4f0cbb75edf527893381dc5a27d7a965c766508c4', 74762),
    ('glassdoor', '0.9.6', $json${"auth": {"kind": "cookie"}, "feeds": {"reviews": {"cursor": "timestamp", "every": "15 minutes", "identity": ["id"]}}, "worker": "browser"}$json$,
     '9ce95454088e160fd8c678b9fed06cdf872d33a8264ff23e9d17ce09cb54ce40', 76099),
    ('yelp', '0.9.0', $json${"auth": {"kind": "api_key"}, "feeds": {"reviews": {"cursor": "opaque", "every": "1 hour", "identity": ["id"]}}}$json$,
     'bd11be25fd5fe2a233a18bdfdda3f5532bf902528b000656983b714df8cac674', 77436),
    ('instagram', '0.9.1', $json${"auth": {"kind": "oauth2"}, "feeds": {"comments": {"cursor": "opaque", "every": "6 hours", "identity": ["id"]}, "mentions": {"cursor": "opaque", "every": "6 hours", "identity": ["id"]}}}$json$,
     '5ede56738376a8c53a7c99bf275b077a5c10df780a20cf3d8282fd59a2a9fb56', 78773),
    ('tiktok', '0.9.2', $json${"auth": {"kind": "oauth2"}, "feeds": {"comments": {"cursor": "timestamp", "every": "15 minutes", "identity": ["id"]}}}$json$,
     '5beeafeac2e27eae5d4ba62590257718673461b2af52383ef7e3a53c7df14306', 80110),
    ('threads', '0.9.3', $json${"auth": {"kind": "oauth2"}, "feeds": {"mentions": {"cursor": "opaque", "every": "1 hour", "identity": ["id"]}}}$json$,
     '4cc500db62ede737f8f7a8c83c02b5fc5cbcebf26bffc48fb49b4540ffc67306', 81447),
    ('podcasts', '0.9.4', $json${"auth": {"kind": "none"}, "feeds": {"episodes": {"cursor": "opaque", "every": "6 hours", "identity": ["id"]}}}$json$,
     '0f978aa6fe6cda39cde5243bf9d53f665c068924d0bc967cf053634608089d5e', 82784),
    ('arxiv', '0.9.5', $json${"auth": {"kind": "none"}, "feeds": {"papers": {"cursor": "timestamp", "every": "15 minutes", "identity": ["id"]}}}$json$,
     '93112796882f0bfb0b1e8964b572d37286cc993a9879abc672f1b3ec0c3cba8f', 84121),
    ('clickhouse', '0.9.6', $json${"auth": {"kind": "basic"}, "feeds": {"rows": {"cursor": "opaque", "every": "1 hour", "identity": ["id"]}}, "actions": {"query": {"approval": "ask", "idempotent": true}}}$json$,
     '7e099f39b84ea79559b3e85ea046804e63725fd1f46b37f281276aae20f86dc3', 85458),
    ('mongodb', '0.9.0', $json${"auth": {"kind": "basic"}, "feeds": {"documents": {"cursor": "opaque", "every": "6 hours", "identity": ["id"]}}}$json$,
     '1cc9a79bdaf09793062750a17e559d40d5c0f1372cc859f67fe1081e6bc8a307', 86795),
    ('gcs', '0.9.1', $json${"auth": {"kind": "oauth2"}, "feeds": {"objects": {"cursor": "timestamp", "every": "15 minutes", "identity": ["id"]}}}$json$,
     '23e5fe687c517d15a2d337201eda012b130d6680d7231dba51969631ef5f18bc', 88132),
    ('azure_blob', '0.9.2', $json${"auth": {"kind": "api_key"}, "feeds": {"objects": {"cursor": "opaque", "every": "1 hour", "identity": ["id"]}}}$json$,
     '34f63d5cd2d48eb9c6e99483f512df51aa926c7e9d90666dbc4e55aba413d0dc', 89469),
    ('honeycomb', '0.9.3', $json${"auth": {"kind": "api_key"}, "feeds": {"triggers": {"cursor": "opaque", "every": "6 hours", "identity": ["id"]}}}$json$,
     'dd0cf4ed95b64c54deaf78a11f36e9ad990380df730f1ae34aa7a38afc9ce383', 90806),
    ('opsgenie', '0.9.4', $json${"auth": {"kind": "api_key"}, "feeds": {"alerts": {"cursor": "timestamp", "every": "15 minutes", "identity": ["id"]}}, "actions": {"acknowledge": {"approval": "ask", "idempotent": true}}}$json$,
     'b1f74b4e2bd0de0c9f90bdffe4e5813483801661cae223a566d9dede855c7a79', 92143)
  ) AS v (connector_id, version, manifest, bundle_sha256, bundle_bytes)
ON CONFLICT (connector_id, version) DO NOTHING;

-- migrate:down

DELETE FROM public.connector_versions WHERE version LIKE '0.9.%';
DELETE FROM public.connectors
WHERE id IN (
    'asana', 'trello', 'clickup', 'monday', 'shortcut', 'azure_devops',
    'gitea', 'front', 'gorgias', 'kustomer', 'crisp', 'whatsapp',
    'mattermost', 'rocketchat', 'fastmail', 'coda', 'airtable', 'box',
    'attio', 'close', 'zoho', 'braintree', 'adyen', 'bigcommerce',
    'magento', 'tripadvisor', 'booking', 'glassdoor', 'yelp', 'instagram',
    'tiktok', 'threads', 'podcasts', 'arxiv', 'clickhouse', 'mongodb',
    'gcs', 'azure_blob', 'honeycomb', 'opsgenie'
);
