CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
INSERT INTO schema_migrations VALUES ('20260501'), ('20260502');
CREATE TABLE public.orders (
    id bigint PRIMARY KEY,
    channel text NOT NULL,
    note text,
    CONSTRAINT orders_channel_check CHECK (channel IN ('shop', 'phone', 'fax'))
);
