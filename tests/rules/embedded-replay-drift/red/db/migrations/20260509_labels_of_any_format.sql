-- migrate:up
-- The printers say themselves what they take.
ALTER TABLE public.labels DROP CONSTRAINT labels_format_check;

-- migrate:down
ALTER TABLE public.labels ADD CONSTRAINT labels_format_check CHECK (format IN ('zpl', 'pdf'));
