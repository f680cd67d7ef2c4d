-- migrate:up

-- 0 is the default, higher goes first. Kept small on purpose: with a hundred levels
-- everyone's feed was urgent.
ALTER TABLE public.feeds ADD COLUMN priority smallint DEFAULT 0 NOT NULL;

ALTER TABLE public.feeds ADD CONSTRAINT feeds_priority_check CHECK (priority BETWEEN -2 AND 2);

DROP INDEX IF EXISTS public.idx_feeds_due;
CREATE INDEX idx_feeds_due ON public.feeds (priority DESC, next_sync_at) WHERE NOT paused AND deleted_at IS NULL;

-- migrate:down

DROP INDEX IF EXISTS public.idx_feeds_due;
CREATE INDEX idx_feeds_due ON public.feeds (next_sync_at) WHERE NOT paused AND deleted_at IS NULL;
ALTER TABLE public.feeds DROP CONSTRAINT feeds_priority_check;
ALTER TABLE public.feeds DROP COLUMN priority;
