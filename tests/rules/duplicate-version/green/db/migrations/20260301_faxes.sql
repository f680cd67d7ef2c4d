-- migrate:up
CREATE TABLE public.faxes (
    id bigint PRIMARY KEY,
    carrier text NOT NULL,
    next_try_at timestamptz
);
CREATE INDEX faxes_sendable ON public.faxes (next_try_at) WHERE carrier IN ('isdn', 'voip');

-- migrate:down
DROP TABLE public.faxes;
