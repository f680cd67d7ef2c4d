-- migrate:up
CREATE TABLE public.photos (
    id bigint PRIMARY KEY,
    origin text NOT NULL,
    taken_at timestamptz NOT NULL
);

-- migrate:down
DROP TABLE public.photos;
