-- migrate:up
CREATE INDEX bookmarks_syncable ON public.bookmarks (changed_at) WHERE browser IN ('firefox', 'safari');

-- migrate:down
DROP INDEX public.bookmarks_syncable;
