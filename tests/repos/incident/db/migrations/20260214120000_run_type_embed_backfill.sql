-- migrate:up

-- Embeddings are made by workers now. A backfill of a large tenant runs for an hour, in slices
-- of one run each; none may be lost, or its documents are invisible to search.
ALTER TABLE public.runs
    DROP CONSTRAINT IF EXISTS runs_run_type_check,
    ADD CONSTRAINT runs_run_type_check CHECK (run_type IN ('sync', 'action', 'insight', 'embed_backfill'));

CREATE INDEX idx_runs_embed_backfill_open ON public.runs (organization_id) WHERE run_type = 'embed_backfill' AND status = 'pending';

ALTER TABLE public.document_chunks
    ADD COLUMN embed_failures smallint DEFAULT 0 NOT NULL,
    ADD COLUMN embed_after timestamp with time zone;

CREATE INDEX idx_document_chunks_embed_after ON public.document_chunks (embed_after) WHERE embed_after IS NOT NULL;

-- migrate:down

DROP INDEX public.idx_document_chunks_embed_after;
ALTER TABLE public.document_chunks
    DROP COLUMN embed_after,
    DROP COLUMN embed_failures;
DROP INDEX public.idx_runs_embed_backfill_open;
ALTER TABLE public.runs DROP CONSTRAINT runs_run_type_check;
ALTER TABLE public.runs ADD CONSTRAINT runs_run_type_check CHECK (run_type IN ('sync', 'action', 'insight'));
