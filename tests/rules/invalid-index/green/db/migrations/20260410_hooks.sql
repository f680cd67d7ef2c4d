-- migrate:up
CREATE SCHEMA hooks;
CREATE TABLE hooks.deliveries (
    id bigint PRIMARY KEY,
    target text NOT NULL,
    tried_at timestamptz
);

-- migrate:down
DROP SCHEMA hooks CASCADE;
