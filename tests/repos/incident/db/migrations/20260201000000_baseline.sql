-- migrate:up

-- Everything up to here, squashed: what pg_dump printed of the last database that was built
-- from the older migrations. A database that has them counts this one as applied.

--
-- Name: bump_usage(text, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.bump_usage(org text, metric_name text, by_amount bigint) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    total bigint;
BEGIN
    INSERT INTO public.usage_counters AS u (organization_id, metric, bucket, amount)
    VALUES (org, metric_name, date_trunc('hour', now()), by_amount)
    ON CONFLICT (organization_id, metric, bucket) DO UPDATE SET amount = u.amount + EXCLUDED.amount
    RETURNING amount INTO total;
    RETURN total;
END;
$$;

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
    CONSTRAINT notifications_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'sent'::text, 'failed'::text])))
);

--
-- Name: claim_notification_batch(integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.claim_notification_batch(max_rows integer) RETURNS SETOF public.notifications
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    SELECT n.*
      FROM public.notifications n
     WHERE n.state = 'queued'
       AND n.send_after <= now()
     ORDER BY n.send_after
     LIMIT max_rows
       FOR UPDATE SKIP LOCKED;
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
-- Name: merge_entities(bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.merge_entities(keep_id bigint, drop_id bigint) RETURNS integer
    LANGUAGE plpgsql
    AS $$
DECLARE
    moved integer := 0;
    step integer;
BEGIN
    IF keep_id = drop_id THEN
        RAISE EXCEPTION 'cannot merge entity % into itself', keep_id;
    END IF;
    PERFORM 1 FROM public.entities e WHERE e.id IN (keep_id, drop_id) ORDER BY e.id FOR UPDATE;
    UPDATE public.event_entities ee SET entity_id = keep_id
     WHERE ee.entity_id = drop_id
       AND NOT EXISTS (SELECT 1 FROM public.event_entities k WHERE k.event_id = ee.event_id AND k.entity_id = keep_id);
    GET DIAGNOSTICS step = ROW_COUNT;
    moved := moved + step;
    UPDATE public.entity_aliases SET entity_id = keep_id WHERE entity_id = drop_id;
    GET DIAGNOSTICS step = ROW_COUNT;
    moved := moved + step;
    UPDATE public.entities SET merged_into_id = keep_id WHERE id = drop_id;
    RETURN moved;
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
    IF NEW.status = 'pending' THEN
        PERFORM pg_notify('runs_pending', json_build_object('id', NEW.id, 'lane', NEW.run_type)::text);
    END IF;
    RETURN NULL;
END;
$$;

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
-- Name: accounts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.accounts (
    id text NOT NULL,
    user_id text NOT NULL,
    provider_key text NOT NULL,
    provider_account_id text NOT NULL,
    access_token_enc bytea,
    refresh_token_enc bytea,
    scope text[] DEFAULT '{}'::text[] NOT NULL,
    expires_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: TABLE accounts; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.accounts IS 'Identities at sign-in providers, one row per provider and user.';

--
-- Name: COLUMN accounts.access_token_enc; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.accounts.access_token_enc IS 'Sealed with the tenant''s data key, never with the platform''s.';

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
    CONSTRAINT agents_max_turns_check CHECK (((max_turns >= 1) AND (max_turns <= 500))),
    CONSTRAINT agents_temperature_check CHECK (((temperature >= (0)::numeric) AND (temperature <= (2)::numeric)))
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
    created_at timestamp with time zone DEFAULT now() NOT NULL
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
-- Name: document_chunks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.document_chunks (
    id bigint NOT NULL,
    document_id bigint NOT NULL,
    ordinal integer NOT NULL,
    content text NOT NULL,
    token_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
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
    created_at timestamp with time zone DEFAULT now() NOT NULL
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
-- Name: exports; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.exports (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    requested_by text,
    format text DEFAULT 'csv'::text NOT NULL,
    filter jsonb DEFAULT '{}'::jsonb NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    storage_key text,
    row_count bigint,
    expires_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT exports_format_check CHECK ((format = ANY (ARRAY['csv'::text, 'jsonl'::text, 'parquet'::text]))),
    CONSTRAINT exports_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'building'::text, 'ready'::text, 'failed'::text, 'expired'::text])))
);

--
-- Name: exports_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.exports ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.exports_id_seq
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
 SELECT id AS feed_id,
    organization_id,
    feed_key,
    failures,
    last_synced_at,
    (now() - last_synced_at) AS silent_for,
    ((failures >= 5) OR (last_synced_at < (now() - ((3)::double precision * sync_every)))) AS unhealthy
   FROM public.feeds f
  WHERE ((deleted_at IS NULL) AND (NOT paused));

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
    rule_id bigint,
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
-- Name: invitations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.invitations (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id text NOT NULL,
    email text NOT NULL,
    role text DEFAULT 'member'::text NOT NULL,
    token_hash bytea NOT NULL,
    expires_at timestamp with time zone DEFAULT (now() + '7 days'::interval) NOT NULL,
    accepted_at timestamp with time zone,
    invited_by text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT invitations_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'member'::text, 'viewer'::text])))
);

--
-- Name: invoice_lines; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.invoice_lines (
    id bigint NOT NULL,
    invoice_id bigint NOT NULL,
    description text NOT NULL,
    quantity numeric(12,3) DEFAULT 1 NOT NULL,
    unit_cents bigint NOT NULL,
    amount_cents bigint GENERATED ALWAYS AS ((round((quantity * (unit_cents)::numeric)))::bigint) STORED,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: invoice_lines_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.invoice_lines ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.invoice_lines_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: invoices; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.invoices (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    subscription_id bigint,
    number text NOT NULL,
    state text DEFAULT 'draft'::text NOT NULL,
    currency text NOT NULL,
    total_cents bigint DEFAULT 0 NOT NULL,
    issued_at timestamp with time zone,
    due_at timestamp with time zone,
    paid_at timestamp with time zone,
    pdf_key text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT invoices_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'open'::text, 'paid'::text, 'void'::text])))
);

--
-- Name: invoices_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.invoices ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.invoices_id_seq
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
    CONSTRAINT organizations_region_check CHECK ((region = ANY (ARRAY['eu-central'::text, 'us-east'::text, 'ap-south'::text]))),
    CONSTRAINT organizations_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9-]{1,62}$'::text))
);

--
-- Name: TABLE organizations; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.organizations IS 'Tenants. Everything else hangs off one of these and goes when it goes.';

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
-- Name: rate_limits; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rate_limits (
    subject text NOT NULL,
    bucket text NOT NULL,
    window_start timestamp with time zone NOT NULL,
    hits integer DEFAULT 0 NOT NULL
);

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
    worker_id text,
    claimed_at timestamp with time zone,
    completed_at timestamp with time zone,
    error_message text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT runs_run_type_check CHECK ((run_type = ANY (ARRAY['sync'::text, 'action'::text]))),
    CONSTRAINT runs_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'running'::text, 'completed'::text, 'failed'::text]))),
    CONSTRAINT runs_trigger_kind_check CHECK ((trigger_kind = ANY (ARRAY['schedule'::text, 'manual'::text, 'webhook'::text, 'retry'::text])))
);

--
-- Name: TABLE runs; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.runs IS 'The job queue. run_type is the lane, status is where the run stands.';

--
-- Name: recent_failures; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.recent_failures AS
 SELECT r.id,
    r.organization_id,
    r.run_type,
    r.error_message,
    r.completed_at,
    c.display_name AS connection_name
   FROM (public.runs r
     LEFT JOIN public.connections c ON ((c.id = r.connection_id)))
  WHERE ((r.status = 'failed'::text) AND (r.completed_at > (now() - '7 days'::interval)));

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
-- Name: sessions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sessions (
    id text NOT NULL,
    user_id text NOT NULL,
    organization_id text,
    ip_address inet,
    user_agent text,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
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
-- Name: taggings; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.taggings (
    id bigint NOT NULL,
    tag_id bigint NOT NULL,
    entity_id bigint,
    event_id bigint,
    tagged_by text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT taggings_one_target CHECK ((num_nonnulls(entity_id, event_id) = 1))
);

--
-- Name: taggings_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.taggings ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.taggings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: tags; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tags (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    label text NOT NULL,
    color text DEFAULT '#8899aa'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT tags_color_check CHECK ((color ~ '^#[0-9a-f]{6}$'::text))
);

--
-- Name: tags_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.tags ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tags_id_seq
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
-- Name: usage_counters; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.usage_counters (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    metric text NOT NULL,
    bucket timestamp with time zone NOT NULL,
    amount bigint DEFAULT 0 NOT NULL,
    CONSTRAINT usage_counters_amount_check CHECK ((amount >= 0))
);

--
-- Name: usage_counters_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.usage_counters ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_counters_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

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
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: COLUMN users.locale; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.locale IS 'BCP 47 tag; the notification templates fall back to en when it has none';

--
-- Name: watcher_rules; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.watcher_rules (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    agent_id bigint,
    name text NOT NULL,
    question text NOT NULL,
    "window" interval DEFAULT '24:00:00'::interval NOT NULL,
    min_events integer DEFAULT 1 NOT NULL,
    last_evaluated_at timestamp with time zone,
    enabled boolean DEFAULT true NOT NULL,
    created_by text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT watcher_rules_window_check CHECK (("window" > '00:00:00'::interval))
);

--
-- Name: TABLE watcher_rules; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.watcher_rules IS 'Standing questions over new events.';

--
-- Name: watcher_rules_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.watcher_rules ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.watcher_rules_id_seq
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
    rule_id bigint NOT NULL,
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
-- Name: webhook_deliveries; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.webhook_deliveries (
    id bigint NOT NULL,
    webhook_id bigint NOT NULL,
    event_id bigint,
    attempt integer DEFAULT 1 NOT NULL,
    status_code integer,
    response_excerpt text,
    deliver_after timestamp with time zone DEFAULT now() NOT NULL,
    delivered_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: webhook_deliveries_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.webhook_deliveries ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.webhook_deliveries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: webhooks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.webhooks (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    url text NOT NULL,
    secret_enc bytea NOT NULL,
    event_kinds text[] DEFAULT '{}'::text[] NOT NULL,
    disabled_at timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT webhooks_url_check CHECK ((url ~ '^https://'::text))
);

--
-- Name: webhooks_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.webhooks ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.webhooks_id_seq
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
    created_at timestamp with time zone DEFAULT now() NOT NULL
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
    CONSTRAINT workers_kind_check CHECK ((kind = ANY (ARRAY['cloud'::text, 'desktop'::text, 'browser'::text])))
);

--
-- Name: TABLE workers; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.workers IS 'Processes that claim runs. A row outlives its process until the sweep removes it.';

--
-- Name: accounts accounts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);

--
-- Name: accounts accounts_provider_key_provider_account_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_provider_key_provider_account_id_key UNIQUE (provider_key, provider_account_id);

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
-- Name: agents agents_organization_id_slug_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agents
    ADD CONSTRAINT agents_organization_id_slug_key UNIQUE (organization_id, slug);

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
-- Name: conversations conversations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY (id);

--
-- Name: credentials credentials_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_pkey PRIMARY KEY (id);

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
-- Name: exports exports_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.exports
    ADD CONSTRAINT exports_pkey PRIMARY KEY (id);

--
-- Name: feature_flags feature_flags_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.feature_flags
    ADD CONSTRAINT feature_flags_pkey PRIMARY KEY (id);

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
-- Name: invitations invitations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_pkey PRIMARY KEY (id);

--
-- Name: invoice_lines invoice_lines_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_pkey PRIMARY KEY (id);

--
-- Name: invoices invoices_number_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_number_key UNIQUE (number);

--
-- Name: invoices invoices_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_pkey PRIMARY KEY (id);

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
-- Name: rate_limits rate_limits_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rate_limits
    ADD CONSTRAINT rate_limits_pkey PRIMARY KEY (subject, bucket, window_start);

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
-- Name: sessions sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);

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
-- Name: taggings taggings_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.taggings
    ADD CONSTRAINT taggings_pkey PRIMARY KEY (id);

--
-- Name: tags tags_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_pkey PRIMARY KEY (id);

--
-- Name: tool_calls tool_calls_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tool_calls
    ADD CONSTRAINT tool_calls_pkey PRIMARY KEY (id);

--
-- Name: usage_counters usage_counters_organization_id_metric_bucket_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.usage_counters
    ADD CONSTRAINT usage_counters_organization_id_metric_bucket_key UNIQUE (organization_id, metric, bucket);

--
-- Name: usage_counters usage_counters_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.usage_counters
    ADD CONSTRAINT usage_counters_pkey PRIMARY KEY (id);

--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

--
-- Name: watcher_rules watcher_rules_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watcher_rules
    ADD CONSTRAINT watcher_rules_pkey PRIMARY KEY (id);

--
-- Name: watcher_windows watcher_windows_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watcher_windows
    ADD CONSTRAINT watcher_windows_pkey PRIMARY KEY (id);

--
-- Name: webhook_deliveries webhook_deliveries_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id);

--
-- Name: webhooks webhooks_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (id);

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
-- Name: idx_accounts_user_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_accounts_user_id ON public.accounts USING btree (user_id);

--
-- Name: idx_agent_tools_connection_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_agent_tools_connection_id ON public.agent_tools USING btree (connection_id);

--
-- Name: idx_agent_tools_organization_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_agent_tools_organization_id ON public.agent_tools USING btree (organization_id);

--
-- Name: idx_agent_tools_target; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_agent_tools_target ON public.agent_tools USING btree (agent_id, tool_key, connection_id);

--
-- Name: idx_agents_enabled; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_agents_enabled ON public.agents USING btree (organization_id) WHERE enabled;

--
-- Name: idx_api_keys_live; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_api_keys_live ON public.api_keys USING btree (organization_id) WHERE (revoked_at IS NULL);

--
-- Name: idx_api_keys_prefix; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_api_keys_prefix ON public.api_keys USING btree (prefix);

--
-- Name: idx_audit_log_object_kind_object_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_audit_log_object_kind_object_id ON public.audit_log USING btree (object_kind, object_id);

--
-- Name: idx_audit_log_organization_id_occurred_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_audit_log_organization_id_occurred_at ON public.audit_log USING btree (organization_id, occurred_at DESC);

--
-- Name: idx_connections_connector_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_connections_connector_id ON public.connections USING btree (connector_id);

--
-- Name: idx_connections_live; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_connections_live ON public.connections USING btree (organization_id, connector_id) WHERE (deleted_at IS NULL);

--
-- Name: idx_connector_versions_published; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_connector_versions_published ON public.connector_versions USING btree (connector_id, published_at DESC) WHERE ((published_at IS NOT NULL) AND (yanked_at IS NULL));

--
-- Name: idx_connectors_category_sort_order; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_connectors_category_sort_order ON public.connectors USING btree (category, sort_order);

--
-- Name: idx_conversations_agent_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_conversations_agent_id ON public.conversations USING btree (agent_id);

--
-- Name: idx_conversations_organization_id_updated_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_conversations_organization_id_updated_at ON public.conversations USING btree (organization_id, updated_at DESC);

--
-- Name: idx_credentials_connection_id_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_credentials_connection_id_created_at ON public.credentials USING btree (connection_id, created_at DESC);

--
-- Name: idx_credentials_expiring; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_credentials_expiring ON public.credentials USING btree (expires_at) WHERE (expires_at IS NOT NULL);

--
-- Name: idx_credentials_organization_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_credentials_organization_id ON public.credentials USING btree (organization_id);

--
-- Name: idx_documents_event_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_documents_event_id ON public.documents USING btree (event_id);

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
-- Name: idx_entities_attributes; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_entities_attributes ON public.entities USING gin (attributes jsonb_path_ops);

--
-- Name: idx_entities_entity_type_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_entities_entity_type_id ON public.entities USING btree (entity_type_id);

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
-- Name: idx_entity_links_organization_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_entity_links_organization_id ON public.entity_links USING btree (organization_id);

--
-- Name: idx_entity_links_to_entity_id_relation; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_entity_links_to_entity_id_relation ON public.entity_links USING btree (to_entity_id, relation);

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
-- Name: idx_events_organization_id_occurred_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_events_organization_id_occurred_at ON public.events USING btree (organization_id, occurred_at DESC);

--
-- Name: idx_exports_organization_id_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_exports_organization_id_created_at ON public.exports USING btree (organization_id, created_at DESC);

--
-- Name: idx_feeds_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_feeds_due ON public.feeds USING btree (next_sync_at) WHERE ((NOT paused) AND (deleted_at IS NULL));

--
-- Name: idx_feeds_organization_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_feeds_organization_id ON public.feeds USING btree (organization_id);

--
-- Name: idx_insights_entity_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_insights_entity_id ON public.insights USING btree (entity_id);

--
-- Name: idx_insights_organization_id_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_insights_organization_id_created_at ON public.insights USING btree (organization_id, created_at DESC) WHERE (dismissed_at IS NULL);

--
-- Name: idx_insights_rule_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_insights_rule_id ON public.insights USING btree (rule_id);

--
-- Name: idx_invitations_pending; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_invitations_pending ON public.invitations USING btree (organization_id, lower(email)) WHERE (accepted_at IS NULL);

--
-- Name: idx_invitations_token_hash; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_invitations_token_hash ON public.invitations USING btree (token_hash);

--
-- Name: idx_invoice_lines_invoice_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_invoice_lines_invoice_id ON public.invoice_lines USING btree (invoice_id);

--
-- Name: idx_invoices_organization_id_issued_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_invoices_organization_id_issued_at ON public.invoices USING btree (organization_id, issued_at DESC);

--
-- Name: idx_invoices_overdue; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_invoices_overdue ON public.invoices USING btree (due_at) WHERE (state = 'open'::text);

--
-- Name: idx_members_user_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_members_user_id ON public.members USING btree (user_id);

--
-- Name: idx_messages_conversation_id_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_messages_conversation_id_id ON public.messages USING btree (conversation_id, id);

--
-- Name: idx_notifications_dedupe; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_notifications_dedupe ON public.notifications USING btree (organization_id, dedupe_key) WHERE (dedupe_key IS NOT NULL);

--
-- Name: idx_notifications_outbox; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_notifications_outbox ON public.notifications USING btree (send_after) WHERE (state = 'queued'::text);

--
-- Name: idx_notifications_user_id_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_notifications_user_id_created_at ON public.notifications USING btree (user_id, created_at DESC);

--
-- Name: idx_organizations_plan_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_organizations_plan_id ON public.organizations USING btree (plan_id) WHERE (plan_id IS NOT NULL);

--
-- Name: idx_rate_limits_window_start; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_rate_limits_window_start ON public.rate_limits USING btree (window_start);

--
-- Name: idx_run_artifacts_expires_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_run_artifacts_expires_at ON public.run_artifacts USING btree (expires_at) WHERE (expires_at IS NOT NULL);

--
-- Name: idx_run_artifacts_run_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_run_artifacts_run_id ON public.run_artifacts USING btree (run_id);

--
-- Name: idx_run_logs_run_id_logged_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_run_logs_run_id_logged_at ON public.run_logs USING btree (run_id, logged_at);

--
-- Name: idx_runs_claim; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_runs_claim ON public.runs USING btree (run_type, created_at) WHERE (status = 'pending'::text);

--
-- Name: idx_runs_feed_id_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_runs_feed_id_created_at ON public.runs USING btree (feed_id, created_at DESC);

--
-- Name: idx_runs_organization_id_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_runs_organization_id_created_at ON public.runs USING btree (organization_id, created_at DESC);

--
-- Name: idx_sessions_expires_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_sessions_expires_at ON public.sessions USING btree (expires_at);

--
-- Name: idx_sessions_user_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_sessions_user_id ON public.sessions USING btree (user_id);

--
-- Name: idx_subscriptions_active; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_subscriptions_active ON public.subscriptions USING btree (organization_id) WHERE (state = ANY (ARRAY['trialing'::text, 'active'::text, 'past_due'::text]));

--
-- Name: idx_subscriptions_external_ref; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_subscriptions_external_ref ON public.subscriptions USING btree (external_ref) WHERE (external_ref IS NOT NULL);

--
-- Name: idx_taggings_entity; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_taggings_entity ON public.taggings USING btree (tag_id, entity_id) WHERE (entity_id IS NOT NULL);

--
-- Name: idx_taggings_event; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_taggings_event ON public.taggings USING btree (tag_id, event_id) WHERE (event_id IS NOT NULL);

--
-- Name: idx_tags_label; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_tags_label ON public.tags USING btree (organization_id, lower(label));

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
-- Name: idx_usage_counters_metric_bucket; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_usage_counters_metric_bucket ON public.usage_counters USING btree (metric, bucket);

--
-- Name: idx_users_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_users_created_at ON public.users USING btree (created_at DESC);

--
-- Name: idx_users_lower_email; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_users_lower_email ON public.users USING btree (lower(email));

--
-- Name: idx_watcher_rules_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_watcher_rules_due ON public.watcher_rules USING btree (last_evaluated_at) WHERE enabled;

--
-- Name: idx_watcher_rules_organization_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_watcher_rules_organization_id ON public.watcher_rules USING btree (organization_id);

--
-- Name: idx_watcher_windows_open; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_watcher_windows_open ON public.watcher_windows USING btree (rule_id) WHERE (closed_at IS NULL);

--
-- Name: idx_watcher_windows_rule_id_opened_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_watcher_windows_rule_id_opened_at ON public.watcher_windows USING btree (rule_id, opened_at DESC);

--
-- Name: idx_webhook_deliveries_pending; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_webhook_deliveries_pending ON public.webhook_deliveries USING btree (deliver_after) WHERE (delivered_at IS NULL);

--
-- Name: idx_webhook_deliveries_webhook_id_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_webhook_deliveries_webhook_id_id ON public.webhook_deliveries USING btree (webhook_id, id DESC);

--
-- Name: idx_webhooks_live; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_webhooks_live ON public.webhooks USING btree (organization_id) WHERE (disabled_at IS NULL);

--
-- Name: idx_worker_tokens_live; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_worker_tokens_live ON public.worker_tokens USING btree (organization_id) WHERE (revoked_at IS NULL);

--
-- Name: idx_worker_tokens_token_hash; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX idx_worker_tokens_token_hash ON public.worker_tokens USING btree (token_hash);

--
-- Name: idx_workers_last_seen_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_workers_last_seen_at ON public.workers USING btree (last_seen_at);

--
-- Name: accounts accounts_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER accounts_touch_updated_at BEFORE UPDATE ON public.accounts FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: agent_tools agent_tools_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER agent_tools_touch_updated_at BEFORE UPDATE ON public.agent_tools FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: agents agents_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER agents_touch_updated_at BEFORE UPDATE ON public.agents FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: audit_log audit_log_final; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_log_final BEFORE DELETE OR UPDATE ON public.audit_log FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: channels channels_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER channels_touch_updated_at BEFORE UPDATE ON public.channels FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: connections connections_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER connections_touch_updated_at BEFORE UPDATE ON public.connections FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: connectors connectors_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER connectors_touch_updated_at BEFORE UPDATE ON public.connectors FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: conversations conversations_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER conversations_touch_updated_at BEFORE UPDATE ON public.conversations FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: credentials credentials_final; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER credentials_final BEFORE UPDATE ON public.credentials FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: documents documents_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER documents_touch_updated_at BEFORE UPDATE ON public.documents FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: entities entities_normalized_name; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER entities_normalized_name BEFORE INSERT OR UPDATE OF name ON public.entities FOR EACH ROW EXECUTE FUNCTION public.entities_set_normalized_name();

--
-- Name: entities entities_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER entities_touch_updated_at BEFORE UPDATE ON public.entities FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: entity_types entity_types_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER entity_types_touch_updated_at BEFORE UPDATE ON public.entity_types FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: exports exports_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER exports_touch_updated_at BEFORE UPDATE ON public.exports FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: feature_flags feature_flags_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER feature_flags_touch_updated_at BEFORE UPDATE ON public.feature_flags FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: feeds feeds_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER feeds_touch_updated_at BEFORE UPDATE ON public.feeds FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: invoices invoices_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER invoices_touch_updated_at BEFORE UPDATE ON public.invoices FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: notification_preferences notification_preferences_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER notification_preferences_touch_updated_at BEFORE UPDATE ON public.notification_preferences FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: notification_templates notification_templates_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER notification_templates_touch_updated_at BEFORE UPDATE ON public.notification_templates FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: organizations organizations_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER organizations_touch_updated_at BEFORE UPDATE ON public.organizations FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: plans plans_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER plans_touch_updated_at BEFORE UPDATE ON public.plans FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: runs runs_notify_pending; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER runs_notify_pending AFTER INSERT ON public.runs FOR EACH ROW EXECUTE FUNCTION public.notify_run_pending();

--
-- Name: sessions sessions_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER sessions_touch_updated_at BEFORE UPDATE ON public.sessions FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: settings settings_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER settings_touch_updated_at BEFORE UPDATE ON public.settings FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: subscriptions subscriptions_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER subscriptions_touch_updated_at BEFORE UPDATE ON public.subscriptions FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: users users_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER users_touch_updated_at BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: watcher_rules watcher_rules_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER watcher_rules_touch_updated_at BEFORE UPDATE ON public.watcher_rules FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: webhooks webhooks_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER webhooks_touch_updated_at BEFORE UPDATE ON public.webhooks FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: accounts accounts_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

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
-- Name: agent_tools agent_tools_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_tools
    ADD CONSTRAINT agent_tools_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

--
-- Name: agent_versions agent_versions_agent_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_versions
    ADD CONSTRAINT agent_versions_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES public.agents(id) ON DELETE CASCADE;

--
-- Name: agent_versions agent_versions_published_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_versions
    ADD CONSTRAINT agent_versions_published_by_fkey FOREIGN KEY (published_by) REFERENCES public.users(id) ON DELETE SET NULL;

--
-- Name: agents agents_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agents
    ADD CONSTRAINT agents_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id) ON DELETE SET NULL;

--
-- Name: agents agents_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agents
    ADD CONSTRAINT agents_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

--
-- Name: api_keys api_keys_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id) ON DELETE SET NULL;

--
-- Name: api_keys api_keys_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

--
-- Name: audit_log audit_log_actor_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_actor_user_id_fkey FOREIGN KEY (actor_user_id) REFERENCES public.users(id) ON DELETE SET NULL;

--
-- Name: audit_log audit_log_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

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
-- Name: connections connections_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.connections
    ADD CONSTRAINT connections_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id) ON DELETE SET NULL;

--
-- Name: connections connections_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.connections
    ADD CONSTRAINT connections_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

--
-- Name: connector_versions connector_versions_connector_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.connector_versions
    ADD CONSTRAINT connector_versions_connector_id_fkey FOREIGN KEY (connector_id) REFERENCES public.connectors(id) ON DELETE CASCADE;

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
-- Name: credentials credentials_connection_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES public.connections(id) ON DELETE CASCADE;

--
-- Name: credentials credentials_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

--
-- Name: document_chunks document_chunks_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_chunks
    ADD CONSTRAINT document_chunks_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE;

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
-- Name: embeddings embeddings_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.embeddings
    ADD CONSTRAINT embeddings_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

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
-- Name: entity_aliases entity_aliases_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entity_aliases
    ADD CONSTRAINT entity_aliases_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

--
-- Name: entity_links entity_links_from_entity_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entity_links
    ADD CONSTRAINT entity_links_from_entity_id_fkey FOREIGN KEY (from_entity_id) REFERENCES public.entities(id) ON DELETE CASCADE;

--
-- Name: entity_links entity_links_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entity_links
    ADD CONSTRAINT entity_links_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

--
-- Name: entity_links entity_links_to_entity_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entity_links
    ADD CONSTRAINT entity_links_to_entity_id_fkey FOREIGN KEY (to_entity_id) REFERENCES public.entities(id) ON DELETE CASCADE;

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
-- Name: exports exports_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.exports
    ADD CONSTRAINT exports_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

--
-- Name: exports exports_requested_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.exports
    ADD CONSTRAINT exports_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.users(id) ON DELETE SET NULL;

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
-- Name: insights insights_dismissed_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.insights
    ADD CONSTRAINT insights_dismissed_by_fkey FOREIGN KEY (dismissed_by) REFERENCES public.users(id) ON DELETE SET NULL;

--
-- Name: insights insights_entity_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.insights
    ADD CONSTRAINT insights_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES public.entities(id) ON DELETE SET NULL;

--
-- Name: insights insights_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.insights
    ADD CONSTRAINT insights_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

--
-- Name: insights insights_rule_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.insights
    ADD CONSTRAINT insights_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES public.watcher_rules(id) ON DELETE CASCADE;

--
-- Name: invitations invitations_invited_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES public.users(id) ON DELETE SET NULL;

--
-- Name: invitations invitations_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

--
-- Name: invoice_lines invoice_lines_invoice_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES public.invoices(id) ON DELETE CASCADE;

--
-- Name: invoices invoices_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

--
-- Name: invoices invoices_subscription_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES public.subscriptions(id) ON DELETE SET NULL;

--
-- Name: members members_invited_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES public.users(id) ON DELETE SET NULL;

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
-- Name: notifications notifications_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

--
-- Name: notifications notifications_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

--
-- Name: run_artifacts run_artifacts_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run_artifacts
    ADD CONSTRAINT run_artifacts_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

--
-- Name: run_artifacts run_artifacts_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run_artifacts
    ADD CONSTRAINT run_artifacts_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id) ON DELETE CASCADE;

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
-- Name: sessions sessions_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

--
-- Name: sessions sessions_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

--
-- Name: settings settings_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

--
-- Name: settings settings_updated_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.users(id) ON DELETE SET NULL;

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
-- Name: taggings taggings_entity_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.taggings
    ADD CONSTRAINT taggings_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES public.entities(id) ON DELETE CASCADE;

--
-- Name: taggings taggings_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.taggings
    ADD CONSTRAINT taggings_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id) ON DELETE CASCADE;

--
-- Name: taggings taggings_tag_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.taggings
    ADD CONSTRAINT taggings_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES public.tags(id) ON DELETE CASCADE;

--
-- Name: taggings taggings_tagged_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.taggings
    ADD CONSTRAINT taggings_tagged_by_fkey FOREIGN KEY (tagged_by) REFERENCES public.users(id) ON DELETE SET NULL;

--
-- Name: tags tags_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

--
-- Name: tool_calls tool_calls_message_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tool_calls
    ADD CONSTRAINT tool_calls_message_id_fkey FOREIGN KEY (message_id) REFERENCES public.messages(id) ON DELETE CASCADE;

--
-- Name: tool_calls tool_calls_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tool_calls
    ADD CONSTRAINT tool_calls_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

--
-- Name: tool_calls tool_calls_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tool_calls
    ADD CONSTRAINT tool_calls_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id) ON DELETE SET NULL;

--
-- Name: usage_counters usage_counters_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.usage_counters
    ADD CONSTRAINT usage_counters_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

--
-- Name: watcher_rules watcher_rules_agent_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watcher_rules
    ADD CONSTRAINT watcher_rules_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES public.agents(id) ON DELETE CASCADE;

--
-- Name: watcher_rules watcher_rules_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watcher_rules
    ADD CONSTRAINT watcher_rules_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id) ON DELETE SET NULL;

--
-- Name: watcher_rules watcher_rules_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watcher_rules
    ADD CONSTRAINT watcher_rules_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

--
-- Name: watcher_windows watcher_windows_rule_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watcher_windows
    ADD CONSTRAINT watcher_windows_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES public.watcher_rules(id) ON DELETE CASCADE;

--
-- Name: watcher_windows watcher_windows_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watcher_windows
    ADD CONSTRAINT watcher_windows_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id) ON DELETE SET NULL;

--
-- Name: webhook_deliveries webhook_deliveries_webhook_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES public.webhooks(id) ON DELETE CASCADE;

--
-- Name: webhooks webhooks_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

--
-- Name: worker_tokens worker_tokens_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.worker_tokens
    ADD CONSTRAINT worker_tokens_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id) ON DELETE SET NULL;

--
-- Name: worker_tokens worker_tokens_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.worker_tokens
    ADD CONSTRAINT worker_tokens_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- migrate:down

DROP VIEW public.recent_failures;
DROP VIEW public.organization_seats;
DROP VIEW public.feed_health;
DROP FUNCTION public.claim_notification_batch(integer);
DROP FUNCTION public.bump_usage(text, text, bigint);
DROP FUNCTION public.merge_entities(bigint, bigint);
DROP TABLE public.rate_limits;
DROP TABLE public.exports;
DROP TABLE public.taggings;
DROP TABLE public.tags;
DROP TABLE public.settings;
DROP TABLE public.feature_flags;
DROP TABLE public.webhook_deliveries;
DROP TABLE public.webhooks;
DROP TABLE public.usage_counters;
DROP TABLE public.invoice_lines;
DROP TABLE public.invoices;
DROP TABLE public.subscriptions;
DROP TABLE public.plans;
DROP TABLE public.notification_preferences;
DROP TABLE public.notifications;
DROP TABLE public.notification_templates;
DROP TABLE public.channels;
DROP TABLE public.insights;
DROP TABLE public.watcher_windows;
DROP TABLE public.watcher_rules;
DROP TABLE public.tool_calls;
DROP TABLE public.messages;
DROP TABLE public.conversations;
DROP TABLE public.embeddings;
DROP TABLE public.document_chunks;
DROP TABLE public.documents;
DROP TABLE public.event_entities;
DROP TABLE public.events;
DROP TABLE public.entity_links;
DROP TABLE public.entity_aliases;
DROP TABLE public.entities;
DROP TABLE public.entity_types;
DROP TABLE public.run_artifacts;
DROP TABLE public.run_logs;
DROP TABLE public.runs;
DROP TABLE public.agent_tools;
DROP TABLE public.agent_versions;
DROP TABLE public.agents;
DROP TABLE public.worker_tokens;
DROP TABLE public.workers;
DROP TABLE public.feeds;
DROP TABLE public.credentials;
DROP TABLE public.connections;
DROP TABLE public.connector_versions;
DROP TABLE public.connectors;
DROP TABLE public.audit_log;
DROP TABLE public.api_keys;
DROP TABLE public.accounts;
DROP TABLE public.sessions;
DROP TABLE public.invitations;
DROP TABLE public.members;
DROP TABLE public.users;
DROP TABLE public.organizations;
DROP FUNCTION public.notify_run_pending();
DROP FUNCTION public.entities_set_normalized_name();
DROP FUNCTION public.refuse_change();
DROP FUNCTION public.normalize_name(text);
DROP FUNCTION public.touch_updated_at();
