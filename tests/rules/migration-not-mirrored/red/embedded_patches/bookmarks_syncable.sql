DROP INDEX IF EXISTS public.bookmarks_syncable;
CREATE INDEX bookmarks_syncable ON public.bookmarks (changed_at) WHERE browser IN ('firefox', 'safari');
