CREATE TABLE public.exports (
    id uuid NOT NULL,
    format text NOT NULL,
    state text NOT NULL,
    beat_at timestamp with time zone
);

CREATE INDEX exports_beating ON public.exports USING btree (beat_at) WHERE ((state = 'running'::text) AND (format = ANY (ARRAY['csv'::text, 'pdf'::text])));
