-- migrate:up

CREATE TYPE public.provider AS ENUM ('anthropic', 'openai', 'local');
CREATE TABLE public.calls (
    id bigserial PRIMARY KEY,
    provider public.provider NOT NULL
);

-- migrate:down

DROP TABLE public.calls;
DROP TYPE public.provider;
