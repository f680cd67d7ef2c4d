-- migrate:up
ALTER TABLE public.faxes ADD COLUMN pages integer;

-- migrate:down
ALTER TABLE public.faxes DROP COLUMN pages;
