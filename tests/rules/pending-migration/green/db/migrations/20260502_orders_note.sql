-- migrate:up
ALTER TABLE public.orders ADD COLUMN note text;

-- migrate:down
ALTER TABLE public.orders DROP COLUMN note;
