-- migrate:up

CREATE TABLE public.parcels (
    id bigserial PRIMARY KEY,
    carrier text NOT NULL,
    delivered_at timestamptz
);
CREATE INDEX idx_parcels_open ON public.parcels (id)
    WHERE delivered_at IS NULL AND carrier IN ('dhl', 'gls', 'ups');

-- migrate:down

DROP TABLE public.parcels;
