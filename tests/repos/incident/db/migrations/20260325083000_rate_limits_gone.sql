-- migrate:up

-- Rate limits moved to the gateway's memory in February. The table has been empty since, apart from
-- autovacuum's visits.
DROP TABLE public.rate_limits;

-- migrate:down

CREATE TABLE public.rate_limits (
    subject text NOT NULL,
    bucket text NOT NULL,
    window_start timestamp with time zone NOT NULL,
    hits integer DEFAULT 0 NOT NULL,
    CONSTRAINT rate_limits_pkey PRIMARY KEY (subject, bucket, window_start)
);

CREATE INDEX idx_rate_limits_window_start ON public.rate_limits (window_start);
