CREATE TABLE IF NOT EXISTS public.notes (
    id bigint NOT NULL,
    origin text NOT NULL,
    edited_at timestamp with time zone NOT NULL
);
CREATE INDEX IF NOT EXISTS notes_syncable ON public.notes (edited_at) WHERE origin IN ('phone', 'watch');
