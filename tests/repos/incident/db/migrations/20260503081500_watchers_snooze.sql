-- migrate:up

-- A watcher that shouts during a known outage was switched off, and forgotten. Snoozed, it comes back
-- by itself; who did it and why is shown beside it.
ALTER TABLE public.watchers
    ADD COLUMN snoozed_until timestamp with time zone,
    ADD COLUMN snoozed_by text,
    ADD COLUMN snooze_reason text;

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'watchers_snooze_check') THEN
        ALTER TABLE public.watchers
            ADD CONSTRAINT watchers_snooze_check CHECK (snoozed_until IS NULL OR snoozed_by IS NOT NULL);
    END IF;
END
$$;

DROP INDEX IF EXISTS public.idx_watchers_due;
CREATE INDEX idx_watchers_due ON public.watchers (last_evaluated_at) WHERE enabled AND snoozed_until IS NULL;

CREATE INDEX idx_watchers_snoozed ON public.watchers (snoozed_until) WHERE snoozed_until IS NOT NULL;

CREATE FUNCTION public.wake_watchers() RETURNS integer
    LANGUAGE plpgsql
    AS $$
DECLARE
    woken integer;
BEGIN
    UPDATE public.watchers
       SET snoozed_until = NULL, snoozed_by = NULL, snooze_reason = NULL,
           -- What happened meanwhile is not asked about. That was the point of the snooze.
           last_evaluated_at = now()
     WHERE snoozed_until <= now();
    GET DIAGNOSTICS woken = ROW_COUNT;
    RETURN woken;
END;
$$;

-- migrate:down

DROP FUNCTION public.wake_watchers();
DROP INDEX public.idx_watchers_snoozed;
DROP INDEX IF EXISTS public.idx_watchers_due;
CREATE INDEX idx_watchers_due ON public.watchers (last_evaluated_at) WHERE enabled;
ALTER TABLE public.watchers DROP CONSTRAINT watchers_snooze_check;
ALTER TABLE public.watchers
    DROP COLUMN snooze_reason,
    DROP COLUMN snoozed_by,
    DROP COLUMN snoozed_until;
