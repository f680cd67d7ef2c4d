SELECT pg_catalog.set_config('search_path', '', false);

CREATE TABLE public.notes (
    id bigint NOT NULL,
    origin text NOT NULL,
    edited_at timestamp with time zone NOT NULL
);


CREATE INDEX notes_syncable ON public.notes USING btree (edited_at) WHERE (origin = ANY (ARRAY['phone'::text, 'watch'::text]));
