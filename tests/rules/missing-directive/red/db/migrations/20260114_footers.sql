-- Shops print their own footer.
CREATE TABLE public.footers (
    shop_id bigint PRIMARY KEY,
    line text NOT NULL
);
