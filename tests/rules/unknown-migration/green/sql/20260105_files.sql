-- migrate:up
CREATE TABLE public.files (
    id bigint PRIMARY KEY,
    scanner integer NOT NULL,
    quarantined boolean NOT NULL
);
CREATE INDEX files_scanned ON public.files (id) WHERE scanner IN (1, 2) AND NOT quarantined;

-- migrate:down
DROP TABLE public.files;
