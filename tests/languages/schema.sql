CREATE TABLE public.runs (
    id bigint PRIMARY KEY,
    organization_id bigint NOT NULL,
    status text NOT NULL,
    run_type text NOT NULL,
    last_heartbeat_at timestamp with time zone
);

CREATE INDEX runs_in_flight ON public.runs USING btree (last_heartbeat_at) WHERE ((status = ANY (ARRAY['claimed'::text, 'running'::text])) AND (run_type = ANY (ARRAY['sync'::text, 'auth'::text])));
