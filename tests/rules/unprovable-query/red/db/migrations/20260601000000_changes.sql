-- migrate:up

CREATE TABLE public.changes (
    id bigserial PRIMARY KEY,
    source text NOT NULL,
    mirrored_at timestamptz
);
CREATE INDEX idx_changes_unmirrored ON public.changes (id)
    WHERE mirrored_at IS NULL AND source IN ('crm', 'erp');

-- migrate:down

DROP TABLE public.changes;
