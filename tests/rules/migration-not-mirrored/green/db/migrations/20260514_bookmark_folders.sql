-- migrate:up
ALTER TABLE public.bookmarks ADD COLUMN folder text;

-- migrate:down
ALTER TABLE public.bookmarks DROP COLUMN folder;
