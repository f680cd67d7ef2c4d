-- migrate:up
CREATE TABLE public.receipts (
    id bigint PRIMARY KEY,
    device text NOT NULL,
    queued_at timestamptz NOT NULL,
    printed_at timestamptz
);
CREATE INDEX receipts_printable ON public.receipts (queued_at) WHERE printed_at IS NULL AND device IN ('till', 'kiosk');

-- migrate:down
DROP TABLE public.receipts;
