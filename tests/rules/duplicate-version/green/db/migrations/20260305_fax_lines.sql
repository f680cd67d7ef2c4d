-- migrate:up
CREATE TABLE public.fax_lines (number text PRIMARY KEY);

-- migrate:down
DROP TABLE public.fax_lines;
