CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
INSERT INTO schema_migrations VALUES ('20260410'), ('20260411');
CREATE SCHEMA hooks;
CREATE TABLE hooks.deliveries (
    id bigint PRIMARY KEY,
    target text NOT NULL,
    tried_at timestamptz
);
CREATE INDEX deliveries_retryable ON hooks.deliveries (tried_at) WHERE target IN ('crm', 'billing');
-- What an interrupted CREATE INDEX CONCURRENTLY leaves.
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'hooks.deliveries_retryable'::regclass;
