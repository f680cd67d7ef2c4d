-- migrate:up
CREATE TABLE public.exports (
    id bigint PRIMARY KEY,
    target text NOT NULL,
    ready_at timestamptz NOT NULL,
    delivered_at timestamptz
);
CREATE INDEX exports_deliverable ON public.exports (ready_at) WHERE delivered_at IS NULL AND target IN ('s3');

-- migrate:down
DROP TABLE public.exports;
