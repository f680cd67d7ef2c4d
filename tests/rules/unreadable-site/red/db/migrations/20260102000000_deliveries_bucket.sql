-- migrate:up

DO $$
DECLARE
    targets text[] := ARRAY['webhook', 'queue', 'bucket'];
BEGIN
    DROP INDEX IF EXISTS public.idx_deliveries_open;
    EXECUTE format('CREATE INDEX idx_deliveries_open ON public.deliveries (next_try_at) WHERE target = ANY (%L)', targets);
END
$$;

-- migrate:down

DROP INDEX IF EXISTS public.idx_deliveries_open;
CREATE INDEX idx_deliveries_open ON public.deliveries (next_try_at)
    WHERE target IN ('webhook', 'queue');
