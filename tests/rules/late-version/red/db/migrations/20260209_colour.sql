-- migrate:up
ALTER TABLE public.letters ADD COLUMN in_colour boolean;

-- migrate:down
ALTER TABLE public.letters DROP COLUMN in_colour;
