-- migrate:up transaction:false
CREATE INDEX CONCURRENTLY IF NOT EXISTS deliveries_retryable ON hooks.deliveries (tried_at) WHERE target IN ('crm', 'billing');

-- migrate:down transaction:false
DROP INDEX CONCURRENTLY IF EXISTS hooks.deliveries_retryable;
