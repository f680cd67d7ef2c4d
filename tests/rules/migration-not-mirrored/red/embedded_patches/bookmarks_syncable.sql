CREATE INDEX IF NOT EXISTS bookmarks_syncable ON public.bookmarks (changed_at) WHERE browser IN ('firefox', 'safari');
