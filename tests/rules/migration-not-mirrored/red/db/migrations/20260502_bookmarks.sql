-- migrate:up
CREATE TABLE public.bookmarks (
    id bigint PRIMARY KEY,
    browser text NOT NULL,
    changed_at timestamptz
);

-- migrate:down
DROP TABLE public.bookmarks;
