\restrict dbmate

-- Dumped from database version 18.3
-- Dumped by pg_dump version 18.3

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: agent_visibility; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.agent_visibility AS ENUM (
    'private',
    'team',
    'organization',
    'public'
);


--
-- Name: add_default_entity_types(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.add_default_entity_types() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    kind record;
BEGIN
    FOR kind IN
        SELECT *
          FROM (VALUES
              ('person', 'Person', 'People', 'user', '{"email": "string", "handle": "string"}'),
              ('company', 'Company', 'Companies', 'building', '{"domain": "string", "employees": "integer"}'),
              ('product', 'Product', 'Products', 'box', '{"sku": "string"}'),
              ('repository', 'Repository', 'Repositories', 'code', '{"default_branch": "string"}'),
              ('ticket', 'Ticket', 'Tickets', 'tag', '{"priority": "string", "state": "string"}'),
              ('place', 'Place', 'Places', 'map-pin', '{"latitude": "number", "longitude": "number"}')
          ) AS defaults (key, label, plural_label, icon, attribute_schema)
    LOOP
        INSERT INTO public.entity_types (organization_id, key, label, plural_label, icon, attribute_schema, built_in)
        VALUES (NEW.id, kind.key, kind.label, kind.plural_label, kind.icon, kind.attribute_schema::jsonb, true)
        ON CONFLICT (organization_id, key) DO NOTHING;
    END LOOP;
    RETURN NULL;
END;
$$;


--
-- Name: audit(text, text, text, text, text, jsonb); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.audit(org text, actor text, verb text, object_kind text, object_id text, detail jsonb DEFAULT '{}'::jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    entry bigint;
    actor_kind text;
BEGIN
    actor_kind := CASE
        WHEN actor IS NULL THEN 'system'
        WHEN actor LIKE 'key:%' THEN 'api_key'
        WHEN actor LIKE 'worker:%' THEN 'worker'
        ELSE 'user'
    END;
    INSERT INTO public.audit_log (organization_id, actor_user_id, actor_kind, verb, object_kind, object_id, detail)
    VALUES (
        org,
        CASE actor_kind WHEN 'user' THEN actor END,
        actor_kind,
        verb, object_kind, object_id,
        -- Never a secret, whatever the caller hands in.
        detail - ARRAY['password', 'token', 'secret', 'sealed', 'access_token', 'refresh_token']
    )
    RETURNING id INTO entry;
    RETURN entry;
END;
$$;


--
-- Name: charge_tokens(bigint, text, bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.charge_tokens(run bigint, model text, tokens_in bigint, tokens_out bigint) RETURNS numeric
    LANGUAGE plpgsql
    AS $$
DECLARE
    price public.model_prices;
    org text;
    started date;
    total numeric := 0;
BEGIN
    SELECT r.organization_id, r.created_at::date INTO STRICT org, started FROM public.runs r WHERE r.id = run;
    SELECT * INTO price FROM public.model_price_at(model, started);
    IF price.model_key IS NULL THEN
        -- Unknown isn't free. It's booked at the dearest text model, and somebody will complain.
        SELECT p.* INTO price
          FROM public.model_prices p
         WHERE p.modality = 'text' AND p.valid_from <= started
         ORDER BY p.output_cents_per_million DESC, p.model_key
         LIMIT 1;
    END IF;
    IF tokens_in > 0 THEN
        INSERT INTO public.run_costs (run_id, organization_id, kind, quantity, unit_price, model_key)
        VALUES (run, org, 'tokens_in', tokens_in, price.input_cents_per_million / 1000000, model);
        total := total + tokens_in * price.input_cents_per_million / 1000000;
    END IF;
    IF tokens_out > 0 THEN
        INSERT INTO public.run_costs (run_id, organization_id, kind, quantity, unit_price, model_key)
        VALUES (run, org, 'tokens_out', tokens_out, price.output_cents_per_million / 1000000, model);
        total := total + tokens_out * price.output_cents_per_million / 1000000;
    END IF;
    INSERT INTO public.metering_events (organization_id, metric, quantity, run_id)
    VALUES (org, 'tokens', tokens_in + tokens_out, run);
    RETURN round(total, 6);
END;
$$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: runs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.runs (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    feed_id bigint,
    connection_id bigint,
    agent_id bigint,
    run_type text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    trigger_kind text DEFAULT 'schedule'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    result jsonb,
    claimed_by text,
    claimed_at timestamp with time zone,
    completed_at timestamp with time zone,
    error_message text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    error_code text,
    priority smallint DEFAULT 0 NOT NULL,
    cancelled_by text,
    retry_of bigint,
    watcher_id bigint,
    last_heartbeat_at timestamp with time zone,
    CONSTRAINT runs_run_type_check CHECK ((run_type = ANY (ARRAY['sync'::text, 'action'::text, 'insight'::text, 'embed_backfill'::text, 'auth'::text, 'chat_message'::text, 'watcher'::text, 'export'::text]))),
    CONSTRAINT runs_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'claimed'::text, 'running'::text, 'completed'::text, 'failed'::text, 'timeout'::text, 'cancelled'::text]))),
    CONSTRAINT runs_trigger_kind_check CHECK ((trigger_kind = ANY (ARRAY['schedule'::text, 'manual'::text, 'webhook'::text, 'retry'::text])))
)
WITH (fillfactor='80', autovacuum_vacuum_scale_factor='0.02');


--
-- Name: TABLE runs; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.runs IS 'The job queue. run_type is the lane, status is where the run stands.';


--
-- Name: COLUMN runs.claimed_by; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.runs.claimed_by IS 'The worker''s id at the time of the claim. Not a foreign key.';


--
-- Name: COLUMN runs.error_code; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.runs.error_code IS 'Stable and short, for counting; error_message is for people.';


--
-- Name: COLUMN runs.last_heartbeat_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.runs.last_heartbeat_at IS 'Set by the executor while it works. NULL until the first beat.';


--
-- Name: claim_next_run(text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.claim_next_run(worker text, lane text) RETURNS SETOF public.runs
    LANGUAGE plpgsql
    AS $$
DECLARE
    pool public.worker_pools;
    is_draining boolean;
BEGIN
    SELECT w.draining INTO is_draining FROM public.workers w WHERE w.id = worker;
    IF is_draining THEN
        RETURN;
    END IF;
    SELECT p.* INTO pool
      FROM public.workers w
      JOIN public.worker_pools p ON p.id = w.pool_id
     WHERE w.id = worker;
    IF FOUND AND cardinality(pool.lanes) > 0 AND NOT lane = ANY (pool.lanes) THEN
        RETURN;
    END IF;
    UPDATE public.workers SET last_seen_at = now() WHERE id = worker;

    RETURN QUERY
    UPDATE public.runs r
       SET status = 'claimed',
           claimed_by = worker,
           claimed_at = now(),
           -- The first beat is the claim itself: a worker that dies before its second is noticed.
           last_heartbeat_at = now(),
           attempts = r.attempts + 1
     WHERE r.id = (
            SELECT q.id
              FROM public.runs q
             WHERE q.status = 'pending'
               AND q.run_type = lane
               -- A pool of a tenant takes that tenant's runs; everybody else takes the rest.
               AND (pool.organization_id IS NULL OR q.organization_id = pool.organization_id)
               AND (pool.organization_id IS NOT NULL OR NOT EXISTS (
                    SELECT 1
                      FROM public.worker_pools own
                     WHERE own.organization_id = q.organization_id
                       AND (own.lanes = '{}' OR lane = ANY (own.lanes))
                   ))
             ORDER BY q.priority DESC, q.created_at
             LIMIT 1
               FOR UPDATE SKIP LOCKED
           )
    RETURNING r.*;
END;
$$;


--
-- Name: FUNCTION claim_next_run(worker text, lane text); Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON FUNCTION public.claim_next_run(worker text, lane text) IS 'Zero rows or one. The caller asks again after runs_pending was notified, or after five seconds.';


--
-- Name: notifications; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.notifications (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    user_id text,
    channel_id bigint,
    template_key text NOT NULL,
    params jsonb DEFAULT '{}'::jsonb NOT NULL,
    dedupe_key text,
    state text DEFAULT 'queued'::text NOT NULL,
    send_after timestamp with time zone DEFAULT now() NOT NULL,
    sent_at timestamp with time zone,
    failure text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    digest_id bigint,
    read_at timestamp with time zone,
    CONSTRAINT notifications_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'held'::text, 'sent'::text, 'failed'::text])))
);


--
-- Name: claim_notification_batch(integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.claim_notification_batch(max_rows integer) RETURNS SETOF public.notifications
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- Muted channels keep their queue: what is unmuted later still arrives, if it's not too old.
    UPDATE public.notifications n
       SET state = 'failed', failure = 'too_late'
     WHERE n.state = 'queued'
       AND n.send_after < now() - interval '3 days';
    RETURN QUERY
    SELECT n.*
      FROM public.notifications n
     WHERE n.state = 'queued'
       AND n.send_after <= now()
       AND NOT EXISTS (
            SELECT 1
              FROM public.channels c
             WHERE c.id = n.channel_id
               AND c.muted_until > now()
           )
     ORDER BY n.send_after
     LIMIT max_rows
       FOR UPDATE SKIP LOCKED;
END;
$$;


--
-- Name: conversation_transcript(bigint, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.conversation_transcript(conversation bigint, max_tokens integer DEFAULT 16000) RETURNS TABLE(message_id bigint, author text, content text, run_id bigint)
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    spent integer := 0;
    line record;
BEGIN
    -- From the newest backwards until the budget is gone: the caller turns it round.
    FOR line IN
        SELECT m.id, m.author_kind, m.content, m.run_id, coalesce(m.token_count, length(m.content) / 4) AS tokens
          FROM public.messages m
         WHERE m.conversation_id = conversation
         ORDER BY m.id DESC
    LOOP
        spent := spent + line.tokens;
        EXIT WHEN spent > max_tokens;
        message_id := line.id;
        author := line.author_kind;
        content := line.content;
        run_id := line.run_id;
        RETURN NEXT;
    END LOOP;
END;
$$;


--
-- Name: costly_days(text, numeric); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.costly_days(org text, factor numeric DEFAULT 3) RETURNS TABLE(day timestamp with time zone, cents numeric, usual numeric)
    LANGUAGE sql STABLE
    AS $$
    WITH days AS (
        SELECT c.day, sum(c.cents) AS cents
          FROM public.agent_costs c
         WHERE c.organization_id = org
         GROUP BY c.day
    ), windowed AS (
        SELECT d.day, d.cents,
               avg(d.cents) OVER (ORDER BY d.day ROWS BETWEEN 14 PRECEDING AND 1 PRECEDING) AS usual
          FROM days d
    )
    SELECT w.day, w.cents, w.usual
      FROM windowed w
     WHERE w.usual IS NOT NULL AND w.cents > factor * w.usual
     ORDER BY w.day DESC
$$;


--
-- Name: credentials_to_rotate(text, integer, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.credentials_to_rotate(org text, target_version integer, max_rows integer DEFAULT 100) RETURNS TABLE(id bigint, sealed bytea, key_version integer)
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- Only the newest of each connection: what is behind it opens nothing any more.
    RETURN QUERY
    SELECT c.id, c.sealed, c.key_version
      FROM public.credentials c
     WHERE c.organization_id = org
       AND c.key_version < target_version
       AND NOT EXISTS (
            SELECT 1
              FROM public.credentials newer
             WHERE newer.connection_id = c.connection_id
               AND newer.created_at > c.created_at
           )
     ORDER BY c.id
     LIMIT max_rows
       FOR UPDATE SKIP LOCKED;
END;
$$;


--
-- Name: embeddings_set_norm(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.embeddings_set_norm() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.norm := sqrt(public.vector_dot(NEW.vector, NEW.vector));
    IF NEW.norm = 0 THEN
        RAISE EXCEPTION 'embedding of chunk % is all zeroes', NEW.chunk_id USING ERRCODE = 'data_exception';
    END IF;
    RETURN NEW;
END;
$$;


--
-- Name: entities_set_normalized_name(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.entities_set_normalized_name() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.normalized_name := public.normalize_name(NEW.name);
    IF NEW.normalized_name = '' THEN
        -- "…" and "!!!" are names too. They only never match each other.
        NEW.normalized_name := 'raw:' || md5(NEW.name);
    END IF;
    RETURN NEW;
END;
$$;


--
-- Name: entity_neighbourhood(bigint, integer, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.entity_neighbourhood(centre bigint, max_depth integer DEFAULT 2, max_degree integer DEFAULT 200) RETURNS TABLE(entity_id bigint, depth integer, via text[], weight real)
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    org text;
BEGIN
    SELECT e.organization_id INTO org FROM public.entities e WHERE e.id = centre;
    RETURN QUERY
    WITH RECURSIVE hubs AS (
        SELECT l.to_entity_id AS id
          FROM public.entity_links l
         WHERE l.organization_id = org
         GROUP BY l.to_entity_id
        HAVING count(*) > max_degree
    ), walk AS (
        SELECT centre AS id, 0 AS depth, ARRAY[]::text[] AS via, 1.0::real AS weight, ARRAY[centre] AS seen
        UNION ALL
        SELECT step.id, walk.depth + 1, walk.via || step.relation, (walk.weight * step.weight)::real, walk.seen || step.id
          FROM walk
         CROSS JOIN LATERAL (
                SELECT l.to_entity_id AS id, l.relation, l.weight
                  FROM public.entity_links l WHERE l.from_entity_id = walk.id
                UNION ALL
                SELECT l.from_entity_id, '←' || l.relation, l.weight
                  FROM public.entity_links l WHERE l.to_entity_id = walk.id
               ) AS step
         WHERE walk.depth < max_depth
           AND NOT step.id = ANY (walk.seen)
           AND NOT EXISTS (SELECT 1 FROM hubs WHERE hubs.id = walk.id AND walk.depth > 0)
    )
    SELECT DISTINCT ON (w.id) w.id, w.depth, w.via, w.weight
      FROM walk w
     ORDER BY w.id, w.depth, w.weight DESC;
END;
$$;


--
-- Name: event_content_hash(text, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.event_content_hash(title text, body text, author bigint) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT md5(
        regexp_replace(coalesce(title, ''), '\s+', '', 'g') || chr(31) ||
        regexp_replace(coalesce(body, ''), '\s+', '', 'g') || chr(31) ||
        coalesce(author::text, '')
    )
$$;


--
-- Name: events_set_content_hash(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.events_set_content_hash() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    twin bigint;
BEGIN
    NEW.content_hash := public.event_content_hash(NEW.title, NEW.body, NEW.author_entity_id);
    IF TG_OP = 'INSERT' AND NEW.supersedes_id IS NULL AND coalesce(NEW.body, '') <> '' THEN
        SELECT e.id INTO twin
          FROM public.events e
         WHERE e.content_hash = NEW.content_hash
           AND e.organization_id = NEW.organization_id
           AND e.connector_id = NEW.connector_id
           AND e.external_id <> NEW.external_id
         ORDER BY e.id DESC
         LIMIT 1;
        NEW.supersedes_id := twin;
    END IF;
    RETURN NEW;
END;
$$;


--
-- Name: gather_digest(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.gather_digest(reader text) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    digest bigint;
    org text;
    item_count integer;
BEGIN
    SELECT n.organization_id, count(*) INTO org, item_count
      FROM public.notifications n
     WHERE n.user_id = reader AND n.state = 'held' AND n.digest_id IS NULL
     GROUP BY n.organization_id
     ORDER BY count(*) DESC
     LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    INSERT INTO public.notifications (organization_id, user_id, template_key, params, dedupe_key)
    VALUES (
        org, reader, 'daily_digest',
        jsonb_build_object('count', item_count),
        format('digest:%s:%s', reader, current_date)
    )
    ON CONFLICT DO NOTHING
    RETURNING id INTO digest;
    IF digest IS NOT NULL THEN
        UPDATE public.notifications SET digest_id = digest, state = 'sent', sent_at = now()
         WHERE user_id = reader AND organization_id = org AND state = 'held' AND digest_id IS NULL;
    END IF;
    RETURN digest;
END;
$$;


--
-- Name: keep_built_in_entity_types(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.keep_built_in_entity_types() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- Deleting the organization cascades here, and that must go through.
    IF OLD.built_in AND EXISTS (SELECT 1 FROM public.organizations WHERE id = OLD.organization_id) THEN
        RAISE EXCEPTION 'entity type "%" is built in', OLD.key
            USING HINT = 'Rename it, or hide it in the organization''s settings.';
    END IF;
    RETURN OLD;
END;
$$;


--
-- Name: keep_document_version(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.keep_document_version() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    next_number integer;
BEGIN
    IF NEW.body IS NOT DISTINCT FROM OLD.body AND NEW.title = OLD.title THEN
        RETURN NEW;
    END IF;
    SELECT coalesce(max(v.number), 0) + 1 INTO next_number
      FROM public.document_versions v WHERE v.document_id = OLD.id;
    INSERT INTO public.document_versions (document_id, number, title, reverse_patch, body_sha256)
    VALUES (OLD.id, next_number, OLD.title, OLD.body, encode(sha256(convert_to(coalesce(OLD.body, ''), 'UTF8')), 'hex'));
    -- The whole old body for now; the nightly job replaces it by a patch.
    RETURN NEW;
END;
$$;


--
-- Name: merge_entities(bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.merge_entities(keep_id bigint, drop_id bigint) RETURNS integer
    LANGUAGE plpgsql
    AS $$
DECLARE
    moved integer := 0;
    step integer;
    org text;
    moved_aliases text[];
    moved_links bigint[];
BEGIN
    IF keep_id = drop_id THEN
        RAISE EXCEPTION 'cannot merge entity % into itself', keep_id;
    END IF;
    PERFORM 1 FROM public.entities e WHERE e.id IN (keep_id, drop_id) ORDER BY e.id FOR UPDATE;
    SELECT a.organization_id INTO org
      FROM public.entities a JOIN public.entities b ON b.organization_id = a.organization_id
     WHERE a.id = keep_id AND b.id = drop_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'entities % and % are not of one organization', keep_id, drop_id;
    END IF;

    UPDATE public.event_entities ee SET entity_id = keep_id
     WHERE ee.entity_id = drop_id
       AND NOT EXISTS (SELECT 1 FROM public.event_entities k WHERE k.event_id = ee.event_id AND k.entity_id = keep_id);
    GET DIAGNOSTICS step = ROW_COUNT;
    moved := moved + step;

    WITH changed AS (
        UPDATE public.entity_aliases SET entity_id = keep_id WHERE entity_id = drop_id RETURNING alias
    )
    SELECT array_agg(alias), count(*) INTO moved_aliases, step FROM changed;
    moved := moved + step;

    -- A link between the two would become a loop, and a link that both have would exist twice.
    DELETE FROM public.entity_links l
     WHERE (l.from_entity_id, l.to_entity_id) IN ((keep_id, drop_id), (drop_id, keep_id));
    WITH changed AS (
        UPDATE public.entity_links l
           SET from_entity_id = keep_id
         WHERE l.from_entity_id = drop_id
           AND NOT EXISTS (
                SELECT 1 FROM public.entity_links k
                 WHERE k.from_entity_id = keep_id AND k.to_entity_id = l.to_entity_id AND k.relation = l.relation
               )
        RETURNING l.id
    )
    SELECT array_agg(id), count(*) INTO moved_links, step FROM changed;
    moved := moved + step;

    UPDATE public.entities k
       SET attributes = d.attributes || k.attributes,
           first_seen_at = least(k.first_seen_at, d.first_seen_at),
           last_seen_at = greatest(k.last_seen_at, d.last_seen_at)
      FROM public.entities d
     WHERE k.id = keep_id AND d.id = drop_id;
    UPDATE public.entities SET merged_into_id = keep_id WHERE id = drop_id OR merged_into_id = drop_id;

    INSERT INTO public.entity_merges (organization_id, kept_id, dropped_id, moved_aliases, moved_links)
    VALUES (org, keep_id, drop_id, coalesce(moved_aliases, '{}'), coalesce(moved_links, '{}'));
    RETURN moved;
END;
$$;


--
-- Name: model_prices; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.model_prices (
    model_key text NOT NULL,
    provider_key text NOT NULL,
    modality text NOT NULL,
    input_cents_per_million numeric(10,2) NOT NULL,
    output_cents_per_million numeric(10,2) NOT NULL,
    context_tokens integer,
    valid_from date NOT NULL,
    CONSTRAINT model_prices_modality_check CHECK ((modality = ANY (ARRAY['text'::text, 'image'::text, 'audio'::text, 'embedding'::text, 'rerank'::text]))),
    CONSTRAINT model_prices_prices_check CHECK (((input_cents_per_million >= (0)::numeric) AND (output_cents_per_million >= (0)::numeric)))
);


--
-- Name: model_price_at(text, date); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.model_price_at(model text, at date) RETURNS public.model_prices
    LANGUAGE sql STABLE
    AS $$
    SELECT p.*
      FROM public.model_prices p
     WHERE p.model_key = model
       AND p.valid_from <= at
     ORDER BY p.valid_from DESC
     LIMIT 1
$$;


--
-- Name: nearest_chunks(text, text, real[], bigint[], integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.nearest_chunks(org text, model text, probe real[], candidates bigint[], max_rows integer DEFAULT 20) RETURNS TABLE(chunk_id bigint, similarity double precision)
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    probe_norm double precision := sqrt(public.vector_dot(probe, probe));
BEGIN
    IF coalesce(probe_norm, 0) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT e.chunk_id, public.vector_dot(e.vector, probe) / (e.norm * probe_norm) AS score
      FROM public.embeddings e
     WHERE e.organization_id = org
       AND e.model_key = model
       AND e.dimensions = cardinality(probe)
       AND (candidates IS NULL OR e.chunk_id = ANY (candidates))
     ORDER BY score DESC
     LIMIT max_rows;
END;
$$;


--
-- Name: schedules; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.schedules (
    id bigint NOT NULL,
    organization_id text,
    key text NOT NULL,
    every interval,
    at_minute smallint,
    at_hours smallint[],
    on_weekdays smallint[],
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    next_fire_at timestamp with time zone NOT NULL,
    last_fired_at timestamp with time zone,
    enabled boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT schedules_shape_check CHECK (((every IS NOT NULL) <> (at_minute IS NOT NULL))),
    CONSTRAINT schedules_weekdays_check CHECK (((on_weekdays IS NULL) OR (on_weekdays <@ ARRAY[(1)::smallint, (2)::smallint, (3)::smallint, (4)::smallint, (5)::smallint, (6)::smallint, (7)::smallint])))
);


--
-- Name: next_fire(public.schedules, timestamp with time zone); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.next_fire(s public.schedules, after timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    local_now timestamp := after AT TIME ZONE s.time_zone;
    candidate timestamp;
    day_offset integer;
    hour smallint;
BEGIN
    IF s.every IS NOT NULL THEN
        -- From where it should have been, not from when we got to it; else it creeps.
        RETURN s.next_fire_at + s.every * ceil(greatest(
            extract(epoch FROM after - s.next_fire_at) / extract(epoch FROM s.every), 0) + 1e-9);
    END IF;
    FOR day_offset IN 0..8 LOOP
        CONTINUE WHEN s.on_weekdays IS NOT NULL
            AND NOT extract(isodow FROM local_now + day_offset * interval '1 day')::smallint = ANY (s.on_weekdays);
        FOREACH hour IN ARRAY coalesce(s.at_hours, ARRAY(SELECT generate_series(0, 23)::smallint)) LOOP
            candidate := date_trunc('day', local_now) + day_offset * interval '1 day'
                + hour * interval '1 hour' + s.at_minute * interval '1 minute';
            -- The hour that the clocks skip in spring comes out an hour later, and that's fine.
            IF candidate > local_now THEN
                RETURN candidate AT TIME ZONE s.time_zone;
            END IF;
        END LOOP;
    END LOOP;
    RAISE EXCEPTION 'schedule % never fires', s.key;
END;
$$;


--
-- Name: normalize_name(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.normalize_name(raw text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT
    AS $$
    SELECT btrim(regexp_replace(lower(raw), '[^[:alnum:]]+', ' ', 'g'))
$$;


--
-- Name: notify_run_pending(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.notify_run_pending() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.status <> 'pending' THEN
        RETURN NULL;
    END IF;
    -- One channel per lane, and no id in it: equal notifications of one transaction arrive as
    -- one, so a bulk insert wakes each kind of worker once instead of ten thousand times.
    PERFORM pg_notify('runs_pending:' || NEW.run_type, '');
    RETURN NULL;
END;
$$;


--
-- Name: plan_backfill(bigint, timestamp with time zone, interval); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.plan_backfill(feed bigint, since timestamp with time zone, width interval DEFAULT '7 days'::interval) RETURNS integer
    LANGUAGE plpgsql
    AS $$
DECLARE
    org text;
    upper_end timestamp with time zone;
    planned integer;
BEGIN
    SELECT f.organization_id, coalesce(
               (SELECT min(w.starts_at) FROM public.feed_backfill_windows w WHERE w.feed_id = f.id),
               (SELECT min(e.occurred_at) FROM public.events e WHERE e.feed_id = f.id),
               now())
      INTO STRICT org, upper_end
      FROM public.feeds f
     WHERE f.id = feed;
    INSERT INTO public.feed_backfill_windows (organization_id, feed_id, starts_at, ends_at)
    SELECT org, feed, greatest(upper_end - (n + 1) * width, since), upper_end - n * width
      FROM generate_series(0, ceil(greatest(extract(epoch FROM upper_end - since), 0) / extract(epoch FROM width))::integer - 1) AS n
    ON CONFLICT (feed_id, starts_at) DO NOTHING;
    GET DIAGNOSTICS planned = ROW_COUNT;
    RETURN planned;
END;
$$;


--
-- Name: agent_memories; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.agent_memories (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    agent_id bigint NOT NULL,
    subject text NOT NULL,
    note text NOT NULL,
    source_message_id bigint,
    confidence real DEFAULT 0.5 NOT NULL,
    used_count integer DEFAULT 0 NOT NULL,
    last_used_at timestamp with time zone,
    superseded_by bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT agent_memories_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
    CONSTRAINT agent_memories_note_check CHECK ((length(note) <= 4000))
);


--
-- Name: COLUMN agent_memories.note; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.agent_memories.note IS 'Plain text. `literal` and ${placeholder} are the agent''s own marks.';


--
-- Name: recall(bigint, text, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.recall(agent bigint, about text, max_rows integer DEFAULT 12) RETURNS SETOF public.agent_memories
    LANGUAGE plpgsql
    AS $_$
BEGIN
    RETURN QUERY
    UPDATE public.agent_memories m
       SET used_count = m.used_count + 1, last_used_at = now()
     WHERE m.id IN (
            SELECT k.id
              FROM public.agent_memories k
             WHERE k.agent_id = agent
               AND k.superseded_by IS NULL
               AND (about IS NULL OR k.subject = about OR position('${' || about || '}' IN k.note) > 0)
             ORDER BY k.confidence DESC, k.last_used_at DESC NULLS LAST
             LIMIT max_rows
           )
    RETURNING m.*;
END;
$_$;


--
-- Name: refuse_change(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are final', TG_TABLE_NAME USING ERRCODE = 'restrict_violation', HINT = 'Write a correcting row; don''t edit the old one.';
END;
$$;


--
-- Name: refuse_credential_change(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_credential_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF current_setting('app.rotating_keys', true) = 'on'
       AND NEW.key_version > OLD.key_version
       AND (NEW.organization_id, NEW.connection_id, NEW.kind) = (OLD.organization_id, OLD.connection_id, OLD.kind)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'credential % is final', OLD.id
        USING ERRCODE = 'restrict_violation',
              HINT = 'Insert a new one; the newest of a connection is the one that counts.';
END;
$$;


--
-- Name: remember_old_slug(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.remember_old_slug() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM public.organization_slug_history h
         WHERE h.slug = NEW.slug AND h.organization_id <> NEW.id
    ) THEN
        RAISE EXCEPTION 'slug "%" was somebody else''s', NEW.slug USING ERRCODE = 'unique_violation';
    END IF;
    DELETE FROM public.organization_slug_history WHERE slug = NEW.slug;
    INSERT INTO public.organization_slug_history (slug, organization_id)
    VALUES (OLD.slug, OLD.id)
    ON CONFLICT (slug) DO UPDATE SET retired_at = now();
    RETURN NEW;
END;
$$;


--
-- Name: retire_agent(bigint, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.retire_agent(agent bigint, by_user text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
DECLARE
    org text;
BEGIN
    UPDATE public.agents a
       SET deleted_at = now(), enabled = false
     WHERE a.id = agent AND a.deleted_at IS NULL
    RETURNING a.organization_id INTO org;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE public.watchers w SET enabled = false WHERE w.agent_id = agent AND w.enabled;
    UPDATE public.runs r
       SET status = 'cancelled', completed_at = now(), cancelled_by = by_user
     WHERE r.agent_id = agent AND r.status = 'pending';
    PERFORM public.audit(org, by_user, 'retire', 'agent', agent::text);
    RETURN true;
END;
$$;


--
-- Name: retry_chain(bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.retry_chain(last_run bigint) RETURNS TABLE(run_id bigint, depth integer, status text, error_code text, ended_at timestamp with time zone)
    LANGUAGE sql STABLE
    AS $$
    WITH RECURSIVE chain AS (
        SELECT r.id, r.retry_of, 0 AS depth, r.status, r.error_code, r.completed_at
          FROM public.runs r
         WHERE r.id = last_run
        UNION ALL
        SELECT older.id, older.retry_of, chain.depth + 1, older.status, older.error_code, older.completed_at
          FROM public.runs older
          JOIN chain ON older.id = chain.retry_of
         WHERE chain.depth < 50
    )
    SELECT chain.id, chain.depth, chain.status, chain.error_code, chain.completed_at FROM chain ORDER BY chain.depth
$$;


--
-- Name: search_events(text, text, timestamp with time zone, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.search_events(org text, words text, since timestamp with time zone DEFAULT '-infinity'::timestamp with time zone, max_rows integer DEFAULT 50) RETURNS TABLE(event_id bigint, rank real, excerpt text)
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    wanted tsquery := websearch_to_tsquery('simple', words);
BEGIN
    IF numnode(wanted) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH hits AS (
        SELECT e.id, e.title, e.body, ts_rank_cd(e.search, wanted) AS score, e.occurred_at
          FROM public.events e
         WHERE e.organization_id = org
           AND e.occurred_at >= since
           AND e.search @@ wanted
         ORDER BY score DESC, e.occurred_at DESC
         LIMIT max_rows
    )
    -- Marked after the limit: ts_headline reads the whole body of each.
    SELECT h.id, h.score,
           ts_headline('simple', coalesce(h.title || E'\n', '') || coalesce(h.body, ''), wanted,
                       'StartSel=«, StopSel=», MaxWords=35, MinWords=12, MaxFragments=2')
      FROM hits h;
END;
$$;


--
-- Name: sweep_workers(interval); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.sweep_workers(silent_for interval DEFAULT '1 day'::interval) RETURNS TABLE(worker_id text, open_runs bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    WITH gone AS (
        DELETE FROM public.workers w
         WHERE w.last_seen_at < now() - silent_for
        RETURNING w.id
    )
    SELECT g.id, count(r.id)
      FROM gone g
      LEFT JOIN public.runs r ON r.claimed_by = g.id AND r.completed_at IS NULL
     GROUP BY g.id;
END;
$$;


--
-- Name: touch_updated_at(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.touch_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- A row that did not change keeps its age, or every no-op upsert would look like news.
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END;
$$;


--
-- Name: unread_messages(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.unread_messages(reader text) RETURNS TABLE(conversation_id bigint, unread bigint, newest timestamp with time zone)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.conversation_id, count(m.id), max(m.created_at)
      FROM public.conversation_participants p
      JOIN public.messages m ON m.conversation_id = p.conversation_id
     WHERE p.user_id = reader
       AND NOT p.muted
       AND m.id > coalesce(p.last_read_message_id, 0)
       AND (m.author_kind, m.author_id) IS DISTINCT FROM ('user', reader)
     GROUP BY p.conversation_id
$$;


--
-- Name: vector_dot(real[], real[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.vector_dot(a real[], b real[]) RETURNS double precision
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    SELECT sum(x * y)::double precision FROM unnest(a, b) AS pair (x, y)
$$;


--
-- Name: wake_watchers(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.wake_watchers() RETURNS integer
    LANGUAGE plpgsql
    AS $$
DECLARE
    woken integer;
BEGIN
    UPDATE public.watchers
       SET snoozed_until = NULL, snoozed_by = NULL, snooze_reason = NULL,
           -- What happened meanwhile is not asked about. That was the point of the snooze.
           last_evaluated_at = now()
     WHERE snoozed_until <= now();
    GET DIAGNOSTICS woken = ROW_COUNT;
    RETURN woken;
END;
$$;


--
-- Name: watcher_conditions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.watcher_conditions (
    id bigint NOT NULL,
    watcher_id bigint NOT NULL,
    field text NOT NULL,
    operator text NOT NULL,
    operand jsonb NOT NULL,
    negate boolean DEFAULT false NOT NULL,
    "position" smallint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT watcher_conditions_operand_check CHECK (((operator <> 'in_list'::text) OR (jsonb_typeof(operand) = 'array'::text))),
    CONSTRAINT watcher_conditions_operator_check CHECK ((operator = ANY (ARRAY['equals'::text, 'contains'::text, 'matches'::text, 'above'::text, 'below'::text, 'in_list'::text])))
);


--
-- Name: watcher_condition_holds(public.watcher_conditions, jsonb); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.watcher_condition_holds(cond public.watcher_conditions, subject jsonb) RETURNS boolean
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    actual jsonb := subject #> string_to_array(cond.field, '.');
    verdict boolean;
BEGIN
    IF actual IS NULL THEN
        RETURN cond.negate;
    END IF;
    CASE cond.operator
        WHEN 'equals' THEN verdict := actual = cond.operand;
        WHEN 'contains' THEN verdict := position(lower(cond.operand #>> '{}') IN lower(actual #>> '{}')) > 0;
        WHEN 'matches' THEN verdict := (actual #>> '{}') ~* (cond.operand #>> '{}');
        WHEN 'above' THEN verdict := (actual #>> '{}')::numeric > (cond.operand #>> '{}')::numeric;
        WHEN 'below' THEN verdict := (actual #>> '{}')::numeric < (cond.operand #>> '{}')::numeric;
        WHEN 'in_list' THEN verdict := cond.operand @> jsonb_build_array(actual);
    END CASE;
    RETURN verdict <> cond.negate;
EXCEPTION
    WHEN invalid_text_representation OR invalid_regular_expression THEN
        -- A condition that makes no sense for this event doesn't hold, whatever it says.
        RETURN false;
END;
$$;


--
-- Name: worker_load(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.worker_load(kind_filter text DEFAULT NULL::text) RETURNS TABLE(worker_id text, kind text, in_flight bigint, oldest timestamp with time zone)
    LANGUAGE sql STABLE
    AS $$
    SELECT w.id, w.kind, count(r.id), min(r.claimed_at)
      FROM public.workers w
      LEFT JOIN public.runs r ON r.claimed_by = w.id AND r.status IN ('claimed', 'running')
     WHERE kind_filter IS NULL OR w.kind = kind_filter
     GROUP BY w.id, w.kind
$$;


--
-- Name: agents; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.agents (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    persona text,
    model_key text DEFAULT 'default'::text NOT NULL,
    temperature numeric(3,2) DEFAULT 0.20 NOT NULL,
    max_turns integer DEFAULT 24 NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    created_by text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    visibility public.agent_visibility DEFAULT 'organization'::public.agent_visibility NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT agents_max_turns_check CHECK (((max_turns >= 1) AND (max_turns <= 500))),
    CONSTRAINT agents_temperature_check CHECK (((temperature >= (0)::numeric) AND (temperature <= (2)::numeric)))
);


--
-- Name: run_costs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.run_costs (
    id bigint NOT NULL,
    run_id bigint NOT NULL,
    organization_id text NOT NULL,
    kind text NOT NULL,
    quantity numeric(18,6) NOT NULL,
    unit_price numeric(18,8) NOT NULL,
    model_key text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT run_costs_kind_check CHECK ((kind = ANY (ARRAY['tokens_in'::text, 'tokens_out'::text, 'browser_minutes'::text, 'stored_bytes'::text])))
);


--
-- Name: agent_costs; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.agent_costs AS
 SELECT r.organization_id,
    r.agent_id,
    a.name AS agent_name,
    date_trunc('day'::text, c.created_at) AS day,
    sum((c.quantity * c.unit_price)) AS cents,
    sum(c.quantity) FILTER (WHERE (c.kind = ANY (ARRAY['tokens_in'::text, 'tokens_out'::text]))) AS tokens,
    count(DISTINCT r.id) AS runs
   FROM ((public.run_costs c
     JOIN public.runs r ON ((r.id = c.run_id)))
     LEFT JOIN public.agents a ON ((a.id = r.agent_id)))
  GROUP BY r.organization_id, r.agent_id, a.name, (date_trunc('day'::text, c.created_at));


--
-- Name: VIEW agent_costs; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON VIEW public.agent_costs IS 'Runs without an agent have a row too, with neither id nor name: embeddings cost something as well.';


--
-- Name: agent_memories_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.agent_memories ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.agent_memories_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: agent_tools; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.agent_tools (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    agent_id bigint NOT NULL,
    tool_key text NOT NULL,
    connection_id bigint,
    approval text DEFAULT 'ask'::text NOT NULL,
    config jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    mcp_tool_id bigint,
    CONSTRAINT agent_tools_approval_check CHECK ((approval = ANY (ARRAY['ask'::text, 'allow'::text, 'deny'::text])))
);


--
-- Name: agent_tools_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.agent_tools ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.agent_tools_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: agent_versions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.agent_versions (
    id bigint NOT NULL,
    agent_id bigint NOT NULL,
    number integer NOT NULL,
    prompt text NOT NULL,
    tool_policy jsonb DEFAULT '{}'::jsonb NOT NULL,
    published_by text,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: agent_versions_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.agent_versions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.agent_versions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: agents_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.agents ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.agents_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: api_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.api_keys (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    secret_hash bytea NOT NULL,
    scopes text[] DEFAULT '{}'::text[] NOT NULL,
    created_by text,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT api_keys_scopes_check CHECK ((scopes <@ ARRAY['events:read'::text, 'events:write'::text, 'entities:read'::text, 'entities:write'::text, 'runs:read'::text, 'runs:write'::text, 'watchers:read'::text, 'watchers:write'::text, 'organization:admin'::text]))
);


--
-- Name: api_keys_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.api_keys ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.api_keys_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: audit_log; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_log (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    actor_user_id text,
    actor_kind text DEFAULT 'user'::text NOT NULL,
    verb text NOT NULL,
    object_kind text NOT NULL,
    object_id text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    ip_address inet,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT audit_log_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['user'::text, 'api_key'::text, 'worker'::text, 'system'::text])))
);


--
-- Name: TABLE audit_log; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.audit_log IS 'Who did what. Append only: the trigger refuses updates and deletes.';


--
-- Name: audit_log_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.audit_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.audit_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: auth_attempts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.auth_attempts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id text NOT NULL,
    connection_id bigint NOT NULL,
    run_id bigint,
    step text DEFAULT 'opened'::text NOT NULL,
    challenge text,
    screenshot_key text,
    expires_at timestamp with time zone DEFAULT (now() + '00:10:00'::interval) NOT NULL,
    succeeded_at timestamp with time zone,
    failure text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT auth_attempts_outcome_check CHECK ((NOT ((succeeded_at IS NOT NULL) AND (failure IS NOT NULL)))),
    CONSTRAINT auth_attempts_step_check CHECK ((step = ANY (ARRAY['opened'::text, 'credentials'::text, 'second_factor'::text, 'consent'::text, 'done'::text, 'abandoned'::text])))
);


--
-- Name: channels; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.channels (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    kind text NOT NULL,
    address text NOT NULL,
    verified_at timestamp with time zone,
    muted_until timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT channels_kind_check CHECK ((kind = ANY (ARRAY['email'::text, 'slack'::text, 'webhook'::text, 'push'::text])))
);


--
-- Name: TABLE channels; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.channels IS 'Where notifications go.';


--
-- Name: channels_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.channels ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: connection_health; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.connection_health AS
SELECT
    NULL::bigint AS connection_id,
    NULL::text AS organization_id,
    NULL::text AS connector_id,
    NULL::text AS auth_state,
    NULL::bigint AS feeds,
    NULL::bigint AS paused_feeds,
    NULL::bigint AS failing_feeds,
    NULL::timestamp with time zone AS last_synced_at;


--
-- Name: VIEW connection_health; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON VIEW public.connection_health IS 'Counts only; the reasons are in feeds.failures and runs.error_message.';


--
-- Name: connections; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.connections (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    connector_id text NOT NULL,
    display_name text NOT NULL,
    config jsonb DEFAULT '{}'::jsonb NOT NULL,
    auth_state text DEFAULT 'pending'::text NOT NULL,
    auth_error text,
    created_by text,
    paused_at timestamp with time zone,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    shared_with text[] DEFAULT '{}'::text[] NOT NULL,
    owner_id text,
    CONSTRAINT connections_auth_state_check CHECK ((auth_state = ANY (ARRAY['pending'::text, 'ok'::text, 'expired'::text, 'revoked'::text])))
);


--
-- Name: connections_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.connections ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.connections_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: connector_versions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.connector_versions (
    id bigint NOT NULL,
    connector_id text NOT NULL,
    version text NOT NULL,
    manifest jsonb NOT NULL,
    bundle_sha256 text NOT NULL,
    bundle_bytes bigint NOT NULL,
    published_at timestamp with time zone,
    yanked_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT connector_versions_bundle_sha256_check CHECK ((bundle_sha256 ~ '^[0-9a-f]{64}$'::text))
);


--
-- Name: connector_versions_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.connector_versions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.connector_versions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: connectors; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.connectors (
    id text NOT NULL,
    name text NOT NULL,
    category text NOT NULL,
    auth_kind text NOT NULL,
    capabilities text[] DEFAULT '{}'::text[] NOT NULL,
    icon text,
    docs_path text,
    rate_limit_per_minute integer,
    beta boolean DEFAULT false NOT NULL,
    sort_order integer DEFAULT 100 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT connectors_auth_kind_check CHECK ((auth_kind = ANY (ARRAY['none'::text, 'api_key'::text, 'oauth2'::text, 'basic'::text, 'cookie'::text]))),
    CONSTRAINT connectors_rate_limit_check CHECK (((rate_limit_per_minute IS NULL) OR (rate_limit_per_minute > 0)))
);


--
-- Name: TABLE connectors; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.connectors IS 'The catalogue of sources that we can talk to. Shared by all tenants.';


--
-- Name: conversation_participants; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.conversation_participants (
    conversation_id bigint NOT NULL,
    user_id text NOT NULL,
    joined_at timestamp with time zone DEFAULT now() NOT NULL,
    last_read_message_id bigint,
    muted boolean DEFAULT false NOT NULL
);


--
-- Name: conversations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.conversations (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    agent_id bigint,
    user_id text,
    channel text DEFAULT 'web'::text NOT NULL,
    title text,
    archived_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT conversations_channel_check CHECK ((channel = ANY (ARRAY['web'::text, 'slack'::text, 'email'::text, 'api'::text])))
);


--
-- Name: conversations_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.conversations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.conversations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: countries; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.countries (
    code character(2) NOT NULL,
    name text NOT NULL,
    currency character(3) NOT NULL,
    vat_percent numeric(4,1),
    in_european_union boolean DEFAULT false NOT NULL,
    CONSTRAINT countries_vat_percent_check CHECK (((vat_percent IS NULL) OR ((vat_percent >= (0)::numeric) AND (vat_percent <= (30)::numeric))))
);


--
-- Name: credentials; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.credentials (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    connection_id bigint NOT NULL,
    kind text NOT NULL,
    sealed bytea NOT NULL,
    key_version integer DEFAULT 1 NOT NULL,
    expires_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT credentials_kind_check CHECK ((kind = ANY (ARRAY['api_key'::text, 'oauth2'::text, 'basic'::text, 'cookie'::text])))
);


--
-- Name: TABLE credentials; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.credentials IS 'Secrets of connections, sealed. A row is replaced, never changed.';


--
-- Name: credentials_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.credentials ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.credentials_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: currencies; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.currencies (
    code character(3) NOT NULL,
    minor_digits smallint NOT NULL,
    symbol text
);


--
-- Name: document_chunks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.document_chunks (
    id bigint NOT NULL,
    document_id bigint NOT NULL,
    ordinal integer NOT NULL,
    content text NOT NULL,
    token_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    embed_failures smallint DEFAULT 0 NOT NULL,
    embed_after timestamp with time zone,
    CONSTRAINT document_chunks_ordinal_check CHECK ((ordinal >= 0))
);


--
-- Name: document_chunks_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.document_chunks ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.document_chunks_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: document_versions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.document_versions (
    id bigint NOT NULL,
    document_id bigint NOT NULL,
    number integer NOT NULL,
    title text NOT NULL,
    reverse_patch text,
    body_sha256 text NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_by_run bigint,
    CONSTRAINT document_versions_body_sha_check CHECK ((body_sha256 ~ '^[0-9a-f]{64}$'::text))
);


--
-- Name: document_versions_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.document_versions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.document_versions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: documents; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.documents (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    event_id bigint,
    title text NOT NULL,
    mime_type text DEFAULT 'text/plain'::text NOT NULL,
    bytes bigint DEFAULT 0 NOT NULL,
    language text,
    body text,
    search tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, ((title || ' '::text) || COALESCE(body, ''::text)))) STORED,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: COLUMN documents.bytes; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.documents.bytes IS 'Größe in Bytes, nicht in Zeichen';


--
-- Name: documents_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.documents ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.documents_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: embeddings; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.embeddings (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    chunk_id bigint NOT NULL,
    model_key text NOT NULL,
    dimensions integer NOT NULL,
    vector real[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    norm double precision NOT NULL,
    CONSTRAINT embeddings_dimensions_check CHECK ((cardinality(vector) = dimensions))
);


--
-- Name: embeddings_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.embeddings ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.embeddings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: entities; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.entities (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    entity_type_id bigint NOT NULL,
    parent_id bigint,
    name text NOT NULL,
    normalized_name text NOT NULL,
    attributes jsonb DEFAULT '{}'::jsonb NOT NULL,
    merged_into_id bigint,
    first_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    labels text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT entities_no_self_merge CHECK ((merged_into_id IS DISTINCT FROM id))
);


--
-- Name: TABLE entities; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.entities IS 'People, companies, tickets, repositories: whatever events are about.';


--
-- Name: entities_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.entities ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.entities_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: entity_aliases; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.entity_aliases (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    entity_id bigint NOT NULL,
    source_key text NOT NULL,
    alias text NOT NULL,
    confidence real DEFAULT 1.0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT entity_aliases_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision)))
);


--
-- Name: entity_aliases_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.entity_aliases ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.entity_aliases_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: entity_links; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.entity_links (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    from_entity_id bigint NOT NULL,
    to_entity_id bigint NOT NULL,
    relation text NOT NULL,
    weight real DEFAULT 1.0 NOT NULL,
    evidence jsonb DEFAULT '[]'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT entity_links_no_loop CHECK ((from_entity_id <> to_entity_id))
);


--
-- Name: entity_links_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.entity_links ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.entity_links_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: entity_merges; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.entity_merges (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    kept_id bigint NOT NULL,
    dropped_id bigint NOT NULL,
    moved_aliases text[] DEFAULT '{}'::text[] NOT NULL,
    moved_links bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    undone_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: entity_merges_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.entity_merges ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.entity_merges_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: entity_types; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.entity_types (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    key text NOT NULL,
    label text NOT NULL,
    plural_label text,
    icon text,
    attribute_schema jsonb DEFAULT '{}'::jsonb NOT NULL,
    built_in boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: entity_types_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.entity_types ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.entity_types_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: event_entities; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event_entities (
    event_id bigint NOT NULL,
    entity_id bigint NOT NULL,
    mention text,
    score real
);


--
-- Name: events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.events (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    feed_id bigint,
    connector_id text NOT NULL,
    external_id text NOT NULL,
    kind text NOT NULL,
    title text,
    body text,
    url text,
    author_entity_id bigint,
    occurred_at timestamp with time zone NOT NULL,
    raw jsonb,
    content_hash text,
    supersedes_id bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    search tsvector GENERATED ALWAYS AS ((setweight(to_tsvector('simple'::regconfig, COALESCE(title, ''::text)), 'A'::"char") || setweight(to_tsvector('simple'::regconfig, "left"(COALESCE(body, ''::text), 20000)), 'B'::"char"))) STORED
);


--
-- Name: TABLE events; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.events IS 'What happened at a source, as it told us. Written by syncs, read by everything.';


--
-- Name: events_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.events ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: feature_flags; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.feature_flags (
    id text NOT NULL,
    description text NOT NULL,
    enabled boolean DEFAULT false NOT NULL,
    rollout_percent smallint DEFAULT 0 NOT NULL,
    organization_ids text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT feature_flags_rollout_check CHECK (((rollout_percent >= 0) AND (rollout_percent <= 100)))
);


--
-- Name: feed_backfill_windows; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.feed_backfill_windows (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    feed_id bigint NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    run_id bigint,
    events_found integer,
    attempts smallint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT feed_backfill_windows_order_check CHECK ((ends_at > starts_at)),
    CONSTRAINT feed_backfill_windows_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'queued'::text, 'done'::text, 'given_up'::text])))
);


--
-- Name: feed_backfill_windows_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.feed_backfill_windows ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.feed_backfill_windows_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: feeds; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.feeds (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    connection_id bigint NOT NULL,
    feed_key text NOT NULL,
    display_name text,
    config jsonb DEFAULT '{}'::jsonb NOT NULL,
    cursor_state jsonb,
    sync_every interval DEFAULT '01:00:00'::interval NOT NULL,
    next_sync_at timestamp with time zone,
    last_synced_at timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    paused boolean DEFAULT false NOT NULL,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    priority smallint DEFAULT 0 NOT NULL,
    CONSTRAINT feeds_priority_check CHECK (((priority >= '-2'::integer) AND (priority <= 2))),
    CONSTRAINT feeds_sync_every_check CHECK ((sync_every >= '00:01:00'::interval))
);


--
-- Name: TABLE feeds; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.feeds IS 'What is synced, and how often.';


--
-- Name: feed_health; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.feed_health AS
 SELECT f.id AS feed_id,
    f.organization_id,
    f.feed_key,
    f.failures,
    f.last_synced_at,
    (now() - f.last_synced_at) AS silent_for,
    ((f.failures >= 5) OR (f.last_synced_at < (now() - GREATEST(((3)::double precision * f.sync_every), '01:00:00'::interval)))) AS unhealthy,
    c.auth_state,
    ( SELECT max(r.created_at) AS max
           FROM public.runs r
          WHERE ((r.feed_id = f.id) AND (r.run_type = 'sync'::text))) AS last_attempt_at,
    ( SELECT count(*) AS count
           FROM public.events e
          WHERE ((e.feed_id = f.id) AND (e.occurred_at > (now() - '7 days'::interval)))) AS events_in_a_week
   FROM (public.feeds f
     JOIN public.connections c ON ((c.id = f.connection_id)))
  WHERE ((f.deleted_at IS NULL) AND (NOT f.paused) AND (c.deleted_at IS NULL));


--
-- Name: feeds_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.feeds ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.feeds_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: insights; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.insights (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    watcher_id bigint,
    entity_id bigint,
    headline text NOT NULL,
    detail text,
    severity smallint DEFAULT 3 NOT NULL,
    evidence_event_ids bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    dismissed_at timestamp with time zone,
    dismissed_by text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT insights_severity_check CHECK (((severity >= 1) AND (severity <= 5)))
);


--
-- Name: insights_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.insights ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insights_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: mcp_servers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.mcp_servers (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    transport text DEFAULT 'http'::text NOT NULL,
    auth_kind text DEFAULT 'none'::text NOT NULL,
    secret_enc bytea,
    instructions text,
    protocol_version text,
    last_listed_at timestamp with time zone,
    last_error text,
    enabled boolean DEFAULT true NOT NULL,
    created_by text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    visibility public.agent_visibility DEFAULT 'organization'::public.agent_visibility NOT NULL,
    CONSTRAINT mcp_servers_auth_kind_check CHECK ((auth_kind = ANY (ARRAY['none'::text, 'bearer'::text, 'oauth2'::text]))),
    CONSTRAINT mcp_servers_transport_check CHECK ((transport = ANY (ARRAY['http'::text, 'sse'::text, 'stdio'::text]))),
    CONSTRAINT mcp_servers_url_check CHECK (((transport = 'stdio'::text) OR (url ~ '^https?://'::text)))
);


--
-- Name: mcp_servers_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.mcp_servers ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mcp_servers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: mcp_tools; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.mcp_tools (
    id bigint NOT NULL,
    server_id bigint NOT NULL,
    name text NOT NULL,
    title text,
    description text,
    input_schema jsonb DEFAULT '{}'::jsonb NOT NULL,
    annotations jsonb DEFAULT '{}'::jsonb NOT NULL,
    fingerprint text NOT NULL,
    first_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    gone_at timestamp with time zone
);


--
-- Name: COLUMN mcp_tools.annotations; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.mcp_tools.annotations IS 'What the server claims about the tool. A claim, not a fact.';


--
-- Name: COLUMN mcp_tools.fingerprint; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.mcp_tools.fingerprint IS 'Of name, description and schema: a tool that changed must be approved again.';


--
-- Name: mcp_tools_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.mcp_tools ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mcp_tools_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: members; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.members (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    user_id text NOT NULL,
    role text DEFAULT 'member'::text NOT NULL,
    invited_by text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT members_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text, 'viewer'::text])))
);


--
-- Name: members_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.members ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.members_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: messages; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.messages (
    id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    author_kind text NOT NULL,
    author_id text,
    content text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    token_count integer,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    run_id bigint,
    CONSTRAINT messages_author_kind_check CHECK ((author_kind = ANY (ARRAY['user'::text, 'agent'::text, 'tool'::text, 'system'::text])))
);


--
-- Name: messages_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.messages ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messages_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: metering_events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.metering_events (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    metric text NOT NULL,
    quantity numeric(18,6) NOT NULL,
    run_id bigint,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT metering_events_quantity_check CHECK ((quantity >= (0)::numeric))
)
PARTITION BY RANGE (occurred_at);


--
-- Name: metering_events_2026_03; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.metering_events_2026_03 (
    id bigint CONSTRAINT metering_events_id_not_null NOT NULL,
    organization_id text CONSTRAINT metering_events_organization_id_not_null NOT NULL,
    metric text CONSTRAINT metering_events_metric_not_null NOT NULL,
    quantity numeric(18,6) CONSTRAINT metering_events_quantity_not_null NOT NULL,
    run_id bigint,
    occurred_at timestamp with time zone DEFAULT now() CONSTRAINT metering_events_occurred_at_not_null NOT NULL,
    CONSTRAINT metering_events_quantity_check CHECK ((quantity >= (0)::numeric))
);


--
-- Name: TABLE metering_events_2026_03; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.metering_events_2026_03 IS 'Append only. Corrections are rows with their own time.';


--
-- Name: metering_events_2026_04; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.metering_events_2026_04 (
    id bigint CONSTRAINT metering_events_id_not_null NOT NULL,
    organization_id text CONSTRAINT metering_events_organization_id_not_null NOT NULL,
    metric text CONSTRAINT metering_events_metric_not_null NOT NULL,
    quantity numeric(18,6) CONSTRAINT metering_events_quantity_not_null NOT NULL,
    run_id bigint,
    occurred_at timestamp with time zone DEFAULT now() CONSTRAINT metering_events_occurred_at_not_null NOT NULL,
    CONSTRAINT metering_events_quantity_check CHECK ((quantity >= (0)::numeric))
);


--
-- Name: TABLE metering_events_2026_04; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.metering_events_2026_04 IS 'Append only. Corrections are rows with their own time.';


--
-- Name: metering_events_2026_05; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.metering_events_2026_05 (
    id bigint CONSTRAINT metering_events_id_not_null NOT NULL,
    organization_id text CONSTRAINT metering_events_organization_id_not_null NOT NULL,
    metric text CONSTRAINT metering_events_metric_not_null NOT NULL,
    quantity numeric(18,6) CONSTRAINT metering_events_quantity_not_null NOT NULL,
    run_id bigint,
    occurred_at timestamp with time zone DEFAULT now() CONSTRAINT metering_events_occurred_at_not_null NOT NULL,
    CONSTRAINT metering_events_quantity_check CHECK ((quantity >= (0)::numeric))
);


--
-- Name: TABLE metering_events_2026_05; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.metering_events_2026_05 IS 'Append only. Corrections are rows with their own time.';


--
-- Name: metering_events_2026_06; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.metering_events_2026_06 (
    id bigint CONSTRAINT metering_events_id_not_null NOT NULL,
    organization_id text CONSTRAINT metering_events_organization_id_not_null NOT NULL,
    metric text CONSTRAINT metering_events_metric_not_null NOT NULL,
    quantity numeric(18,6) CONSTRAINT metering_events_quantity_not_null NOT NULL,
    run_id bigint,
    occurred_at timestamp with time zone DEFAULT now() CONSTRAINT metering_events_occurred_at_not_null NOT NULL,
    CONSTRAINT metering_events_quantity_check CHECK ((quantity >= (0)::numeric))
);


--
-- Name: TABLE metering_events_2026_06; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.metering_events_2026_06 IS 'Append only. Corrections are rows with their own time.';


--
-- Name: metering_events_default; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.metering_events_default (
    id bigint CONSTRAINT metering_events_id_not_null NOT NULL,
    organization_id text CONSTRAINT metering_events_organization_id_not_null NOT NULL,
    metric text CONSTRAINT metering_events_metric_not_null NOT NULL,
    quantity numeric(18,6) CONSTRAINT metering_events_quantity_not_null NOT NULL,
    run_id bigint,
    occurred_at timestamp with time zone DEFAULT now() CONSTRAINT metering_events_occurred_at_not_null NOT NULL,
    CONSTRAINT metering_events_quantity_check CHECK ((quantity >= (0)::numeric))
);


--
-- Name: TABLE metering_events_default; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.metering_events_default IS 'Append only. Corrections are rows with their own time.';


--
-- Name: metering_events_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.metering_events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.metering_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: notification_preferences; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.notification_preferences (
    id bigint NOT NULL,
    user_id text NOT NULL,
    organization_id text NOT NULL,
    template_key text NOT NULL,
    channel_kind text NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: notification_preferences_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.notification_preferences ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.notification_preferences_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: notification_templates; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.notification_templates (
    key text NOT NULL,
    locale text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: notifications_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.notifications ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.notifications_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: organizations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.organizations (
    id text NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    plan_id text,
    billing_email text,
    region text DEFAULT 'eu-central'::text NOT NULL,
    limits jsonb DEFAULT '{}'::jsonb NOT NULL,
    suspended_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    country_code character(2),
    tax_id text,
    CONSTRAINT organizations_region_check CHECK ((region = ANY (ARRAY['eu-central'::text, 'us-east'::text, 'sa-east'::text, 'ap-south'::text]))),
    CONSTRAINT organizations_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9-]{1,62}$'::text))
);


--
-- Name: TABLE organizations; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.organizations IS 'Tenants. Everything else hangs off one of these and goes when it goes.';


--
-- Name: COLUMN organizations.region; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.organizations.region IS 'Where the tenant''s rows and files live. Doesn''t move by itself: «região» is a promise.';


--
-- Name: subscriptions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.subscriptions (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    plan_id text NOT NULL,
    state text DEFAULT 'trialing'::text NOT NULL,
    seats integer DEFAULT 1 NOT NULL,
    trial_ends_at timestamp with time zone,
    current_period_start timestamp with time zone NOT NULL,
    current_period_end timestamp with time zone NOT NULL,
    cancel_at timestamp with time zone,
    external_ref text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT subscriptions_period_check CHECK ((current_period_end > current_period_start)),
    CONSTRAINT subscriptions_seats_check CHECK ((seats > 0)),
    CONSTRAINT subscriptions_state_check CHECK ((state = ANY (ARRAY['trialing'::text, 'active'::text, 'past_due'::text, 'cancelled'::text])))
);


--
-- Name: organization_seats; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.organization_seats AS
 SELECT o.id AS organization_id,
    s.seats,
    count(m.id) AS used,
    (s.seats - count(m.id)) AS free
   FROM ((public.organizations o
     JOIN public.subscriptions s ON (((s.organization_id = o.id) AND (s.state <> 'cancelled'::text))))
     LEFT JOIN public.members m ON (((m.organization_id = o.id) AND (m.role <> 'viewer'::text))))
  GROUP BY o.id, s.seats;


--
-- Name: organization_slug_history; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.organization_slug_history (
    slug text NOT NULL,
    organization_id text NOT NULL,
    retired_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: plans; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.plans (
    id text NOT NULL,
    name text NOT NULL,
    monthly_cents integer NOT NULL,
    yearly_cents integer NOT NULL,
    currency text DEFAULT 'EUR'::text NOT NULL,
    entitlements jsonb DEFAULT '{}'::jsonb NOT NULL,
    public boolean DEFAULT true NOT NULL,
    retired_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT plans_cents_check CHECK (((monthly_cents >= 0) AND (yearly_cents >= 0))),
    CONSTRAINT plans_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
);


--
-- Name: prompt_library; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.prompt_library (
    key text NOT NULL,
    locale text DEFAULT 'en'::text NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    body text NOT NULL,
    retired_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: run_artifacts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.run_artifacts (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    run_id bigint NOT NULL,
    kind text NOT NULL,
    storage_key text NOT NULL,
    bytes bigint DEFAULT 0 NOT NULL,
    sha256 text,
    expires_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: run_artifacts_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.run_artifacts ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.run_artifacts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: run_costs_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.run_costs ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.run_costs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: run_logs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.run_logs (
    id bigint NOT NULL,
    run_id bigint NOT NULL,
    level text DEFAULT 'info'::text NOT NULL,
    message text NOT NULL,
    fields jsonb,
    logged_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT run_logs_level_check CHECK ((level = ANY (ARRAY['debug'::text, 'info'::text, 'warn'::text, 'error'::text])))
);


--
-- Name: run_logs_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.run_logs ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.run_logs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: runs_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.runs ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.runs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: saved_views; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.saved_views (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    name text NOT NULL,
    subject text NOT NULL,
    filter jsonb DEFAULT '{}'::jsonb NOT NULL,
    "order" text[] DEFAULT '{}'::text[] NOT NULL,
    "limit" integer DEFAULT 50 NOT NULL,
    "Größe" text DEFAULT 'M'::text NOT NULL,
    owner_id text,
    shared boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT saved_views_limit_check CHECK ((("limit" >= 1) AND ("limit" <= 1000))),
    CONSTRAINT saved_views_size_check CHECK (("Größe" = ANY (ARRAY['S'::text, 'M'::text, 'L'::text]))),
    CONSTRAINT saved_views_subject_check CHECK ((subject = ANY (ARRAY['events'::text, 'entities'::text, 'runs'::text, 'insights'::text])))
);


--
-- Name: saved_views_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.saved_views ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.saved_views_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: schedules_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.schedules ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.schedules_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: schema_migrations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.schema_migrations (
    version character varying NOT NULL
);


--
-- Name: settings; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.settings (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    key text NOT NULL,
    value jsonb NOT NULL,
    updated_by text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: settings_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.settings ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.settings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: subscriptions_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.subscriptions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.subscriptions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: tool_calls; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tool_calls (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    message_id bigint NOT NULL,
    tool_key text NOT NULL,
    arguments jsonb NOT NULL,
    outcome text DEFAULT 'pending'::text NOT NULL,
    run_id bigint,
    duration_ms integer,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT tool_calls_outcome_check CHECK ((outcome = ANY (ARRAY['pending'::text, 'approved'::text, 'denied'::text, 'succeeded'::text, 'failed'::text])))
);


--
-- Name: tool_calls_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.tool_calls ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tool_calls_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: usage_by_hour; Type: MATERIALIZED VIEW; Schema: public; Owner: -
--

CREATE MATERIALIZED VIEW public.usage_by_hour AS
 SELECT organization_id,
    metric,
    date_trunc('hour'::text, occurred_at) AS bucket,
    sum(quantity) AS quantity
   FROM public.metering_events m
  GROUP BY organization_id, metric, (date_trunc('hour'::text, occurred_at))
  WITH NO DATA;


--
-- Name: users; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.users (
    id text NOT NULL,
    email text NOT NULL,
    display_name text,
    locale text DEFAULT 'en'::text NOT NULL,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    email_verified_at timestamp with time zone,
    deactivated_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    digest_at time without time zone DEFAULT '08:00:00'::time without time zone NOT NULL
);


--
-- Name: COLUMN users.locale; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.locale IS 'BCP 47 tag; the notification templates fall back to en when it has none';


--
-- Name: watcher_conditions_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.watcher_conditions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.watcher_conditions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: watcher_windows; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.watcher_windows (
    id bigint NOT NULL,
    watcher_id bigint CONSTRAINT watcher_windows_rule_id_not_null NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    event_count integer DEFAULT 0 NOT NULL,
    summary text,
    run_id bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: watcher_windows_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.watcher_windows ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.watcher_windows_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: watchers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.watchers (
    id bigint CONSTRAINT watcher_rules_id_not_null NOT NULL,
    organization_id text CONSTRAINT watcher_rules_organization_id_not_null NOT NULL,
    agent_id bigint,
    name text CONSTRAINT watcher_rules_name_not_null NOT NULL,
    question text CONSTRAINT watcher_rules_question_not_null NOT NULL,
    "window" interval DEFAULT '24:00:00'::interval CONSTRAINT watcher_rules_window_not_null NOT NULL,
    min_events integer DEFAULT 1 CONSTRAINT watcher_rules_min_events_not_null NOT NULL,
    last_evaluated_at timestamp with time zone,
    enabled boolean DEFAULT true CONSTRAINT watcher_rules_enabled_not_null NOT NULL,
    created_by text,
    created_at timestamp with time zone DEFAULT now() CONSTRAINT watcher_rules_created_at_not_null NOT NULL,
    updated_at timestamp with time zone DEFAULT now() CONSTRAINT watcher_rules_updated_at_not_null NOT NULL,
    snoozed_until timestamp with time zone,
    snoozed_by text,
    snooze_reason text,
    CONSTRAINT watchers_snooze_check CHECK (((snoozed_until IS NULL) OR (snoozed_by IS NOT NULL))),
    CONSTRAINT watchers_window_check CHECK (("window" > '00:00:00'::interval))
);


--
-- Name: TABLE watchers; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.watchers IS 'Standing questions over new events.';


--
-- Name: watchers_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.watchers ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.watchers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: worker_pools; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.worker_pools (
    id bigint NOT NULL,
    organization_id text,
    name text NOT NULL,
    min_workers integer DEFAULT 0 NOT NULL,
    max_workers integer DEFAULT 4 NOT NULL,
    lanes text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT worker_pools_size_check CHECK (((min_workers >= 0) AND (max_workers >= min_workers)))
);


--
-- Name: COLUMN worker_pools.lanes; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.worker_pools.lanes IS 'Empty means every lane.';


--
-- Name: worker_pools_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.worker_pools ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.worker_pools_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: worker_tokens; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.worker_tokens (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    token_hash bytea NOT NULL,
    label text,
    worker_kind text DEFAULT 'cloud'::text NOT NULL,
    created_by text,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    pool_id bigint
);


--
-- Name: worker_tokens_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.worker_tokens ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.worker_tokens_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: workers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.workers (
    id text NOT NULL,
    kind text NOT NULL,
    host_name text NOT NULL,
    version text NOT NULL,
    capabilities text[] DEFAULT '{}'::text[] NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    draining boolean DEFAULT false NOT NULL,
    pool_id bigint,
    CONSTRAINT workers_kind_check CHECK ((kind = ANY (ARRAY['cloud'::text, 'desktop'::text, 'browser'::text])))
);


--
-- Name: TABLE workers; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.workers IS 'Processes that claim runs. A row outlives its process until the sweep removes it.';


--
-- Name: metering_events_2026_03; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.metering_events ATTACH PARTITION public.metering_events_2026_03 FOR VALUES FROM ('2026-03-01 00:00:00+00') TO ('2026-04-01 00:00:00+00');


--
-- Name: metering_events_2026_04; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.metering_events ATTACH PARTITION public.metering_events_2026_04 FOR VALUES FROM ('2026-04-01 00:00:00+00') TO ('2026-05-01 00:00:00+00');


--
-- Name: metering_events_2026_05; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.metering_events ATTACH PARTITION public.metering_events_2026_05 FOR VALUES FROM ('2026-05-01 00:00:00+00') TO ('2026-06-01 00:00:00+00');


--
-- Name: metering_events_2026_06; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.metering_events ATTACH PARTITION public.metering_events_2026_06 FOR VALUES FROM ('2026-06-01 00:00:00+00') TO ('2026-07-01 00:00:00+00');


--
-- Name: metering_events_default; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.metering_events ATTACH PARTITION public.metering_events_default DEFAULT;


--
-- Name: agent_memories agent_memories_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_memories
    ADD CONSTRAINT agent_memories_pkey PRIMARY KEY (id);


--
-- Name: agent_tools agent_tools_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_tools
    ADD CONSTRAINT agent_tools_pkey PRIMARY KEY (id);


--
-- Name: agent_versions agent_versions_agent_id_number_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_versions
    ADD CONSTRAINT agent_versions_agent_id_number_key UNIQUE (agent_id, number);


--
-- Name: agent_versions agent_versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_versions
    ADD CONSTRAINT agent_versions_pkey PRIMARY KEY (id);


--
-- Name: agents agents_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agents
    ADD CONSTRAINT agents_pkey PRIMARY KEY (id);


--
-- Name: api_keys api_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);


--
-- Name: audit_log audit_log_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (id);


--
-- Name: auth_attempts auth_attempts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_attempts
    ADD CONSTRAINT auth_attempts_pkey PRIMARY KEY (id);


--
-- Name: channels channels_organization_id_kind_address_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.channels
    ADD CONSTRAINT channels_organization_id_kind_address_key UNIQUE (organization_id, kind, address);


--
-- Name: channels channels_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.channels
    ADD CONSTRAINT channels_pkey PRIMARY KEY (id);


--
-- Name: connections connections_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.connections
    ADD CONSTRAINT connections_pkey PRIMARY KEY (id);


--
-- Name: connector_versions connector_versions_connector_id_version_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.connector_versions
    ADD CONSTRAINT connector_versions_connector_id_version_key UNIQUE (connector_id, version);


--
-- Name: connector_versions connector_versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.connector_versions
    ADD CONSTRAINT connector_versions_pkey PRIMARY KEY (id);


--
-- Name: connectors connectors_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.connectors
    ADD CONSTRAINT connectors_pkey PRIMARY KEY (id);


--
-- Name: conversation_participants conversation_participants_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_participants
    ADD CONSTRAINT conversation_participants_pkey PRIMARY KEY (conversation_id, user_id);


--
-- Name: conversations conversations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY (id);


--
-- Name: countries countries_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.countries
    ADD CONSTRAINT countries_pkey PRIMARY KEY (code);


--
-- Name: credentials credentials_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_pkey PRIMARY KEY (id);


--
-- Name: currencies currencies_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.currencies
    ADD CONSTRAINT currencies_pkey PRIMARY KEY (code);


--
-- Name: document_chunks document_chunks_document_id_ordinal_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_chunks
    ADD CONSTRAINT document_chunks_document_id_ordinal_key UNIQUE (document_id, ordinal);


--
-- Name: document_chunks document_chunks_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_chunks
    ADD CONSTRAINT document_chunks_pkey PRIMARY KEY (id);


--
-- Name: document_versions document_versions_document_id_number_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_versions
    ADD CONSTRAINT document_versions_document_id_number_key UNIQUE (document_id, number);


--
-- Name: document_versions document_versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_versions
    ADD CONSTRAINT document_versions_pkey PRIMARY KEY (id);


--
-- Name: documents documents_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (id);


--
-- Name: embeddings embeddings_chunk_id_model_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.embeddings
    ADD CONSTRAINT embeddings_chunk_id_model_key_key UNIQUE (chunk_id, model_key);


--
-- Name: embeddings embeddings_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.embeddings
    ADD CONSTRAINT embeddings_pkey PRIMARY KEY (id);


--
-- Name: entities entities_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entities
    ADD CONSTRAINT entities_pkey PRIMARY KEY (id);


--
-- Name: entity_aliases entity_aliases_organization_id_source_key_alias_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entity_aliases
    ADD CONSTRAINT entity_aliases_organization_id_source_key_alias_key UNIQUE (organization_id, source_key, alias);


--
-- Name: entity_aliases entity_aliases_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entity_aliases
    ADD CONSTRAINT entity_aliases_pkey PRIMARY KEY (id);


--
-- Name: entity_links entity_links_from_entity_id_to_entity_id_relation_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entity_links
    ADD CONSTRAINT entity_links_from_entity_id_to_entity_id_relation_key UNIQUE (from_entity_id, to_entity_id, relation);


--
-- Name: entity_links entity_links_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entity_links
    ADD CONSTRAINT entity_links_pkey PRIMARY KEY (id);


--
-- Name: entity_merges entity_merges_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entity_merges
    ADD CONSTRAINT entity_merges_pkey PRIMARY KEY (id);


--
-- Name: entity_types entity_types_organization_id_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entity_types
    ADD CONSTRAINT entity_types_organization_id_key_key UNIQUE (organization_id, key);


--
-- Name: entity_types entity_types_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entity_types
    ADD CONSTRAINT entity_types_pkey PRIMARY KEY (id);


--
-- Name: event_entities event_entities_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_entities
    ADD CONSTRAINT event_entities_pkey PRIMARY KEY (event_id, entity_id);


--
-- Name: events events_organization_id_connector_id_external_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_organization_id_connector_id_external_id_key UNIQUE (organization_id, connector_id, external_id);


--
-- Name: events events_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);


--
-- Name: feature_flags feature_flags_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.feature_flags
    ADD CONSTRAINT feature_flags_pkey PRIMARY KEY (id);


--
-- Name: feed_backfill_windows feed_backfill_windows_feed_id_starts_at_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.feed_backfill_windows
    ADD CONSTRAINT feed_backfill_windows_feed_id_starts_at_key UNIQUE (feed_id, starts_at);


--
-- Name: feed_backfill_windows feed_backfill_windows_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.feed_backfill_windows
    ADD CONSTRAINT feed_backfill_windows_pkey PRIMARY KEY (id);


--
-- Name: feeds feeds_connection_id_feed_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.feeds
    ADD CONSTRAINT feeds_connection_id_feed_key_key UNIQUE (connection_id, feed_key);


--
-- Name: feeds feeds_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.feeds
    ADD CONSTRAINT feeds_pkey PRIMARY KEY (id);


--
-- Name: insights insights_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.insights
    ADD CONSTRAINT insights_pkey PRIMARY KEY (id);


--
-- Name: mcp_servers mcp_servers_organization_id_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mcp_servers
    ADD CONSTRAINT mcp_servers_organization_id_name_key UNIQUE (organization_id, name);


--
-- Name: mcp_servers mcp_servers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mcp_servers
    ADD CONSTRAINT mcp_servers_pkey PRIMARY KEY (id);


--
-- Name: mcp_tools mcp_tools_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mcp_tools
    ADD CONSTRAINT mcp_tools_pkey PRIMARY KEY (id);


--
-- Name: mcp_tools mcp_tools_server_id_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mcp_tools
    ADD CONSTRAINT mcp_tools_server_id_name_key UNIQUE (server_id, name);


--
-- Name: members members_organization_id_user_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_organization_id_user_id_key UNIQUE (organization_id, user_id);


--
-- Name: members members_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_pkey PRIMARY KEY (id);


--
-- Name: messages messages_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (id);


--
-- Name: metering_events metering_events_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.metering_events
    ADD CONSTRAINT metering_events_pkey PRIMARY KEY (id, occurred_at);


--
-- Name: metering_events_2026_03 metering_events_2026_03_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.metering_events_2026_03
    ADD CONSTRAINT metering_events_2026_03_pkey PRIMARY KEY (id, occurred_at);


--
-- Name: metering_events_2026_04 metering_events_2026_04_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.metering_events_2026_04
    ADD CONSTRAINT metering_events_2026_04_pkey PRIMARY KEY (id, occurred_at);


--
-- Name: metering_events_2026_05 metering_events_2026_05_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.metering_events_2026_05
    ADD CONSTRAINT metering_events_2026_05_pkey PRIMARY KEY (id, occurred_at);


--
-- Name: metering_events_2026_06 metering_events_2026_06_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.metering_events_2026_06
    ADD CONSTRAINT metering_events_2026_06_pkey PRIMARY KEY (id, occurred_at);


--
-- Name: metering_events_default metering_events_default_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.metering_events_default
    ADD CONSTRAINT metering_events_default_pkey PRIMARY KEY (id, occurred_at);


--
-- Name: model_prices model_prices_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.model_prices
    ADD CONSTRAINT model_prices_pkey PRIMARY KEY (model_key, valid_from);


--
-- Name: notification_preferences notification_preferences_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notification_preferences
    ADD CONSTRAINT notification_preferences_pkey PRIMARY KEY (id);


--
-- Name: notification_preferences notification_preferences_user_id_organization_id_template_key_c; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notification_preferences
    ADD CONSTRAINT notification_preferences_user_id_organization_id_template_key_c UNIQUE (user_id, organization_id, template_key, channel_kind);


--
-- Name: notification_templates notification_templates_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notification_templates
    ADD CONSTRAINT notification_templates_pkey PRIMARY KEY (key, locale);


--
-- Name: notifications notifications_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_pkey PRIMARY KEY (id);


--
-- Name: organization_slug_history organization_slug_history_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.organization_slug_history
    ADD CONSTRAINT organization_slug_history_pkey PRIMARY KEY (slug);


--
-- Name: organizations organizations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.organizations
    ADD CONSTRAINT organizations_pkey PRIMARY KEY (id);


--
-- Name: organizations organizations_slug_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.organizations
    ADD CONSTRAINT organizations_slug_key UNIQUE (slug);


--
-- Name: plans plans_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plans
    ADD CONSTRAINT plans_pkey PRIMARY KEY (id);


--
-- Name: prompt_library prompt_library_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.prompt_library
    ADD CONSTRAINT prompt_library_pkey PRIMARY KEY (key, locale, revision);


--
-- Name: run_artifacts run_artifacts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run_artifacts
    ADD CONSTRAINT run_artifacts_pkey PRIMARY KEY (id);


--
-- Name: run_artifacts run_artifacts_storage_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run_artifacts
    ADD CONSTRAINT run_artifacts_storage_key_key UNIQUE (storage_key);


--
-- Name: run_costs run_costs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run_costs
    ADD CONSTRAINT run_costs_pkey PRIMARY KEY (id);


--
-- Name: run_logs run_logs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run_logs
    ADD CONSTRAINT run_logs_pkey PRIMARY KEY (id);


--
-- Name: runs runs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (id);


--
-- Name: saved_views saved_views_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT saved_views_pkey PRIMARY KEY (id);


--
-- Name: schedules schedules_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schedules
    ADD CONSTRAINT schedules_pkey PRIMARY KEY (id);


--
-- Name: schema_migrations schema_migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);


--
-- Name: settings settings_organization_id_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_organization_id_key_key UNIQUE (organization_id, key);


--
-- Name: settings settings_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (id);


--
-- Name: subscriptions subscriptions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_pkey PRIMARY KEY (id);


--
-- Name: tool_calls tool_calls_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tool_calls
    ADD CONSTRAINT tool_calls_pkey PRIMARY KEY (id);


--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- Name: watcher_conditions watcher_conditions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watcher_conditions
    ADD CONSTRAINT watcher_conditions_pkey PRIMARY KEY (id);


--
-- Name: watcher_conditions watcher_conditions_watcher_id_position_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watcher_conditions
    ADD CONSTRAINT watcher_conditions_watcher_id_position_key UNIQUE (watcher_id, "position");


--
-- Name: watcher_windows watcher_windows_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watcher_windows
    ADD CONSTRAINT watcher_windows_pkey PRIMARY KEY (id);


--
-- Name: watchers watchers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watchers
    ADD CONSTRAINT watchers_pkey PRIMARY KEY (id);


--
-- Name: worker_pools worker_pools_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.worker_pools
    ADD CONSTRAINT worker_pools_pkey PRIMARY KEY (id);


--
-- Name: worker_tokens worker_tokens_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.worker_tokens
    ADD CONSTRAINT worker_tokens_pkey PRIMARY KEY (id);


--
-- Name: workers workers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workers
    ADD CONSTRAINT workers_pkey PRIMARY KEY (id);


--
-- Name: idx_agent_memories_current; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_agent_memories_current ON public.agent_memories USING btree (agent_id, subject) WHERE (superseded_by IS NULL);


--
-- Name: idx_agent_memories_organization_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_agent_memories_organization_id ON public.agent_memories USING btree (organization_id);


--
-- Name: idx_agent_tools_connection_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_agent_tools_connection_id ON public.agent_tools USING btree (connection_id);


--
-- Name: idx_agent_tools_mcp_tool; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_agent_tools_mcp_tool ON public.agent_tools USING btree (mcp_tool_id) WHERE (mcp_tool_id IS NOT NULL);


--
-- Name: idx_agent_tools_target; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_agent_tools_target ON public.agent_tools USING btree (agent_id, tool_key, connection_id);


--
-- Name: idx_agents_enabled; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_agents_enabled ON public.agents USING btree (organization_id) WHERE (enabled AND (deleted_at IS NULL));


--
-- Name: idx_agents_slug; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_agents_slug ON public.agents USING btree (organization_id, slug) WHERE (deleted_at IS NULL);


--
-- Name: idx_agents_visibility; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_agents_visibility ON public.agents USING btree (organization_id, visibility) WHERE (enabled AND (visibility <> 'private'::public.agent_visibility));


--
-- Name: idx_api_keys_prefix; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_api_keys_prefix ON public.api_keys USING btree (prefix);


--
-- Name: idx_audit_log_occurred_at_brin; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_audit_log_occurred_at_brin ON public.audit_log USING brin (occurred_at) WITH (pages_per_range='32');


--
-- Name: idx_audit_log_organization; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_audit_log_organization ON public.audit_log USING btree (organization_id);


--
-- Name: idx_auth_attempts_connection_id_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_auth_attempts_connection_id_created_at ON public.auth_attempts USING btree (connection_id, created_at DESC);


--
-- Name: idx_auth_attempts_open; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_auth_attempts_open ON public.auth_attempts USING btree (expires_at) WHERE ((succeeded_at IS NULL) AND (failure IS NULL));


--
-- Name: idx_connections_live; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_connections_live ON public.connections USING btree (organization_id, connector_id) WHERE (deleted_at IS NULL);


--
-- Name: idx_connections_shared_with; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_connections_shared_with ON public.connections USING gin (shared_with);


--
-- Name: idx_connector_versions_published; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_connector_versions_published ON public.connector_versions USING btree (connector_id, published_at DESC) WHERE ((published_at IS NOT NULL) AND (yanked_at IS NULL));


--
-- Name: idx_conversation_participants_user_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_conversation_participants_user_id ON public.conversation_participants USING btree (user_id);


--
-- Name: idx_conversations_organization_id_updated_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_conversations_organization_id_updated_at ON public.conversations USING btree (organization_id, updated_at DESC);


--
-- Name: idx_credentials_connection_id_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_credentials_connection_id_created_at ON public.credentials USING btree (connection_id, created_at DESC);


--
-- Name: idx_credentials_key_version; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_credentials_key_version ON public.credentials USING btree (organization_id, key_version);


--
-- Name: idx_document_chunks_embed_after; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_document_chunks_embed_after ON public.document_chunks USING btree (embed_after) WHERE (embed_after IS NOT NULL);


--
-- Name: idx_documents_organization_id_updated_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_documents_organization_id_updated_at ON public.documents USING btree (organization_id, updated_at DESC);


--
-- Name: idx_documents_search; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_documents_search ON public.documents USING gin (search);


--
-- Name: idx_embeddings_organization_id_model_key; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_embeddings_organization_id_model_key ON public.embeddings USING btree (organization_id, model_key);


--
-- Name: idx_entities_entity_type_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_entities_entity_type_id ON public.entities USING btree (entity_type_id);


--
-- Name: idx_entities_labels; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_entities_labels ON public.entities USING gin (labels);


--
-- Name: idx_entities_organization_id_normalized_name; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_entities_organization_id_normalized_name ON public.entities USING btree (organization_id, normalized_name) WHERE (merged_into_id IS NULL);


--
-- Name: idx_entities_parent_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_entities_parent_id ON public.entities USING btree (parent_id) WHERE (parent_id IS NOT NULL);


--
-- Name: idx_entity_aliases_entity_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_entity_aliases_entity_id ON public.entity_aliases USING btree (entity_id);


--
-- Name: idx_entity_links_from_relation; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_entity_links_from_relation ON public.entity_links USING btree (from_entity_id, relation) INCLUDE (to_entity_id, weight);


--
-- Name: idx_entity_links_to_entity_id_relation; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_entity_links_to_entity_id_relation ON public.entity_links USING btree (to_entity_id, relation);


--
-- Name: idx_entity_merges_dropped_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_entity_merges_dropped_id ON public.entity_merges USING btree (dropped_id);


--
-- Name: idx_entity_merges_kept_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_entity_merges_kept_id ON public.entity_merges USING btree (kept_id);


--
-- Name: idx_event_entities_entity_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_event_entities_entity_id ON public.event_entities USING btree (entity_id);


--
-- Name: idx_events_author_entity_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_events_author_entity_id ON public.events USING btree (author_entity_id) WHERE (author_entity_id IS NOT NULL);


--
-- Name: idx_events_content_hash; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_events_content_hash ON public.events USING btree (content_hash) WHERE (content_hash IS NOT NULL);


--
-- Name: idx_events_feed_id_occurred_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_events_feed_id_occurred_at ON public.events USING btree (feed_id, occurred_at DESC);


--
-- Name: idx_events_kind_occurred_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_events_kind_occurred_at ON public.events USING btree (organization_id, kind, occurred_at DESC);


--
-- Name: idx_events_organization_id_occurred_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_events_organization_id_occurred_at ON public.events USING btree (organization_id, occurred_at DESC);


--
-- Name: idx_events_search; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_events_search ON public.events USING gin (search);


--
-- Name: idx_events_supersedes; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_events_supersedes ON public.events USING btree (supersedes_id) WHERE (supersedes_id IS NOT NULL);


--
-- Name: idx_feed_backfill_windows_run_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_feed_backfill_windows_run_id ON public.feed_backfill_windows USING btree (run_id) WHERE (run_id IS NOT NULL);


--
-- Name: idx_feed_backfill_windows_waiting; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_feed_backfill_windows_waiting ON public.feed_backfill_windows USING btree (feed_id, ends_at DESC) WHERE (state = 'waiting'::text);


--
-- Name: idx_feeds_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_feeds_due ON public.feeds USING btree (priority DESC, next_sync_at) WHERE ((NOT paused) AND (deleted_at IS NULL));


--
-- Name: idx_insights_organization_id_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_insights_organization_id_created_at ON public.insights USING btree (organization_id, created_at DESC) WHERE (dismissed_at IS NULL);


--
-- Name: idx_insights_watcher_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_insights_watcher_id ON public.insights USING btree (watcher_id);


--
-- Name: idx_mcp_servers_enabled; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_mcp_servers_enabled ON public.mcp_servers USING btree (organization_id) WHERE enabled;


--
-- Name: idx_mcp_tools_present; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_mcp_tools_present ON public.mcp_tools USING btree (server_id) WHERE (gone_at IS NULL);


--
-- Name: idx_members_user_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_members_user_id ON public.members USING btree (user_id);


--
-- Name: idx_messages_author; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_messages_author ON public.messages USING btree (author_kind, author_id) WHERE (author_id IS NOT NULL);


--
-- Name: idx_messages_conversation_id_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_messages_conversation_id_id ON public.messages USING btree (conversation_id, id);


--
-- Name: idx_messages_run; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_messages_run ON public.messages USING btree (run_id) WHERE (run_id IS NOT NULL);


--
-- Name: idx_metering_events_org; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_metering_events_org ON ONLY public.metering_events USING btree (organization_id, metric, occurred_at);


--
-- Name: idx_metering_events_org_2026_03; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_metering_events_org_2026_03 ON public.metering_events_2026_03 USING btree (organization_id, metric, occurred_at);


--
-- Name: idx_metering_events_org_2026_04; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_metering_events_org_2026_04 ON public.metering_events_2026_04 USING btree (organization_id, metric, occurred_at);


--
-- Name: idx_metering_events_org_2026_05; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_metering_events_org_2026_05 ON public.metering_events_2026_05 USING btree (organization_id, metric, occurred_at);


--
-- Name: idx_metering_events_org_2026_06; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_metering_events_org_2026_06 ON public.metering_events_2026_06 USING btree (organization_id, metric, occurred_at);


--
-- Name: idx_metering_events_org_default; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_metering_events_org_default ON public.metering_events_default USING btree (organization_id, metric, occurred_at);


--
-- Name: idx_notifications_dedupe; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_notifications_dedupe ON public.notifications USING btree (organization_id, dedupe_key) WHERE (dedupe_key IS NOT NULL);


--
-- Name: idx_notifications_held; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_notifications_held ON public.notifications USING btree (user_id, created_at) WHERE (state = 'held'::text);


--
-- Name: idx_notifications_outbox; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_notifications_outbox ON public.notifications USING btree (send_after) WHERE (state = 'queued'::text);


--
-- Name: idx_notifications_unread; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_notifications_unread ON public.notifications USING btree (user_id, created_at DESC) WHERE ((read_at IS NULL) AND (state = 'sent'::text));


--
-- Name: idx_notifications_user_id_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_notifications_user_id_created_at ON public.notifications USING btree (user_id, created_at DESC);


--
-- Name: idx_organization_slug_history_organization_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_organization_slug_history_organization_id ON public.organization_slug_history USING btree (organization_id);


--
-- Name: idx_run_artifacts_run_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_run_artifacts_run_id ON public.run_artifacts USING btree (run_id);


--
-- Name: idx_run_costs_organization_id_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_run_costs_organization_id_created_at ON public.run_costs USING btree (organization_id, created_at);


--
-- Name: idx_run_costs_run_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_run_costs_run_id ON public.run_costs USING btree (run_id);


--
-- Name: idx_run_logs_run_id_logged_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_run_logs_run_id_logged_at ON public.run_logs USING btree (run_id, logged_at);


--
-- Name: idx_runs_active_sync_per_feed; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_runs_active_sync_per_feed ON public.runs USING btree (feed_id) WHERE ((run_type = 'sync'::text) AND (status = ANY (ARRAY['pending'::text, 'claimed'::text, 'running'::text])));


--
-- Name: idx_runs_auth_open; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_runs_auth_open ON public.runs USING btree (connection_id) WHERE ((run_type = 'auth'::text) AND (status = 'pending'::text));


--
-- Name: idx_runs_claim; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_runs_claim ON public.runs USING btree (run_type, priority DESC, created_at) WHERE (status = 'pending'::text);


--
-- Name: idx_runs_claimed_by; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_runs_claimed_by ON public.runs USING btree (claimed_by) WHERE ((claimed_by IS NOT NULL) AND (status = ANY (ARRAY['claimed'::text, 'running'::text])));


--
-- Name: idx_runs_connection_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_runs_connection_created_at ON public.runs USING btree (connection_id, created_at DESC) WHERE (connection_id IS NOT NULL);


--
-- Name: idx_runs_embed_backfill_open; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_runs_embed_backfill_open ON public.runs USING btree (organization_id) WHERE ((run_type = 'embed_backfill'::text) AND (status = 'pending'::text));


--
-- Name: idx_runs_error_code; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_runs_error_code ON public.runs USING btree (error_code, completed_at DESC) WHERE (error_code IS NOT NULL);


--
-- Name: idx_runs_feed_id_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_runs_feed_id_created_at ON public.runs USING btree (feed_id, created_at DESC);


--
-- Name: idx_runs_heartbeat_inflight; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_runs_heartbeat_inflight ON public.runs USING btree (last_heartbeat_at) WHERE ((status = ANY (ARRAY['claimed'::text, 'running'::text])) AND (run_type = ANY (ARRAY['sync'::text, 'action'::text, 'embed_backfill'::text, 'auth'::text])));


--
-- Name: idx_runs_open_watcher; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_runs_open_watcher ON public.runs USING btree (watcher_id) WHERE ((run_type = 'watcher'::text) AND (status = ANY (ARRAY['pending'::text, 'claimed'::text, 'running'::text])));


--
-- Name: idx_runs_organization_id_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_runs_organization_id_created_at ON public.runs USING btree (organization_id, created_at DESC);


--
-- Name: idx_runs_retry_of; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_runs_retry_of ON public.runs USING btree (retry_of) WHERE (retry_of IS NOT NULL);


--
-- Name: idx_saved_views_name; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_saved_views_name ON public.saved_views USING btree (organization_id, owner_id, lower(name));


--
-- Name: idx_saved_views_shared; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_saved_views_shared ON public.saved_views USING btree (organization_id, subject) WHERE shared;


--
-- Name: idx_schedules_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_schedules_due ON public.schedules USING btree (next_fire_at) WHERE enabled;


--
-- Name: idx_schedules_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_schedules_key ON public.schedules USING btree (COALESCE(organization_id, ''::text), key);


--
-- Name: idx_subscriptions_active; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_subscriptions_active ON public.subscriptions USING btree (organization_id) WHERE (state = ANY (ARRAY['trialing'::text, 'active'::text, 'past_due'::text]));


--
-- Name: idx_subscriptions_external_ref; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_subscriptions_external_ref ON public.subscriptions USING btree (external_ref) WHERE (external_ref IS NOT NULL);


--
-- Name: idx_tool_calls_message_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_tool_calls_message_id ON public.tool_calls USING btree (message_id);


--
-- Name: idx_tool_calls_run_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_tool_calls_run_id ON public.tool_calls USING btree (run_id) WHERE (run_id IS NOT NULL);


--
-- Name: idx_tool_calls_waiting; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_tool_calls_waiting ON public.tool_calls USING btree (organization_id, created_at) WHERE (outcome = 'pending'::text);


--
-- Name: idx_usage_by_hour_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_usage_by_hour_key ON public.usage_by_hour USING btree (organization_id, metric, bucket);


--
-- Name: idx_users_lower_email; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_users_lower_email ON public.users USING btree (lower(email));


--
-- Name: idx_watcher_windows_open; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_watcher_windows_open ON public.watcher_windows USING btree (watcher_id) WHERE (closed_at IS NULL);


--
-- Name: idx_watcher_windows_watcher_id_opened_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_watcher_windows_watcher_id_opened_at ON public.watcher_windows USING btree (watcher_id, opened_at DESC);


--
-- Name: idx_watchers_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_watchers_due ON public.watchers USING btree (last_evaluated_at) WHERE (enabled AND (snoozed_until IS NULL));


--
-- Name: idx_watchers_organization_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_watchers_organization_id ON public.watchers USING btree (organization_id);


--
-- Name: idx_watchers_snoozed; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_watchers_snoozed ON public.watchers USING btree (snoozed_until) WHERE (snoozed_until IS NOT NULL);


--
-- Name: idx_worker_pools_name; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_worker_pools_name ON public.worker_pools USING btree (organization_id, name);


--
-- Name: idx_worker_tokens_live; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_worker_tokens_live ON public.worker_tokens USING btree (organization_id) WHERE (revoked_at IS NULL);


--
-- Name: idx_worker_tokens_pool; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_worker_tokens_pool ON public.worker_tokens USING btree (pool_id) WHERE (pool_id IS NOT NULL);


--
-- Name: idx_worker_tokens_token_hash; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_worker_tokens_token_hash ON public.worker_tokens USING btree (token_hash);


--
-- Name: idx_workers_last_seen_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_workers_last_seen_at ON public.workers USING btree (last_seen_at);


--
-- Name: idx_workers_pool; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_workers_pool ON public.workers USING btree (pool_id) WHERE (pool_id IS NOT NULL);


--
-- Name: idx_metering_events_org_2026_03; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_metering_events_org ATTACH PARTITION public.idx_metering_events_org_2026_03;


--
-- Name: idx_metering_events_org_2026_04; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_metering_events_org ATTACH PARTITION public.idx_metering_events_org_2026_04;


--
-- Name: idx_metering_events_org_2026_05; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_metering_events_org ATTACH PARTITION public.idx_metering_events_org_2026_05;


--
-- Name: idx_metering_events_org_2026_06; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_metering_events_org ATTACH PARTITION public.idx_metering_events_org_2026_06;


--
-- Name: idx_metering_events_org_default; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_metering_events_org ATTACH PARTITION public.idx_metering_events_org_default;


--
-- Name: metering_events_2026_03_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.metering_events_pkey ATTACH PARTITION public.metering_events_2026_03_pkey;


--
-- Name: metering_events_2026_04_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.metering_events_pkey ATTACH PARTITION public.metering_events_2026_04_pkey;


--
-- Name: metering_events_2026_05_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.metering_events_pkey ATTACH PARTITION public.metering_events_2026_05_pkey;


--
-- Name: metering_events_2026_06_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.metering_events_pkey ATTACH PARTITION public.metering_events_2026_06_pkey;


--
-- Name: metering_events_default_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.metering_events_pkey ATTACH PARTITION public.metering_events_default_pkey;


--
-- Name: connection_health _RETURN; Type: RULE; Schema: public; Owner: -
--

CREATE OR REPLACE VIEW public.connection_health AS
 SELECT c.id AS connection_id,
    c.organization_id,
    c.connector_id,
    c.auth_state,
    count(f.id) AS feeds,
    count(f.id) FILTER (WHERE f.paused) AS paused_feeds,
    count(f.id) FILTER (WHERE (f.failures > 0)) AS failing_feeds,
    max(f.last_synced_at) AS last_synced_at
   FROM (public.connections c
     LEFT JOIN public.feeds f ON (((f.connection_id = c.id) AND (f.deleted_at IS NULL))))
  WHERE (c.deleted_at IS NULL)
  GROUP BY c.id;


--
-- Name: agents agents_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER agents_touch_updated_at BEFORE UPDATE ON public.agents FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();


--
-- Name: audit_log audit_log_final; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_log_final BEFORE DELETE OR UPDATE ON public.audit_log FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: connections connections_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER connections_touch_updated_at BEFORE UPDATE ON public.connections FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();


--
-- Name: conversations conversations_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER conversations_touch_updated_at BEFORE UPDATE ON public.conversations FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();


--
-- Name: credentials credentials_final; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER credentials_final BEFORE UPDATE ON public.credentials FOR EACH ROW EXECUTE FUNCTION public.refuse_credential_change();


--
-- Name: documents documents_keep_version; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER documents_keep_version BEFORE UPDATE OF title, body ON public.documents FOR EACH ROW EXECUTE FUNCTION public.keep_document_version();


--
-- Name: embeddings embeddings_norm; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER embeddings_norm BEFORE INSERT OR UPDATE OF vector ON public.embeddings FOR EACH ROW EXECUTE FUNCTION public.embeddings_set_norm();


--
-- Name: entities entities_normalized_name; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER entities_normalized_name BEFORE INSERT OR UPDATE OF name ON public.entities FOR EACH ROW EXECUTE FUNCTION public.entities_set_normalized_name();


--
-- Name: entities entities_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER entities_touch_updated_at BEFORE UPDATE ON public.entities FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();


--
-- Name: entity_types entity_types_keep_built_in; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER entity_types_keep_built_in BEFORE DELETE ON public.entity_types FOR EACH ROW EXECUTE FUNCTION public.keep_built_in_entity_types();


--
-- Name: events events_content_hash; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER events_content_hash BEFORE INSERT OR UPDATE OF title, body, author_entity_id ON public.events FOR EACH ROW EXECUTE FUNCTION public.events_set_content_hash();


--
-- Name: feed_backfill_windows feed_backfill_windows_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER feed_backfill_windows_touch_updated_at BEFORE UPDATE ON public.feed_backfill_windows FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();


--
-- Name: feeds feeds_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER feeds_touch_updated_at BEFORE UPDATE ON public.feeds FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();


--
-- Name: organizations organizations_default_entity_types; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER organizations_default_entity_types AFTER INSERT ON public.organizations FOR EACH ROW EXECUTE FUNCTION public.add_default_entity_types();


--
-- Name: organizations organizations_remember_slug; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER organizations_remember_slug BEFORE UPDATE OF slug ON public.organizations FOR EACH ROW WHEN ((old.slug IS DISTINCT FROM new.slug)) EXECUTE FUNCTION public.remember_old_slug();


--
-- Name: organizations organizations_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER organizations_touch_updated_at BEFORE UPDATE ON public.organizations FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();


--
-- Name: runs runs_notify_pending; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER runs_notify_pending AFTER INSERT OR UPDATE OF status ON public.runs FOR EACH ROW EXECUTE FUNCTION public.notify_run_pending();


--
-- Name: watchers watchers_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER watchers_touch_updated_at BEFORE UPDATE ON public.watchers FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();


--
-- Name: agent_memories agent_memories_agent_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_memories
    ADD CONSTRAINT agent_memories_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES public.agents(id) ON DELETE CASCADE;


--
-- Name: agent_memories agent_memories_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_memories
    ADD CONSTRAINT agent_memories_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: agent_memories agent_memories_source_message_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_memories
    ADD CONSTRAINT agent_memories_source_message_id_fkey FOREIGN KEY (source_message_id) REFERENCES public.messages(id) ON DELETE SET NULL;


--
-- Name: agent_memories agent_memories_superseded_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_memories
    ADD CONSTRAINT agent_memories_superseded_by_fkey FOREIGN KEY (superseded_by) REFERENCES public.agent_memories(id) ON DELETE SET NULL;


--
-- Name: agent_tools agent_tools_agent_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_tools
    ADD CONSTRAINT agent_tools_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES public.agents(id) ON DELETE CASCADE;


--
-- Name: agent_tools agent_tools_connection_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_tools
    ADD CONSTRAINT agent_tools_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES public.connections(id) ON DELETE CASCADE;


--
-- Name: agent_tools agent_tools_mcp_tool_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_tools
    ADD CONSTRAINT agent_tools_mcp_tool_id_fkey FOREIGN KEY (mcp_tool_id) REFERENCES public.mcp_tools(id) ON DELETE CASCADE;


--
-- Name: agent_versions agent_versions_agent_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_versions
    ADD CONSTRAINT agent_versions_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES public.agents(id) ON DELETE CASCADE;


--
-- Name: agents agents_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agents
    ADD CONSTRAINT agents_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: api_keys api_keys_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: audit_log audit_log_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: auth_attempts auth_attempts_connection_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_attempts
    ADD CONSTRAINT auth_attempts_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES public.connections(id) ON DELETE CASCADE;


--
-- Name: auth_attempts auth_attempts_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_attempts
    ADD CONSTRAINT auth_attempts_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id) ON DELETE SET NULL;


--
-- Name: channels channels_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.channels
    ADD CONSTRAINT channels_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: connections connections_connector_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.connections
    ADD CONSTRAINT connections_connector_id_fkey FOREIGN KEY (connector_id) REFERENCES public.connectors(id);


--
-- Name: connections connections_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.connections
    ADD CONSTRAINT connections_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: connections connections_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.connections
    ADD CONSTRAINT connections_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id) ON DELETE SET NULL;


--
-- Name: connector_versions connector_versions_connector_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.connector_versions
    ADD CONSTRAINT connector_versions_connector_id_fkey FOREIGN KEY (connector_id) REFERENCES public.connectors(id) ON DELETE CASCADE;


--
-- Name: conversation_participants conversation_participants_conversation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_participants
    ADD CONSTRAINT conversation_participants_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversations(id) ON DELETE CASCADE;


--
-- Name: conversation_participants conversation_participants_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_participants
    ADD CONSTRAINT conversation_participants_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: conversations conversations_agent_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES public.agents(id) ON DELETE SET NULL;


--
-- Name: conversations conversations_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: conversations conversations_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;


--
-- Name: countries countries_currency_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.countries
    ADD CONSTRAINT countries_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);


--
-- Name: credentials credentials_connection_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES public.connections(id) ON DELETE CASCADE;


--
-- Name: document_chunks document_chunks_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_chunks
    ADD CONSTRAINT document_chunks_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE;


--
-- Name: document_versions document_versions_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_versions
    ADD CONSTRAINT document_versions_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE;


--
-- Name: document_versions document_versions_seen_by_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_versions
    ADD CONSTRAINT document_versions_seen_by_run_fkey FOREIGN KEY (seen_by_run) REFERENCES public.runs(id) ON DELETE SET NULL;


--
-- Name: documents documents_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id) ON DELETE CASCADE;


--
-- Name: documents documents_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: embeddings embeddings_chunk_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.embeddings
    ADD CONSTRAINT embeddings_chunk_id_fkey FOREIGN KEY (chunk_id) REFERENCES public.document_chunks(id) ON DELETE CASCADE;


--
-- Name: entities entities_entity_type_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entities
    ADD CONSTRAINT entities_entity_type_id_fkey FOREIGN KEY (entity_type_id) REFERENCES public.entity_types(id);


--
-- Name: entities entities_merged_into_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entities
    ADD CONSTRAINT entities_merged_into_id_fkey FOREIGN KEY (merged_into_id) REFERENCES public.entities(id) ON DELETE SET NULL;


--
-- Name: entities entities_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entities
    ADD CONSTRAINT entities_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: entities entities_parent_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entities
    ADD CONSTRAINT entities_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.entities(id) ON DELETE SET NULL;


--
-- Name: entity_aliases entity_aliases_entity_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entity_aliases
    ADD CONSTRAINT entity_aliases_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES public.entities(id) ON DELETE CASCADE;


--
-- Name: entity_links entity_links_from_entity_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entity_links
    ADD CONSTRAINT entity_links_from_entity_id_fkey FOREIGN KEY (from_entity_id) REFERENCES public.entities(id) ON DELETE CASCADE;


--
-- Name: entity_links entity_links_to_entity_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entity_links
    ADD CONSTRAINT entity_links_to_entity_id_fkey FOREIGN KEY (to_entity_id) REFERENCES public.entities(id) ON DELETE CASCADE;


--
-- Name: entity_merges entity_merges_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entity_merges
    ADD CONSTRAINT entity_merges_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: entity_types entity_types_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entity_types
    ADD CONSTRAINT entity_types_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: event_entities event_entities_entity_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_entities
    ADD CONSTRAINT event_entities_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES public.entities(id) ON DELETE CASCADE;


--
-- Name: event_entities event_entities_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_entities
    ADD CONSTRAINT event_entities_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id) ON DELETE CASCADE;


--
-- Name: events events_author_entity_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_author_entity_id_fkey FOREIGN KEY (author_entity_id) REFERENCES public.entities(id) ON DELETE SET NULL;


--
-- Name: events events_connector_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_connector_id_fkey FOREIGN KEY (connector_id) REFERENCES public.connectors(id);


--
-- Name: events events_feed_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES public.feeds(id) ON DELETE SET NULL;


--
-- Name: events events_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: events events_supersedes_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_supersedes_id_fkey FOREIGN KEY (supersedes_id) REFERENCES public.events(id) ON DELETE SET NULL;


--
-- Name: feed_backfill_windows feed_backfill_windows_feed_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.feed_backfill_windows
    ADD CONSTRAINT feed_backfill_windows_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES public.feeds(id) ON DELETE CASCADE;


--
-- Name: feed_backfill_windows feed_backfill_windows_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.feed_backfill_windows
    ADD CONSTRAINT feed_backfill_windows_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: feed_backfill_windows feed_backfill_windows_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.feed_backfill_windows
    ADD CONSTRAINT feed_backfill_windows_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id) ON DELETE SET NULL;


--
-- Name: feeds feeds_connection_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.feeds
    ADD CONSTRAINT feeds_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES public.connections(id) ON DELETE CASCADE;


--
-- Name: feeds feeds_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.feeds
    ADD CONSTRAINT feeds_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: insights insights_entity_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.insights
    ADD CONSTRAINT insights_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES public.entities(id) ON DELETE SET NULL;


--
-- Name: insights insights_watcher_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.insights
    ADD CONSTRAINT insights_watcher_id_fkey FOREIGN KEY (watcher_id) REFERENCES public.watchers(id) ON DELETE CASCADE;


--
-- Name: mcp_servers mcp_servers_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mcp_servers
    ADD CONSTRAINT mcp_servers_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: mcp_tools mcp_tools_server_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mcp_tools
    ADD CONSTRAINT mcp_tools_server_id_fkey FOREIGN KEY (server_id) REFERENCES public.mcp_servers(id) ON DELETE CASCADE;


--
-- Name: members members_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: members members_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: messages messages_conversation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversations(id) ON DELETE CASCADE;


--
-- Name: messages messages_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id) ON DELETE SET NULL;


--
-- Name: notification_preferences notification_preferences_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notification_preferences
    ADD CONSTRAINT notification_preferences_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: notification_preferences notification_preferences_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notification_preferences
    ADD CONSTRAINT notification_preferences_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: notifications notifications_channel_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.channels(id) ON DELETE CASCADE;


--
-- Name: notifications notifications_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: organization_slug_history organization_slug_history_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.organization_slug_history
    ADD CONSTRAINT organization_slug_history_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: organizations organizations_country_code_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.organizations
    ADD CONSTRAINT organizations_country_code_fkey FOREIGN KEY (country_code) REFERENCES public.countries(code);


--
-- Name: run_artifacts run_artifacts_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run_artifacts
    ADD CONSTRAINT run_artifacts_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id) ON DELETE CASCADE;


--
-- Name: run_costs run_costs_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run_costs
    ADD CONSTRAINT run_costs_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id) ON DELETE CASCADE;


--
-- Name: run_logs run_logs_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run_logs
    ADD CONSTRAINT run_logs_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id) ON DELETE CASCADE;


--
-- Name: runs runs_agent_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES public.agents(id) ON DELETE SET NULL;


--
-- Name: runs runs_connection_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES public.connections(id) ON DELETE CASCADE;


--
-- Name: runs runs_feed_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES public.feeds(id) ON DELETE CASCADE;


--
-- Name: runs runs_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: runs runs_retry_of_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_retry_of_fkey FOREIGN KEY (retry_of) REFERENCES public.runs(id) ON DELETE SET NULL;


--
-- Name: runs runs_watcher_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_watcher_id_fkey FOREIGN KEY (watcher_id) REFERENCES public.watchers(id) ON DELETE CASCADE;


--
-- Name: saved_views saved_views_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT saved_views_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: schedules schedules_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schedules
    ADD CONSTRAINT schedules_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: settings settings_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: subscriptions subscriptions_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: subscriptions subscriptions_plan_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.plans(id);


--
-- Name: tool_calls tool_calls_message_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tool_calls
    ADD CONSTRAINT tool_calls_message_id_fkey FOREIGN KEY (message_id) REFERENCES public.messages(id) ON DELETE CASCADE;


--
-- Name: tool_calls tool_calls_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tool_calls
    ADD CONSTRAINT tool_calls_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id) ON DELETE SET NULL;


--
-- Name: watcher_conditions watcher_conditions_watcher_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watcher_conditions
    ADD CONSTRAINT watcher_conditions_watcher_id_fkey FOREIGN KEY (watcher_id) REFERENCES public.watchers(id) ON DELETE CASCADE;


--
-- Name: watcher_windows watcher_windows_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watcher_windows
    ADD CONSTRAINT watcher_windows_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id) ON DELETE SET NULL;


--
-- Name: watcher_windows watcher_windows_watcher_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watcher_windows
    ADD CONSTRAINT watcher_windows_watcher_id_fkey FOREIGN KEY (watcher_id) REFERENCES public.watchers(id) ON DELETE CASCADE;


--
-- Name: watchers watchers_agent_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watchers
    ADD CONSTRAINT watchers_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES public.agents(id) ON DELETE CASCADE;


--
-- Name: watchers watchers_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watchers
    ADD CONSTRAINT watchers_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: worker_pools worker_pools_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.worker_pools
    ADD CONSTRAINT worker_pools_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: worker_tokens worker_tokens_pool_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.worker_tokens
    ADD CONSTRAINT worker_tokens_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.worker_pools(id) ON DELETE CASCADE;


--
-- Name: workers workers_pool_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workers
    ADD CONSTRAINT workers_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES public.worker_pools(id) ON DELETE SET NULL;


--
-- PostgreSQL database dump complete
--

\unrestrict dbmate


--
-- Dbmate schema migrations
--

INSERT INTO public.schema_migrations (version) VALUES
    ('20260201000000'),
    ('20260202101500'),
    ('20260203083000'),
    ('20260204141000'),
    ('20260205092200'),
    ('20260207154500'),
    ('20260210133000'),
    ('20260211080000'),
    ('20260211150000'),
    ('20260212101000'),
    ('20260213091000'),
    ('20260214120000'),
    ('20260216094500'),
    ('20260217103000'),
    ('20260218071500'),
    ('20260218160000'),
    ('20260219113000'),
    ('20260220090000'),
    ('20260221100000'),
    ('20260223083000'),
    ('20260224141500'),
    ('20260225093000'),
    ('20260226110000'),
    ('20260227090000'),
    ('20260228101500'),
    ('20260302090000'),
    ('20260303111500'),
    ('20260304083000'),
    ('20260305121500'),
    ('20260306093000'),
    ('20260306094500'),
    ('20260307150000'),
    ('20260309090000'),
    ('20260310101500'),
    ('20260311083000'),
    ('20260312140000'),
    ('20260313090000'),
    ('20260314113000'),
    ('20260316091500'),
    ('20260317100000'),
    ('20260318083000'),
    ('20260319120000'),
    ('20260320093000'),
    ('20260321101500'),
    ('20260323090000'),
    ('20260324113000'),
    ('20260325083000'),
    ('20260326140000'),
    ('20260327091500'),
    ('20260328100000'),
    ('20260330090000'),
    ('20260331121500'),
    ('20260401083000'),
    ('20260402101500'),
    ('20260403090000'),
    ('20260406113000'),
    ('20260407091500'),
    ('20260408100000'),
    ('20260409083000'),
    ('20260410140000'),
    ('20260413090000'),
    ('20260414101500'),
    ('20260415083000'),
    ('20260416120000'),
    ('20260417091500'),
    ('20260420100000'),
    ('20260421083000'),
    ('20260422113000'),
    ('20260423090000'),
    ('20260424090000'),
    ('20260427101500'),
    ('20260428093000'),
    ('20260429083000'),
    ('20260430140000'),
    ('20260503081500'),
    ('20260505093000'),
    ('20260507110000'),
    ('20260508090000'),
    ('20260511101500'),
    ('20260513083000'),
    ('20260517120000'),
    ('20260518020000'),
    ('20260518070000');
