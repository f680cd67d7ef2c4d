-- migrate:up
CREATE TABLE public.notes (
    id bigint NOT NULL,
    origin text NOT NULL,
    edited_at timestamp with time zone NOT NULL
);
CREATE INDEX notes_syncable ON public.notes (edited_at) WHERE origin IN ('phone', 'watch');

-- migrate:down
DROP TABLE public.notes;
