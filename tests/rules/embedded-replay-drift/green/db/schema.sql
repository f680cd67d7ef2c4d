SELECT pg_catalog.set_config('search_path', '', false);

CREATE TABLE public.labels (
    id bigint NOT NULL,
    format text NOT NULL,
    queued_at timestamp with time zone NOT NULL
);


CREATE INDEX labels_printable ON public.labels USING btree (queued_at) WHERE (format = ANY (ARRAY['zpl'::text, 'pdf'::text]));
