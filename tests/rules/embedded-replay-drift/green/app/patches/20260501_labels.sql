CREATE TABLE IF NOT EXISTS public.labels (
    id bigint NOT NULL,
    format text NOT NULL,
    queued_at timestamp with time zone NOT NULL
);
CREATE INDEX IF NOT EXISTS labels_printable ON public.labels (queued_at) WHERE format IN ('zpl', 'pdf');
