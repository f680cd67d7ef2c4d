CREATE TABLE IF NOT EXISTS public.notes (
    id bigint NOT NULL,
    origin text NOT NULL,
    edited_at timestamp with time zone NOT NULL
);
DROP INDEX IF EXISTS public.notes_syncable;
CREATE INDEX notes_syncable ON public.notes (edited_at) WHERE origin IN ('phone', 'watch');
