-- migrate:up
CREATE TABLE public.parcels (
    id bigint PRIMARY KEY,
    service text NOT NULL,
    scanned_at timestamptz
);

CREATE INDEX parcels_trackable ON public.parcels (scanned_at) WHERE service IN ('air', 'sea');

-- migrate:down
DROP TABLE public.parcels;
