CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
INSERT INTO schema_migrations VALUES ('20260301');
CREATE TABLE public.uploads (
    id uuid PRIMARY KEY,
    client varchar(20) NOT NULL,
    touched_at timestamptz,
    finished_at timestamptz
);
CREATE INDEX uploads_resumable ON public.uploads (touched_at)
    WHERE client IN ('browser') AND finished_at IS NULL;
