CREATE TYPE public.doc_kind AS ENUM ('note', 'page', 'file');
CREATE TABLE public.documents (
    id bigint NOT NULL,
    owner_id bigint NOT NULL,
    slug text NOT NULL,
    title text,
    state text NOT NULL,
    kind public.doc_kind NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    score numeric,
    small smallint,
    big bigint,
    is_draft boolean DEFAULT false NOT NULL,
    archived boolean,
    code character varying(20),
    day date,
    payload jsonb,
    created_at timestamp with time zone,
    deleted_at timestamp with time zone,
    CONSTRAINT documents_state_check CHECK ((state = ANY (ARRAY['new'::text, 'open'::text, 'closed'::text, 'escalated'::text])))
);
CREATE TABLE public.owners (
    id bigint NOT NULL,
    state text,
    deleted_at timestamp with time zone
);
