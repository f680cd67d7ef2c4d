-- Mirrors migration 20260509140000. Dropped and added rather than guarded by the name: the
-- constraint has had this name with a shorter list, and a guard would keep that one.
ALTER TABLE public.runs DROP CONSTRAINT IF EXISTS runs_run_type_check;
ALTER TABLE public.runs ADD CONSTRAINT runs_run_type_check CHECK (run_type IN (
    'sync', 'action', 'embed_backfill', 'auth', 'insight', 'chat_message'
));
