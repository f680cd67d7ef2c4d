-- migrate:up
CREATE TABLE public.orders (
    id bigint PRIMARY KEY,
    channel text NOT NULL,
    CONSTRAINT orders_channel_check CHECK (channel IN ('shop', 'phone', 'fax'))
);

-- migrate:down
DROP TABLE public.orders;
