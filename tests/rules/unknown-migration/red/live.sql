CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
INSERT INTO schema_migrations VALUES ('20260105'), ('20260106');
CREATE TABLE public.files (
    id bigint PRIMARY KEY,
    scanner integer NOT NULL,
    quarantined boolean NOT NULL
);
CREATE INDEX files_scanned ON public.files (id) WHERE scanner IN (1, 2) AND NOT quarantined;
