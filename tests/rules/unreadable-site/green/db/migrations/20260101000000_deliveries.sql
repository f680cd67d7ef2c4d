-- migrate:up

CREATE TABLE public.deliveries (
    id bigserial PRIMARY KEY,
    target text NOT NULL,
    next_try_at timestamptz NOT NULL
);
CREATE INDEX idx_deliveries_open ON public.deliveries (next_try_at)
    WHERE target IN ('webhook', 'queue');

-- migrate:down

DROP TABLE public.deliveries;
