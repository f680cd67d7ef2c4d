-- migrate:up transaction:false
SET lock_timeout = '3s';
CREATE INDEX CONCURRENTLY photos_reviewable ON public.photos (taken_at) WHERE origin IN ('upload', 'import');

-- migrate:down transaction:false
DROP INDEX CONCURRENTLY public.photos_reviewable;
