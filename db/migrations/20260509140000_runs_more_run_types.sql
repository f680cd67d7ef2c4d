-- migrate:up

-- Embeddings are now backfilled through the queue, and two lanes of short work join it:
-- 'insight' and 'chat_message' end within seconds and never heartbeat, so nothing that
-- judges a run by its heartbeat may ever touch them.
ALTER TABLE public.runs DROP CONSTRAINT runs_run_type_check;
ALTER TABLE public.runs ADD CONSTRAINT runs_run_type_check CHECK (run_type IN (
    'sync', 'action', 'embed_backfill', 'auth', 'insight', 'chat_message'
));

-- migrate:down

-- Fails while a run of a newer type exists, which is meant: going back must not lose work.
ALTER TABLE public.runs DROP CONSTRAINT runs_run_type_check;
ALTER TABLE public.runs ADD CONSTRAINT runs_run_type_check CHECK (run_type IN ('sync', 'action', 'auth'));
