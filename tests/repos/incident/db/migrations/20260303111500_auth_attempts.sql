-- migrate:up

-- What happened while somebody signed in. Kept for a week, without what was typed.
CREATE TABLE public.auth_attempts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id text NOT NULL,
    connection_id bigint NOT NULL,
    run_id bigint,
    step text DEFAULT 'opened' NOT NULL,
    challenge text,
    screenshot_key text,
    expires_at timestamp with time zone DEFAULT (now() + '00:10:00'::interval) NOT NULL,
    succeeded_at timestamp with time zone,
    failure text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT auth_attempts_pkey PRIMARY KEY (id),
    CONSTRAINT auth_attempts_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE,
    CONSTRAINT auth_attempts_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES public.connections(id) ON DELETE CASCADE,
    CONSTRAINT auth_attempts_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id) ON DELETE SET NULL,
    CONSTRAINT auth_attempts_step_check CHECK (step IN ('opened', 'credentials', 'second_factor', 'consent', 'done', 'abandoned')),
    CONSTRAINT auth_attempts_outcome_check CHECK (NOT (succeeded_at IS NOT NULL AND failure IS NOT NULL))
);

CREATE INDEX idx_auth_attempts_connection_id_created_at ON public.auth_attempts (connection_id, created_at DESC);
CREATE INDEX idx_auth_attempts_open ON public.auth_attempts (expires_at) WHERE succeeded_at IS NULL AND failure IS NULL;

CREATE TRIGGER auth_attempts_touch_updated_at BEFORE UPDATE ON public.auth_attempts FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

-- migrate:down

DROP TABLE public.auth_attempts;
