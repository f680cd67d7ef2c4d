-- migrate:up

CREATE TABLE public.usage_events (
    id bigserial PRIMARY KEY,
    meter text NOT NULL,
    invoice_id bigint,
    occurred_at timestamptz NOT NULL
);
CREATE INDEX idx_usage_events_billable ON public.usage_events (occurred_at)
    WHERE invoice_id IS NULL AND meter IN ('tokens', 'storage');

-- migrate:down

DROP TABLE public.usage_events;
