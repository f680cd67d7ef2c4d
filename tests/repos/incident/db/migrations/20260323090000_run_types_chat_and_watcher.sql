-- migrate:up

-- Two more lanes: a turn of a conversation, and the evaluation of a watcher. Chat is short; a watcher
-- may take minutes, but it writes its state as it goes and is simply evaluated again.
ALTER TABLE public.runs DROP CONSTRAINT IF EXISTS runs_run_type_check;
DO $$
BEGIN
    ALTER TABLE public.runs ADD CONSTRAINT runs_run_type_check CHECK (run_type IN ('sync', 'action', 'insight', 'embed_backfill', 'auth', 'chat_message', 'watcher'));
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

ALTER TABLE public.runs
    ADD COLUMN watcher_id bigint,
    ADD CONSTRAINT runs_watcher_id_fkey FOREIGN KEY (watcher_id) REFERENCES public.watchers (id) ON DELETE CASCADE;

CREATE UNIQUE INDEX idx_runs_open_watcher ON public.runs (watcher_id)
    WHERE run_type = 'watcher' AND status IN ('pending', 'claimed', 'running');

-- migrate:down

DROP INDEX public.idx_runs_open_watcher;
ALTER TABLE public.runs DROP COLUMN watcher_id;
ALTER TABLE public.runs DROP CONSTRAINT runs_run_type_check;
ALTER TABLE public.runs ADD CONSTRAINT runs_run_type_check CHECK (run_type IN ('sync', 'action', 'insight', 'embed_backfill', 'auth'));
