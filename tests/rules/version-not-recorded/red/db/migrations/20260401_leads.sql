-- migrate:up
CREATE TABLE public.leads (
    id bigint PRIMARY KEY,
    source text NOT NULL,
    call_at timestamptz
);
CREATE INDEX leads_callable ON public.leads (call_at) WHERE source IN ('web', 'fair');

-- migrate:down
DROP TABLE public.leads;
