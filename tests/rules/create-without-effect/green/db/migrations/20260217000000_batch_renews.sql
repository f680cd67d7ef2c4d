-- migrate:up

DROP INDEX IF EXISTS public.idx_leases_renewable;
CREATE INDEX IF NOT EXISTS idx_leases_renewable ON public.leases (renewed_at)
    WHERE holder_kind IN ('pod', 'cron', 'batch');

-- migrate:down

DROP INDEX IF EXISTS public.idx_leases_renewable;
CREATE INDEX IF NOT EXISTS idx_leases_renewable ON public.leases (renewed_at)
    WHERE holder_kind IN ('pod', 'cron');
