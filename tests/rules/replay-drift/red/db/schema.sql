SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

--
-- Name: invoices; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.invoices (
    id bigint NOT NULL,
    kind text NOT NULL,
    currency text DEFAULT 'USD'::text NOT NULL,
    due_on date NOT NULL
);


--
-- Name: invoices_chargeable; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX invoices_chargeable ON public.invoices USING btree (due_on) WHERE (kind = ANY (ARRAY['monthly'::text, 'usage'::text]));


--
-- PostgreSQL database dump complete
--
