ALTER TABLE public.bookmarks ADD COLUMN IF NOT EXISTS folder text;
