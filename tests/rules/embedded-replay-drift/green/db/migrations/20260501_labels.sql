-- migrate:up
CREATE TABLE public.labels (
    id bigint NOT NULL,
    format text NOT NULL,
    queued_at timestamp with time zone NOT NULL
);
CREATE INDEX labels_printable ON public.labels (queued_at) WHERE format IN ('zpl', 'pdf');
ALTER TABLE public.labels ADD CONSTRAINT labels_format_check CHECK (format IN ('zpl', 'pdf'));

-- migrate:down
DROP TABLE public.labels;
