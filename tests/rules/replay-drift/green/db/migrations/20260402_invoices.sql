-- migrate:up
CREATE TABLE public.invoices (
    id bigint NOT NULL,
    kind text NOT NULL,
    currency text DEFAULT 'EUR' NOT NULL,
    due_on date NOT NULL
);
CREATE INDEX invoices_chargeable ON public.invoices (due_on) WHERE kind IN ('monthly', 'usage');

-- migrate:down
DROP TABLE public.invoices;
