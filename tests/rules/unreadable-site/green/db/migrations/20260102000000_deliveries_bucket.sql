-- migrate:up

DROP INDEX IF EXISTS public.idx_deliveries_open;
CREATE INDEX idx_deliveries_open ON public.deliveries (next_try_at)
    WHERE target IN ('webhook', 'queue', 'bucket');

-- migrate:down

DROP INDEX IF EXISTS public.idx_deliveries_open;
CREATE INDEX idx_deliveries_open ON public.deliveries (next_try_at)
    WHERE target IN ('webhook', 'queue');
