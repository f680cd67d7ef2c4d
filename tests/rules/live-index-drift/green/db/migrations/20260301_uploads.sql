-- migrate:up
CREATE TABLE public.uploads (
    id uuid PRIMARY KEY,
    client varchar(20) NOT NULL,
    touched_at timestamptz,
    finished_at timestamptz
);
CREATE INDEX uploads_resumable ON public.uploads (touched_at)
    WHERE client IN ('browser', 'phone') AND finished_at IS NULL;

-- migrate:down
DROP TABLE public.uploads;
