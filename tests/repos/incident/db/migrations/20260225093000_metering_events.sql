-- migrate:up

-- Every billable thing, once. Partitioned by month, because a month is billed, archived and
-- dropped as a whole; the primary key therefore has to hold the time as well.
CREATE TABLE public.metering_events (
    id bigint GENERATED ALWAYS AS IDENTITY,
    organization_id text NOT NULL,
    metric text NOT NULL,
    quantity numeric(18,6) NOT NULL,
    run_id bigint,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT metering_events_pkey PRIMARY KEY (id, occurred_at),
    CONSTRAINT metering_events_quantity_check CHECK (quantity >= 0)
) PARTITION BY RANGE (occurred_at);

CREATE TABLE public.metering_events_2026_02 PARTITION OF public.metering_events
    FOR VALUES FROM ('2026-02-01 00:00:00+00') TO ('2026-03-01 00:00:00+00');
CREATE TABLE public.metering_events_2026_03 PARTITION OF public.metering_events
    FOR VALUES FROM ('2026-03-01 00:00:00+00') TO ('2026-04-01 00:00:00+00');
CREATE TABLE public.metering_events_2026_04 PARTITION OF public.metering_events
    FOR VALUES FROM ('2026-04-01 00:00:00+00') TO ('2026-05-01 00:00:00+00');
CREATE TABLE public.metering_events_2026_05 PARTITION OF public.metering_events
    FOR VALUES FROM ('2026-05-01 00:00:00+00') TO ('2026-06-01 00:00:00+00');
CREATE TABLE public.metering_events_2026_06 PARTITION OF public.metering_events
    FOR VALUES FROM ('2026-06-01 00:00:00+00') TO ('2026-07-01 00:00:00+00');
-- Catches what comes in for a month that nobody has made yet. It should stay empty.
CREATE TABLE public.metering_events_default PARTITION OF public.metering_events DEFAULT;

-- The parent first and alone, then each partition, then the knots: on the real thing every
-- partition's index can be built at its own time.
CREATE INDEX idx_metering_events_org ON ONLY public.metering_events USING btree (organization_id, metric, occurred_at);
CREATE INDEX idx_metering_events_org_2026_02 ON public.metering_events_2026_02 (organization_id, metric, occurred_at);
ALTER INDEX public.idx_metering_events_org ATTACH PARTITION public.idx_metering_events_org_2026_02;
CREATE INDEX idx_metering_events_org_2026_03 ON public.metering_events_2026_03 (organization_id, metric, occurred_at);
ALTER INDEX public.idx_metering_events_org ATTACH PARTITION public.idx_metering_events_org_2026_03;
CREATE INDEX idx_metering_events_org_2026_04 ON public.metering_events_2026_04 (organization_id, metric, occurred_at);
ALTER INDEX public.idx_metering_events_org ATTACH PARTITION public.idx_metering_events_org_2026_04;
CREATE INDEX idx_metering_events_org_2026_05 ON public.metering_events_2026_05 (organization_id, metric, occurred_at);
ALTER INDEX public.idx_metering_events_org ATTACH PARTITION public.idx_metering_events_org_2026_05;
CREATE INDEX idx_metering_events_org_2026_06 ON public.metering_events_2026_06 (organization_id, metric, occurred_at);
ALTER INDEX public.idx_metering_events_org ATTACH PARTITION public.idx_metering_events_org_2026_06;
CREATE INDEX idx_metering_events_org_default ON public.metering_events_default (organization_id, metric, occurred_at);
ALTER INDEX public.idx_metering_events_org ATTACH PARTITION public.idx_metering_events_org_default;

DO $$
DECLARE
    part text;
BEGIN
    -- A billed amount must never be corrected in place.
    FOR part IN SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'public.metering_events'::regclass LOOP
        EXECUTE format('COMMENT ON TABLE %s IS %L', part, 'Append only. Corrections are rows with their own time.');
    END LOOP;
END
$$;

-- migrate:down

DROP TABLE public.metering_events;
