-- migrate:up
CREATE TABLE public.letters (
    id bigint PRIMARY KEY,
    postage text NOT NULL,
    posted_at timestamptz
);
CREATE INDEX letters_resendable ON public.letters (posted_at) WHERE postage IN ('first', 'second');

-- migrate:down
DROP TABLE public.letters;
