-- Shops print their own footer.
-- migrate:up
CREATE TABLE public.footers (
    shop_id bigint PRIMARY KEY,
    line text NOT NULL
);

-- migrate:down
DROP TABLE public.footers;
