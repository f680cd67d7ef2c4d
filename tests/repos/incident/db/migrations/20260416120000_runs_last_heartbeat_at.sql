-- migrate:up

-- Written by workers every thirty seconds while they execute a run. Not every lane's executor does
-- that yet, so a NULL in flight isn't a sign of death. The table is made ready for being updated
-- often: room on each page, and a vacuum that comes early.
ALTER TABLE public.runs ADD COLUMN last_heartbeat_at timestamp with time zone;

ALTER TABLE public.runs SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

COMMENT ON COLUMN public.runs.last_heartbeat_at IS 'Set by the executor while it works. NULL until the first beat.';

-- migrate:down

COMMENT ON COLUMN public.runs.last_heartbeat_at IS NULL;
ALTER TABLE public.runs RESET (fillfactor, autovacuum_vacuum_scale_factor);
ALTER TABLE public.runs DROP COLUMN last_heartbeat_at;
