-- migrate:up

CREATE TABLE public.leases (
    id bigserial PRIMARY KEY,
    holder_kind varchar(16) NOT NULL,
    renewed_at timestamptz NOT NULL
);
CREATE INDEX idx_leases_renewable ON public.leases (renewed_at)
    WHERE holder_kind IN ('pod', 'cron');

-- migrate:down

DROP TABLE public.leases;
