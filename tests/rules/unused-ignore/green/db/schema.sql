--
-- PostgreSQL database dump
--

\restrict dbmate

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: work; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA work;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: schema_migrations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.schema_migrations (
    version character varying(128) NOT NULL
);


--
-- Name: Tasks; Type: TABLE; Schema: work; Owner: -
--

CREATE TABLE work."Tasks" (
    id uuid NOT NULL,
    "taskKind" text NOT NULL,
    status text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    "failedAt" timestamp with time zone
);


--
-- Name: schema_migrations schema_migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);


--
-- Name: Tasks Tasks_pkey; Type: CONSTRAINT; Schema: work; Owner: -
--

ALTER TABLE ONLY work."Tasks"
    ADD CONSTRAINT "Tasks_pkey" PRIMARY KEY (id);


--
-- Name: Tasks_retryable; Type: INDEX; Schema: work; Owner: -
--

CREATE INDEX "Tasks_retryable" ON work."Tasks" USING btree ("failedAt") WHERE ((status = 'failed'::text) AND (attempts < 5) AND ("taskKind" = ANY (ARRAY['thumbnail'::text, 'index'::text, 'geocode'::text])));


--
-- PostgreSQL database dump complete
--

\unrestrict dbmate


--
-- Dbmate schema migrations
--

INSERT INTO public.schema_migrations (version) VALUES
    ('001');
