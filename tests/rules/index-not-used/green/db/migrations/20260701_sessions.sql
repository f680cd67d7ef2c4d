-- migrate:up
CREATE TABLE public.sessions (
    id uuid PRIMARY KEY,
    holder text NOT NULL,
    state text NOT NULL,
    opened_at timestamptz NOT NULL,
    beat_at timestamptz,
    closed_at timestamptz
);
CREATE INDEX sessions_renewable ON public.sessions (beat_at)
    WHERE state = 'open' AND holder IN ('web', 'cli', 'bot');

-- migrate:down
DROP TABLE public.sessions;
