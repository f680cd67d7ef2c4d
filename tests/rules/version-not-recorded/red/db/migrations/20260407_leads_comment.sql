-- migrate:up
COMMENT ON TABLE public.leads IS 'People who may buy.';

-- migrate:down
COMMENT ON TABLE public.leads IS NULL;
