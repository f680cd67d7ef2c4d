-- migrate:up
ALTER TABLE public.letters ADD COLUMN sheets integer;

-- migrate:down
ALTER TABLE public.letters DROP COLUMN sheets;
